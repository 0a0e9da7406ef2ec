"""Opening a stage for scoring, and opening it again."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from accounts import log
from accounts.permissions import Action, require
from contest.models import Entry, Stage
from contest.models.stage import State
from contest.workflow import make
from scoring.actions.hold import hold
from scoring.actions.rules import read_rules
from scoring.models import Ruleset, Seat, Sheet

if TYPE_CHECKING:
    from accounts.models import Basis, User


@transaction.atomic
def open_scoring(
    stage: Stage,
    *,
    by: "User",
    at: datetime,
    reason: str = "",
    seconded_by: "User | None" = None,
    basis: "Basis | None" = None,
) -> None:
    """Notice V: freeze the rules and deal every sitting judge one empty sheet for every entrant.

    Raises CannotMove, PermissionDenied.
    """
    ruleset = Ruleset.objects.filter(stage=stage).first()
    # Without rules the move is refused by its blocker, in words.
    facts = {"rules": read_rules(ruleset).fingerprint} if ruleset else {}
    make("open_scoring", stage, by=by, at=at, reason=reason, seconded_by=seconded_by, basis=basis, facts=facts)
    Ruleset.objects.filter(stage=stage).update(frozen_at=at)
    deal(stage)


@transaction.atomic
def reopen_scoring(
    stage: Stage,
    *,
    by: "User",
    at: datetime,
    reason: str,
    seconded_by: "User | None" = None,
    basis: "Basis | None" = None,
) -> None:
    """Go back from the results to the sheets, with a reason; the results stand until they are tabulated anew.

    Raises CannotMove, PermissionDenied.
    """
    make(
        "reopen_scoring",
        stage,
        by=by,
        at=at,
        reason=reason,
        seconded_by=seconded_by,
        basis=basis,
        reopened_reason=reason[:255],
    )
    deal(stage)


@transaction.atomic
def deal_missing(stage: Stage, *, by: "User", at: datetime) -> int:
    """Deal the sheets still missing, of an entrant who came back or a judge seated late; their number.

    Raises WrongState unless scoring runs.
    """
    require(by, Action.RUN_STAGE, stage)
    dealt = deal(hold(stage, State.SCORING))
    log.write(stage.season.code, "deal_missing", by=by, at=at, on=stage, sheets=dealt)
    return dealt


def deal(stage: Stage) -> int:
    """Write an empty sheet for each competing entrant and sitting judge who have none; their number.

    Part of an action that holds the stage.
    """
    missing = undealt(stage)
    Sheet.objects.bulk_create(Sheet(stage=stage, entry_id=entry, seat_id=seat) for entry, seat in missing)
    return len(missing)


def undealt(stage: Stage) -> list[tuple[int, int]]:
    """The (entry, seat) pairs that should have a sheet and have none, in order of appearance and of seats."""
    entries = Entry.objects.competing().filter(stage=stage).in_order().values_list("pk", flat=True)
    seats = list(Seat.objects.sitting().filter(stage=stage).order_by("number").values_list("pk", flat=True))
    dealt = set(Sheet.objects.live().filter(stage=stage).values_list("entry_id", "seat_id"))
    return [(entry, seat) for entry in entries for seat in seats if (entry, seat) not in dealt]


def undealt_count(stage: Stage) -> int:
    """How many sheets are missing, without reading them."""
    entries = Entry.objects.competing().filter(stage=stage).count()
    seats = Seat.objects.sitting().filter(stage=stage).count()
    return entries * seats - Sheet.objects.counting().filter(stage=stage).count()
