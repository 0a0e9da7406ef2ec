"""A district's list of finalists: what it says, and whose turn it is."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.models import Prefetch
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import downloads, log
from accounts.models import LogHead
from accounts.once import once
from accounts.permissions import Action, fetch, may
from accounts.proposals import actions as proposing
from accounts.proposals import reads as proposals
from accounts.proposals.paper import PaperRefused
from accounts.proposals.views import propose_page, proposed
from accounts.requests import SignedIn
from accounts.shown import FIELD, told_by
from contest.actions.entries import EntryRefused
from contest.models import Season, Stage
from contest.models.correction import show_people
from contest.models.stage import Kind
from quota import turn
from quota.actions import shortlist as actions
from quota.actions.approval import approve as approve_list
from quota.actions.substitution import SubstitutionRefused
from quota.banners import after_revoking
from quota.forms.shortlist import ApproveForm, ReturnForm, TakeBackForm
from quota.models import Pick, Shortlist, Substitution
from quota.reads.seats import Passed, in_line, questions, seats, seats_of_list
from quota.reads.shown import list_as_shown
from quota.wording import (
    approved,
    came,
    file_name,
    of_seats,
    passed_over,
    reason,
    ruled_between,
    since_approval,
    standing_by,
    state_of,
    until_when,
)

# The shape and tint of each outcome's chip (static/css/parts.css).
CHIPS = {"finalist": "approved", "reserve": "submitted", "outside": "absent", "needs_ruling": "returned"}

GONE_CHIPS = {"proposed": "submitted", "refused": "returned", "lapsed": "returned", "approved": "approved"}

REFUSALS = (actions.ShortlistRefused, SubstitutionRefused, EntryRefused, PaperRefused)


@dataclass(frozen=True, slots=True)
class Line:
    """One entrant on a list, ready to print."""

    pick: Pick
    chip: str
    standing: str
    reason: str
    is_last_seat: bool
    # What became of the entrant after the list was approved.
    since: str = ""


@dataclass(frozen=True, slots=True)
class Gone:
    """A substitution, ready to print: `notes` say who was passed over and what the panel decided."""

    substitution: Substitution
    chip: str
    comes: str
    notes: list[str]
    tie: str
    may_decide: bool


def shortlist(request: SignedIn, pk: int) -> HttpResponse:
    stage = _stage(request, pk, Action.SEE_SHORTLIST)
    return _show(request, stage)


@require_POST
@once
def draw_up(request: SignedIn, pk: int) -> HttpResponse:
    stage = _stage(request, pk, Action.SUBMIT_SHORTLIST)
    return _do(
        request,
        stage,
        lambda: actions.draw_up(stage, by=request.user, at=timezone.now()),
        _("名单已按成绩拟定，请逐人核对后报送。"),
    )


@require_POST
@once
def submit(request: SignedIn, pk: int) -> HttpResponse:
    here = _list(request, pk, Action.SUBMIT_SHORTLIST)
    return _do(
        request,
        here.stage,
        lambda: actions.submit(here, by=request.user, at=timezone.now()),
        _("名单已报送市级，等待审定。"),
    )


@once
def take_back(request: SignedIn, pk: int) -> HttpResponse:
    here = _list(request, pk, Action.SUBMIT_SHORTLIST)
    form = TakeBackForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        return _do(
            request,
            here.stage,
            lambda: actions.take_back(here, reason=form.cleaned_data["reason"], by=request.user, at=timezone.now()),
            _("名单已收回，可以更正后重新报送。"),
        )
    context = {
        "stage": here.stage,
        "question": _("收回%(district)s的推荐名单？") % {"district": here.stage.district},
        "explanation": _("市级还没有审定或退回。收回后名单回到草拟，可以重新报送。"),
        "form": form,
        "confirm_label": _("收回名单"),
        "cancel_url": reverse("quota:shortlist", args=[here.stage_id]),
    }
    return render(request, "quota/confirm.html", context, status=400 if form.is_bound else 200)


@once
def approve(request: SignedIn, pk: int) -> HttpResponse:
    here = _list(request, pk, Action.APPROVE_SHORTLIST)
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = ApproveForm(*sent, questions=questions(here), level=in_line(here).first)
    if request.method == "POST" and form.is_valid():
        if form.passing:
            return _propose_passing(request, here, form)
        told: dict[str, Any] = {"shown": told_by(request), "by": request.user, "at": timezone.now()}
        return _do(
            request,
            here.stage,
            lambda: approve_list(here, takes=form.takes, paper=form.paper, **told),
            approved(here.stage, told["at"]),
        )
    names = _("、").join(pick.who.name for pick in show_people(_finalists(here)))
    context = {
        "stage": here.stage,
        "question": _("审定%(district)s的推荐名单？") % {"district": here.stage.district},
        "explanation": _("第 %(number)d 次名单，由 %(who)s 报送。") % {"number": here.number, "who": here.submitted_by},
        "consequences": [
            _("进入决赛：%(names)s。") % {"names": names or _("无")},
            _("%(until)s；此前为有条件审定，期满没有成立的异议即自行生效。") % {"until": until_when(here.stage)},
            _("审定后人员变动走退出和递补；成绩有误的，须先由两人撤销审定。"),
            *([_("有人由下一位递补的，提请另一位市级工作人员复核，复核后名单才审定。")] if form.questions else []),
        ],
        "form": form,
        "kept": {FIELD: list_as_shown(here)},
        "confirm_label": _("审定"),
        "cancel_url": reverse("quota:shortlist", args=[here.stage_id]),
    }
    return render(request, "quota/confirm.html", context, status=400 if form.is_bound else 200)


def _propose_passing(request: SignedIn, here: Shortlist, form: ApproveForm) -> HttpResponse:
    """A finalist leaves the seat to the next reserve: that is proposed, with what stands in the finalist's way."""
    why = _("、").join(each.why for each in form.passing)
    try:
        actions.refuse_same_person(here, request.user)
        actions.refuse_not_as_shown(here, told_by(request))
        told: dict[str, Any] = {"reason": why, "paper": form.paper, "by": request.user, "at": timezone.now()}
        made = proposing.propose("approve_shortlist", here, form.arguments, **told)
    except (*REFUSALS, proposing.ProposalRefused) as refused:
        return _show(request, here.stage, refused=str(refused))
    return proposed(request, made)


