"""The public front page."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from contest.models import Stage
from contest.models.stage import State
from contest.reads.page_season import season_of


@login_not_required
def home(request: HttpRequest) -> HttpResponse:
    season = season_of(request)
    stages = Stage.objects.whole().filter(season=season, state__in=(State.PUBLISHED, State.CLOSED)) if season else []
    return render(request, "contest/home.html", {"season": season, "stages": stages})
