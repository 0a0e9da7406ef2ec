"""The second pair of eyes: typed sheets are compared with the paper by somebody who typed none of their marks."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import log
from accounts.permissions import Action, require
from contest.models import Stage
from contest.models.stage import State
from scoring.actions.hold import hold
from scoring.actions.sheets import claim
from scoring.models import Mark, Sheet

if TYPE_CHECKING:
    from accounts.models import User


@dataclass(frozen=True, slots=True)
class Seen:
    """A sheet as the person who compared it with the paper saw it."""

    sheet_id: int
    edit: int


@dataclass(frozen=True, slots=True)
class Unconfirmed:
    """A sheet that stays as it is, and why."""

    sheet_id: int
    reason: str


class NoReason(Exception):
    """What is sent back or corrected says what was wrong with it."""


class StaleSheet(Exception):
    """Somebody else wrote on the sheet after it was read."""


@transaction.atomic
def confirm_sheets(stage: Stage, seen: Sequence[Seen], *, by: "User", at: datetime) -> list[Unconfirmed]:
    """Confirm complete sheets that `by` did not type and that nobody wrote on since; returns those left unconfirmed.

    DESIGN 9: the confirmer is not the typist, of the sheet (a database constraint too) nor of any one mark. Raises
    WrongState unless the stage is in scoring, PermissionDenied.
    """
    require(by, Action.CONFIRM_MARKS, stage)
    hold(stage, State.SCORING)
    sheets = Sheet.objects.select_related("confirmed_by").filter(stage=stage).in_bulk([each.sheet_id for each in seen])
    typists = typists_of(sheets)
    left: list[Unconfirmed] = []
    confirmed: dict[str, int] = {}
    for sheet_id, edit in dict.fromkeys((each.sheet_id, each.edit) for each in seen):
        reason = _why_not(sheets.get(sheet_id), edit, typists[sheet_id], by)
        if not reason and not claim(
            sheet_id, edit, Sheet.State.TYPED, state=Sheet.State.CONFIRMED, confirmed_by=by, confirmed_at=at
        ):
            reason = _changed()
        if reason:
            left.append(Unconfirmed(sheet_id, reason))
        else:
            confirmed[str(sheet_id)] = edit + 1
    if confirmed:
        log.write(stage.season.code, "confirm_sheets", by=by, at=at, on=stage, sheets=confirmed)
    return left


@transaction.atomic
def return_sheet(sheet: Sheet, reason: str, *, edit: int, by: "User", at: datetime) -> None:
    """Send a typed sheet back to be typed again; `reason` says where it differs from the paper.

    Its marks stay until they are typed over. Raises NoReason, StaleSheet, WrongState, PermissionDenied.
    """
    require(by, Action.CONFIRM_MARKS, sheet)
    reason = reason.strip()
    if not reason:
        raise NoReason(_("请写明哪里与纸质评分表不符。"))
    stage = hold(sheet.stage, State.SCORING)
    if not claim(sheet.pk, edit, Sheet.State.TYPED, state=Sheet.State.OPEN):
        raise StaleSheet(_changed())
    log.write(stage.season.code, "return_sheet", by=by, at=at, on=sheet, reason=reason, edit=edit + 1)


def typists_of(sheet_ids: Sequence[int] | dict[int, Sheet]) -> dict[int, set[int]]:
    """By sheet, everybody who typed a mark that stands on it."""
    typists: dict[int, set[int]] = defaultdict(set)
    marks = Mark.objects.filter(sheet__in=list(sheet_ids)).exclude(typed_by=None)
    for sheet_id, typist in marks.values_list("sheet", "typed_by").distinct():
        typists[sheet_id].add(typist)
    return typists


def _why_not(sheet: Sheet | None, edit: int, typists: set[int], by: "User") -> str:
    if sheet is None:
        return _("没有这份评分表，请刷新页面。")
    if sheet.state == Sheet.State.CONFIRMED:
        return _("这份评分表已由%(who)s核对。") % {"who": sheet.confirmed_by}
    if sheet.edit != edit or not sheet.live:
        return _changed()
    if sheet.state != Sheet.State.TYPED:
        return _("这份评分表还没有录全。")
    if by.pk in {*typists, sheet.typed_by_id}:
        return _("您录入过这份评分表，须由另一人核对。")
    return ""


def _changed() -> str:
    return _("您打开页面之后，这份评分表又有改动，请对照纸质评分表重新核对。")
