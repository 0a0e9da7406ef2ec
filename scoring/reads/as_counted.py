"""The people of one revision as its tabulation kept them: whoever left later, or was renamed, changes nothing here."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from contest.models import Entry, NameCorrection
from contest.models.correction import Corrections
from contest.models.entry import Status
from contest.models.person import COLUMNS, Shown, person_from
from scoring.models import Seat, Tabulation

HIDDEN: dict[str, Any] = {"secretary": 0, "unit_id": 0, **dict.fromkeys(COLUMNS.keys() - {"secretary", "unit_id"}, "")}


@dataclass(frozen=True, slots=True)
class KeptSeat:
    """A judge's seat in a revision; `vacated_at` and the reason where the judge had left by then."""

    number: int
    judge: str
    is_chief: bool
    vacated_at: datetime | None
    vacated_reason: str


@dataclass(frozen=True, slots=True)
class Gone:
    """Somebody who was not in the ranking of a revision: who, how, why."""

    who: Shown
    status: str
    why: str


def seats_of(tabulation: Tabulation) -> list[KeptSeat]:
    """Every seat by its number. One query for what was counted before inputs were kept, else none."""
    if not tabulation.inputs:
        fields = "number", "judge", "is_chief", "vacated_at", "vacated_reason"
        seats = Seat.objects.filter(stage=tabulation.stage_id).order_by("number")
        return [KeptSeat(*values) for values in seats.values_list(*fields)]
    return [
        KeptSeat(
            number=seat["seat"],
            judge=opened(tabulation.leaves, f"judge:{seat['seat']}"),
            is_chief=seat["chief"],
            vacated_at=datetime.fromisoformat(seat["left"]["at"]) if seat["left"] else None,
            vacated_reason=opened(tabulation.leaves, f"left:{seat['seat']}") if seat["left"] else "",
        )
        for seat in json.loads(tabulation.inputs)["panel"]
    ]


def gone_of(tabulation: Tabulation, corrections: Corrections | None = None) -> list[Gone]:
    """Those who left the ranking, in the order of appearance. At most two queries."""
    known = NameCorrection.objects.so_far() if corrections is None else corrections
    if not tabulation.inputs:
        return [
            Gone(known.show(person_from(person), entry), str(Status(status).label), why)
            for entry, status, why, *person in _gone_now(tabulation.stage_id)
        ]
    told = json.loads(tabulation.inputs)["gone"]
    return [gone(each, tabulation.leaves, known) for each in sorted(told, key=_in_order)]


def gone(told: Mapping[str, Any], leaves: Mapping[str, list[Any]], corrections: Corrections) -> Gone:
    """One of those who left, as a kept text tells them."""
    who = shown(leaves, told["entry"], corrections)
    return Gone(who, str(Status(told["status"]).label), opened(leaves, f"gone:{told['entry']}"))


def shown(leaves: Mapping[str, list[Any]], entry: int, corrections: Corrections) -> Shown:
    """The person of an entry with what was put right since; a name that was erased says so."""
    leaf = leaves.get(f"person:{entry}")
    return corrections.show(leaf[1] if leaf else {**HIDDEN, "name": _("（已隐去）")}, entry)


def opened(leaves: Mapping[str, list[Any]], key: str) -> str:
    """What a leaf says; one that was erased says so."""
    leaf = leaves.get(key)
    return str(leaf[1]) if leaf else _("（已隐去）")


def _gone_now(stage: int) -> Any:
    entries = Entry.objects.filter(stage=stage).exclude(status=Status.ENTERED).in_order()
    return entries.values_list("pk", "status", "status_reason", *COLUMNS.values())


def _in_order(told: Mapping[str, Any]) -> tuple[bool, int, int]:
    return told["order"] is None, told["order"] or 0, told["entry"]
