"""The seasons, and one season's districts at a glance."""

from django.http import HttpResponse
from django.shortcuts import render

from accounts.permissions import Action, fetch, may, require, within_reach
from accounts.requests import SignedIn
from contest import overview
from contest.models import Season, Stage


def seasons(request: SignedIn) -> HttpResponse:
    require(request.user, Action.SEE_SEASON)
    found = within_reach(request.user, Action.SEE_SEASON, Season.objects.all())
    context = {"seasons": found, "may_open": may(request.user, Action.MANAGE_SEASON)}
    return render(request, "contest/seasons.html", context)


def season(request: SignedIn, code: str) -> HttpResponse:
    here = fetch(request.user, Action.SEE_SEASON, Season.objects.all(), code=code)
    stages = within_reach(request.user, Action.SEE_STAGE, Stage.objects.whole().filter(season=here))
    context = {"season": here, "may_see_certificates": may(request.user, Action.SEE_CERTIFICATES)}
    return render(request, "contest/season.html", context | overview.of(stages))


def stages(request: SignedIn) -> HttpResponse:
    """The stages within reach, newest season first."""
    require(request.user, Action.SEE_STAGE)
    found = within_reach(request.user, Action.SEE_STAGE, Stage.objects.whole()).order_by(
        "-season__opened_at", "-kind", "district__order"
    )
    return render(request, "contest/stages.html", overview.of(found))
