"""Proposing that somebody be taken out of results that stand (DESIGN 6)."""

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.once import once
from accounts.permissions import Action, fetch
from accounts.proposals.views import propose_page
from accounts.requests import SignedIn
from contest import workflow
from contest.models import Entry


@once
def propose_disqualifying(request: SignedIn, pk: int) -> HttpResponse:
    entry = fetch(request.user, Action.DISQUALIFY, Entry.objects.whole(), pk=pk)
    stage = entry.stage
    return propose_page(
        request,
        "disqualify",
        entry,
        {},
        question=_("提请取消%(name)s的资格？") % {"name": entry.secretary.name},
        explanation=_("其后的人依次递进，得出新的一版成绩；须重新签字确认和公示。须附处理决定或会议纪要。"),
        back=reverse("scoring:results", args=[stage.pk]),
        crumbs=[(stage.get_absolute_url(), stage.title)],
        resting=[each.text for each in workflow.what_rests_on(stage, timezone.now())],
    )
