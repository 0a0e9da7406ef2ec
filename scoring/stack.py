"""A judge's stack of sheets, as the person who compares it with the paper goes through it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Count
from django.utils.translation import gettext as _

from contest.models import Stage
from scoring.grid import Line
from scoring.models import Mark, Seat, Sheet
from scoring.reads.far import Far
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
class Cell:
    """One mark of a sheet; `state`: "mine" waits for the reader, "own" the reader typed, "done" is confirmed."""

    text: str
    state: str

    @property
    def label(self) -> str:
        """What a reader who sees no colours is told."""
        return {"done": _("已核对"), "own": _("您录入的")}.get(self.state, "")


@dataclass(frozen=True, slots=True)
class Paper:
    """One sheet of the stack as ready strings. `obstacle` says why the reader cannot confirm any of its marks.

    `rest` says what stays when the reader confirms the others: marks the reader typed wait for somebody else.
    `far` is there for those who confirm, where the total is far from the panel's.
    """

    pk: int
    edit: int
    order: str
    name: str
    version: int
    marks: Sequence[Cell]
    total: str
    typed_by: str
    typed_at: datetime | None
    obstacle: str
    rest: str
    far: Far | None = None

    @property
    def is_asked(self) -> bool:
        """Whether somebody must look at the paper again first: the total is far from the panel's."""
        return self.far is not None and not self.far.looked

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
    stage: Stage,
    seat: int,
    state: Sheet.State,
    lines: Sequence[Line],
    places: int,
    reader: "User",
    far: Mapping[int, Far] | None = None,
) -> list[Paper]:
    """A judge's counting sheets in this state, in order of appearance. Two queries."""
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
            "typed_by__name",
            "typed_at",
        )
    )
    cells: dict[int, dict[int, Cell]] = {}
    found = Mark.objects.filter(sheet__in=[sheet[0] for sheet in sheets])
    for pk, line, value_c, typist, confirmer in found.values_list(
        "sheet", "criterion", "value_c", "typed_by", "confirmed_by"
    ):
        waits = "own" if typist == reader.pk else "mine"
        cells.setdefault(pk, {})[line] = Cell(shown_points(value_c, places), "done" if confirmer else waits)
    return [
        Paper(
            pk=pk,
            edit=edit,
            order=str(order or ""),
            name=name,
            version=version,
            marks=[cells.get(pk, {}).get(line.pk, Cell("", "")) for line in lines],
            total=shown_points(total_c, places),
            typed_by=typist or "",
            typed_at=typed_at,
            obstacle=_obstacle(cells.get(pk, {}).values()),
            rest=_rest(cells.get(pk, {}), lines),
            far=(far or {}).get(pk),
        )
        for pk, edit, order, name, version, total_c, typist, typed_at in sheets
    ]


def _obstacle(cells: Iterable[Cell]) -> str:
    states = {cell.state for cell in cells}
    return _("您录入过") if "own" in states and "mine" not in states else ""


def _rest(cells: Mapping[int, Cell], lines: Sequence[Line]) -> str:
    """Which marks of the reader's own stay behind, where others can be confirmed."""
    own = [line.name for line in lines if line.pk in cells and cells[line.pk].state == "own"]
    if not own or _obstacle(cells.values()):
        return ""
    return _("%(names)s是您录入的，须由另一人核对") % {"names": _("、").join(own)}
