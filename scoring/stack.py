"""A judge's stack of sheets, as the person who compares it with the paper goes through it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Count
from django.utils.translation import gettext as _

from contest.models import Stage
from scoring.actions.confirmation import typists_of
from scoring.grid import Line
from scoring.models import Mark, Seat, Sheet
from scoring.typed import shown_points

if TYPE_CHECKING:
    from accounts.models import User


@dataclass(frozen=True, slots=True)
class Pile:
    """How far a sitting judge's sheets have come."""

    seat: int
    number: int
    judge: str
    open: int
    typed: int
    confirmed: int

    @property
    def url(self) -> str:
        return f"?judge={self.number}"


@dataclass(frozen=True, slots=True)
class Paper:
    """One sheet of the stack as ready strings. `obstacle` says why the reader cannot confirm it."""

    pk: int
    edit: int
    order: str
    name: str
    version: int
    marks: Sequence[str]
    total: str
    typed_by: str
    typed_at: datetime | None
    obstacle: str

    @property
    def seen(self) -> str:
        return f"{self.pk}:{self.edit}"


def piles_of(stage: Stage) -> list[Pile]:
    """Every sitting judge's pile, by seat number."""
    counts: dict[tuple[int, str], int] = {}
    states = Sheet.objects.counting().filter(stage=stage).order_by().values_list("seat_id", "state")
    for seat, state, count in states.annotate(Count("pk")):
        counts[seat, state] = count
    seats = Seat.objects.sitting().filter(stage=stage).order_by("number").values_list("pk", "number", "judge")
    return [
        Pile(
            seat=pk,
            number=number,
            judge=judge,
            open=counts.get((pk, Sheet.State.OPEN), 0),
            typed=counts.get((pk, Sheet.State.TYPED), 0),
            confirmed=counts.get((pk, Sheet.State.CONFIRMED), 0),
        )
        for pk, number, judge in seats
    ]


def next_after(pile: Pile, piles: Sequence[Pile]) -> Pile | None:
    """The pile to go on with: the next one, after the last the first, in which sheets wait; None when none do."""
    place = piles.index(pile)
    return next((each for each in [*piles[place + 1 :], *piles[:place]] if each.typed), None)


def papers_of(
    stage: Stage, seat: int, state: Sheet.State, lines: Sequence[Line], places: int, reader: "User"
) -> list[Paper]:
    """A judge's counting sheets in this state, in order of appearance."""
    sheets = list(
        Sheet.objects.counting()
        .filter(stage=stage, seat=seat, state=state)
        .order_by("entry__order", "entry_id")
        .values_list(
            "pk",
            "edit",
            "entry__order",
            "entry__secretary__name",
            "version",
            "total_c",
            "typed_by",
            "typed_by__name",
            "typed_at",
        )
    )
    pks = [sheet[0] for sheet in sheets]
    typists = typists_of(pks)
    marks: dict[int, dict[int, int]] = {}
    for pk, criterion, value_c in Mark.objects.filter(sheet__in=pks).values_list("sheet", "criterion", "value_c"):
        marks.setdefault(pk, {})[criterion] = value_c
    return [
        Paper(
            pk=pk,
            edit=edit,
            order=str(order or ""),
            name=name,
            version=version,
            marks=[shown_points(marks.get(pk, {}).get(line.pk), places) for line in lines],
            total=shown_points(total_c, places),
            typed_by=typist_name or "",
            typed_at=typed_at,
            obstacle=_("您录入过") if reader.pk in {*typists[pk], typist} else "",
        )
        for pk, edit, order, name, version, total_c, typist, typist_name, typed_at in sheets
    ]
