"""The seasons, and one season's districts at a glance."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from accounts.once import takes_forms
from accounts.permissions import Action, fetch, may, require, within_reach
from accounts.requests import SignedIn
from contest import overview
from contest.actions.season_changes import is_empty
from contest.models import Season, Stage
from contest.reads import page_season
from contest.reads.levels import levels_of
from contest.reads.page_season import season_of
from contest.reads.working_days import calendar_of


def seasons(request: SignedIn) -> HttpResponse:
    require(request.user, Action.SEE_SEASON)
    found = within_reach(request.user, Action.SEE_SEASON, Season.objects.all())
    # Somebody made up for a rehearsal opens no other season (`require_season`).
    may_open = may(request.user, Action.MANAGE_SEASON) and not request.user.rehearsal
    context = {"seasons": found, "may_open": may_open}
    return render(request, "contest/seasons.html", context)


def season(request: SignedIn, code: str) -> HttpResponse:
    here = fetch(request.user, Action.SEE_SEASON, Season.objects.all(), code=code)
    stages = within_reach(request.user, Action.SEE_STAGE, Stage.objects.whole().filter(season=here))
    managing = may(request.user, Action.MANAGE_SEASON)
    context = {
        "season": here,
        "calendar": calendar_of(here),
        "levels": [level.name for level in levels_of(here)],
        "may_see_certificates": may(request.user, Action.SEE_CERTIFICATES),
        "may_manage": managing,
        "may_delete": managing and is_empty(here),
    }
    return render(request, "contest/season.html", context | overview.of(stages))


def stages(request: SignedIn) -> HttpResponse:
    """The stages of the page's season within reach."""
    require(request.user, Action.SEE_STAGE)
    here = Stage.objects.whole().filter(season=season_of(request))
    return render(request, "contest/stages.html", overview.of(within_reach(request.user, Action.SEE_STAGE, here)))


@require_POST
@takes_forms
def choose(request: SignedIn) -> HttpResponse:
    """Switch this session to another season, and go back to where it was switched."""
    code = request.POST.get("code", "")
    if code not in [each.code for each in page_season.of(request).offered]:
        raise Http404
    request.session[page_season.CHOICE] = code
    back = request.POST.get("next", "")
    safe = back.startswith("/") and url_has_allowed_host_and_scheme(back, None)
    return redirect(back if safe else "desk")
