"""A stage's entrants."""

from django import forms
from django.contrib import messages
from django.core.exceptions import BadRequest
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import downloads, log, search
from accounts.models import Proposal
from accounts.once import once
from accounts.permissions import Action, fetch, may
from accounts.proposals import reads
from accounts.proposals.forms import HallFields
from accounts.proposals.views import propose_from, proposed
from accounts.requests import SignedIn
from contest.actions import entries as actions
from contest.forms.entries import EnterForm, HallLeaveForm, HallReinstateForm, LeaveForm, ReinstateForm, TalkForm
from contest.joining import Way, in_the_way
from contest.models import Entry, Stage
from contest.models.entry import Status
from contest.models.stage import Kind, State
from contest.reads.way_back import WITH_RESULTS

PER_PAGE = 100
# What the page of an entrant does: each form names its own.
STEPS = ("talk", "leave", "return")


def entries(request: SignedIn, pk: int) -> HttpResponse:
    stage = fetch(request.user, Action.SEE_STAGE, Stage.objects.whole(), pk=pk)
    wanted, status = search.wanted(request), request.GET.get("status", "")
    found = Entry.objects.filter(stage=stage).with_people().in_order()
    if wanted:
        found = found.filter(
            search.named("secretary__name", wanted)
            | Q(posting__village__name__icontains=wanted)
            | Q(posting__village__town__name__icontains=wanted)
            | Q(posting__unit__name__icontains=wanted)
        )
    if status in Status.values:
        found = found.filter(status=status)
    context = {
        "stage": stage,
        "page": Paginator(found, PER_PAGE).get_page(request.GET.get("page")),
        "q": wanted,
        "status": status,
        "statuses": Status.choices,
        "counts": _counts(stage),
        "may_change": may(request.user, Action.ENTER_SECRETARY, stage) and stage.state in actions.LEAVING,
        "may_disqualify": stage.state in WITH_RESULTS and may(request.user, Action.DISQUALIFY, stage),
        "may_enter": not stage.is_final
        and may(request.user, Action.ENTER_SECRETARY, stage)
        and stage.state in actions.JOINING,
    }
    return render(request, "contest/entries.html", context)


def export_entries(request: SignedIn, pk: int) -> HttpResponse:
    """The list of entrants as an Excel file, everybody and their status."""
    stage = fetch(request.user, Action.SEE_STAGE, Stage.objects.whole(), pk=pk)
    headings = [
        _("出场顺序"),
        _("姓名"),
        _("地区"),
        _("镇街"),
        _("村"),
        _("选派单位"),
        _("演讲题目"),
        _("状态"),
        _("原因"),
    ]
    rows = [
        [
            each.order,
            each.secretary.name,
            each.district.name,
            each.posting.village.town.name,
            each.posting.village.name,
            each.posting.unit.name,
            each.talk,
            each.get_status_display(),
            each.status_reason,
        ]
        for each in Entry.objects.filter(stage=stage).with_people().in_order()
    ]
    title = stage.season.marked(_("%(stage)s参赛名单") % {"stage": stage.title})
    return downloads.excel(title, headings, rows)


@once
def enter(request: SignedIn, pk: int) -> HttpResponse:
    """Enter people for a preliminary; the final's entrants come from the approved lists alone (notice V(1))."""
    preliminaries = Stage.objects.whole().filter(kind=Kind.PRELIMINARY)
    stage = fetch(request.user, Action.ENTER_SECRETARY, preliminaries, pk=pk)
    form = EnterForm(request.POST or None, stage=stage)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.enter_all(stage, list(form.cleaned_data["postings"]), by=request.user, at=timezone.now())
        except actions.EntryRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("已加入 %(count)d 位参赛者。") % {"count": len(made)})
            return redirect("contest:entries", pk=pk)
    context = {"stage": stage, "form": form, "candidates": form.fields["postings"].queryset.count()}  # type: ignore[attr-defined]
    return render(request, "contest/enter.html", context, status=400 if form.is_bound else 200)


