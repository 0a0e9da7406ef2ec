"""What apps further right know of a season that binds it: they say so here, as system checks are added."""

from collections.abc import Callable

from contest.models import Season

Binds = Callable[[Season], bool]
_binds: list[Binds] = []


def binds(function: Binds) -> Binds:
    """Name a function that tells whether lists of this season began to be submitted; use as a decorator."""
    _binds.append(function)
    return function


def lists_began(season: Season) -> bool:
    """Whether a list was submitted: from then on two people correct the season (DESIGN 9)."""
    return any(each(season) for each in _binds)
