"""What a person is told of the emergency account: its seal, what it did, what of that waits for whom."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.http import urlencode

from accounts import verbs
from accounts.emergency.actions import is_fresh, why_not, why_sealed
from accounts.log import PORTAL, subject, told
from accounts.models import EmergencyAct, EmergencyReview, Proposal, Unsealing, User
from accounts.models.emergency import REVIEWS
from accounts.permissions import Action, within_reach
from accounts.proposals.accounts import enveloped
from accounts.roles import Role

if TYPE_CHECKING:
    from accounts.log.told import Told

PROPOSAL = "accounts.proposal:"


@dataclass(frozen=True, slots=True)
class Seal:
    """The account and its seal at a moment; `last` is the newest opening, `refused` why it cannot be broken."""

    account: User
    open: Unsealing | None
    last: Unsealing | None
    fresh: bool
    refused: str


@dataclass(frozen=True, slots=True)
class Act:
    """An act as its page lists it; `why_not` says why the reader does not review it."""

    pk: int
    line: "Told"
    where: str
    url: str
    reviews: Sequence[EmergencyReview]
    waits: bool
    why_not: str


def account_of(user: User) -> User | None:
    """The emergency account of this person's world: the real one, or that of their rehearsal."""
    found = User.objects.filter(grants__role=Role.EMERGENCY, is_active=True, rehearsal=user.rehearsal)
    return found.order_by("pk").first()


def seal_of(account: User, at: datetime) -> Seal:
    openings = account.unsealings.select_related("broken_by", "basis")
    last = openings.first()
    standing = last if last is not None and last.is_open(at) else None
    return Seal(account, standing, last, is_fresh(account), why_sealed(account, at))


def proposed(user: User, account: User | None, at: datetime) -> list[Proposal]:
    """What waits to be seconded about the account; while there is none, that one is made."""
    waiting = Proposal.objects.whole().waiting(at).filter(chain=user.rehearsal or PORTAL).order_by("proposed_at")
    if account is not None:
        return [each for each in waiting.filter(about=subject(account)) if each.verb != "open_account"]
    return [each for each in waiting.filter(verb="open_account") if enveloped(each)]


def to_renew(openings: Sequence[Unsealing], at: datetime) -> User | None:
    """The account in use whose password an opening used up, once that is over and until two have renewed it."""
    if any(each.is_open(at) for each in openings):
        return None
    return next((each.account for each in openings if each.account.is_active and not is_fresh(each.account)), None)


def on_record(user: User) -> "QuerySet[EmergencyAct]":
    """The acts within this person's reach, those that wait first, the newest before the older."""
    whole = EmergencyAct.objects.select_related("line__actor", "line__second", "line__note", "unsealing__broken_by")
    found = within_reach(user, Action.REVIEW_EMERGENCY, whole.prefetch_related("reviews__reviewer"))
    return found.order_by("reviewed", "-line__at", "-pk")


def as_acts(found: Sequence[EmergencyAct], user: User, titles: Mapping[str, str]) -> list[Act]:
    """Acts in words, with whether this person may review them; a constant number of queries.

    `titles` are those of the seasons, by code.
    """
    lines = told.tell([act.line for act in found], verbs.WORDS, verbs.FIELDS)
    return [
        Act(
            pk=act.pk,
            line=line,
            where=told.titled(act.chain, titles),
            url=_url(act),
            reviews=list(act.reviews.all()),
            waits=act.reviewed < REVIEWS,
            why_not=why_not(act, user),
        )
        for act, line in zip(found, lines, strict=True)
    ]


def standing(user: User, at: datetime) -> list[Unsealing]:
    """The openings that run at this moment, or have left something to review, or are of the account in use."""
    found = Unsealing.objects.select_related("account", "broken_by")
    left = Q(until__gt=at) | Q(acts__reviewed__lt=REVIEWS) | Q(account__is_active=True)
    wanted = found.filter(left).distinct()
    return list(within_reach(user, Action.REVIEW_EMERGENCY, wanted))


def to_review(user: User) -> list[EmergencyAct]:
    """What waits for this very person: reviewed by fewer than two, and by neither them nor with their part in it."""
    waiting = EmergencyAct.objects.filter(reviewed__lt=REVIEWS).select_related("unsealing").prefetch_related("reviews")
    found = within_reach(user, Action.REVIEW_EMERGENCY, waiting)
    return [act for act in found if not why_not(act, user)]


def waiting_in(chain: str) -> "QuerySet[EmergencyAct]":
    """The acts of a season that two people have not looked at yet."""
    return EmergencyAct.objects.filter(chain=chain, reviewed__lt=REVIEWS).select_related("line")


def objected_in(chain: str) -> "QuerySet[EmergencyAct]":
    """The acts of a season to which somebody objected."""
    objected = EmergencyAct.objects.filter(chain=chain, reviews__verdict=EmergencyReview.Verdict.OBJECTION)
    return objected.select_related("line").distinct()


def _url(act: EmergencyAct) -> str:
    on = act.line.subject
    if on.startswith(PROPOSAL):
        return reverse("proposal", args=[on.removeprefix(PROPOSAL)])
    return f"{reverse('log')}?{urlencode({'chain': act.chain, 'on': on})}"
