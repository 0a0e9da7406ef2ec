"""Which addresses of this app belong to what season, and when its results bind it."""

from contest.models import Season
from contest.reads.page_season import registers, through
from contest.settled import binds
from scoring.models import Publication, Ruling, Seat, Sheet

registers(
    {
        "desk/seats/": through(Seat, "stage__season"),
        "desk/sheets/": through(Sheet, "stage__season"),
        "desk/rulings/": through(Ruling, "stage__season"),
    }
)


@binds
def results_were_published(season: Season) -> bool:
    return Publication.objects.filter(stage__season=season).exists()
