"""One stage: where it stands, what is missing, what comes next."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import desk, shown, verbs
from accounts.emergency.reads import objected_in
from accounts.log.told import Told
from accounts.once import once
from accounts.permissions import Action, fetch, may
from accounts.proposals.paper import PaperRefused
from accounts.proposals.views import propose_page
from accounts.requests import SignedIn
from contest import progress, workflow
from contest.actions import season
from contest.forms.stages import BasisForm, ReasonForm, ScheduleForm
from contest.models import Entry, Stage
from contest.models.stage import State
from contest.reads.banners import banners_of
from contest.reads.emergency import concerning
from contest.reads.recent import last_acts
from contest.reads.way_back import being_put_right

LINES_SHOWN = 12


def stage(request: SignedIn, pk: int) -> HttpResponse:
    whole = Stage.objects.whole().select_related("certified_by", "certified_basis", "published_by", "published_basis")
    here = fetch(request.user, Action.SEE_STAGE, whole, pk=pk)
    return render(request, "contest/stage.html", _context(request, here))


@once
def move(request: SignedIn, pk: int, name: str) -> HttpResponse:
    """Make a move: over a page where it goes back (for the reason) or forward and leaves something undone.

    A move that takes two people is proposed here.
    """
    if name not in workflow.MOVES:
        raise Http404
    wanted = workflow.MOVES[name]
    if wanted.by_two:
        return _propose_move(request, pk, wanted)
    here = fetch(request.user, wanted.action, Stage.objects.whole(), pk=pk)
    form = _form(request, wanted)
    if request.method == "POST" and (form is None or form.is_valid()):
        told = form.cleaned_data if form is not None else {}
        paper = form.paper if isinstance(form, BasisForm) else None
        told = {"reason": told.get("reason", ""), shown.FIELD: shown.told_by(request)}
        try:
            workflow.perform_on(paper, name, here, by=request.user, at=timezone.now(), **told)
        except workflow.CannotMove as refused:
            here.refresh_from_db()
            context = _context(request, here) | {"refused": refused.problems}
            return render(request, "contest/stage.html", context, status=409)
        except PaperRefused as refused:
            assert form is not None  # noqa: S101 - a paper comes by a form
            form.add_error(None, str(refused))
        else:
            told = {"stage": here.title, "move": wanted.label}
            messages.success(request, _("“%(stage)s”：%(move)s，已完成。") % told)
            return redirect(here)
    context = {
        "question": _("%(stage)s：%(move)s？") % {"stage": here.title, "move": wanted.label},
        "explanation": wanted.note,
        "form": form,
        "kept": {shown.FIELD: workflow.as_shown(here)},
        "confirm_label": wanted.label,
        "cancel_url": here.get_absolute_url(),
        "crumbs": [(here.get_absolute_url(), here.title)],
        "danger": wanted.is_back,
        "undone": workflow.undone(here, wanted, timezone.now()) if here.state == wanted.before else [],
    }
    return render(request, "contest/move.html", context, status=400 if form is not None and form.is_bound else 200)


def _form(request: SignedIn, wanted: workflow.Move) -> ReasonForm | BasisForm | None:
    """What a move asks for; one that can rest on a paper is made without one by its button alone."""
    if wanted.needs_reason:
        return ReasonForm(request.POST or None)
    if wanted.takes_basis:
        sent = request.method == "POST"
        return BasisForm(request.POST if sent else None, request.FILES if sent else None)
    return None


def _propose_move(request: SignedIn, pk: int, wanted: workflow.Move) -> HttpResponse:
    here, at = fetch(request.user, wanted.action, Stage.objects.whole(), pk=pk), timezone.now()
    # What has to be undone first is said before anybody writes a reason.
    if request.method != "POST" and here.state == wanted.before and (first := workflow.problems(here, wanted, at)):
        return render(request, "contest/stage.html", _context(request, here) | {"refused": first}, status=409)
    falls = here.state == wanted.before and wanted.before in (State.CERTIFIED, State.CLOSED)
    return propose_page(
        request,
        wanted.name,
        here,
        {},
        question=_("%(stage)s：提请%(move)s？") % {"stage": here.title, "move": wanted.label},
        explanation=wanted.note,
        back=here.get_absolute_url(),
        crumbs=[(here.get_absolute_url(), here.title)],
        resting=[each.text for each in workflow.what_rests_on(here, at)] if falls else [],
    )


@once
def schedule(request: SignedIn, pk: int) -> HttpResponse:
    here = fetch(request.user, Action.RUN_STAGE, Stage.objects.whole(), pk=pk)

    def opened(sent: QueryDict | None = None) -> ScheduleForm:
        now = {"held_on": here.held_on, "venue": here.venue, shown.FIELD: season.schedule_as_shown(here)}
        return ScheduleForm(sent, initial=now, stage=here)

    form = opened(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            season.schedule(here, by=request.user, at=timezone.now(), **form.cleaned_data)
        except shown.ChangedSince as refused:
            here.refresh_from_db(fields=["held_on", "venue"])
            form.tell_changed(refused, opened())
        except (season.TooLate, season.BadDates) as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("时间地点已保存。"))
            return redirect(here)
    context = {"stage": here, "form": form}
    return render(request, "contest/schedule.html", context, status=400 if form.is_bound else 200)


def _context(request: SignedIn, stage: Stage) -> dict[str, Any]:
    """The state rail, the moves with what blocks them, the counts, and the last lines of the log."""
    mine = workflow.open_to(stage, request.user)
    forward, at = workflow.next_move(stage), timezone.now()
    waiting = forward if forward and forward not in mine else None
    sees_marks = may(request.user, Action.SEE_MARKS, stage)
    put_right = being_put_right([stage]).get(stage.pk) if sees_marks else None
    return {
        "stage": stage,
        "steps": _steps(stage),
        "todos": _waiting_here(request, stage, led_back=put_right is not None),
        "moves": [_offer(stage, each, at) for each in mine],
        "waiting": waiting,
        "waiting_for": _("这一步由市级工作人员办理。") if waiting else "",
        "waiting_problems": workflow.problems(stage, waiting, at) if waiting else [],
        "shown": workflow.as_shown(stage),
        "competing": Entry.objects.competing().filter(stage=stage).count(),
        "progress": progress.of([stage])[stage.pk],
        "may_schedule": may(request.user, Action.RUN_STAGE, stage) and stage.is_in(*season.SCHEDULING),
        "put_right": put_right,
        # Results that are being put right say themselves what comes next.
        "banners": [] if put_right else banners_of(stage, request.user),
        "objected": _objected(stage) if sees_marks else [],
        # A written reason may tell how results came about: not for everybody's eyes.
        "lines": last_acts(stage, LINES_SHOWN) if sees_marks else None,
    }


def _offer(stage: Stage, move: workflow.Move, at: datetime) -> tuple[workflow.Move, str, list[workflow.Problem], bool]:
    """A move with where its button leads, what stands in its way, and whether it is asked about on a page first."""
    standing = workflow.problems(stage, move, at)
    asks = move.needs_reason or move.by_two or (not standing and bool(workflow.undone(stage, move, at)))
    return move, reverse("contest:move", args=[stage.pk, move.name]), standing, asks


def _waiting_here(request: SignedIn, stage: Stage, *, led_back: bool) -> list[desk.Todo]:
    """What waits for this person on the stage's other pages, such as a list to submit or sheets to confirm.

    `led_back`: the page leads to the way back already.
    """
    here = stage.get_absolute_url()
    told = {here, reverse("contest:way_back", args=[stage.pk])} if led_back else {here}
    return [todo for todo in desk.waiting(request.user) if todo.url.startswith(here) and todo.url not in told]


def _objected(stage: Stage) -> list[Told]:
    """What the emergency account did here and somebody who reviewed it objected to."""
    objected = objected_in(stage.season.code).select_related("line__actor", "line__second", "line__note")
    return [verbs.as_told(act.line) for act in concerning(stage, objected)]


def _steps(stage: Stage) -> list[dict[str, Any]]:
    order = list(State)
    here = order.index(State(stage.state))
    words = ["done"] * here + ["here"] + ["todo"] * (len(order) - here - 1)
    return [{"label": state.label, "state": word} for state, word in zip(order, words, strict=True)]
