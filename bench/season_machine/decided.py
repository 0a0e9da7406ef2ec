"""What is decided, as plain values; and which act may change which of it, written out by hand.

Nothing here asks the code under test who may do what: the table below is DESIGN 6 and 9, read by a person.
"""

import functools
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Model

from certificates.models import Batch, Certificate
from contest.models import Award, Entry, Stage
from contest.models.stage import State
from quota.models import Shortlist, Substitution
from registry.models import Posting
from scoring.models import Ruling, Seat, Tabulation

# (what, stage, number) → how it stands.
Key = tuple[str, int, int]
Picture = dict[Key, Any]

BEGUN = (State.SCORING, State.TABULATED, State.CERTIFIED, State.PUBLISHED, State.CLOSED)
EVERYTHING = {
    "state", "results", "revision", "award", "list", "substitution", "entry", "place", "certificate", "batch", "seat",
    "ruling", "person",
}  # fmt: skip
RECOUNTED = {"results", "revision", "ruling"}
# Which of what is decided an act may change, whoever stands behind it.
MAY_CHANGE: dict[str, set[str]] = {
    "open_collecting": {"state"},
    "close_collecting": {"state"},
    "reopen_collecting": {"state"},
    # What hangs on a stage counts as decided from here on.
    "open_scoring": {"state", "entry", "place", "seat", "person"},
    "tabulate": {"state", "results", "revision"},
    "certify": {"state", "award"},
    "publish": {"state"},
    "close": {"state"},
    "reopen_scoring": {"state"},
    "withdraw_certification": {"state", "award", "certificate", "batch"},
    "withdraw_notice": {"state"},
    "reopen_closed": {"state"},
    "leave": {"entry"},
    "reinstate": {"entry"},
    "reinstate_disqualified": {"entry"},
    "vacate": {"seat"},
    "unvacate": {"seat"},
    "seat_judges": {"seat"},
    "swap_places": {"place"},
    "record_ruling": RECOUNTED,
    "withdraw_ruling": RECOUNTED,
    "disqualify": EVERYTHING - {"list", "substitution", "place", "seat", "person", "ruling"},
    "correct_person": {"person"},
    "approve_shortlist": {"list", "entry", "substitution", "place"},
    "revoke_approval": {"list", "entry", "substitution"},
    "propose_substitution": {"substitution"},
    "approve_substitution": {"substitution", "entry", "place"},
    "refuse_substitution": {"substitution"},
    "ask_certificates": {"certificate", "batch"},
    "discard_certificates": {"certificate", "batch"},
    "release_certificates": {"batch"},
}
# Two people stand behind these, named in one line.
BY_TWO = {
    "reopen_scoring", "withdraw_certification", "withdraw_notice", "reopen_closed", "vacate", "unvacate", "seat_judges",
    "swap_places", "record_ruling", "withdraw_ruling", "disqualify", "correct_person", "revoke_approval", "leave",
    "reinstate", "reinstate_disqualified",
}  # fmt: skip
# In the hall one may do them on a signed form, until the certification (DESIGN 9).
IN_HALL = {"leave", "reinstate", "vacate", "record_ruling"}
# What takes them back when the second person declines.
TAKEN_BACK = IN_HALL | {"unvacate", "withdraw_ruling"}
# The office's alone; everything else is the district's organizers' too, the final is always the office's.
CITY = {
    "publish", "close", "withdraw_notice", "reopen_closed", "disqualify", "reinstate_disqualified",
    "approve_shortlist", "return_shortlist", "revoke_approval", "approve_substitution", "refuse_substitution",
    "ask_certificates", "discard_certificates", "release_certificates", "change_quota_table",
    "name_deputy", "end_deputy",
}  # fmt: skip
# What changes in the final by what is done about a preliminary's list.
REACH_THE_FINAL = {"approve_shortlist", "revoke_approval", "approve_substitution"}


def picture(final_pk: int) -> Picture:
    """How everything decided stands now; twelve small statements, each put together once."""
    return dict(_all(final_pk))


