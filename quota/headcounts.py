"""How many first secretaries each district has: as the decree says, as the roster says, as they entered."""

from datetime import date
from typing import Any

from django.db.models import Count

from contest.actions.roster import tells_headcounts
from contest.models import Entry, Season
from contest.models.stage import Kind
from quota.models import QuotaRow
from registry.models import Posting

DISTRICT_OF_A_POSTING = "village__town__district"


@tells_headcounts
def decreed(season: Season) -> dict[int, int]:
    """Notice, quota table annex: the headcount by district id; empty where the season has no table."""
    return dict(QuotaRow.objects.filter(table__season=season).values_list("district_id", "headcount"))


def on_roster(season: Season, on: date) -> dict[int, int]:
    """Postings in force on a day among the season's people, by district id."""
    here = Posting.objects.current(on).filter(rehearsal=season.roster)
    return _counted(here.values_list(DISTRICT_OF_A_POSTING), DISTRICT_OF_A_POSTING)


def by_level(season: Season, on: date) -> dict[str, int]:
    """Postings in force on a day among the season's people, by the level of the dispatching unit."""
    here = Posting.objects.current(on).filter(rehearsal=season.roster)
    return _counted(here.values_list("unit__level"), "unit__level")


def entered(season: Season) -> dict[int, int]:
    """Competing entrants of the season's preliminaries, by district id."""
    entries = Entry.objects.competing().filter(stage__season=season, stage__kind=Kind.PRELIMINARY)
    return _counted(entries.values_list("stage__district"), "stage__district")


def _counted(rows, by: str) -> dict[Any, int]:  # type: ignore[no-untyped-def]
    # The models' own ordering would split the groups.
    return dict(rows.order_by(by).annotate(count=Count("pk")))
