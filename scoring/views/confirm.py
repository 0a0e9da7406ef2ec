"""Comparing a judge's typed sheets with the paper."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from accounts.models import User
from accounts.once import once
from accounts.permissions import Action, fetch, may
from accounts.requests import SignedIn
from contest.models import Stage
from contest.models.stage import State
from contest.workflow import next_move
from scoring.actions.confirmation import (
    NoReason,
    Seen,
    StaleSheet,
    Unconfirmed,
    confirm_sheets,
    look_again,
    return_sheet,
)
from scoring.actions.hold import WrongState
from scoring.forms.seen import pairs_from
from scoring.forms.sheets import ReturnForm
from scoring.grid import Line, lines_of
from scoring.history import versions_of
from scoring.models import Sheet
from scoring.reads.far import Far, far_in
from scoring.reads.nav import nav_of
from scoring.stack import Paper, Pile, next_after, papers_of, piles_of
from scoring.views.sheets import SHEETS


@once
def confirm(request: SignedIn, pk: int) -> HttpResponse:
    """One judge's stack; `?judge=` says whose. Posting confirms the ticked sheets."""
    confirming = request.method == "POST"
    stage = fetch(request.user, Action.CONFIRM_MARKS if confirming else Action.SEE_MARKS, Stage.objects.whole(), pk=pk)
    if not confirming:
        return render(request, "scoring/confirm.html", _context(request, stage))
    looked = {pk for pk, _edit in pairs_from(request.POST, "looked")}
    seen = [Seen(pk, edit, pk in looked) for pk, edit in pairs_from(request.POST, "sheet")]
    if not seen:
        context = _context(request, stage) | {"problems": [_("请先勾选已对照纸质评分表核对过的各行。")]}
        return render(request, "scoring/confirm.html", context, status=400)
    try:
        left = confirm_sheets(stage, seen, by=request.user, at=timezone.now())
    except WrongState as refused:
        context = _context(request, stage) | {"problems": [str(refused)]}
        return render(request, "scoring/confirm.html", context, status=409)
    if done := len({each.sheet_id for each in seen}) - len(left):
        messages.success(request, ngettext("已核对 %(count)d 份。", "已核对 %(count)d 份。", done) % {"count": done})
    if partly := _still_waiting(seen, left):
        told = ngettext(
            "其中 %(count)d 份有您录入的项，这些项还须另一人核对。",
            "其中 %(count)d 份有您录入的项，这些项还须另一人核对。",
            partly,
        )
        messages.info(request, told % {"count": partly})
    if left:
        context = _context(request, stage) | {"problems": _sentences(left)}
        return render(request, "scoring/confirm.html", context, status=409)
    return redirect(f"{reverse('scoring:confirm', args=[pk])}?judge={request.GET.get('judge', '')}")


@require_POST
@once
def look(request: SignedIn, pk: int) -> HttpResponse:
    """Put down that confirmed sheets, whose totals proved far off since, were compared with the paper again."""
    stage = fetch(request.user, Action.CONFIRM_MARKS, Stage.objects.whole(), pk=pk)
    seen = [Seen(*pair) for pair in pairs_from(request.POST, "again")]
    try:
        left = look_again(stage, seen, by=request.user, at=timezone.now())
    except WrongState as refused:
        messages.error(request, str(refused))
    else:
        for sentence in _sentences(left):
            messages.error(request, sentence)
        if done := len({each.sheet_id for each in seen}) - len(left):
            told = ngettext("已记下再看 %(count)d 份。", "已记下再看 %(count)d 份。", done)
            messages.success(request, told % {"count": done})
    return redirect(f"{reverse('scoring:confirm', args=[pk])}?judge={request.GET.get('judge', '')}")


