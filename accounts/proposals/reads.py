"""What a person is told of proposals: which wait for them, and what one says."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Prefetch, Q
from django.utils.translation import gettext as _

from accounts import verbs
from accounts.models import Grant, Proposal, User
from accounts.permissions import POLICY, SECONDED, Action, may_second, seconded_within_reach
from accounts.proposals.registry import Further, all_verbs, verb_named
from accounts.roles import Role
from accounts.shown import in_short


@dataclass(frozen=True, slots=True)
class Line:
    """A proposal as a list shows it."""

    url: str
    kind: str
    title: str
    who: str
    at: datetime
    state: str
    state_label: str
    lapses_at: datetime | None
    closed_by: str
    closed_at: datetime | None


def waiting_for(user: User, at: datetime) -> list[Proposal]:
    """What this person can second now: somebody else's, of a verb they have the right to, within their reach."""
    everything = Proposal.objects.order_by()
    reach = [
        Q(verb__in=_named(permission), pk__in=seconded_within_reach(user, permission, everything, at=at).values("pk"))
        for permission in sorted({verb.permission for verb in all_verbs()})
    ]
    if not reach:
        return []
    found = Proposal.objects.whole().waiting(at).exclude(proposed_by=user).filter(reduce(or_, reach))
    for grant in user.deputizes(at):
        found = found.exclude(district=grant.district_id, proposed_by=grant.named_by_id)
    return list(found.order_by("-state", "proposed_at"))


def as_shown(proposal: Proposal) -> str:
    """What its page shows: how it stands and what it says. The forms of whoever decides on it send this back."""
    return in_short(proposal.state, proposal.fingerprint, proposal.reason, proposal.basis_id)


def came_to(proposal: Proposal, at: datetime) -> str:
    """What it comes to now that it was seconded, in a sentence; empty where its title says it all."""
    verb = verb_named(proposal.verb)
    return verb.came_to(verb.subject_of(proposal.subject), at) if verb.came_to else ""


def may_decide(proposal: Proposal, user: User, at: datetime) -> bool:
    """Whether this person can second or decline this proposal now."""
    if proposal.proposed_by_id == user.pk or not proposal.is_waiting(at):
        return False
    verb = verb_named(proposal.verb)
    try:
        obj = verb.subject_of(proposal.subject)
    except ObjectDoesNotExist:
        return False
    return may_second(user, verb.permission, obj, at=at, asked_by=proposal.proposed_by)


@dataclass(frozen=True, slots=True)
class Seconders:
    """Who can second a proposal now, by name. `none_here`: an organizer's, and nobody else of the district can."""

    names: Sequence[str]
    none_here: bool


def seconders(proposal: Proposal, at: datetime) -> Seconders:
    """Whom the proposer can ask. A constant number of queries, however many can."""
    verb, asked_by = verb_named(proposal.verb), proposal.proposed_by
    roles = {*POLICY[verb.permission], *SECONDED.get(verb.permission, {}), Role.DEPUTY}
    grants = Prefetch("grants", Grant.objects.select_related("district"))
    able = User.objects.filter(is_active=True, grants__role__in=roles).exclude(pk=asked_by.pk).distinct()
    try:
        obj = verb.subject_of(proposal.subject)
    except ObjectDoesNotExist:
        return Seconders([], none_here=False)
    found = []
    for user in able.order_by("username").prefetch_related(grants):
        user.all_granted = list(user.grants.all())
        if may_second(user, verb.permission, obj, at=at, asked_by=asked_by):
            found.append(user)
    here = proposal.district_id is not None and _is_of(asked_by, proposal.district_id)
    return Seconders(
        [str(user) for user in found],
        none_here=here and not any(_is_of(user, proposal.district_id) for user in found),
    )


def _is_of(user: User, district: int | None) -> bool:
    return any(grant.district_id == district for grant in user.all_granted)


def next_to_second(user: User, here: Proposal, chains: Collection[str], at: datetime) -> Proposal | None:
    """The one that this person comes to after this one: the next that waits, and the first again after the last."""
    waiting = [each for each in waiting_for(user, at) if each.chain in chains]
    place = next((number for number, each in enumerate(waiting) if each.pk == here.pk), -1)
    others = [each for each in waiting[place + 1 :] + waiting[: place + 1] if each.pk != here.pk]
    return others[0] if others else None


def about(subject: str, at: datetime) -> list[Proposal]:
    """What waits concerning one stage, season or account, oldest first; what makes a new one concerns none yet."""
    found = Proposal.objects.whole().waiting(at).filter(about=subject)
    new = [verb.name for verb in all_verbs() if verb.makes is not None]
    return list(found.exclude(verb__in=new).order_by("proposed_at"))


def further(proposal: Proposal) -> Further | None:
    """Where one goes on after a proposal was seconded; None where it leads nowhere or what it is about is gone."""
    if proposal.state != Proposal.State.SECONDED:
        return None
    verb = verb_named(proposal.verb)
    try:
        return verb.further(verb.subject_of(proposal.subject))
    except ObjectDoesNotExist:
        return None


def lines(proposals: Sequence[Proposal], at: datetime) -> list[Line]:
    return [_line(proposal, at) for proposal in proposals]


def _line(proposal: Proposal, at: datetime) -> Line:
    lapsed = proposal.state == Proposal.State.OPEN and not proposal.is_waiting(at)
    return Line(
        url=proposal.get_absolute_url(),
        kind=str(verbs.WORDS.get(proposal.verb, proposal.verb)),
        title=proposal.shown_title,
        who=str(proposal.proposed_by),
        at=proposal.proposed_at,
        state="lapsed" if lapsed else proposal.state,
        state_label=_("已失效") if lapsed else proposal.get_state_display(),
        lapses_at=proposal.lapses_at if proposal.state == Proposal.State.OPEN else None,
        closed_by=str(proposal.closed_by) if proposal.closed_by else "",
        closed_at=proposal.closed_at,
    )


def _named(permission: Action) -> list[str]:
    return [verb.name for verb in all_verbs() if verb.permission == permission]
