"""Comparing all times with the timekeeper's sheet, in one go."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.once import once
from accounts.permissions import Action, fetch, may
from accounts.requests import SignedIn
from contest.models import Stage
from contest.models.stage import State
from scoring.actions.hold import WrongState
from scoring.actions.overtime import SeenTime, confirm_times
from scoring.forms.seen import pairs_from
from scoring.reads.nav import nav_of
from scoring.reads.times import times_of


@once
def times(request: SignedIn, pk: int) -> HttpResponse:
    """Every entrant's time; posting confirms those the page showed."""
    confirming = request.method == "POST"
    stage = fetch(request.user, Action.CONFIRM_MARKS if confirming else Action.SEE_MARKS, Stage.objects.whole(), pk=pk)
    if not confirming:
        return render(request, "scoring/times.html", _context(request, stage))
    seen = [SeenTime(*pair) for pair in pairs_from(request.POST, "time")]
    if not seen:
        return _refused(request, stage, [_("没有可以核对的用时，请刷新页面。")], status=400)
    try:
        left = confirm_times(stage, seen, by=request.user, at=timezone.now())
    except WrongState as refused:
        return _refused(request, stage, [str(refused)])
    if done := len(set(seen)) - len(left):
        told = ngettext("已核对 %(count)d 个用时。", "已核对 %(count)d 个用时。", done) % {"count": done}
        messages.success(request, told)
    if left:
        names = {time.entry: time.name for time in times_of(stage, request.user)}
        told_of = [(names.get(each.entry_id, ""), each.reason) for each in left]
        return _refused(
            request,
            stage,
            [_("%(name)s：%(reason)s") % {"name": name, "reason": why} if name else why for name, why in told_of],
        )
    return redirect("scoring:times", pk=pk)


def _refused(request: SignedIn, stage: Stage, problems: list[str], status: int = 409) -> HttpResponse:
    context = _context(request, stage) | {"problems": problems}
    return render(request, "scoring/times.html", context, status=status)


def _context(request: SignedIn, stage: Stage) -> dict[str, Any]:
    rows = times_of(stage, request.user)
    may_confirm = stage.state == State.SCORING and may(request.user, Action.CONFIRM_MARKS, stage)
    return {
        "stage": stage,
        "nav": nav_of(stage),
        "times": rows,
        "may_confirm": may_confirm,
        "may_type": stage.state == State.SCORING and may(request.user, Action.TYPE_MARKS, stage),
        "confirmable": sum(bool(row.seen) for row in rows) if may_confirm else 0,
        "unconfirmed": sum(row.waits for row in rows),
        "untimed": sum(row.edit is None for row in rows),
        "confirmed": sum(bool(row.confirmed_by) for row in rows),
    }
