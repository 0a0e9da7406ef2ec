"""What is waiting for me: the first page after signing in.

Apps further right know the work; they add a source here when Django loads them, as system checks are added.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.safestring import SafeString

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


Source = Callable[["User"], Iterable[Todo]]
_sources: list[Source] = []


def source(function: Source) -> Source:
    """Add a source of waiting work; use as a decorator."""
    _sources.append(function)
    return function


def waiting(user: "User") -> list[Todo]:
    return sorted((todo for each in _sources for todo in each(user)), key=lambda todo: not todo.urgent)


Overview = Callable[["SignedIn"], SafeString | str]
_overviews: list[Overview] = []


def overview(function: Overview) -> Overview:
    """Add a rendered block to the desk, such as the districts' progress; an empty string is left out."""
    _overviews.append(function)
    return function


def overviews(request: "SignedIn") -> list[SafeString | str]:
    return [block for each in _overviews if (block := each(request))]
