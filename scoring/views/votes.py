"""Whom each judge votes for, where the stage recommends by votes."""

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
from contest.models import Entry, Stage
from contest.models.stage import State
from scoring.actions.hold import WrongState
from scoring.actions.votes import (
    NotCompeting,
    NoVotesHere,
    SeenVotes,
    StaleVotes,
    TooManyVotes,
    VacatedSeat,
    cast_votes,
    confirm_votes,
)
from scoring.forms.seen import pairs_from
from scoring.models import Ruleset, Seat, Vote
from scoring.models.ruleset import Basis
from scoring.reads.nav import nav_of
from scoring.reads.votes import votes_of

SEATS = Seat.objects.select_related("stage__season", "stage__district")


@once
def votes(request: SignedIn, pk: int) -> HttpResponse:
    """Every judge's votes at a glance; posting confirms those the page showed."""
    confirming = request.method == "POST"
    stage = fetch(request.user, Action.CONFIRM_MARKS if confirming else Action.SEE_MARKS, Stage.objects.whole(), pk=pk)
    if not confirming:
        return render(request, "scoring/votes.html", _glance(request, stage))
    seen = [SeenVotes(*pair) for pair in pairs_from(request.POST, "votes")]
    if not seen:
        return _refused(request, stage, [_("没有可以核对的推荐票，请刷新页面。")], status=400)
    try:
        left = confirm_votes(stage, seen, by=request.user, at=timezone.now())
    except WrongState as refused:
        return _refused(request, stage, [str(refused)])
    if done := len(set(seen)) - len(left):
        told = ngettext("已核对 %(count)d 位评委的推荐票。", "已核对 %(count)d 位评委的推荐票。", done)
        messages.success(request, told % {"count": done})
    if left:
        return _refused(request, stage, [each.reason for each in left])
    return redirect("scoring:votes", pk=pk)


def _refused(request: SignedIn, stage: Stage, problems: list[str], status: int = 409) -> HttpResponse:
    context = _glance(request, stage) | {"problems": problems}
    return render(request, "scoring/votes.html", context, status=status)


def _glance(request: SignedIn, stage: Stage) -> dict[str, Any]:
    judges, rows = votes_of(stage, request.user)
    may_confirm = stage.state == State.SCORING and may(request.user, Action.CONFIRM_MARKS, stage)
    return {
        "stage": stage,
        "nav": nav_of(stage),
        "judges": judges,
        "rows": rows,
        "may_type": stage.state == State.SCORING and may(request.user, Action.TYPE_MARKS, stage),
        "may_confirm": may_confirm,
        "confirmable": sum(bool(each.seen) for each in judges) if may_confirm else 0,
    }


@once
def seat_votes(request: SignedIn, pk: int) -> HttpResponse:
    """Record one judge's votes."""
    seat = fetch(request.user, Action.TYPE_MARKS, SEATS.all(), pk=pk)
    if request.method != "POST":
        return render(request, "scoring/seat_votes.html", _context(seat, _now(seat)))
    wanted, seen = _ids(request, "entry"), _ids(request, "seen")
    chosen = list(Entry.objects.filter(stage=seat.stage_id, pk__in=wanted))
    try:
        if len(chosen) != len(wanted):
            raise NotCompeting(_("所选的人中有不在评比之列的，请刷新页面后重选。"))
        cast_votes(seat, chosen, seen=seen, by=request.user, at=timezone.now())
    except StaleVotes as stale:
        context = _context(seat, wanted) | {"problems": [str(stale)], "theirs": stale.now, "seen": stale.now}
        return render(request, "scoring/seat_votes.html", context, status=409)
    except (NotCompeting, NoVotesHere, TooManyVotes, VacatedSeat, WrongState) as refused:
        context = _context(seat, wanted) | {"problems": [str(refused)], "seen": seen}
        return render(request, "scoring/seat_votes.html", context, status=400)
    messages.success(request, _("已保存%(judge)s的推荐票。") % {"judge": seat.judge})
    return redirect("scoring:votes", pk=seat.stage_id)


def _context(seat: Seat, ticked: frozenset[int]) -> dict[str, Any]:
    """The list to tick. `seen` are the votes the page was made from, which the form sends along."""
    entries = Entry.objects.competing().filter(stage=seat.stage_id).in_order()
    return {
        "stage": seat.stage,
        "seat": seat,
        "ruleset": Ruleset.objects.filter(stage=seat.stage_id, basis=Basis.VOTES).first(),
        "people": list(
            entries.values_list(
                "pk", "order", "secretary__name", "posting__village__town__name", "posting__village__name"
            )
        ),
        "ticked": ticked,
        "theirs": None,
        "seen": _now(seat),
        "may_type": seat.stage.state == State.SCORING,
    }


def _now(seat: Seat) -> frozenset[int]:
    return frozenset(Vote.objects.filter(seat=seat).values_list("entry_id", flat=True))


def _ids(request: SignedIn, name: str) -> frozenset[int]:
    """The numbers sent under this name; what is no number names nobody."""
    told = request.POST.getlist(name)
    return frozenset(int(text) for text in told if text.isascii() and text.isdecimal() and len(text) < 19)
