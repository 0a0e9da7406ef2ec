"""What waits to be seconded, on the desk."""

from collections.abc import Iterator

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
            text=_("复核：%(title)s") % {"title": proposal.title},
            url=proposal.get_absolute_url(),
            detail=_("%(who)s提请：%(reason)s") % {"who": proposal.proposed_by, "reason": proposal.reason},
            urgent=proposal.state == Proposal.State.IN_EFFECT,
            season=None if proposal.chain == log.PORTAL else proposal.chain,
        )
