"""Accepting a district's list, on condition that its notice period passes, and taking the acceptance back."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import log
from accounts.permissions import Action, require, require_pair
from accounts.proposals.paper import Paper, digest_of, keep_paper, resting_on
from accounts.words import written
from contest.actions.entries import admit
from contest.models import Entry, Stage
from contest.models.entry import Status
from contest.models.stage import State
from quota.actions.shortlist import (
    FinalHasBegun,
    NeedsReason,
    ShortlistRefused,
    claim,
    hold,
    hold_final,
    refuse_not_as_shown,
    refuse_outdated,
    refuse_same_person,
    refuse_unruled,
)
from quota.actions.substitution import Choice, as_ruled, ruled_between
from quota.models import Pick, Shortlist, Substitution
from quota.reads.kept import picks_of
from quota.reads.seats import Question, in_line, questions, seats_of_list
from registry.models import Posting

if TYPE_CHECKING:
    from accounts.models import Basis, User

# A list is approved by results that everybody could read.
ANNOUNCED = (State.PUBLISHED, State.CLOSED)


class NotPublished(ShortlistRefused):
    """The preliminary's result has not been published (any more)."""


class Undecided(ShortlistRefused):
    """Somebody on the list is or was in the final already; `questions` ask a person what is to become of them."""

    def __init__(self, asked: Sequence[Question]) -> None:
        self.questions = list(asked)
        super().__init__(" ".join(question.text for question in asked))


@transaction.atomic
def approve(
    shortlist: Shortlist,
    *,
    takes: Mapping[int, bool] | None = None,
    choice: Choice | None = None,
    paper: Paper | None = None,
    basis: "Basis | None" = None,
    shown: str | None = None,
    by: "User",
    seconded_by: "User | None" = None,
    at: datetime,
) -> None:
    """Notice V(1) and V(2): accept the district's list and enter its finalists for the final, without an order yet.

    The approval is conditional until the notice period ends (`quota.reads.condition`). Entries that left when an
    earlier approval was revoked come back, with the places they had drawn; only new finalists are entered anew.
    `takes` answers, by the pick's id, what `questions` ask: whether who is or was in the final already takes this seat,
    or leaves it to the next reserve at once: that takes a second person, and between level reserves the panel's
    `choice`. `paper` is the decision that it rests on, where there is one, `basis` the same when it was kept already;
    `shown` what the page showed. Raises NeedsSecond, SamePerson, WrongState, NotAsShown, Outdated, NotSigned,
    NotPublished, NeedsRuling, FinalHasBegun, Undecided, TiedReserves (of quota.actions.substitution), PaperRefused.
    """
    require(by, Action.APPROVE_SHORTLIST, shortlist, at=at)
    stage = hold(shortlist.stage)
    refuse_same_person(shortlist, by)
    refuse_outdated(shortlist, stage)
    refuse_unruled(shortlist)
    _refuse_unpublished(stage)
    refuse_not_as_shown(shortlist, shown)
    basis = basis or _kept(paper, stage, by=by, at=at)
    told = {"state": Shortlist.State.APPROVED, "decided_by": by, "decided_at": at, "decided_basis": basis}
    claim(shortlist, Shortlist.State.SUBMITTED, **told)
    final = hold_final(stage)
    passing = passing_by(questions(shortlist), takes or {})
    if passing:
        require_pair(by, seconded_by, Action.SEAT_RESERVE, shortlist, at=at)
    finalists = list(shortlist.picks.with_people().filter(outcome=Pick.Outcome.FINALIST))
    coming = [_next(shortlist, each, choice, by=by, seconded_by=seconded_by, at=at) for each in passing]
    gone = {question.pick.pk for question in passing}
    seated = [pick for pick in finalists if pick.pk not in gone] + [pick for pick in coming if pick is not None]
    revived = _seat(final, seated, stage, by=by, at=at)
    log.write(
        stage.season.code,
        "approve_shortlist",
        by=by,
        seconded_by=seconded_by,
        at=at,
        on=shortlist,
        stage=stage.pk,
        final=final.pk,
        finalists=[pick.entry_id for pick in seated],
        passed=[question.pick.entry_id for question in passing],
        revived=revived,
        picks=picks_of(shortlist),
        **resting_on(basis),
    )


