"""The verbs that take two people, as the apps that own them register them; accounts knows none of them itself."""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Model, QuerySet
from django.utils import translation

from accounts import log
from accounts.permissions import Action

Arguments = Mapping[str, Any]
# What changes, in words: (what, old, new).
Told = tuple[str, str, str]
# The page on which one goes on: (label, address).
Further = tuple[str, str]


def _nothing(_obj: Any, _arguments: Arguments, _at: datetime) -> Iterable[str]:
    return ()


def _no_further(_obj: Any, _arguments: Arguments) -> Iterable[Model]:
    return ()


def _never(_obj: Any) -> bool:
    return False


def _nowhere(_obj: Any) -> Further | None:
    return None


def _itself(obj: Any) -> Model:
    found: Model = obj
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Seconded:
    """One verb that takes two people, and everything a proposal needs to know of it (DESIGN 9).

    `act(obj, by=, at=, seconded_by=, reason=, basis=, **arguments)` is the ordinary action. `tell` are its effects in
    words; `title` the proposal in one line; `rests_on`, as JSON, what else must not change until it is seconded.
    `obstacles` are sentences that stand in the way, asked at both moments. `at_once` says whether it can take effect
    in the hall before it is seconded; `undo`, called like `act`, takes that back when the second person declines.
    `effect` tells, as JSON, what such an act left behind from everything decided later, even where that looks the same;
    where the act returns a row that it made, both get its key as `made`.
    `refusals` are the exceptions with which the action refuses, each a sentence. `further` is the page on which one
    goes on once it is seconded, where there is one; `came_to` a sentence on what it comes to then, for the seconder.
    `reaches` are further things, in other districts perhaps, to which both need the right too. `holds` are the rows
    held meanwhile, where that is more than what it is about: all of that kind that the action holds, so that they are
    held in one order. `for_others` says that nobody proposes it about their own account. `makes` finds what a verb
    makes that is done on nothing that is there yet, whoever stands for it meanwhile; None until it is made.
    """

    name: str
    permission: Action
    model: type[Model]
    act: Callable[..., Any]
    title: Callable[[Any, Arguments], str]
    tell: Callable[[Any, Arguments], Iterable[Told]]
    rests_on: Callable[[Any, Arguments], Any]
    chain: Callable[[Any], str]
    about: Callable[[Any], Model] = _itself
    further: Callable[[Any], Further | None] = _nowhere
    came_to: Callable[[Any, datetime], str] | None = None
    read: Callable[[], "QuerySet[Any]"] | None = None
    obstacles: Callable[[Any, Arguments, datetime], Iterable[str]] = _nothing
    at_once: Callable[[Any], bool] = _never
    undo: Callable[..., Any] | None = None
    effect: Callable[[Any, Arguments], Any] | None = None
    needs_basis: bool = False
    reaches: Callable[[Any, Arguments], Iterable[Model]] = _no_further
    holds: Callable[[Any], "QuerySet[Any]"] | None = None
    for_others: bool = False
    makes: Callable[[Arguments], Model | None] | None = None
    refusals: tuple[type[Exception], ...] = ()

    def rows(self) -> "QuerySet[Any]":
        return self.read() if self.read is not None else self.model._default_manager.all()

    def held(self, obj: Any) -> "QuerySet[Any]":
        """The rows that are held while a proposal about `obj` is compared and carried out."""
        if self.holds is not None:
            return self.holds(obj)
        about = self.about(obj)
        return about.__class__._base_manager.filter(pk=about.pk)

    def subject_of(self, subject: str) -> Any:
        """What a proposal is about, read afresh from its `subject`. Raises ObjectDoesNotExist when it is gone."""
        return self.rows().get(pk=subject.rpartition(":")[2])

    def told(self, obj: Any, arguments: Arguments, language: str) -> tuple[str, list[list[str]]]:
        """The title and the changes, as they can be told now, in this language."""
        with translation.override(language):
            changes = [[str(each) for each in row] for row in self.tell(obj, arguments)]
            return str(self.title(obj, arguments)), changes

    def fingerprint(self, obj: Any, arguments: Arguments) -> str:
        """SHA-256 of what the proposal rests on and of everything it tells, as it stands now.

        Whoever seconds reads what was told: once that is no longer so, it is another proposal. The words are taken in
        the language of the house, whoever reads. Raises what `tell` and `title` raise, where that cannot be told now.
        """
        title, changes = self.told(obj, arguments, settings.LANGUAGE_CODE)
        told = [title, *changes]
        return _digest([self.name, log.subject(obj), dict(arguments), self.rests_on(obj, arguments), told])

    def left_behind(self, obj: Any, arguments: Arguments) -> str:
        """SHA-256 of what an act in the hall left behind, as it stands now; empty for what takes no effect there."""
        return _digest([self.name, log.subject(obj), self.effect(obj, arguments)]) if self.effect else ""


def _digest(told: Any) -> str:
    return hashlib.sha256(log.canonical(told).encode()).hexdigest()


_verbs: dict[str, Seconded] = {}


def register(verb: Seconded) -> Seconded:
    """Add a verb when Django loads its app. A name stands for one verb."""
    if verb.name in _verbs and _verbs[verb.name] != verb:
        raise RuntimeError(f"{verb.name} is registered already")
    _verbs[verb.name] = verb
    return verb


def verb_named(name: str) -> Seconded:
    return _verbs[name]


def all_verbs() -> list[Seconded]:
    """Every registered verb, by name: the list that the tests walk."""
    return [_verbs[name] for name in sorted(_verbs)]
