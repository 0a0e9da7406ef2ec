"""Typing how long each entrant spoke; the deduction follows from the stage's table."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import log
from accounts.permissions import Action, require
from contest.models import Entry, Stage
from contest.models.entry import Status
from contest.models.stage import State
from scoring.actions.hold import hold
from scoring.actions.rules import as_ruleset, ruleset_of
from scoring.models import Overtime
from scoring.rules.overtime import deduction

if TYPE_CHECKING:
    from accounts.models import User


@dataclass(frozen=True, slots=True)
class TimeChange:
    """The time somebody wants for an entrant, having seen its `edit` (0: none yet). None takes the time back."""

    entry_id: int
    edit: int
    seconds: int | None


@dataclass(frozen=True, slots=True)
class Timed:
    """The time as it stands, with its deduction in hundredths."""

    entry_id: int
    edit: int
    seconds: int | None
    points_c: int


@dataclass(frozen=True, slots=True)
class StaleTime:
    """Nothing was written: this is what `who` put there meanwhile."""

    entry_id: int
    edit: int
    seconds: int | None
    points_c: int
    who: str


@dataclass(frozen=True, slots=True)
class RefusedTime:
    entry_id: int
    reason: str


TimeOutcome = Timed | StaleTime | RefusedTime


def time_talk(entry: Entry, seconds: int | None, *, edit: int, by: "User", at: datetime) -> TimeOutcome:
    """Write one entrant's time; see time_talks."""
    (outcome,) = time_talks(entry.stage, [TimeChange(entry.pk, edit, seconds)], by=by, at=at)
    return outcome


@transaction.atomic
def time_talks(stage: Stage, changes: Sequence[TimeChange], *, by: "User", at: datetime) -> list[TimeOutcome]:
    """Notice IV, at most five minutes: write how many whole seconds each spoke, and what that costs.

    A time that was written since its `edit` is stale, unless it already says what is wanted. Raises WrongState unless
    the stage is in scoring, PermissionDenied.
    """
    require(by, Action.TYPE_MARKS, stage)
    stage = hold(stage, State.SCORING)
    table = as_ruleset(ruleset_of(stage)).overtime
    entries = (
        Entry.objects.filter(stage=stage)
        .select_related("overtime__typed_by")
        .in_bulk([change.entry_id for change in changes])
    )
    outcomes: list[TimeOutcome] = []
    written: dict[str, dict[str, int | None]] = {}
    for change in changes:
        entry = entries.get(change.entry_id)
        if entry is None or entry.status != Status.ENTERED:
            outcomes.append(RefusedTime(change.entry_id, _("这位参赛者不在评比之列，请刷新页面。")))
            continue
        now = getattr(entry, "overtime", None)
        if now is not None and now.seconds == change.seconds:
            outcomes.append(Timed(entry.pk, now.edit, now.seconds, now.points_c))
            continue
        points_c = 0 if change.seconds is None else deduction(change.seconds, table).points_c
        if _write(change, points_c, by=by, at=at):
            outcomes.append(Timed(entry.pk, change.edit + 1, change.seconds, points_c))
            written[str(entry.pk)] = {"edit": change.edit + 1, "seconds": change.seconds, "points_c": points_c}
        else:
            outcomes.append(_stale(entry.pk, now))
    if written:
        log.write(stage.season.code, "time_talks", by=by, at=at, on=stage, entries=written)
    return outcomes


def _write(change: TimeChange, points_c: int, *, by: "User", at: datetime) -> bool:
    """Write the time if nobody did since the edit that the change was made from."""
    told = {"seconds": change.seconds, "points_c": points_c, "edit": change.edit + 1, "typed_by": by, "typed_at": at}
    if change.edit:
        return bool(Overtime.objects.filter(entry=change.entry_id, edit=change.edit).update(**told))
    _row, made = Overtime.objects.get_or_create(entry_id=change.entry_id, defaults=told)
    return made


def _stale(entry_id: int, now: Overtime | None) -> StaleTime:
    if now is None:
        return StaleTime(entry_id, 0, None, 0, "")
    return StaleTime(entry_id, now.edit, now.seconds, now.points_c, str(now.typed_by))
