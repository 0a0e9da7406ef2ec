"""When a season is bound: apps further right say here what of theirs binds it, as system checks are added."""

from collections.abc import Callable

from contest.models import Season, Stage

Binds = Callable[[Season], bool]
_binds: list[Binds] = []


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