@once
def send_back(request: SignedIn, pk: int) -> HttpResponse:
    here = _list(request, pk, Action.APPROVE_SHORTLIST)
    form = ReturnForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        told: dict[str, Any] = {"shown": told_by(request), "by": request.user, "at": timezone.now()}
        return _do(
            request,
            here.stage,
            lambda: actions.return_list(here, form.cleaned_data["reason"], **told),
            _("名单已退回县区。"),
        )
    context = {
        "stage": here.stage,
        "question": _("把%(district)s的推荐名单退回？") % {"district": here.stage.district},
        "explanation": _("县区看到原因后更正，并重新拟定、报送；这一次名单留存备查。"),
        "form": form,
        "kept": {FIELD: list_as_shown(here)},
        "confirm_label": _("退回"),
        "cancel_url": reverse("quota:shortlist", args=[here.stage_id]),
        "danger": True,
    }
    return render(request, "quota/confirm.html", context, status=400 if form.is_bound else 200)


@once
def revoke(request: SignedIn, pk: int) -> HttpResponse:
    """Propose that an approval be taken back; a colleague seconds it."""
    here = _list(request, pk, Action.REVOKE_APPROVAL)
    home = reverse("quota:shortlist", args=[here.stage_id])
    names = _("、").join(each.who.name for each in show_people(seats_of_list(here).held))
    return propose_page(
        request,
        "revoke_approval",
        here,
        {},
        question=_("提请撤销%(district)s推荐名单的审定？") % {"district": here.stage.district},
        explanation=_(
            "复核后，%(names)s 离开决赛，等审定的退出和递补随之作废；名单留存，写明原因。"
            "此后才能撤回公示或签字确认、更正成绩；重新审定后，仍在名单上的人恢复参赛，已抽的出场顺序不变。"
        )
        % {"names": names or _("无人")},
        back=home,
        crumbs=[(here.stage.get_absolute_url(), here.stage.title), (home, _("推荐名单"))],
    )


