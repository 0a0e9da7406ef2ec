"""Which addresses of this app belong to what season, and when its lists and its table bind it."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from contest.models import Season
from contest.reads.page_season import registers, through
from contest.settled import binds, uses_levels
from quota.models import QuotaLevel, Shortlist, Substitution

registers(
    {
        "desk/stages/shortlists/": through(Shortlist, "stage__season"),
        "desk/stages/substitutions/": through(Substitution, "shortlist__stage__season"),
    }
)


@binds
def a_list_was_submitted(season: Season) -> bool:
    return Shortlist.objects.ever_submitted().filter(stage__season=season).exists()


@uses_levels
def levels_counted(season: Season) -> Iterator[tuple[str, str]]:
    """Those of whose units the decree states a headcount (notice I)."""
    codes = QuotaLevel.objects.filter(table__season=season).values_list("level", flat=True)
    return ((code, _("名额分配表")) for code in codes)
