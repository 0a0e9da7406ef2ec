"""The panel and its seats."""

from collections import Counter
from dataclasses import asdict
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import log
from accounts.once import once
from accounts.permissions import Action, fetch, may
from accounts.proposals import reads
from accounts.proposals.views import propose_from, propose_page, proposed
from accounts.requests import SignedIn
from contest.models import Stage
from contest.models.stage import State
from scoring.actions import panel as actions
from scoring.actions import scoring
from scoring.actions.hold import BEFORE_SCORING, WrongState
from scoring.actions.rules import smallest_panel
from scoring.forms.panel import JoiningForm, JudgeByTwoForm, JudgeForm, JudgesForm, VacateForm
from scoring.models import FewerJudges, Seat

ABOUT_THE_PANEL = ("vacate", "unvacate", "seat_judges", "change_judge", "allow_fewer")


@once
def show_panel(request: SignedIn, pk: int) -> HttpResponse:
    """The panel; those who run the stage add judges here."""
    adding = request.method == "POST"
    stage = fetch(request.user, Action.RUN_STAGE if adding else Action.SEE_STAGE, Stage.objects.whole(), pk=pk)
    form = _joining(stage, request if adding else None)
    if adding and form.is_valid():
        if isinstance(form, JoiningForm):
            answer = _propose_judges(request, stage, form)
        else:
            answer = _seated(request, stage, form)
        if answer is not None:
            return answer
    context = _context(stage, form) | {
        "may_seat": actions.may_take_seats(stage) and may(request.user, Action.RUN_STAGE, stage),
        "may_run": stage.state in actions.SEATING and may(request.user, Action.RUN_STAGE, stage),
    }
    return render(request, "scoring/panel.html", context, status=400 if adding else 200)


@require_POST
@once
def deal(request: SignedIn, pk: int) -> HttpResponse:
    stage = fetch(request.user, Action.RUN_STAGE, Stage.objects.whole(), pk=pk)
    try:
        dealt = scoring.deal_missing(stage, by=request.user, at=timezone.now())
    except WrongState as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("已补发 %(count)d 份评分表。") % {"count": dealt})
    return redirect("scoring:panel", pk=pk)


@once
def edit_seat(request: SignedIn, pk: int) -> HttpResponse:
    seat = _seat(request, pk)
    by_two = seat.stage.state == State.SCORING
    sent: dict[str, Any] = {"data": request.POST, "files": request.FILES} if request.method == "POST" else {}
    told = {"name": seat.judge, "duty": seat.duty, "is_chief": seat.is_chief}
    form = (JudgeByTwoForm if by_two else JudgeForm)(**sent, initial=told)
    if form.is_bound and form.is_valid():
        answer = (
            _propose_change(request, seat, form) if isinstance(form, JudgeByTwoForm) else _changed(request, seat, form)
        )
        if answer is not None:
            return answer
    context = {"seat": seat, "stage": seat.stage, "form": form, "by_two": by_two}
    return render(request, "scoring/seat.html", context, status=400 if form.is_bound else 200)


def _changed(request: SignedIn, seat: Seat, form: JudgeForm) -> HttpResponse | None:
    """Correct the seat before scoring opens; None when that is refused, and the form then says why."""
    try:
        actions.change_judge(seat, form.judge, by=request.user, at=timezone.now())
    except (actions.SeatRefused, WrongState) as refused:
        form.add_error(None, str(refused))
        return None
    messages.success(request, _("已保存。"))
    return redirect("scoring:panel", pk=seat.stage_id)


def _propose_change(request: SignedIn, seat: Seat, form: JudgeByTwoForm) -> HttpResponse | None:
    judge = asdict(form.judge)
    told = {"reason": form.cleaned_data["reason"], "paper": form.paper, "by": request.user, "at": timezone.now()}
    made = propose_from(form, "change_judge", seat, judge, **told)
    return proposed(request, made) if made is not None else None


@once
def unvacate_seat(request: SignedIn, pk: int) -> HttpResponse:
    """Propose that a judge who left has the seat back."""
    seats = Seat.objects.select_related("stage__season", "stage__district")
    seat = fetch(request.user, Action.RUN_STAGE, seats, pk=pk)
    way_back = _way_back(seat.stage)
    return propose_page(
        request,
        "unvacate",
        seat,
        {},
        question=_("%(number)d 号评委%(judge)s恢复在席？") % {"number": seat.number, "judge": seat.judge},
        explanation=_("这位评委的评分表重新计入总分；离席期间没有评的，须补评、补录并核对。"),
        back=way_back["cancel_url"],
        crumbs=way_back["crumbs"],
    )


@once
def vacate_seat(request: SignedIn, pk: int) -> HttpResponse:
    seat = _seat(request, pk)
    form = VacateForm(request.POST, request.FILES) if request.method == "POST" else VacateForm()
    if form.is_bound and form.is_valid():
        told = {"reason": form.cleaned_data["reason"], "paper": form.paper, "by": request.user, "at": timezone.now()}
        made = propose_from(form, "vacate", seat, {}, at_once=form.at_once, **told)
        if made is not None:
            return proposed(request, made)
    context = {
        "question": _("%(number)d 号评委%(judge)s离席？") % {"number": seat.number, "judge": seat.judge},
        "explanation": _("这位评委已经打出的分数留存备查，但不再计入任何人的总分。"),
        "consequences": _told_of_leaving(seat),
        "form": form,
        **_way_back(seat.stage),
    }
    return render(request, "scoring/vacate.html", context, status=400 if form.is_bound else 200)


