"""Correcting a confirmed sheet: a new version with a reason; the old one stays to be seen."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import log
from accounts.permissions import Action, require
from accounts.words import written
from contest.models.stage import State
from scoring.actions.confirmation import NoReason, StaleSheet
from scoring.actions.hold import hold
from scoring.actions.sheets import Line, Refused, claim, why_unfit
from scoring.models import Criterion, Mark, Sheet
from scoring.typed import shown_points

if TYPE_CHECKING:
    from accounts.models import User


class UnfitMarks(Exception):
    """Marks that cannot stand; `refused` says which and why."""

    def __init__(self, refused: Sequence[Refused]) -> None:
        super().__init__(" ".join(each.reason for each in refused))
        self.refused = list(refused)


class NothingCorrected(Exception):
    """The new version would say what the old one says."""


@transaction.atomic
def correct_sheet(sheet: Sheet, marks: Mapping[str, int], reason: str, *, by: "User", at: datetime) -> Sheet:
    """Make the next version of a confirmed sheet, with these marks (hundredths by code) instead of the old ones.

    Only what is changed counts as typed by `by` and waits for somebody else; the other marks keep their typist and
    confirmer. Raises UnfitMarks, NothingCorrected,
    NoReason, StaleSheet when it is no longer the live, confirmed version, WrongState unless the stage is in scoring
    (DESIGN 5: a correction is a new sheet version with a reason), PermissionDenied.
    """
    require(by, Action.TYPE_MARKS, sheet)
    reason = written(reason)
    if not reason:
        raise NoReason(_("请写明更正的原因。"))
    stage = hold(sheet.stage, State.SCORING)
    criteria = {each.code: each for each in Criterion.objects.filter(ruleset__stage=stage)}
    if refused := _unfit(sheet, marks, criteria):
        raise UnfitMarks(refused)
    old = {mark.criterion.code: mark for mark in sheet.marks.select_related("criterion")}
    before = {code: mark.value_c for code, mark in old.items()}
    after = {**before, **marks}
    if after == before:
        raise NothingCorrected(_("更正后的分数与原来相同，没有需要更正的内容。"))
    if not claim(sheet.pk, sheet.edit, Sheet.State.CONFIRMED, live=False):
        raise StaleSheet(_("这份评分表已不是最新的已核对版本，请刷新页面查看。"))
    corrected = _next_version(sheet, after, reason, by=by, at=at)
    Mark.objects.bulk_create(
        _mark(corrected, criteria[code], value_c, old.get(code), by=by) for code, value_c in after.items()
    )
    changed = {code: [before[code], value_c] for code, value_c in after.items() if before[code] != value_c}
    log.write(
        stage.season.code, "correct_sheet", by=by, at=at, on=corrected, reason=reason, old=sheet.pk, marks=changed,
        words={criteria[code].name: [shown_points(value_c, 2) for value_c in pair] for code, pair in changed.items()},
    )  # fmt: skip
    return corrected


def _next_version(sheet: Sheet, marks: Mapping[str, int], reason: str, *, by: "User", at: datetime) -> Sheet:
    return Sheet.objects.create(
        stage_id=sheet.stage_id,
        entry_id=sheet.entry_id,
        seat_id=sheet.seat_id,
        version=sheet.version + 1,
        state=Sheet.State.TYPED,
        edit=1,
        total_c=sum(marks.values()),
        typed_by=by,
        typed_at=at,
        correction_reason=reason,
    )


def _mark(sheet: Sheet, criterion: Criterion, value_c: int, old: Mark | None, *, by: "User") -> Mark:
    """A mark of the new version: with its typist and confirmer where it says what it said before."""
    mark = Mark(sheet=sheet, criterion=criterion, value_c=value_c, max_c=criterion.max_c, typed_by=by)
    if old is not None and old.value_c == value_c:
        mark.typed_by_id, mark.confirmed_by_id = old.typed_by_id, old.confirmed_by_id
    return mark


def _unfit(sheet: Sheet, marks: Mapping[str, int], criteria: Mapping[str, Criterion]) -> list[Refused]:
    refused = []
    for code, value_c in marks.items():
        criterion = criteria.get(code)
        if criterion is None:
            refused.append(Refused(sheet.pk, code, _("评分细则里没有这一项，请刷新页面。")))
        elif reason := why_unfit(Line(criterion.pk, criterion.name, criterion.max_c, criterion.step_c), value_c):
            refused.append(Refused(sheet.pk, code, reason))
    return refused
