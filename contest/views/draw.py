"""The draw for the order of appearance."""

from typing import Any

from django.contrib import messages
from django.db.models import Model
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import log
from accounts.models import Proposal
from accounts.once import once
from accounts.permissions import Action, fetch, may
from accounts.proposals import reads
from accounts.proposals.forms import ProposeForm
from accounts.proposals.views import propose_from, propose_page, proposed
from accounts.requests import SignedIn
from contest.actions import draw as actions
from contest.forms.draw import DrawForm, HandDrawnForm, SwapForm
from contest.models import Draw, Entry, Stage, Swap
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


@once
def void(request: SignedIn, pk: int) -> HttpResponse:
    """Propose to set a draw aside: one alone could draw until the order pleases."""
    here = fetch(request.user, Action.DRAW, Draw.objects.select_related("stage__season", "stage__district"), pk=pk)
    return propose_page(
        request,
        "void_draw",
        here,
        {},
        question=_("%(stage)s：提请作废这次抽签？") % {"stage": here.stage.title},
        explanation=_("原来的抽签留存备查；作废后出场顺序为空，须重新抽签。"),
        back=reverse("contest:draw", args=[here.stage_id]),
        crumbs=_crumbs(here.stage),
    )


@once
def by_hand(request: SignedIn, pk: int) -> HttpResponse:
    """Propose the order that was drawn from slips of paper before witnesses."""
    stage = fetch(request.user, Action.DRAW, Stage.objects.whole(), pk=pk)
    entries = list(Entry.objects.competing().filter(stage=stage).select_related("secretary").order_by("pk"))
    form = HandDrawnForm(*_sent(request), entries=entries)
    if form.is_valid() and (made := _propose(request, form, "enter_order", stage, form.arguments)):
        return proposed(request, made)
    question = _("%(stage)s：登记手工抽签的出场顺序") % {"stage": stage.title}
    explanation = _("在见证人面前用签纸抽签的，照签纸填写每个人的位置，并附签字的抽签记录照片。")
    return _propose_page(request, form, stage, question, explanation)


@once
def swap(request: SignedIn, pk: int) -> HttpResponse:
    """Propose that two entrants change places."""
    stage = fetch(request.user, Action.DRAW, Stage.objects.whole(), pk=pk)
    drawn = Entry.objects.competing().filter(stage=stage, order__isnull=False).select_related("secretary")
    form = SwapForm(*_sent(request), entries=drawn.order_by("order"))
    if form.is_valid():
        first = Entry.objects.whole().get(pk=form.cleaned_data["first"].pk)
        if made := _propose(request, form, "swap_places", first, {"other": form.cleaned_data["second"].pk}):
            return proposed(request, made)
    question = _("%(stage)s：对调两位参赛者的出场顺序") % {"stage": stage.title}
    explanation = _("抽签结果本身留存不变，对调单独记录。双方都要知情同意。")
    return _propose_page(request, form, stage, question, explanation)


def _sent(request: SignedIn) -> tuple[Any, Any]:
    return (request.POST, request.FILES) if request.method == "POST" else (None, None)


def _propose(request: SignedIn, form: ProposeForm, verb: str, obj: Model, arguments: dict[str, Any]) -> Proposal | None:
    told = {"reason": form.cleaned_data["reason"], "paper": form.paper, "by": request.user, "at": timezone.now()}
    return propose_from(form, verb, obj, arguments, **told)


def _propose_page(request: SignedIn, form: ProposeForm, stage: Stage, question: str, explanation: str) -> HttpResponse:
    context = {
        "question": question,
        "explanation": explanation,
        "consequences": [_("提请后由另一位有权限的同事复核，复核后才生效。")],
        "form": form,
        "confirm_label": _("提请复核"),
        "cancel_url": reverse("contest:draw", args=[stage.pk]),
        "crumbs": _crumbs(stage),
    }
    return render(request, "base_confirm.html", context, status=400 if form.is_bound else 200)


def _crumbs(stage: Stage) -> list[tuple[str, str]]:
    return [(stage.get_absolute_url(), stage.title), (reverse("contest:draw", args=[stage.pk]), _("抽签"))]


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
    status: int = 200,
) -> HttpResponse:
    people = ("committed_by", "drawn_by", "seconded_by", "voided_by", "void_seconded_by")
    draws = list(Draw.objects.filter(stage=stage).select_related(*people))
    live = next((each for each in draws if each.live), None)
    context = {
        "stage": stage,
        "live": live,
        "void": [each for each in draws if not each.live],
        "entries": Entry.objects.filter(stage=stage).with_people().in_order(),
        "draw_form": draw_form or DrawForm(),
        "swaps": _swaps(live),
        "proposals": reads.lines(_about_the_draw(stage), timezone.now()),
        "may_draw": may(request.user, Action.DRAW, stage) and stage.state == State.READY,
        "may_swap": may(request.user, Action.DRAW, stage) and stage.is_in(*actions.SWAPPING),
    }
    return render(request, "contest/draw.html", context, status=status)


def _swaps(draw: Draw | None) -> list[Swap]:
    """Who changed places since the draw."""
    if draw is None:
        return []
    return list(draw.swaps.select_related("entry__secretary", "other__secretary", "by", "seconded_by"))


def _about_the_draw(stage: Stage) -> list[Proposal]:
    """What somebody proposed about the order of appearance and nobody has seconded yet."""
    waiting = reads.about(log.subject(stage), timezone.now())
    return [each for each in waiting if each.verb in ("void_draw", "enter_order", "swap_places")]
