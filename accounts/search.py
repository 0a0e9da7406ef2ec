"""What people type and choose to find something in a list."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext as _

from registry.spelling import naming

# Longer than anything one would look for; databases refuse to match patterns of many thousand characters.
LONGEST = 100


@dataclass(frozen=True, slots=True)
class Filter:
    """One field of a filter bar (`_filters.html`): of an input `kind` is the type, with `choices` it is a list."""

    name: str
    label: str
    value: str = ""
    kind: str = "search"
    hint: str = ""
    choices: tuple[tuple[str, str], ...] = ()


def choice(name: str, label: str, value: Any, choices: Iterable[tuple[Any, Any]], *, anything: bool = True) -> Filter:
    """One of these, or all of them where `anything` goes."""
    offered = [(str(key), str(text)) for key, text in choices]
    every = [("", _("全部"))] if anything else []
    chosen = "" if value is None else str(value)
    return Filter(name, label, chosen, choices=(*every, *offered))


def day(name: str, label: str, value: date | None) -> Filter:
    return Filter(name, label, value.isoformat() if value else "", kind="date")


def named(field: str, word: str) -> Q:
    """Rows whose name holds this word, whatever dots and selectors either is written with."""
    return Q(**{f"{field}__iregex": naming.pattern(word)})


def in_name(word: str, name: str) -> bool:
    """Whether a name that was read already holds this word, as `named` finds it."""
    return naming.key(word) in naming.key(name)


def wanted(request: HttpRequest, name: str = "q") -> str:
    """The words of a search field, without the control characters that no text here has and PostgreSQL refuses."""
    typed = "".join(char for char in request.GET.get(name, "") if char.isprintable())
    return typed.strip()[:LONGEST]