def print_list(request: SignedIn, pk: int) -> HttpResponse:
    """The list as a paper to sign and seal."""
    here = _list(request, pk, Action.SEE_SHORTLIST)
    lines = _lines(here)
    context = {
        "shortlist": here,
        "stage": here.stage,
        "finalists": [line for line in lines if line.pick.outcome == Pick.Outcome.FINALIST],
        "reserves": [line for line in lines if line.pick.outcome == Pick.Outcome.RESERVE],
        "by_votes": _by_votes(lines),
        "entrants": len(lines),
        "signatures": [
            {"label": _("经办人"), "name": here.submitted_by or "", "seal": ""},
            {"label": _("报送单位"), "name": "", "seal": _("盖章")},
        ],
        "head": LogHead.objects.filter(chain=here.stage.season.code).first(),
    }
    return render(request, "quota/print_shortlist.html", context)


def export(request: SignedIn, pk: int) -> HttpResponse:
    here = _list(request, pk, Action.SEE_SHORTLIST)
    headings = [_("名次"), _("姓名"), _("镇街"), _("村"), _("选派单位"), _("依据"), _("结果"), _("理由")]
    rows = [
        [
            line.pick.rank,
            line.pick.who.written,
            line.pick.who.town,
            line.pick.who.village,
            line.pick.who.unit,
            line.standing,
            line.pick.get_outcome_display(),
            line.reason,
        ]
        for line in _lines(here)
    ]
    return downloads.excel(here.stage.season.marked(file_name(here.stage)), headings, rows)


def shortlists(request: SignedIn, code: str) -> HttpResponse:
    """All districts' lists at a glance: which wait for whom, and how many of the seats are filled."""
    season = fetch(request.user, Action.SEE_SEASON, Season.objects.all(), code=code)
    rows = turn.overview(request.user, season, at=timezone.now())
    final = Stage.objects.filter(season=season, kind=Kind.FINAL).first()
    filled, seats = sum(row.filled for row in rows), sum(row.seats for row in rows)
    waiting = [row for row in rows if row.state == Shortlist.State.SUBMITTED or row.substitutions]
    stats = [
        {"label": _("已审定名额"), "value": f"{filled} / {seats}"},
        {"label": _("等市级审定"), "value": len(waiting)},
        {"label": _("县区未报送"), "value": sum(row.state not in ("submitted", "approved") for row in rows)},
    ]
    context = {"season": season, "rows": rows, "stats": stats, "final": final, "filled": filled, "seats": seats}
    context["picked"] = sum(row.picked for row in rows)
    return render(request, "quota/shortlists.html", context)


def _do(request: SignedIn, stage: Stage, act: Callable[[], Any], done: str) -> HttpResponse:
    """One step of a list: back to its page with what was done, or the page itself with why not."""
    try:
        act()
    except REFUSALS as refused:
        return _show(request, stage, refused=str(refused))
    messages.success(request, done)
    return redirect("quota:shortlist", pk=stage.pk)


