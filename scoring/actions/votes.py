"""Recording whom each judge votes for, where the stage recommends by votes."""

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import log
from accounts.permissions import Action, require
from contest.models import Entry
from contest.models.stage import State
from scoring.actions.hold import hold
from scoring.models import Ruleset, Seat, Vote
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


@transaction.atomic
def cast_votes(
    seat: Seat, entries: Collection[Entry], *, seen: Collection[int], by: "User", at: datetime
) -> frozenset[int]:
    """Notice V(1), 总票数: record all of a judge's votes at once, instead of those `seen` (entry ids) before.

    A judge may name fewer entrants than allowed, or none. Raises NoVotesHere, TooManyVotes, NotCompeting, VacatedSeat,
    StaleVotes, WrongState unless the stage is in scoring, PermissionDenied.
    """
    require(by, Action.TYPE_MARKS, seat)
    stage = hold(seat.stage, State.SCORING)
    ruleset = Ruleset.objects.get(stage=stage)
    wanted = frozenset(entry.pk for entry in entries)
    _refuse(seat, wanted, ruleset)
    now = frozenset(Vote.objects.filter(seat=seat).values_list("entry", flat=True))
    if wanted == now:
        return now
    if now != frozenset(seen):
        raise StaleVotes(now)
    Vote.objects.filter(seat=seat, entry__in=now - wanted).delete()
    Vote.objects.bulk_create(Vote(seat=seat, entry_id=entry_id) for entry_id in sorted(wanted - now))
    log.write(stage.season.code, "cast_votes", by=by, at=at, on=seat, entries=sorted(wanted), before=sorted(now))
    return wanted


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
