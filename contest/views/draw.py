"""The draw for the order of appearance."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.once import once
from accounts.permissions import Action, fetch, may
from accounts.requests import SignedIn
from contest.actions import draw as actions
from contest.forms.draw import DrawForm, VoidForm
from contest.models import Draw, Entry, Stage
from contest.models.stage import State


def draw(request: SignedIn, pk: int) -> HttpResponse:
    stage = fetch(request.user, Action.SEE_STAGE, Stage.objects.whole(), pk=pk)
    return _show(request, stage)


@require_POST
@once
def commit(request: SignedIn, pk: int) -> HttpResponse:
    stage = fetch(request.user, Action.DRAW, Stage.objects.whole(), pk=pk)
    try:
        actions.commit_draw(stage, by=request.user, at=timezone.now())
    except actions.DrawRefused as refused:
        return _refuse(request, stage, refused)
    messages.success(request, _("种子已封存，哈希已公布。"))
    return redirect("contest:draw", pk=pk)


@require_POST
@once
def lots(request: SignedIn, pk: int) -> HttpResponse:
    here = fetch(request.user, Action.DRAW, Draw.objects.select_related("stage__season", "stage__district"), pk=pk)
    form = DrawForm(request.POST)
    if form.is_valid():
        try:
            actions.draw_lots(here, by=request.user, at=timezone.now(), **form.cleaned_data)
        except actions.DrawRefused as refused:
            return _refuse(request, here.stage, refused, draw_form=form)
        messages.success(request, _("抽签完成，出场顺序已确定。"))
        return redirect("contest:draw", pk=here.stage_id)
    return _show(request, here.stage, draw_form=form, status=400)


@require_POST
@once
def void(request: SignedIn, pk: int) -> HttpResponse:
    here = fetch(request.user, Action.DRAW, Draw.objects.select_related("stage__season", "stage__district"), pk=pk)
    form = VoidForm(request.POST)
    if form.is_valid():
        try:
            actions.void_draw(here, reason=form.cleaned_data["reason"], by=request.user, at=timezone.now())
        except actions.DrawRefused as refused:
            return _refuse(request, here.stage, refused, void_form=form)
        messages.success(request, _("这次抽签已作废。"))
        return redirect("contest:draw", pk=here.stage_id)
    return _show(request, here.stage, void_form=form, status=400)


def _refuse(request: SignedIn, stage: Stage, refused: actions.DrawRefused, **forms: Any) -> HttpResponse:
    """Say why above the page, as it now stands: the step's own form may no longer be on it."""
    messages.error(request, str(refused))
    stage.refresh_from_db(fields=["state"])
    return _show(request, stage, status=409, **forms)


def _show(
    request: SignedIn,
    stage: Stage,
    *,
    draw_form: DrawForm | None = None,
    void_form: VoidForm | None = None,
    status: int = 200,
) -> HttpResponse:
    draws = list(Draw.objects.filter(stage=stage).select_related("committed_by", "drawn_by"))
    live = next((each for each in draws if each.live), None)
    context = {
        "stage": stage,
        "live": live,
        "void": [each for each in draws if not each.live],
        "entries": Entry.objects.filter(stage=stage).with_people().in_order(),
        "draw_form": draw_form or DrawForm(),
        "void_form": void_form or VoidForm(),
        "may_draw": may(request.user, Action.DRAW, stage) and stage.state == State.READY,
    }
    return render(request, "contest/draw.html", context, status=status)
