"""When a season is bound: apps further right say here what of theirs binds it, as system checks are added."""

from collections.abc import Callable, Iterable

from contest.models import Season, Stage

Binds = Callable[[Season], bool]
_binds: list[Binds] = []

# Codes of levels of units, and where they are in use, in words.
UsesLevels = Callable[[Season], Iterable[tuple[str, str]]]
_uses: list[UsesLevels] = []


def binds(function: Binds) -> Binds:
    """Name a function that tells whether something of a season was ever sent in or shown; use as a decorator."""
    _binds.append(function)
    return function


def is_bound(season: Season) -> bool:
    """Whether results ever hung on notice or a list was ever sent in: from then on two correct it (DESIGN 9).

    What was taken down or taken back counts as well.
    """
    hanging = Stage.objects.filter(season=season).exclude(notice_from=None)
    return hanging.exists() or any(each(season) for each in _binds)


def uses_levels(function: UsesLevels) -> UsesLevels:
    """Name a function that tells which levels of units a season uses, and for what; use as a decorator."""
    _uses.append(function)
    return function


def levels_in_use(season: Season) -> dict[str, str]:
    """Which levels of units cannot be taken from a season, and what uses each."""
    return {code: where for each in _uses for code, where in each(season)}
