"""What waits to be seconded, on the desk: by this person, and of what they proposed themselves."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import log
from accounts.desk import Todo, source
from accounts.models import Proposal, User
from accounts.proposals.reads import waiting_for

# So long whoever proposed something is told on the desk that a colleague declined it.
TOLD = timedelta(days=3)


@source
def to_second(user: User) -> Iterator[Todo]:
    """Each proposal this person can second; one that is in effect already holds up certification, so it comes first."""
    for proposal in waiting_for(user, timezone.now()):
        yield Todo(
            text=_("复核：%(title)s") % {"title": proposal.shown_title},
            url=proposal.get_absolute_url(),
            detail=_("%(who)s提请：%(reason)s") % {"who": proposal.proposed_by, "reason": proposal.reason},
            urgent=proposal.state == Proposal.State.IN_EFFECT,
            season=_season(proposal.chain),
        )


@source
def asked_for(user: User) -> Iterator[Todo]:
    """What this person proposed: how much waits for a colleague, by season, and what was declined lately. One query."""
    now = timezone.now()
    mine = Proposal.objects.filter(proposed_by=user)
    found = (mine.waiting(now) | mine.filter(state=Proposal.State.DECLINED, closed_at__gt=now - TOLD)).order_by("chain")
    waiting: Counter[str] = Counter()
    for proposal in found.select_related("closed_by"):
        if proposal.state != Proposal.State.DECLINED:
            waiting[proposal.chain] += 1
            continue
        yield Todo(
            text=_("复核不同意：%(title)s") % {"title": proposal.shown_title},
            url=proposal.get_absolute_url(),
            detail=_("%(who)s：%(answer)s") % {"who": proposal.closed_by, "answer": proposal.answer},
            waits=True,
            season=_season(proposal.chain),
        )
    for chain, count in waiting.items():
        yield Todo(
            text=_("您提请的 %(count)d 项等同事复核") % {"count": count},
            url=f"{reverse('proposals')}?mine=1",
            waits=True,
            season=_season(chain),
        )


def _season(chain: str) -> str | None:
    return None if chain == log.PORTAL else chain
