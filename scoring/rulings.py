"""Rulings and level groups as people read them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from itertools import groupby
from operator import itemgetter
from typing import Any

from contest.models import NameCorrection, Stage
from contest.models.correction import Corrections
from scoring.models import Result, Ruleset, Ruling, Tabulation
from scoring.rules.totals import show

COLUMNS = (
    "position",
    "rank",
    "total",
    "entry",
    "person",
    "entry__order",
    "working",
)


@dataclass(frozen=True, slots=True)
class Ruled:
    """A recorded ruling: the people in the order settled, how, why, by whom; not `live` once withdrawn.

    It `holds` while exactly they are level at the total it was made for, as the live results found.
    """

    pk: int
    names: Sequence[str]
    kind: str
    reason: str
    by: str
    at: datetime
    live: bool
    holds: bool


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who shares a place, with what can inform the panel: appearance, place of work, means by criterion."""

    entry: int
    name: str
    order: str
    place: str
    means: Sequence[str]


@dataclass(frozen=True, slots=True)
class Level:
    """A group that shares a place; `must` says that a prize hangs on it."""

    rank: int
    total: str
    people: Sequence[Person]
    must: bool

    @property
    def key(self) -> int:
        return min(person.entry for person in self.people)


def ruled(stage: Stage, of: Tabulation | None = None) -> list[Ruled]:
    """Every ruling recorded on a stage, the latest first; or those that an old tabulation knew, as it found them.

    Four queries where there is one.
    """
    old = of if of is not None and not of.live and of.inputs else None
    rulings = list(Ruling.objects.filter(stage=stage).select_related("by").order_by("-at", "-pk"))
    if old is not None:
        known = {each["ruling"] for each in json.loads(old.inputs)["rulings"]}
        rulings = [ruling for ruling in rulings if ruling.pk in known]
    held = Tabulation.objects.filter(stage=stage, live=True).values_list("holding", flat=True) if rulings else []
    holding = set(old.holding) if old is not None else {pk for pks in held for pk in pks}
    named = [entry for ruling in rulings for entry in ruling.order]
    names = _names(stage, named) if named else {}
    return [
        Ruled(
            pk=ruling.pk,
            names=[names[entry] for entry in ruling.order],
            kind=str(Ruling.Kind(ruling.kind).label),
            reason=ruling.reason,
            by=str(ruling.by),
            at=ruling.at,
            live=ruling.live or old is not None,
            holds=(ruling.live or old is not None) and ruling.pk in holding,
        )
        for ruling in rulings
    ]


def levels(stage: Stage, ruleset: Ruleset) -> list[Level]:
    """The groups of the live results that share a place, those that must be ruled on first. Three queries."""
    waiting = Tabulation.objects.filter(stage=stage, live=True).values_list("needs_ruling", flat=True).first() or []
    must = {entry for group in waiting for entry in group}
    shared = Result.objects.filter(tabulation__stage=stage, tabulation__live=True, shared=True)
    rows = shared.order_by("position", "entry__order", "entry").values_list(*COLUMNS)
    corrections = NameCorrection.objects.so_far()
    found = []
    for _position, group in groupby(rows, key=itemgetter(0)):
        members = list(group)
        _place, rank, total = members[0][:3]
        people = [_person(*member[3:], corrections=corrections, decimals=ruleset.decimals) for member in members]
        found.append(Level(rank, total, people, must=people[0].entry in must))
    return sorted(found, key=lambda level: not level.must)


def _names(stage: Stage, entries: Sequence[int]) -> dict[int, str]:
    """The names that rulings were made about: as the results hold them."""
    corrections = NameCorrection.objects.so_far()
    results = Result.objects.filter(tabulation__stage=stage, entry__in=entries).order_by("tabulation__revision")
    return {entry: corrections.show(person, entry).name for entry, person in results.values_list("entry", "person")}


def _person(
    entry: int,
    person: Mapping[str, Any],
    order: int | None,
    working: Mapping[str, Any],
    *,
    corrections: Corrections,
    decimals: int,
) -> Person:
    means = [show(Fraction(mean), decimals) for mean in working["criteria"]]
    who = corrections.show(person, entry)
    return Person(entry, who.name, str(order or "—"), who.place, means)