def _told_of_leaving(seat: Seat) -> list[str]:
    """What whoever lets this judge leave should know before."""
    told = [_("这位评委是评审团负责人：离席后负责人暂缺，须另行指定。")] if seat.is_chief else []
    if short := actions.short_without(seat):
        what = _("离席后在席评委 %(count)d 位，少于统分所需的至少 %(least)d 位：届时不能统分。")
        told.append(what % {"count": short[0], "least": short[1]})
    return told


@once
def remove(request: SignedIn, pk: int) -> HttpResponse:
    seat = _seat(request, pk)
    if request.method == "POST":
        try:
            actions.remove_seat(seat, by=request.user, at=timezone.now())
        except (actions.SeatRefused, WrongState) as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, _("已移除%(judge)s。") % {"judge": seat.judge})
        return redirect("scoring:panel", pk=seat.stage_id)
    context = {
        "question": _("从评审团移除%(judge)s？") % {"judge": seat.judge},
        "explanation": _("评分开始前可以移除；开始后只能办理离席。"),
        "confirm_label": _("移除"),
        "danger": True,
        **_way_back(seat.stage),
    }
    return render(request, "base_confirm.html", context)


@once
def allow_fewer(request: SignedIn, pk: int) -> HttpResponse:
    """Propose to count with the judges who are left, fewer than the rules ask for."""
    stage = fetch(request.user, Action.RUN_STAGE, Stage.objects.whole(), pk=pk)
    sitting, way_back = Seat.objects.sitting().filter(stage=stage).count(), _way_back(stage)
    return propose_page(
        request,
        "allow_fewer",
        stage,
        {"least": sitting},
        question=_("以现有的 %(count)d 位评委统分？") % {"count": sitting},
        explanation=_("评委少于评分细则规定的人数时，须凭会议纪要或处理决定办理；原因和依据写在成绩单上。"),
        back=way_back["cancel_url"],
        crumbs=way_back["crumbs"],
    )


def _joining(stage: Stage, sent: SignedIn | None) -> JudgesForm:
    """The form for judges who join; once scoring opened it proposes."""
    if stage.state == State.SCORING:
        return JoiningForm(sent.POST, sent.FILES) if sent else JoiningForm()
    return JudgesForm(sent.POST if sent else None)


def _seated(request: SignedIn, stage: Stage, form: JudgesForm) -> HttpResponse | None:
    """Seat the judges before scoring opens; None when they are refused, and the form then says why."""
    try:
        seats = actions.seat_judges(stage, form.judges, by=request.user, at=timezone.now())
    except (actions.SeatRefused, WrongState) as refused:
        form.add_error("lines", str(refused))
        return None
    _told(request, stage, seats)
    return redirect("scoring:panel", pk=stage.pk)


def _propose_judges(request: SignedIn, stage: Stage, form: JoiningForm) -> HttpResponse | None:
    judges = [[judge.name, judge.duty, judge.is_chief] for judge in form.judges]
    told = {"reason": form.cleaned_data["reason"], "paper": form.paper, "by": request.user, "at": timezone.now()}
    made = propose_from(form, "seat_judges", stage, {"judges": judges}, **told)
    return proposed(request, made) if made is not None else None


def _waiting_about(stage: Stage) -> list[reads.Line]:
    """What waits to be seconded about this panel."""
    now = timezone.now()
    found = reads.about(log.subject(stage), now)
    return reads.lines([each for each in found if each.verb in ABOUT_THE_PANEL], now)


def _way_back(stage: Stage) -> dict[str, Any]:
    panel = reverse("scoring:panel", args=[stage.pk])
    return {"cancel_url": panel, "crumbs": [(stage.get_absolute_url(), stage.title), (panel, _("评审团"))]}


def _seat(request: SignedIn, pk: int) -> Seat:
    seats = Seat.objects.sitting().select_related("stage__season", "stage__district")
    return fetch(request.user, Action.RUN_STAGE, seats, pk=pk)


def _context(stage: Stage, form: JudgesForm) -> dict[str, Any]:
    seats = list(Seat.objects.filter(stage=stage).order_by("number"))
    sitting = [seat for seat in seats if seat.vacated_at is None]
    names, before = Counter(seat.judge for seat in sitting), stage.state in BEFORE_SCORING
    return {
        "stage": stage,
        "form": form,
        "sitting": [(seat, names[seat.judge] > 1) for seat in sitting],
        "vacated": [seat for seat in seats if seat.vacated_at is not None],
        "smallest": (smallest := smallest_panel(stage)),
        "too_few": stage.state == State.SCORING and len(sitting) < smallest,
        "fewer": () if before else FewerJudges.objects.filter(stage=stage).select_related("basis"),
        "no_chief": bool(sitting) and not any(seat.is_chief for seat in sitting),
        "before_scoring": before,
        "waits": _waiting_about(stage),
        "undealt": scoring.undealt_count(stage) if stage.state == State.SCORING else 0,
    }


def _told(request: SignedIn, stage: Stage, seats: list[Seat]) -> None:
    messages.success(request, _("已增加 %(count)d 位评委。") % {"count": len(seats)})
    names = Counter(Seat.objects.sitting().filter(stage=stage).values_list("judge", flat=True))
    twice = [name for name in dict.fromkeys(seat.judge for seat in seats) if names[name] > 1]
    if twice:
        messages.warning(
            request, _("评审团中有同名的评委：%(names)s。请核对是否重复登记。") % {"names": _("、").join(twice)}
        )