@once
def send_back(request: SignedIn, pk: int) -> HttpResponse:
    """Send one typed sheet back to be typed again."""
    sheet = fetch(request.user, Action.CONFIRM_MARKS, SHEETS.all(), pk=pk)
    back = f"{reverse('scoring:confirm', args=[sheet.stage_id])}?judge={sheet.seat.number}"
    form = ReturnForm(request.POST if request.method == "POST" else None, initial={"edit": sheet.edit})
    if form.is_bound and form.is_valid():
        told = form.cleaned_data
        try:
            return_sheet(sheet, told["reason"], edit=told["edit"], by=request.user, at=timezone.now())
        except (NoReason, StaleSheet, WrongState) as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("已退回%(name)s的评分表。") % {"name": sheet.entry.secretary})
            return redirect(back)
    lines, places = lines_of(sheet.stage)
    versions = versions_of([sheet], lines, places)[sheet.entry_id, sheet.seat_id]
    context = {
        "sheet": sheet,
        "stage": sheet.stage,
        "form": form,
        "lines": lines,
        "here": next(version for version in versions if version.pk == pk),
        "back": back,
    }
    return render(request, "scoring/send_back.html", context, status=400 if form.is_bound else 200)


def _context(request: SignedIn, stage: Stage) -> dict[str, Any]:
    piles = piles_of(stage)
    pile = _pile(piles, request.GET.get("judge", ""))
    lines, places = lines_of(stage)
    may_confirm = stage.state == State.SCORING and may(request.user, Action.CONFIRM_MARKS, stage)
    # To anybody but those who have the paper it would be advice on how to judge.
    far = far_in(stage) if may_confirm else {}
    papers = papers_of(stage, pile.seat, Sheet.State.TYPED, lines, places, request.user, far) if pile else []
    again = _again(stage, pile, far, lines, places, request.user) if pile else []
    next_step = next_move(stage)
    all_confirmed = not any(each.open or each.typed for each in piles)
    return {
        "stage": stage,
        "nav": nav_of(stage),
        "lines": lines,
        "piles": piles,
        "pile": pile,
        "papers": papers,
        "again": again,
        "next": next_after(pile, piles) if pile and may_confirm else None,
        "next_step": next_step.label if next_step and may_confirm and all_confirmed else "",
        "may_confirm": may_confirm,
        "tickable": may_confirm and any(not paper.obstacle for paper in papers),
        "tabs": [
            {
                "label": f"{each.number} {each.judge}",
                "url": each.url,
                "current": each is pile,
                "count": each.typed,
            }
            for each in piles
        ],
    }


def _again(
    stage: Stage, pile: Pile, far: Mapping[int, Far], lines: Sequence[Line], places: int, reader: User
) -> list[Paper]:
    """This judge's confirmed sheets that proved far off when the rest of the panel came."""
    if not any(
        each.seat == pile.seat and each.state == Sheet.State.CONFIRMED and not each.looked for each in far.values()
    ):
        return []
    papers = papers_of(stage, pile.seat, Sheet.State.CONFIRMED, lines, places, reader, far)
    return [paper for paper in papers if paper.is_asked]


def _pile(piles: list[Pile], wanted: str) -> Pile | None:
    """The judge asked for, or the first whose sheets wait."""
    named = (pile for pile in piles if str(pile.number) == wanted)
    waiting = (pile for pile in piles if pile.typed)
    return next(named, None) or next(waiting, None) or next(iter(piles), None)


def _still_waiting(seen: list[Seen], left: list[Unconfirmed]) -> int:
    """How many sheets were confirmed in part: the reader typed the rest."""
    done = {each.sheet_id for each in seen} - {each.sheet_id for each in left}
    return Sheet.objects.filter(pk__in=done, state=Sheet.State.TYPED).count()


def _sentences(left: list[Unconfirmed]) -> list[str]:
    names = dict(
        Sheet.objects.filter(pk__in=[each.sheet_id for each in left]).values_list("pk", "entry__secretary__name")
    )
    return [
        _("%(name)s：%(reason)s") % {"name": names[each.sheet_id], "reason": each.reason}
        if each.sheet_id in names
        else each.reason
        for each in left
    ]
