"""Which addresses of this app belong to what season."""

from contest.reads.page_season import registers, through
from scoring.models import Ruling, Seat, Sheet

registers(
    {
        "desk/seats/": through(Seat, "stage__season"),
        "desk/sheets/": through(Sheet, "stage__season"),
        "desk/rulings/": through(Ruling, "stage__season"),
    }
)
