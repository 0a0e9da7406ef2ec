"""Whom each judge votes for, where the stage recommends by votes: typed by one person, confirmed by another."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from accounts import log
from accounts.permissions import Action, require
from contest.models import Entry, Stage
from contest.models.stage import State
from scoring.actions.hold import hold
from scoring.models import Ballot, Ruleset, Seat, Vote
from scoring.models.ruleset import Basis

if TYPE_CHECKING:
    from accounts.models import User


class NoVotesHere(Exception):
    """The stage recommends by score."""


class TooManyVotes(Exception):
    """A judge names more entrants than the rules allow."""


class NotCompeting(Exception):
    """A vote for somebody who does not compete on this stage."""


class VacatedSeat(Exception):
    """The judge has left the panel."""


class StaleVotes(Exception):
    """Somebody else recorded this judge's votes meanwhile; `now` is what they recorded, by entry id."""

    def __init__(self, now: frozenset[int]) -> None:
        super().__init__(_("您打开页面之后，这位评委的推荐票已被他人改动。"))
        self.now = now


@dataclass(frozen=True, slots=True)
class SeenVotes:
    """A judge's votes as the person who compared them with the paper saw them."""

    seat_id: int
    edit: int


@dataclass(frozen=True, slots=True)
class UnconfirmedVotes:
    """Votes that stay as they are, and why."""

    seat_id: int
    reason: str


@transaction.atomic
def cast_votes(
    seat: Seat, entries: Collection[Entry], *, seen: Collection[int], by: "User", at: datetime
) -> frozenset[int]:
    """Notice V(1), 总票数: record all of a judge's votes at once, instead of those `seen` (entry ids) before.

    A judge may name fewer entrants than allowed, or none: an empty ballot is a ballot. Votes typed anew wait for a
    second person again; the log keeps old and new in words. Raises NoVotesHere, TooManyVotes, NotCompeting,
    VacatedSeat, StaleVotes, WrongState unless the stage is in scoring, PermissionDenied.
    """
    require(by, Action.TYPE_MARKS, seat)
    stage = hold(seat.stage, State.SCORING)
    ruleset = Ruleset.objects.get(stage=stage)
    wanted = frozenset(entry.pk for entry in entries)
    _refuse(seat, wanted, ruleset)
    now = frozenset(Vote.objects.filter(seat=seat).values_list("entry", flat=True))
    if wanted == now and Ballot.objects.filter(seat=seat).exists():
        return now
    if now != frozenset(seen):
        raise StaleVotes(now)
    Vote.objects.filter(seat=seat, entry__in=now - wanted).delete()
    Vote.objects.bulk_create(Vote(seat=seat, entry_id=entry_id) for entry_id in sorted(wanted - now))
    edit = _typed(seat, by=by, at=at)
    words = _words(now, wanted) if edit > 1 else {}
    log.write(
        stage.season.code,
        "cast_votes",
        by=by,
        at=at,
        on=seat,
        words=words,
        entries=sorted(wanted),
        before=sorted(now),
        edit=edit,
    )
    return wanted


@transaction.atomic
def confirm_votes(stage: Stage, seen: Sequence[SeenVotes], *, by: "User", at: datetime) -> list[UnconfirmedVotes]:
    """DESIGN 9, paired acts: confirm judges' votes as somebody else than their typist; returns those left.

    Raises WrongState unless the stage is in scoring, PermissionDenied.
    """
    require(by, Action.CONFIRM_MARKS, stage, at=at)
    stage = hold(stage, State.SCORING)
    ballots = Ballot.objects.counting().filter(seat__stage=stage).select_related("confirmed_by")
    known = {ballot.seat_id: ballot for ballot in ballots.filter(seat__in=[each.seat_id for each in seen])}
    left: list[UnconfirmedVotes] = []
    confirmed: dict[str, int] = {}
    for each in dict.fromkeys(seen):
        ballot = known.get(each.seat_id)
        if reason := _why_not(ballot, each.edit, by):
            left.append(UnconfirmedVotes(each.seat_id, reason))
        else:
            confirmed[str(each.seat_id)] = each.edit + 1
    if confirmed:
        # Whoever writes votes holds the stage, so that nothing has changed since they were read.
        waiting = Ballot.objects.filter(seat__in=[int(pk) for pk in confirmed], confirmed_by=None)
        waiting.update(confirmed_by=by, confirmed_at=at, edit=F("edit") + 1)
        log.write(stage.season.code, "confirm_votes", by=by, at=at, on=stage, seats=confirmed)
    return left


def _typed(seat: Seat, *, by: "User", at: datetime) -> int:
    """Write down that the seat's votes were typed; the number of this write."""
    told = {"typed_by": by, "typed_at": at, "confirmed_by": None, "confirmed_at": None}
    ballot, made = Ballot.objects.get_or_create(seat=seat, defaults=told)
    if not made:
        Ballot.objects.filter(pk=ballot.pk).update(edit=F("edit") + 1, **told)
    return ballot.edit if made else ballot.edit + 1


def _words(before: Collection[int], after: Collection[int]) -> dict[str, list[str]]:
    names = dict(Entry.objects.filter(pk__in={*before, *after}).values_list("pk", "secretary__name"))
    return {"votes": [_("、").join(names[pk] for pk in sorted(each)) or "—" for each in (before, after)]}


def _why_not(ballot: Ballot | None, edit: int, by: "User") -> str:
    if ballot is None:
        return _("没有登记这位评委的推荐票，请刷新页面。")
    if ballot.confirmed_by is not None:
        return _("这位评委的推荐票已由%(who)s核对。") % {"who": ballot.confirmed_by}
    if ballot.edit != edit:
        return _("您打开页面之后，这位评委的推荐票又有改动，请对照纸质推荐票重新核对。")
    if ballot.typed_by_id == by.pk:
        return _("这位评委的推荐票是您录入的，须由另一人核对。")
    return ""


def _refuse(seat: Seat, wanted: frozenset[int], ruleset: Ruleset) -> None:
    if ruleset.basis != Basis.VOTES:
        raise NoVotesHere(_("本赛段按总得分推荐，不录推荐票。"))
    if not Seat.objects.sitting().filter(pk=seat.pk).exists():
        raise VacatedSeat(_("这位评委已离席，不再录推荐票。"))
    if len(wanted) > ruleset.votes_each:
        told = {"most": ruleset.votes_each, "count": len(wanted)}
        raise TooManyVotes(_("每位评委最多推荐 %(most)d 名，您选了 %(count)d 名。") % told)
    if Entry.objects.competing().filter(stage=ruleset.stage_id, pk__in=wanted).count() != len(wanted):
        raise NotCompeting(_("所选的人中有不在评比之列的，请刷新页面后重选。"))
