"""What waits to be seconded, on the desk: by this person, and of what they proposed themselves."""

from collections.abc import Iterator

from django.db.models import Count
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import log
from accounts.desk import Todo, source
from accounts.models import Proposal, User
from accounts.proposals.reads import waiting_for


@source
def to_second(user: User) -> Iterator[Todo]:
    """Each proposal this person can second; one that is in effect already holds up certification, so it comes first."""
    for proposal in waiting_for(user, timezone.now()):
        yield Todo(
            text=_("复核：%(title)s") % {"title": proposal.shown_title},
            url=proposal.get_absolute_url(),
            detail=_("%(who)s提请：%(reason)s") % {"who": proposal.proposed_by, "reason": proposal.reason},
            urgent=proposal.state == Proposal.State.IN_EFFECT,
            season=None if proposal.chain == log.PORTAL else proposal.chain,
        )


@source
def asked_for(user: User) -> Iterator[Todo]:
    """How much that this person proposed still waits for a colleague, by season. One query."""
    mine = Proposal.objects.waiting(timezone.now()).filter(proposed_by=user).order_by("chain")
    for chain, count in mine.values_list("chain").annotate(Count("pk")):
        yield Todo(
            text=_("您提请的 %(count)d 项等同事复核") % {"count": count},
            url=f"{reverse('proposals')}?mine=1",
            waits=True,
            season=None if chain == log.PORTAL else chain,
        )
