"""What a person is told of proposals: which wait for them, and what one says."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts import verbs
from accounts.models import Proposal
from accounts.permissions import Action, may_second, seconded_within_reach
from accounts.proposals.registry import Further, all_verbs, verb_named

if TYPE_CHECKING:
    from accounts.models import User


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


def waiting_for(user: "User", at: datetime) -> list[Proposal]:
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


def may_decide(proposal: Proposal, user: "User", at: datetime) -> bool:
    """Whether this person can second or decline this proposal now."""
    if proposal.proposed_by_id == user.pk or not proposal.is_waiting(at):
        return False
    verb = verb_named(proposal.verb)
    try:
        obj = verb.subject_of(proposal.subject)
    except ObjectDoesNotExist:
        return False
    return may_second(user, verb.permission, obj, at=at, asked_by=proposal.proposed_by)


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
        title=proposal.title,
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