def _show(request: SignedIn, stage: Stage, refused: str = "") -> HttpResponse:
    stage, at = Stage.objects.whole().get(pk=stage.pk), timezone.now()
    lists = list(Shortlist.objects.whole().filter(stage=stage).order_by("-number").prefetch_related(_FINALISTS))
    live = next((each for each in lists if each.live), None)
    substitutions = list(Substitution.objects.whole().filter(shortlist=live).order_by("proposed_at")) if live else []
    named = [pick for each in substitutions for pick in (each.leaving, each.coming) if pick]
    show_people([*named, *(pick for each in lists if not each.live for pick in each.finalists)])
    lines = _lines(live, substitutions) if live else []
    waits = _proposed(live, at) if live else []
    here = turn.of(stage, live, request.user, at=at)
    context = {
        "stage": stage,
        "shortlist": live,
        "refused": refused,
        "then": after_revoking(live, stage) if live and live.state == Shortlist.State.REVOKED else "",
        "waits": waits,
        "turn": replace(here, other=None) if waits and live and live.state == Shortlist.State.APPROVED else here,
        "state": state_of(live, stage, at) if live else "",
        "lines": [line for line in lines if line.pick.outcome != Pick.Outcome.OUTSIDE],
        "outside": [line for line in lines if line.pick.outcome == Pick.Outcome.OUTSIDE],
        "by_votes": _by_votes(lines),
        "earlier": [each for each in lists if not each.live],
        "substitutions": [_gone(each, lines, request) for each in substitutions],
        "seats": of_seats(seats(live, substitutions, [line.pick for line in lines])) if live else [],
        "may_propose": live is not None
        and live.state == Shortlist.State.APPROVED
        and not live.final_has_begun
        and may(request.user, Action.SUBMIT_SHORTLIST, stage),
    }
    return render(request, "quota/shortlist.html", context, status=409 if refused else 200)


def _proposed(shortlist: Shortlist, at: datetime) -> list[proposals.Line]:
    """Where it was proposed to approve it, or to revoke the approval, and nobody has seconded it yet."""
    if shortlist.state not in (Shortlist.State.SUBMITTED, Shortlist.State.APPROVED):
        return []
    subject = log.subject(shortlist)
    waiting = proposals.about(log.subject(shortlist.stage), at)
    return proposals.lines([each for each in waiting if each.subject == subject], at)


_FINALISTS = Prefetch("picks", Pick.objects.filter(outcome=Pick.Outcome.FINALIST), to_attr="finalists")


def _lines(shortlist: Shortlist, substitutions: Sequence[Substitution] = ()) -> list[Line]:
    picks = show_people(shortlist.picks.select_related("entry"))
    seated = [pick for pick in picks if pick.outcome in (Pick.Outcome.FINALIST, Pick.Outcome.NEEDS_RULING)]
    last = seated[-1] if seated else None
    return [
        Line(
            pick=pick,
            chip=CHIPS[pick.outcome],
            standing=standing_by(pick),
            reason=reason(pick),
            is_last_seat=pick is last,
            since=since_approval(pick, substitutions),
        )
        for pick in picks
    ]


def _gone(substitution: Substitution, lines: Sequence[Line], request: SignedIn) -> Gone:
    """Who stood before whoever came is told as it was written down at the approval."""
    picks = {line.pick.pk: line.pick for line in lines}
    passed = [Passed(picks[told["pick"]], told["how"], told["reason"]) for told in substitution.passed_over]
    return Gone(
        substitution=substitution,
        chip=GONE_CHIPS[substitution.state],
        comes=came(substitution),
        notes=passed_over(passed),
        tie=ruled_between(substitution),
        may_decide=_may_decide(substitution, request),
    )


def _by_votes(lines: list[Line]) -> bool:
    return bool(lines) and lines[0].pick.facts["basis"] == "votes"


def _finalists(shortlist: Shortlist) -> Any:
    return shortlist.picks.filter(outcome=Pick.Outcome.FINALIST)


def _may_decide(substitution: Substitution, request: SignedIn) -> bool:
    return (
        substitution.state == Substitution.State.PROPOSED
        and substitution.proposed_by_id != request.user.pk
        and may(request.user, Action.APPROVE_SHORTLIST, substitution.shortlist)
    )


def _stage(request: SignedIn, pk: int, action: Action) -> Stage:
    stage = fetch(request.user, action, Stage.objects.whole(), pk=pk)
    if stage.is_final:
        # The final recommends nobody further.
        raise Http404
    return stage


def _list(request: SignedIn, pk: int, action: Action) -> Shortlist:
    return fetch(request.user, action, Shortlist.objects.whole(), pk=pk)
