"""What is waiting for me: the first page after signing in.

Apps further right know the work; they add a source here when Django loads them, as system checks are added.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.utils.safestring import SafeString

from accounts.hooks import PageSeason, SeasonFacts

if TYPE_CHECKING:
    from accounts.models import User
    from accounts.requests import SignedIn


@dataclass(frozen=True, slots=True)
class Todo:
    """One thing waiting: `text` says what, `url` leads to it, `detail` is a second line, `urgent` puts it first."""

    text: str
    url: str
    detail: str = ""
    urgent: bool = False
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


def of_season(todos: Iterable[Todo], season: SeasonFacts) -> list[Todo]:
    """What of it belongs to this season, or to none."""
    return [todo for todo in todos if todo.season in (None, season.pk, season.code)]


def elsewhere(todos: Iterable[Todo], page: PageSeason) -> list[tuple[SeasonFacts, int]]:
    """How much waits in each of the other seasons, where anything does."""
    counted = Counter(todo.season for todo in todos)
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
