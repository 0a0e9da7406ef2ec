"""The page that leads back from results that are wrong (更正程序)."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from accounts.permissions import Action, fetch
from accounts.requests import SignedIn
from contest.models import Stage
from contest.models.stage import State
from contest.reads.way_back import WITH_RESULTS, way_back


def show_way_back(request: SignedIn, pk: int) -> HttpResponse:
    stage = fetch(request.user, Action.SEE_MARKS, Stage.objects.whole(), pk=pk)
    context = {
        "stage": stage,
        "has_results": stage.state in WITH_RESULTS or stage.revision > 0,
        "reopened": stage.state == State.SCORING,
        "way": way_back(stage, request.user, timezone.now()),
        "next_revision": stage.revision + 1,
    }
    return render(request, "contest/way_back.html", context)
