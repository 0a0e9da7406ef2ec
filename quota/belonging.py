"""Which addresses of this app belong to what season, and when its lists bind it."""

from contest.models import Season
from contest.reads.page_season import registers, through
from contest.settled import binds
from quota.models import Shortlist, Substitution

registers(
    {
        "desk/stages/shortlists/": through(Shortlist, "stage__season"),
        "desk/stages/substitutions/": through(Substitution, "shortlist__stage__season"),
    }
)


@binds
def a_list_was_submitted(season: Season) -> bool:
    return Shortlist.objects.ever_submitted().filter(stage__season=season).exists()