@once
def entry(request: SignedIn, pk: int) -> HttpResponse:
    """One entrant: the talk's title, leaving the ranking, coming back."""
    here = fetch(request.user, Action.ENTER_SECRETARY, Entry.objects.whole(), pk=pk)
    step, now = request.POST.get("step", ""), _step(here)
    if request.method == "POST" and step not in STEPS:
        raise BadRequest("neither the talk nor leaving nor coming back")
    talk = TalkForm(request.POST if step == "talk" else None, initial={"talk": here.talk})
    leaving = _leaving(here, request if step == now else None)
    if isinstance(leaving, HallFields) and _verb(here, request) == "reinstate_disqualified":
        leaving.require_paper()
    form = {"talk": talk, now: leaving}.get(step)
    if form is not None and form.is_valid():
        if isinstance(form, HallFields):
            made = _propose(here, form, request)
            if made is not None:
                return proposed(request, made)
        elif _carried_out(here, step, form, request):
            messages.success(request, _("已保存。"))
            return redirect("contest:entries", pk=here.stage_id)
    context = {
        "entry": here,
        "stage": here.stage,
        "talk": talk,
        "leaving": leaving,
        "step": now,
        "entered": now == "leave",
        # Whoever wrote down an absence that a colleague had written down already must not bring the person back.
        "stale": bool(step) and form is None,
        "by_two": isinstance(leaving, HallFields),
        "waits": _waiting_about(here),
        "by_decision": actions.BY_DECISION % {"name": here.secretary.name} if actions.out_by_decision(here) else "",
        "in_the_way": in_the_way(here.stage, Way.LEAVE if now == "leave" else Way.RETURN, [here.secretary_id]),
    }
    return render(request, "contest/entry.html", context, status=409 if context["stale"] else 400 if form else 200)


def _step(entry: Entry) -> str:
    """What can be done about somebody now; the page's form names it, so that an old page cannot do the opposite."""
    return "leave" if entry.status == Status.ENTERED else "return"


def _leaving(entry: Entry, sent: SignedIn | None) -> forms.Form:
    """The form for leaving or coming back; once scoring opened it proposes, on a paper or none."""
    entered = entry.status == Status.ENTERED
    if entry.stage.state == State.SCORING:
        form = HallLeaveForm if entered else HallReinstateForm
        return form(sent.POST, sent.FILES) if sent else form()
    return (LeaveForm if entered else ReinstateForm)(sent.POST if sent else None)


def _propose(entry: Entry, form: HallFields, request: SignedIn) -> Proposal | None:
    """Propose that somebody leaves or comes back, or do it in the hall at once."""
    arguments = {"status": form.cleaned_data.get("status", entry.status)}
    told = {"reason": form.cleaned_data["reason"], "paper": form.paper, "by": request.user, "at": timezone.now()}
    return propose_from(form, _verb(entry, request), entry, arguments, at_once=form.at_once, **told)


def _verb(entry: Entry, request: SignedIn) -> str:
    """What is proposed: who was disqualified on a recorded decision comes back by the office, on another."""
    if entry.status == Status.ENTERED:
        return "leave"
    by_decision = actions.out_by_decision(entry) and may(request.user, Action.DISQUALIFY, entry)
    return "reinstate_disqualified" if by_decision else "reinstate"


def _carried_out(entry: Entry, step: str, form: forms.Form, request: SignedIn) -> bool:
    """Name the talk, or let somebody leave or come back before scoring opens; refused, the form says why."""
    at, told = timezone.now(), form.cleaned_data
    try:
        if step == "talk":
            actions.name_talk(entry, told["talk"], by=request.user, at=at)
        elif entry.status == Status.ENTERED:
            actions.leave(entry, Status(told["status"]), reason=told["reason"], by=request.user, at=at)
        else:
            actions.reinstate(entry, reason=told["reason"], by=request.user, at=at)
    except actions.EntryRefused as refused:
        form.add_error(None, str(refused))
        return False
    return True


def _waiting_about(entry: Entry) -> list[reads.Line]:
    """What waits to be seconded about this entrant."""
    now, mine = timezone.now(), log.subject(entry)
    return reads.lines([each for each in reads.about(log.subject(entry.stage), now) if each.subject == mine], now)


def _counts(stage: Stage) -> list[tuple[str, int]]:
    counted = dict(Entry.objects.filter(stage=stage).values_list("status").annotate(Count("pk")).order_by())
    return [(str(Status(status).label), counted[status]) for status in Status.values if status in counted]
