"""How long each entrant spoke: typed by one person, confirmed by another; the deduction follows from the table."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import F
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
from scoring.typed import shown_seconds

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


@dataclass(frozen=True, slots=True)
class SeenTime:
    """A time as the person who compared it with the timekeeper's sheet saw it."""

    entry_id: int
    edit: int


@dataclass(frozen=True, slots=True)
class UnconfirmedTime:
    """A time that stays as it is, and why."""

    entry_id: int
    reason: str


def time_talk(entry: Entry, seconds: int | None, *, edit: int, by: "User", at: datetime) -> TimeOutcome:
    """Write one entrant's time; see time_talks."""
    (outcome,) = time_talks(entry.stage, [TimeChange(entry.pk, edit, seconds)], by=by, at=at)
    return outcome


@transaction.atomic
def time_talks(stage: Stage, changes: Sequence[TimeChange], *, by: "User", at: datetime) -> list[TimeOutcome]:
    """Notice IV, at most five minutes: write how many whole seconds each spoke, and what that costs.

    A time that was written since its `edit` is stale, unless it already says what is wanted. One that was confirmed
    waits for a second person again; the log keeps old and new in words. Raises WrongState unless the stage is in
    scoring, PermissionDenied.
    """
    require(by, Action.TYPE_MARKS, stage)
    stage = hold(stage, State.SCORING)
    table = as_ruleset(ruleset_of(stage)).overtime
    entries = (
        Entry.objects.filter(stage=stage)
        .select_related("secretary", "overtime__typed_by")
        .in_bulk([change.entry_id for change in changes])
    )
    outcomes: list[TimeOutcome] = []
    written: dict[str, dict[str, int | None]] = {}
    words: dict[str, list[str]] = {}
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
            if now is not None:
                written[str(entry.pk)]["before"] = now.seconds
                words[entry.secretary.name] = [_told(now.seconds), _told(change.seconds)]
        else:
            outcomes.append(_stale(entry.pk, now))
    if written:
        log.write(stage.season.code, "time_talks", by=by, at=at, on=stage, entries=written, words=words)
    return outcomes


@transaction.atomic
def confirm_times(stage: Stage, seen: Sequence[SeenTime], *, by: "User", at: datetime) -> list[UnconfirmedTime]:
    """DESIGN 9, paired acts: confirm in one go what the signed timekeeper's sheet says; returns what is left.

    Left is what `by` typed, what was written since it was seen, and what is there no more. A time taken back is
    confirmed like one that was typed: either moves a deduction. Raises WrongState unless the stage is in scoring,
    PermissionDenied.
    """
    require(by, Action.CONFIRM_MARKS, stage, at=at)
    stage = hold(stage, State.SCORING)
    times = Overtime.objects.counting().filter(entry__stage=stage).select_related("confirmed_by")
    known = {time.entry_id: time for time in times.filter(entry__in=[each.entry_id for each in seen])}
    left: list[UnconfirmedTime] = []
    confirmed: dict[str, int] = {}
    for each in dict.fromkeys(seen):
        time = known.get(each.entry_id)
        if reason := _why_not(time, each.edit, by):
            left.append(UnconfirmedTime(each.entry_id, reason))
        else:
            confirmed[str(each.entry_id)] = each.edit + 1
    if confirmed:
        # Whoever writes times holds the stage, so that nothing has changed since they were read.
        waiting = Overtime.objects.filter(entry__in=[int(pk) for pk in confirmed], confirmed_by=None)
        waiting.update(confirmed_by=by, confirmed_at=at, edit=F("edit") + 1)
        log.write(stage.season.code, "confirm_times", by=by, at=at, on=stage, entries=confirmed)
    return left


def _write(change: TimeChange, points_c: int, *, by: "User", at: datetime) -> bool:
    """Write the time if nobody did since the edit that the change was made from."""
    told: dict[str, Any] = {"seconds": change.seconds, "points_c": points_c}
    told |= {"typed_by": by, "typed_at": at, "confirmed_by": None, "confirmed_at": None}
    if change.edit:
        seen = Overtime.objects.filter(entry=change.entry_id, edit=change.edit)
        return bool(seen.update(**told, edit=F("edit") + 1))
    _row, made = Overtime.objects.get_or_create(entry_id=change.entry_id, defaults=told)
    return made


def _stale(entry_id: int, now: Overtime | None) -> StaleTime:
    if now is None:
        return StaleTime(entry_id, 0, None, 0, "")
    return StaleTime(entry_id, now.edit, now.seconds, now.points_c, str(now.typed_by))


def _why_not(time: Overtime | None, edit: int, by: "User") -> str:
    if time is None:
        return _("没有登记这位参赛者的用时，请刷新页面。")
    if time.confirmed_by is not None:
        return _("这个用时已由%(who)s核对。") % {"who": time.confirmed_by}
    if time.edit != edit:
        return _("您打开页面之后，这个用时又有改动，请对照计时记录重新核对。")
    if time.typed_by_id == by.pk:
        return _("这个用时是您录入的，须由另一人核对。")
    return ""


def _told(seconds: int | None) -> str:
    return shown_seconds(seconds) or "—"
