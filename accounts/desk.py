"""What is waiting for me: the first page after signing in.

Apps further right know the work; they add a source here when Django loads them, as system checks are added.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from django.utils.safestring import SafeString

from accounts.hooks import PageSeason, SeasonFacts

if TYPE_CHECKING:
    from accounts.models import User
    from accounts.requests import SignedIn


@dataclass(frozen=True, slots=True)
class Todo:
    """One thing waiting: `text` says what, `url` leads to it, `detail` is a second line, `urgent` puts it first.

    `waits` says that it is for the time or for others: it is told apart from what this person can do, and not counted.
    Where several are alike they stand in one line, `alike % {"count": …}`, with a link for the `place` of each.
    """

    text: str
    url: str
    detail: str = ""
    urgent: bool = False
    waits: bool = False
    alike: str = ""
    place: str = ""
    links: Sequence[tuple[str, str]] = ()
    # The id of the season that it is work of, or its code; None for what belongs to none, such as an account.
    season: int | str | None = field(kw_only=True)


Source = Callable[["User"], Iterable[Todo]]
_sources: list[Source] = []


def source(function: Source) -> Source:
    """Add a source of waiting work; use as a decorator."""
    _sources.append(function)
    return function


def waiting(user: "User") -> list[Todo]:
    """All that waits for somebody, of every season, the urgent first."""
    return sorted((todo for each in _sources for todo in each(user)), key=lambda todo: not todo.urgent)


def grouped(todos: Iterable[Todo]) -> list[Todo]:
    """What is alike in one line, where the first of it stood; a second line where all of them say the same."""
    found: dict[Any, list[Todo]] = {}
    for number, todo in enumerate(todos):
        key = (todo.season, todo.alike, todo.urgent, todo.waits) if todo.alike else number
        found.setdefault(key, []).append(todo)
    return [_one_line(alike) for alike in found.values()]


def _one_line(alike: list[Todo]) -> Todo:
    first = alike[0]
    if len(alike) == 1:
        return first
    details = {todo.detail for todo in alike}
    return replace(
        first,
        text=first.alike % {"count": len(alike)},
        detail=details.pop() if len(details) == 1 else "",
        links=[(todo.place, todo.url) for todo in alike],
    )


def of_season(todos: Iterable[Todo], season: SeasonFacts) -> list[Todo]:
    """What of it belongs to this season, or to none."""
    return [todo for todo in todos if todo.season in (None, season.pk, season.code)]


def elsewhere(todos: Iterable[Todo], page: PageSeason) -> list[tuple[SeasonFacts, int]]:
    """How much waits for this person in each of the other seasons, where anything does."""
    counted = Counter(todo.season for todo in todos if not todo.waits)
    others = (each for each in page.offered if each.pk != page.season.pk)
    found = [(each, counted[each.pk] + counted[each.code]) for each in others]
    return [(each, count) for each, count in found if count]


Overview = Callable[["SignedIn"], SafeString | str]
_overviews: list[Overview] = []


def overview(function: Overview) -> Overview:
    """Add a rendered block to the desk, such as the districts' progress; an empty string is left out."""
    _overviews.append(function)
    return function


def overviews(request: "SignedIn") -> list[SafeString | str]:
    return [block for each in _overviews if (block := each(request))]
