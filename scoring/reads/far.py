"""The totals of a stage that ask for a second look at the paper. For those who type and confirm, and nobody else."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery, Sum

from contest.models import Stage
from scoring.models import Criterion, Sheet
from scoring.rules.far import far_off
from scoring.wording import terminating


@dataclass(frozen=True, slots=True)
class Far:
    """A complete sheet far from its panel's median (hundredths); `looked` once somebody looked again at this total."""

    sheet: int
    entry: int
    seat: int
    total_c: int
    middle: Fraction
    state: str
    looked: bool

    @property
    def shown_total(self) -> str:
        return terminating(Fraction(self.total_c, 100))

    @property
    def shown_middle(self) -> str:
        return terminating(self.middle / 100)


def far_in(stage: Stage, entries: Collection[int] | QuerySet[Any] | None = None) -> dict[int, Far]:
    """By sheet, what is far off among the counting sheets of these entrants (ids), or of all. One query."""
    whole = Criterion.objects.filter(ruleset__stage=OuterRef("stage")).values("ruleset").order_by()
    found = Sheet.objects.counting().filter(stage=stage, total_c__isnull=False).exclude(state=Sheet.State.OPEN)
    if entries is not None:
        found = found.filter(entry__in=entries)
    panels: dict[int, dict[int, tuple[Any, ...]]] = defaultdict(dict)
    for entry, seat, *rest in found.order_by().values_list(
        "entry_id",
        "seat_id",
        "pk",
        "total_c",
        "looked_c",
        "state",
        "stage__ruleset__far_percent",
        Subquery(whole.annotate(whole=Sum("max_c")).values("whole")),
    ):
        panels[entry][seat] = tuple(rest)
    far: dict[int, Far] = {}
    for entry, panel in panels.items():
        *_mine, far_percent, whole_c = next(iter(panel.values()))
        totals_c = {seat: told[1] for seat, told in panel.items()}
        for seat, middle in far_off(totals_c, whole_c=whole_c or 0, far_percent=far_percent or 0).items():
            pk, total_c, looked_c, state, *_limits = panel[seat]
            far[pk] = Far(pk, entry, seat, total_c, middle, state, looked_c == total_c)
    return far


def as_data(far: Iterable[Far]) -> list[tuple[int, int, str]]:
    """For the grid's script: entrant, seat and the panel's median of each that waits for a second look."""
    return [(each.entry, each.seat, each.shown_middle) for each in far if not each.looked]
