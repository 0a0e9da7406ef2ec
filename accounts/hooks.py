"""Facts that apps further right know and the frame shows; they set them when Django loads them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SeasonFacts:
    """What every page says of the season this portal runs: whether it is a rehearsal, and who holds it."""

    rehearsal: bool = False
    hosts: Sequence[str] = ()


_season: Callable[[], SeasonFacts] | None = None


def tells_season(function: Callable[[], SeasonFacts]) -> Callable[[], SeasonFacts]:
    """Name the function that tells what season this portal runs; use as a decorator."""
    global _season
    _season = function
    return function


def season() -> SeasonFacts:
    return _season() if _season is not None else SeasonFacts()
