"""The season that a page belongs to (DESIGN 10: every desk page belongs to one season).

Where the address names an object, that object's season is the page's. Every other page shows the season that its form
carries, or that its address asks for, or that was chosen for this session, or the one that is going on. The apps say
which of their addresses begin with the key of what (`registers`), as system checks are registered.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.http import urlencode

from accounts.hooks import CARRIED, PageSeason, SeasonFacts, tells_season
from accounts.models import User
from accounts.permissions import Action, in_own_season, may
from contest.models import Entry, Season

# Where the session keeps the choice, and what asks for a season in an address.
CHOICE, ASKED = "season", "season"

# The key in an address, and the season chosen, to the season's id; None where the object belongs to no season.
Finder = Callable[[Any, Season | None], int | None]
_finders: dict[str, Finder] = {}


@dataclass(frozen=True, slots=True)
class Standing:
    """`season` is the page's, `chosen` the session's; `named` tells whether the address names an object."""

    season: Season | None
    chosen: Season | None
    offered: list[Season]
    named: bool


def registers(finders: Mapping[str, Finder]) -> None:
    """Say of addresses, by what stands before the first key in them, how the season is found from that key."""
    _finders.update(finders)


def through(model: type[Model], path: str, by: str = "pk") -> Finder:
    """The season at the end of `path` from the object of `model` whose `by` is the key."""

    def find(key: Any, chosen: Season | None) -> int | None:
        return model._default_manager.filter(**{by: key}).order_by().values_list(path, flat=True).first()

    return find


def noun_of(route: str) -> str:
    """What of an address stands before the first key; "" where it has none."""
    noun, key, _rest = route.partition("<")
    return noun if key else ""


def of(request: HttpRequest) -> Standing:
    """The season of a page, found once a request. Raises Http404 where a season is asked for that is not there."""
    if not hasattr(request, "season_standing"):
        request.season_standing = _find(request)  # type: ignore[attr-defined]
    return request.season_standing  # type: ignore[attr-defined]


def season_of(request: HttpRequest) -> Season | None:
    """The page's season; None before the first was opened."""
    return of(request).season


def address(request: HttpRequest, name: str) -> str:
    """A list's address that stays in the season of this page."""
    return reverse(name) + _carry(of(request))


@tells_season
def as_facts(request: HttpRequest) -> PageSeason:
    here = of(request)
    return PageSeason(
        season=_facts(here.season) if here.season else SeasonFacts(),
        offered=[_facts(each) for each in here.offered],
        carry=_carry(here),
        stays=not here.named,
    )


def default(seasons: list[Season]) -> Season | None:
    """Of seasons from new to old: the newest in progress that is no rehearsal, else the newest rehearsal."""
    going = [each for each in seasons if each.archived_at is None] or seasons
    return next((each for each in going if not each.is_rehearsal), going[0] if going else None)


def _find(request: HttpRequest) -> Standing:
    user, everywhere = getattr(request, "user", None), Season.objects.all()
    # For somebody made up for a rehearsal there is no other season.
    seasons = list(in_own_season(user, everywhere) if isinstance(user, User) else everywhere)
    offered = _offered(user, seasons)
    choice = request.session.get(CHOICE) if hasattr(request, "session") else None
    chosen = next((each for each in offered if each.code == choice), None) or default(offered)
    route = request.resolver_match.route if request.resolver_match else ""
    finder = _finders.get(noun_of(route))
    if finder is not None:
        return Standing(_own(request, finder, seasons, chosen) or chosen, chosen, offered, named=True)
    return Standing(_told(request, seasons) or chosen, chosen, offered, named=False)


def _own(request: HttpRequest, finder: Finder, seasons: list[Season], chosen: Season | None) -> Season | None:
    """The season of the object that the address names; where there is only one season, nobody is asked."""
    if len(seasons) < 2:
        return chosen
    assert request.resolver_match is not None  # noqa: S101 - it had a route
    key = next(iter(request.resolver_match.kwargs.values()), None)
    try:
        pk = finder(key, chosen)
    except (ValueError, OverflowError):
        return None
    return next((each for each in seasons if each.pk == pk), None)


def _told(request: HttpRequest, seasons: list[Season]) -> Season | None:
    """The season that a form or an address names by its code."""
    code = request.GET.get(ASKED, "")
    if request.method == "POST":
        code = request.POST.get(CARRIED, code)
    if not code:
        # The log's page names its season by the chain; the portal's own chain belongs to none.
        return next((each for each in seasons if each.code == request.GET.get("chain", "")), None)
    for each in seasons:
        if each.code == code:
            return each
    raise Http404("no such season")


def _offered(user: Any, seasons: list[Season]) -> list[Season]:
    """The seasons one can switch to: all for staff and strangers; a first secretary's are those they take part in."""
    if len(seasons) < 2 or not isinstance(user, User) or may(user, Action.SEE_SEASON):
        return seasons
    mine = set(Entry.objects.filter(secretary=user.secretary_id).values_list("stage__season", flat=True))
    return [each for each in seasons if each.pk in mine] or seasons


def _facts(season: Season) -> SeasonFacts:
    return SeasonFacts(season.pk, season.code, season.title, season.is_rehearsal, season.hosts)


def _carry(here: Standing) -> str:
    if here.season is None or here.season == here.chosen:
        return ""
    return f"?{urlencode({ASKED: here.season.code})}"
