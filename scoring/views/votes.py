"""Whom each judge votes for, where the stage recommends by votes."""

from collections import Counter
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.once import once
from accounts.permissions import Action, fetch, may
from accounts.requests import SignedIn
from contest.models import Entry, Stage
from contest.models.stage import State
from scoring.actions.hold import WrongState
from scoring.actions.votes import NotCompeting, NoVotesHere, StaleVotes, TooManyVotes, VacatedSeat, cast_votes
from scoring.models import Ruleset, Seat, Vote
from scoring.models.ruleset import Basis

SEATS = Seat.objects.select_related("stage__season", "stage__district")


def votes(request: SignedIn, pk: int) -> HttpResponse:
    """Every judge's votes at a glance."""
    stage = fetch(request.user, Action.SEE_MARKS, Stage.objects.whole(), pk=pk)
    chosen = Ruleset.objects.filter(stage=stage).exclude(basis="").first()
    ruleset = chosen if chosen and chosen.basis == Basis.VOTES else None
    seats = list(Seat.objects.sitting().filter(stage=stage).order_by("number").values_list("pk", "number", "judge"))
    cast = set(Vote.objects.filter(seat__stage=stage, seat__vacated_at=None).values_list("seat_id", "entry_id"))
    entries = Entry.objects.competing().filter(stage=stage).in_order()
    people = list(entries.values_list("pk", "order", "secretary__name"))
    of_seat, of_entry = Counter(seat for seat, _e in cast), Counter(entry for _s, entry in cast)
    context = {
        "stage": stage,
        "ruleset": ruleset,
        "undecided": chosen is None,
        "by_votes": ruleset is not None,
        "seats": [(seat, number, judge, of_seat[seat]) for seat, number, judge in seats],
        "rows": [
            (str(order or ""), name, [(seat, entry) in cast for seat, _n, _j in seats], of_entry[entry])
            for entry, order, name in people
        ],
        "may_type": stage.state == State.SCORING and may(request.user, Action.TYPE_MARKS, stage),
    }
    return render(request, "scoring/votes.html", context)


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
