"""What an app to the right must say above a stage's pages, before anything else: a state that somebody has to end.

Such as an approval that was revoked: nothing else on the page would tell why the district has nobody in the final.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from contest.models import Stage

if TYPE_CHECKING:
    from accounts.models import User

# Where one goes on: (address, label).
Way = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Banner:
    """What happened, why, and what must be done next; `ways` lead there."""

    title: str
    reason: str
    then: str
    ways: tuple[Way, ...] = ()


Source = Callable[[Stage, "User"], Banner | None]
_sources: list[Source] = []


def banner(source: Source) -> Source:
    """Add a source of banners; use as a decorator. It answers None where there is nothing to say to this person."""
    _sources.append(source)
    return source


def banners_of(stage: Stage, user: "User") -> list[Banner]:
    """Everything that must be said of a stage to this person."""
    return [found for source in _sources if (found := source(stage, user))]
