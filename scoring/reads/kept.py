"""What a tabulation keeps: its inputs as one canonical text, and the names that were left out of it.

A name, and a reason that people wrote, enters the text as a salted hash (a leaf); the opened leaves lie beside it.
Masking or erasing one of them takes nothing from the text, nor from the line that commits to it.
"""

import hashlib
import json
import secrets
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from accounts import log
from contest.models import Award, Entry, Stage
from contest.models.entry import Status
from contest.models.person import COLUMNS, person_from
from scoring.actions.rules import as_ruleset, ruleset_of
from scoring.models import Mark, Ruling, Seat, Vote
from scoring.models.ruleset import Basis
from scoring.rules import recount as pure


class Leaves:
    """The opened leaves of a text: key to [salt, value]."""

    def __init__(self, known: Mapping[str, list[Any]] | None = None) -> None:
        self.opened: dict[str, list[Any]] = {}
        self._known = known or {}

    def close(self, key: str, value: Any) -> str:
        """The leaf of a value; with the salt that it had before where one is known."""
        salt = self._known[key][0] if key in self._known else secrets.token_hex(16)
        self.opened[key] = [salt, value]
        return leaf(salt, value)

    def carry(self, *keys: str) -> None:
        """Keep leaves as they were known, for a text that takes them over closed; one that was erased stays so."""
        self.opened |= {key: self._known[key] for key in keys if key in self._known}


def leaf(salt: str, value: Any) -> str:
    """What stands in a kept text instead of a name."""
    return log.commit_to(log.canonical(value), salt)


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def recount(text: str) -> str:
    """The outcome of a stored input text, counted anew, as canonical text. Asks no database."""
    return log.canonical(pure.recount(json.loads(text)))


def read_inputs(stage: Stage, leaves: Leaves) -> dict[str, Any]:
    """Read a stage's rules, panel, entrants, marks, votes and rulings in eight queries, as docs/kept.md has them."""
    stored = ruleset_of(stage)
    column = {criterion.pk: place for place, criterion in enumerate(stored.criteria.all())}
    entrants, gone = _entries(stage, leaves)
    return {
        "format": pure.FORMAT,
        "kind": stage.kind,
        "rules": _plain(asdict(as_ruleset(stored))),
        "basis": str(stored.basis),
        "votes_each": stored.votes_each,
        "panel": _panel(stage, leaves),
        "entrants": entrants,
        "gone": gone,
        "marks": _marks(stage, column),
        "votes": _votes(stage) if stored.basis == Basis.VOTES else None,
        "rulings": [
            {
                "ruling": each.pk,
                "order": each.order,
                "kind": each.kind,
                "total": pure.written(each.total),
                "why": leaves.close(f"ruling:{each.pk}", each.reason),
            }
            for each in Ruling.objects.filter(stage=stage, live=True).order_by("at", "pk")
        ],
    }


def _entries(stage: Stage, leaves: Leaves) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Those who compete, and those who left with the reason."""
    read = Entry.objects.filter(stage=stage).order_by("pk")
    fields = "pk", "order", "status", "status_reason", "overtime__seconds", "overtime__points_c"
    entrants, gone = [], []
    for pk, order, status, why, seconds, points_c, *person in read.values_list(*fields, *COLUMNS.values()):
        who = {"entry": pk, "order": order, "person": leaves.close(f"person:{pk}", person_from(person))}
        if status == Status.ENTERED:
            entrants.append({**who, "seconds": seconds, "deduction_c": points_c or 0})
        else:
            gone.append({**who, "status": status, "why": leaves.close(f"gone:{pk}", why)})
    return entrants, gone


def _panel(stage: Stage, leaves: Leaves) -> list[dict[str, Any]]:
    """Every seat, those vacated too, with the moment and the reason."""
    fields = "number", "judge", "is_chief", "vacated_at", "vacated_reason"
    return [
        {
            "seat": number,
            "judge": leaves.close(f"judge:{number}", judge),
            "chief": chief,
            "left": {"at": at.isoformat(), "why": leaves.close(f"left:{number}", why)} if at else None,
        }
        for number, judge, chief, at, why in Seat.objects.filter(stage=stage).order_by("number").values_list(*fields)
    ]


def _marks(stage: Stage, column: Mapping[int, int]) -> dict[str, dict[str, list[int | None]]]:
    """The marks that count, by entry and seat. A sheet without any mark is left out, and the rules miss it."""
    counting = Mark.objects.filter(
        sheet__stage=stage, sheet__live=True, sheet__seat__vacated_at=None, sheet__entry__status=Status.ENTERED
    )
    sheets: dict[tuple[int, int], list[int | None]] = defaultdict(lambda: [None] * len(column))
    fields = "sheet__entry_id", "sheet__seat__number", "criterion_id", "value_c"
    for entry, seat, criterion, value_c in counting.order_by().values_list(*fields):
        sheets[entry, seat][column[criterion]] = value_c
    marks: dict[str, dict[str, list[int | None]]] = defaultdict(dict)
    for (entry, seat), values in sheets.items():
        marks[str(entry)][str(seat)] = values
    return dict(marks)


def _votes(stage: Stage) -> list[list[int]]:
    """Which sitting judge named which competing entrant."""
    cast = Vote.objects.filter(entry__stage=stage, entry__status=Status.ENTERED, seat__vacated_at=None)
    return [list(pair) for pair in cast.order_by("seat__number", "entry").values_list("seat__number", "entry")]


def _plain(value: Any) -> Any:
    """Tuples as JSON has them, so that what is counted now equals what is read back."""
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, Iterable) and not isinstance(value, str):
        return [_plain(each) for each in value]
    return value


def award_digest(awards: Iterable[Award], leaves: Mapping[str, list[Any]]) -> str:
    """What the line of a certification commits to: every award, the person as a leaf salted as in the tabulation."""
    told = [
        [
            award.entry_id, award.version, award.tier, award.tier_name, award.tier_order, award.rank, award.revision,
            leaf(leaves.get(f"person:{award.entry_id}", [""])[0], award.person),
        ]
        for award in sorted(awards, key=lambda award: award.entry_id)
    ]  # fmt: skip
    return digest(log.canonical(told))