@transaction.atomic
def revoke_approval(
    shortlist: Shortlist,
    *,
    reason: str,
    by: "User",
    seconded_by: "User | None",
    basis: "Basis | None" = None,
    at: datetime,
) -> None:
    """DESIGN 6, the way back: two people take an approval back; whom it seated leaves the final with the reason.

    The list stays on record and says why; substitutions still waiting lapse with it. A later list brings back whoever
    is on it again. Raises NeedsSecond, NeedsReason, WrongState, NotSigned, and FinalHasBegun once the final's scoring
    has opened: from then on seats change only by substitution or by a recorded decision.
    """
    require_pair(by, seconded_by, Action.REVOKE_APPROVAL, shortlist, at=at)
    why = written(reason)[:255]
    if not why:
        raise NeedsReason(_("请写明撤销审定的原因。"))
    stage = hold(shortlist.stage)
    final = _hold_final_to_revoke(stage)
    held = seats_of_list(shortlist).held
    claim(
        shortlist,
        Shortlist.State.APPROVED,
        state=Shortlist.State.REVOKED,
        revoked_by=by,
        revoked_second=seconded_by,
        revoked_at=at,
        revoke_reason=why,
    )
    waiting = shortlist.substitutions.filter(state=Substitution.State.PROPOSED)
    lapsed = waiting.update(state=Substitution.State.LAPSED, decided_at=at, refusal_reason=why)
    people = [pick.entry.secretary_id for pick in held]
    left = Entry.objects.competing().filter(stage=final, secretary__in=people)
    left.update(status=Status.UNSEATED, status_reason=why)
    log.write(
        stage.season.code,
        "revoke_approval",
        by=by,
        seconded_by=seconded_by,
        at=at,
        on=shortlist,
        reason=reason,
        stage=stage.pk,
        left=[pick.entry_id for pick in held],
        lapsed=lapsed,
        basis=digest_of(basis) if basis else "",
    )


def _kept(paper: Paper | None, stage: Stage, *, by: "User", at: datetime) -> "Basis | None":
    if paper is None:
        return None
    return keep_paper(paper, chain=stage.season.code, district_id=stage.district_id, by=by, at=at)


def _refuse_unpublished(stage: Stage) -> None:
    if stage.state not in ANNOUNCED:
        raise NotPublished(
            _("“%(stage)s”的成绩还没有公示（现为“%(state)s”），公示后才能审定名单。")
            % {"stage": stage.title, "state": stage.get_state_display()}
        )


def _hold_final_to_revoke(stage: Stage) -> Stage:
    try:
        return hold_final(stage)
    except FinalHasBegun:
        raise FinalHasBegun(_("决赛评分已经开始，审定不能再撤销；人员变动只能凭处理决定办理。")) from None


def passing_by(asked: Sequence[Question], takes: Mapping[int, bool]) -> list[Question]:
    """The finalists who leave their seat to the next reserve, as somebody decided. Raises Undecided."""
    answers = {each.pick.pk: (True, False) if each.may_take else (False,) for each in asked}
    if opened := [each for each in asked if takes.get(each.pick.pk) not in answers[each.pick.pk]]:
        raise Undecided(opened)
    return [each for each in asked if not takes[each.pick.pk]]


def _next(
    shortlist: Shortlist,
    question: Question,
    choice: Choice | None,
    *,
    by: "User",
    seconded_by: "User | None",
    at: datetime,
) -> Pick | None:
    """Call the next reserve in place of a finalist who does not take the seat, as two decided. Raises TiedReserves."""
    line = in_line(shortlist)
    ruled = ruled_between(line.first, choice)
    coming = ruled.first if ruled else line.first[0] if line.first else None
    Substitution.objects.create(
        shortlist=shortlist,
        leaving=question.pick,
        coming=coming,
        state=Substitution.State.APPROVED,
        reason=question.why,
        passed_over=[each.as_json() for each in line.passed],
        proposed_by=by,
        proposed_at=at,
        decided_by=seconded_by,
        decided_at=at,
        **as_ruled(ruled),
    )
    return coming


def _seat(final: Stage, picks: Sequence[Pick], stage: Stage, *, by: "User", at: datetime) -> list[int]:
    """Enter these people for the final; who had left comes back. The ids of the entries that came back."""
    people = {pick.entry.secretary_id: pick for pick in picks}
    there = {entry.secretary_id: entry for entry in Entry.objects.filter(stage=final, secretary__in=people)}
    back = [entry for entry in there.values() if entry.status != Status.ENTERED]
    for entry in back:
        entry.status, entry.status_reason = Status.ENTERED, ""
        entry.posting_id, entry.district_id = people[entry.secretary_id].entry.posting_id, stage.district_id or 0
    Entry.objects.bulk_update(back, ["status", "status_reason", "posting", "district"])
    new = [pick for secretary, pick in people.items() if secretary not in there]
    if new:
        postings = Posting.objects.with_places().in_bulk([pick.entry.posting_id for pick in new])
        made = admit(final, [postings[pick.entry.posting_id] for pick in new], by=by, at=at)
        there |= {entry.secretary_id: entry for entry in made}
    _hand_over_places(final, stage, [there[secretary] for secretary in people if there[secretary].order is None])
    return [entry.pk for entry in back]


def _hand_over_places(final: Stage, stage: Stage, without: Sequence[Entry]) -> None:
    """Who has no place, new or back, takes, best first, those drawn by whoever of the district did not come back."""
    left = Entry.objects.filter(stage=final, district=stage.district_id, status=Status.UNSEATED, order__isnull=False)
    free = list(left.order_by("order").values_list("order", flat=True))
    left.update(order=None)
    for entry, place in zip(without, free, strict=False):
        entry.order = place
    Entry.objects.bulk_update(without, ["order"])
