"""The second pair of eyes: each mark is compared with the paper by somebody who did not type it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import log
from accounts.permissions import Action, require
from accounts.words import written
from contest.models import Stage
from contest.models.stage import State
from scoring.actions.hold import hold
from scoring.actions.sheets import claim
from scoring.models import Mark, Sheet
from scoring.reads.far import Far, far_in

if TYPE_CHECKING:
    from accounts.models import User


@dataclass(frozen=True, slots=True)
class Seen:
    """A sheet as the person who compared it with the paper saw it; `looked` a second time, if the total is far off."""

    sheet_id: int
    edit: int
    looked: bool = False


@dataclass(frozen=True, slots=True)
class Unconfirmed:
    """A sheet that stays as it is, and why."""

    sheet_id: int
    reason: str


class NoReason(Exception):
    """What is sent back or corrected says what was wrong with it."""


class StaleSheet(Exception):
    """Somebody else wrote on the sheet after it was read."""


@dataclass(slots=True)
class Waiting:
    """The marks of a sheet that nobody has confirmed, as criterion codes: `by` may confirm `mine`, not `own`."""

    mine: list[str] = field(default_factory=list)
    own: list[str] = field(default_factory=list)


@transaction.atomic
def confirm_sheets(stage: Stage, seen: Sequence[Seen], *, by: "User", at: datetime) -> list[Unconfirmed]:
    """Confirm the marks of complete sheets that `by` did not type, unless somebody wrote on the sheet since.

    DESIGN 9: the second person counts per mark (a database constraint too). A sheet is confirmed with the last of its
    marks; one on which marks of `by`'s own are left waits on for somebody else. Returns the sheets on which nothing
    was confirmed. A total far from the panel's (scoring.rules.far) is confirmed only by somebody who `looked` at the
    paper again, unless somebody did before; who did, when and at what is kept on the sheet and in the line.
    Raises WrongState unless the stage is in scoring, PermissionDenied.
    """
    require(by, Action.CONFIRM_MARKS, stage, at=at)
    hold(stage, State.SCORING)
    sheets = (
        Sheet.objects.select_related("confirmed_by", "seat")
        .filter(stage=stage)
        .in_bulk([each.sheet_id for each in seen])
    )
    waiting = waiting_for(by, sheets)
    far = far_in(stage, {sheet.entry_id for sheet in sheets.values()})
    twice = {each.sheet_id for each in seen if each.looked}
    left: list[Unconfirmed] = []
    confirmed: dict[str, int] = {}
    looked: list[Far] = []
    for sheet_id, edit in dict.fromkeys((each.sheet_id, each.edit) for each in seen):
        asked = far[sheet_id] if sheet_id in far and not far[sheet_id].looked else None
        reason = _why_not(sheets.get(sheet_id), edit, waiting[sheet_id])
        if not reason and asked and sheet_id not in twice:
            reason = _ask(asked)
        if not reason and not _confirm(sheet_id, edit, waiting[sheet_id], asked, by=by, at=at):
            reason = _changed()
        if reason:
            left.append(Unconfirmed(sheet_id, reason))
        else:
            confirmed[str(sheet_id)] = edit + 1
            looked += [asked] if asked else []
    if confirmed:
        unseen = Mark.objects.filter(sheet__in=[int(pk) for pk in confirmed], confirmed_by=None)
        unseen.exclude(typed_by=by).update(confirmed_by=by)
        parts = {pk: sorted(waiting[int(pk)].mine) for pk in confirmed if waiting[int(pk)].own}
        facts: dict[str, Any] = {"sheets": confirmed} | ({"only": parts} if parts else {}) | _looks(looked)
        reason = " ".join(_found(each, sheets[each.sheet]) for each in looked)
        log.write(stage.season.code, "confirm_sheets", by=by, at=at, on=stage, reason=reason, **facts)
    return left


@transaction.atomic
def look_again(stage: Stage, seen: Sequence[Seen], *, by: "User", at: datetime) -> list[Unconfirmed]:
    """Say of confirmed sheets, whose total proved far off when the rest of the panel came, that the paper says so.

    Whoever typed on the sheet does not. Returns the sheets on which nothing was put down. Raises WrongState unless
    the stage is in scoring, PermissionDenied.
    """
    require(by, Action.CONFIRM_MARKS, stage, at=at)
    hold(stage, State.SCORING)
    sheets = (
        Sheet.objects.filter(stage=stage, live=True).select_related("seat").in_bulk([each.sheet_id for each in seen])
    )
    own = set(Mark.objects.filter(sheet__in=sheets, typed_by=by).values_list("sheet", flat=True))
    far = far_in(stage, {sheet.entry_id for sheet in sheets.values()})
    left: list[Unconfirmed] = []
    looked: list[Far] = []
    for sheet_id, edit in dict.fromkeys((each.sheet_id, each.edit) for each in seen):
        asked = far.get(sheet_id)
        if sheet_id in own:
            left.append(Unconfirmed(sheet_id, _("这份评分表有您录入的项，须由另一人再看。")))
        elif asked is None or asked.state != Sheet.State.CONFIRMED or sheets[sheet_id].edit != edit:
            left.append(Unconfirmed(sheet_id, _changed()))
        elif not asked.looked:
            Sheet.objects.filter(pk=sheet_id, edit=edit).update(**_look(asked, by=by, at=at))
            looked.append(asked)
    if looked:
        reason = " ".join(_found(each, sheets[each.sheet]) for each in looked)
        log.write(stage.season.code, "look_again", by=by, at=at, on=stage, reason=reason, **_looks(looked))
    return left


@transaction.atomic
def return_sheet(sheet: Sheet, reason: str, *, edit: int, by: "User", at: datetime) -> None:
    """Send a typed sheet back to be typed again; `reason` says where it differs from the paper.

    Its marks stay until they are typed over, but what was confirmed of them is looked at again. Raises NoReason,
    StaleSheet, WrongState, PermissionDenied.
    """
    require(by, Action.CONFIRM_MARKS, sheet, at=at)
    reason = written(reason)
    if not reason:
        raise NoReason(_("请写明哪里与纸质评分表不符。"))
    stage = hold(sheet.stage, State.SCORING)
    if not claim(sheet.pk, edit, Sheet.State.TYPED, state=Sheet.State.OPEN):
        raise StaleSheet(_changed())
    sheet.marks.update(confirmed_by=None)
    log.write(stage.season.code, "return_sheet", by=by, at=at, on=sheet, reason=reason, edit=edit + 1)


def waiting_for(reader: "User", sheet_ids: Iterable[int]) -> dict[int, Waiting]:
    """By sheet, the unconfirmed marks: those that `reader` may confirm, and those that the reader typed. One query."""
    waiting: dict[int, Waiting] = defaultdict(Waiting)
    marks = Mark.objects.filter(sheet__in=list(sheet_ids), confirmed_by=None)
    for sheet_id, code, typist in marks.values_list("sheet", "criterion__code", "typed_by"):
        (waiting[sheet_id].own if typist == reader.pk else waiting[sheet_id].mine).append(code)
    return waiting


def _confirm(sheet_id: int, edit: int, waiting: Waiting, far: Far | None, *, by: "User", at: datetime) -> bool:
    """Claim the sheet; it is confirmed when no mark is left over."""
    whole = {"state": Sheet.State.CONFIRMED, "confirmed_by": by, "confirmed_at": at}
    fields = ({} if waiting.own else whole) | (_look(far, by=by, at=at) if far else {})
    return claim(sheet_id, edit, Sheet.State.TYPED, **fields)


def _look(far: Far, *, by: "User", at: datetime) -> dict[str, Any]:
    return {"looked_c": far.total_c, "looked_by": by, "looked_at": at}


def _looks(looked: Sequence[Far]) -> dict[str, Any]:
    """For the log: by sheet, the total that somebody looked at again."""
    return {"looked": {str(each.sheet): each.total_c for each in looked}} if looked else {}


def _found(far: Far, sheet: Sheet) -> str:
    told = {"seat": sheet.seat.number, "total": far.shown_total, "middle": far.shown_middle}
    return _("%(seat)d 号评委合计 %(total)s，评审团中位数 %(middle)s：再看纸质评分表，确为此分。") % told


def _ask(far: Far) -> str:
    told = {"total": far.shown_total, "middle": far.shown_middle}
    return (
        _("合计 %(total)s，评审团中位数 %(middle)s，相差很大。请再看一次纸质评分表，确为此分的，勾选“再看过”。") % told
    )


def _why_not(sheet: Sheet | None, edit: int, waiting: Waiting) -> str:
    if sheet is None:
        return _("没有这份评分表，请刷新页面。")
    if sheet.state == Sheet.State.CONFIRMED:
        return _("这份评分表已由%(who)s核对。") % {"who": sheet.confirmed_by}
    if sheet.edit != edit or not sheet.live:
        return _changed()
    if sheet.state != Sheet.State.TYPED:
        return _("这份评分表还没有录全。")
    if not waiting.mine:
        return _("这份评分表待核对的各项都是您录入的，须由另一人核对。")
    return ""


def _changed() -> str:
    return _("您打开页面之后，这份评分表又有改动，请对照纸质评分表重新核对。")
