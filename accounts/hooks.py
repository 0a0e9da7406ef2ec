"""Facts that apps further right know and the frame shows; they set them when Django loads them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.translation import gettext as _

# The field in which a form carries the season of its page.
CARRIED = "page_season"


@dataclass(frozen=True, slots=True)
class SeasonFacts:
    """One season as the frame names it: `rehearsal` puts 演练 on the page, `hosts` stand at its foot."""

    pk: int | None = None
    code: str = ""
    title: str = ""
    rehearsal: bool = False
    hosts: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class PageSeason:
    """The season that a page belongs to, and the others that this person can switch to (DESIGN 10).

    `carry` is what an address of a list needs so that it stays in the page's season: empty where the session has
    chosen the same one. `stays` tells whether the same address shows another season once that is chosen.
    """

    season: SeasonFacts = SeasonFacts()
    offered: Sequence[SeasonFacts] = ()
    carry: str = ""
    stays: bool = False


Teller = Callable[[HttpRequest], PageSeason]
_teller: Teller | None = None


def tells_season(function: Teller) -> Teller:
    """Name the function that tells what season a page belongs to; use as a decorator."""
    global _teller
    _teller = function
    return function


def page_season(request: HttpRequest) -> PageSeason:
    return _teller(request) if _teller is not None else PageSeason()


def titles(request: HttpRequest) -> dict[str, str]:
    """The titles of the seasons that this person can switch to, by code."""
    return {each.code: each.title for each in page_season(request).offered}


def titled(request: HttpRequest, title: str) -> str:
    """The title of a file taken from a page: one of a rehearsal's page says 演练 first (DESIGN 10)."""
    return _("演练 %(title)s") % {"title": title} if page_season(request).season.rehearsal else title