def _all(final_pk: int) -> Iterator[tuple[Key, Any]]:
    begun = set()
    for pk, state in _rows(Stage, "pk", "state"):
        yield ("state", pk, pk), state
        if state in BEGUN:
            begun.add(pk)
    yield from _results()
    for stage, pk, *told in _rows(Award, "entry__stage", "pk", "entry", "tier", "rank", "live"):
        yield ("award", stage, pk), told
    yield from _lists()
    for stage, pk, status, order, secretary in _rows(Entry, "stage", "pk", "status", "order", "secretary"):
        # Who is in the final is decided by lists, long before its scoring.
        if stage in begun or stage == final_pk:
            yield ("entry", stage, pk), (status, secretary)
        if stage in begun:
            yield ("place", stage, pk), order
    for stage, pk, left in _rows(Seat, "stage", "pk", "vacated_at"):
        if stage in begun:
            yield ("seat", stage, pk), left is None
    for stage, pk, order, live in _rows(Ruling, "stage", "pk", "order", "live"):
        if live:
            yield ("ruling", stage, pk), order
    for pk, name, unit, stage in _rows(Posting, "pk", "secretary__name", "unit__name", "entries__stage"):
        if stage in begun:
            yield ("person", 0, pk), (name, unit)
    yield from _certificates()


def _results() -> Iterator[tuple[Key, Any]]:
    for stage, revision, live, inputs, outcome in _rows(Tabulation, "stage", "revision", "live", "inputs", "outcome"):
        yield ("revision", stage, revision), hashlib.sha256((inputs + outcome).encode()).hexdigest()
        if live:
            yield ("results", stage, stage), revision


def _lists() -> Iterator[tuple[Key, Any]]:
    for stage, pk, state, seats in _rows(Shortlist, "stage", "pk", "state", "seats"):
        if state in ("approved", "revoked"):
            yield ("list", stage, pk), (state, seats)
    for stage, pk, *told in _rows(Substitution, "shortlist__stage", "pk", "state", "leaving", "coming"):
        yield ("substitution", stage, pk), told


def _certificates() -> Iterator[tuple[Key, Any]]:
    for stage, pk, status, name in _rows(Certificate, "batch__stage", "pk", "status", "name"):
        yield ("certificate", stage, pk), (status, name)
    for stage, pk, *told in _rows(Batch, "stage", "pk", "live", "released_at", "superseded_at"):
        yield ("batch", stage, pk), told


def _rows(model: type[Model], *columns: str) -> list[Any]:
    """All rows as the database gives them. A walk asks so often that putting the statements together would be most."""
    with connection.cursor() as cursor:
        cursor.execute(*_statement(model, columns))
        return cursor.fetchall()


@functools.cache
def _statement(model: type[Model], columns: tuple[str, ...]) -> tuple[str, tuple[Any, ...]]:
    rows: Any = model._default_manager.order_by().values_list(*columns)
    return rows.query.sql_with_params()


@dataclass(frozen=True, slots=True)
class Change:
    what: str
    stage: int
    number: int
    before: Any
    after: Any

    def __str__(self) -> str:
        return f"{self.what} {self.number} of stage {self.stage}: {self.before} → {self.after}"


def changes(before: Picture, after: Picture) -> list[Change]:
    """What differs; None stands for what is not there."""
    keys = sorted(before.keys() | after.keys())
    return [Change(*key, before.get(key), after.get(key)) for key in keys if before.get(key) != after.get(key)]


def not_covered(found: Iterable[Change], verbs: Iterable[str], stage: int, final: int) -> list[Change]:
    """The changes that none of these acts on this stage may make."""
    allowed = {
        (what, where)
        for verb in verbs
        for what in MAY_CHANGE.get(verb, ())
        for where in (stage, 0, *([final] if verb in REACH_THE_FINAL else []))
    }
    return [change for change in found if (change.what, change.stage) not in allowed]
