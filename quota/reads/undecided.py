"""Who was disqualified in the preliminary after the final had begun, and still stands in the final's ranking.

Once the final's scoring has opened its people stand, whatever is decided of their preliminary (DESIGN 6): whether they
leave the final too is decided by itself, on a recorded decision.
"""

from collections.abc import Container, Iterable

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _

from contest.models import Entry, Season
from contest.models.entry import Status
from contest.models.stage import Kind
from contest.workflow import Problem
from quota.models.shortlist import FINAL_OPEN


def undecided(seasons: Iterable[Season | int]) -> list[Entry]:
    """Their entries in these seasons' finals, in the order of appearance, with person and stage. One query."""
    lost = Entry.objects.filter(
        status=Status.DISQUALIFIED,
        secretary=OuterRef("secretary"),
        stage__season=OuterRef("stage__season"),
        stage__kind=Kind.PRELIMINARY,
    )
    begun = Entry.objects.competing().filter(stage__kind=Kind.FINAL, stage__season__in=seasons)
    found = begun.exclude(stage__state__in=FINAL_OPEN).filter(Exists(lost))
    return list(found.select_related("secretary", "stage__season").in_order())


def to_decide(season_id: int, *, among: Container[int] | None = None) -> list[Problem]:
    """What is to be decided about each of them, with the way to the entry. One query.

    `among` are the entries of the final that a paper is about; without it all of them.
    """
    return [
        Problem(
            _("%(name)s 已被取消初赛资格，仍在决赛排名中；是否同时取消决赛资格，请凭处理决定办理。")
            % {"name": entry.secretary.name},
            reverse("contest:entry", args=[entry.pk]),
        )
        for entry in undecided([season_id])
        if among is None or entry.pk in among
    ]
