"""The score grid as rows of ready strings: what the page draws, and what its script is told.

A constant number of queries, and no model object in a row: a stage may have sixty entrants and nine judges.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Max, Sum
from django.urls import reverse
from django.utils.translation import gettext as _

from contest.models import Entry, Stage
from contest.models.entry import Status
from scoring.models import Criterion, Mark, Overtime, Seat, Sheet
from scoring.typed import places_for, shown_points, shown_seconds

ALL, NONE = "all", "none"
# The place of the time in a cell's name, where a mark has its criterion's code.
TIME = "time"


@dataclass(frozen=True, slots=True)
class Line:
    """A criterion as a column: its range in points, as strings."""

    pk: int
    code: str
    name: str
    most: str
    step: str


@dataclass(frozen=True, slots=True)
class Judge:
    """A sitting judge's column; `open` shows the criteria, `done` of `dealt` sheets are complete."""

    pk: int
    number: int
    name: str
    open: bool
    done: int
    dealt: int


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A live sheet as the grid shows it; `marks` in the order of the criteria, None where its judge is not open."""

    entry: int
    seat: int
    pk: int
    edit: int
    state: str
    total: str
    filled: int
    marks: tuple[str, ...] | None
    who: str

    @property
    def as_data(self) -> list[Any]:
        return [self.entry, self.seat, self.pk, self.edit, self.state, self.total, self.filled, self.marks, self.who]


@dataclass(frozen=True, slots=True)
class TimeRow:
    entry: int
    edit: int
    text: str
    deduction: str
    who: str

    @property
    def as_data(self) -> list[Any]:
        return [self.entry, self.edit, self.text, self.deduction, self.who]


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of the table. `at` names it to the script; a cell with `url` leads to its details."""

    at: str
    css: str
    text: str
    url: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    entry: int
    order: str
    name: str
    status: str
    css: str
    cells: Sequence[Cell]


@dataclass(frozen=True, slots=True)
class Person:
    pk: int
    order: str
    name: str
    competing: bool
    status: str


@dataclass(frozen=True, slots=True)
class Grid:
    """The whole grid of one stage, with these judges opened."""

    lines: Sequence[Line]
    judges: Sequence[Judge]
    people: Sequence[Person]
    sheets: Sequence[SheetRow]
    times: Sequence[TimeRow]
    places: int
    rows: Sequence[Row]

    @property
    def full(self) -> int:
        """The columns one open judge takes."""
        return len(self.lines) + 1


def grid_of(stage: Stage, wanted: str = "") -> Grid:
    """The grid with the judge `wanted` (a seat's number, ALL or NONE) opened; by default the first incomplete one."""
    lines, places = lines_of(stage)
    judges = _judges(stage, wanted)
    opened = [judge.pk for judge in judges if judge.open]
    people, times = _people(stage)
    sheets = sheet_rows(stage, opened, lines, places)
    rows = _rows(lines, judges, people, sheets, times)
    return Grid(lines, judges, people, sheets, times, places, rows)


def sheet_rows(stage: Stage, opened: Sequence[int], lines: Sequence[Line], places: int) -> list[SheetRow]:
    """The stage's live sheets, with the marks of those whose judge is among `opened` (seat ids)."""
    marks: dict[int, dict[int, int]] = {}
    found = Mark.objects.filter(sheet__stage=stage, sheet__live=True, sheet__seat__in=opened)
    for sheet, criterion, value_c in found.values_list("sheet_id", "criterion_id", "value_c"):
        marks.setdefault(sheet, {})[criterion] = value_c
    rows = (
        Sheet.objects.live()
        .filter(stage=stage, seat__vacated_at=None)
        .order_by()
        .annotate(filled=Count("marks"))
        .values_list("entry_id", "seat_id", "pk", "edit", "state", "total_c", "filled", "typed_by__name")
    )
    return [
        SheetRow(
            entry=entry,
            seat=seat,
            pk=pk,
            edit=edit,
            state=state,
            total=shown_points(total_c, places),
            filled=filled,
            marks=tuple(shown_points(marks.get(pk, {}).get(line.pk), places) for line in lines)
            if seat in opened
            else None,
            who=who or "",
        )
        for entry, seat, pk, edit, state, total_c, filled, who in rows
    ]


def version_of(stage: Stage) -> str:
    """Changes with everything a grid shows that others may change: one short text for the price of three counts."""
    sheets = Sheet.objects.live().filter(stage=stage).aggregate(Count("pk"), Sum("edit"), Max("pk"), Count("looked_c"))
    times = Overtime.objects.filter(entry__stage=stage).aggregate(Count("pk"), Sum("edit"))
    return "-".join(str(part or 0) for part in (stage.state, *sheets.values(), *times.values(), shape_of(stage)))


def shape_of(stage: Stage) -> str:
    """Changes when the grid gets other rows or columns, which a page already drawn cannot show."""
    return (
        f"{Entry.objects.competing().filter(stage=stage).count()}x{Seat.objects.sitting().filter(stage=stage).count()}"
    )


def opened_in(stage: Stage, wanted: str) -> list[int]:
    """The seats (ids) that a page with these judges opened shows."""
    seats = Seat.objects.sitting().filter(stage=stage)
    if wanted == NONE:
        return []
    if wanted != ALL:
        seats = seats.filter(number__in=[int(wanted)] if wanted.isdecimal() and len(wanted) < 6 else [])
    return list(seats.values_list("pk", flat=True))


def lines_of(stage: Stage) -> tuple[list[Line], int]:
    """The stage's criteria as columns, and how many decimals its marks are shown with."""
    rows = list(
        Criterion.objects.filter(ruleset__stage=stage)
        .order_by("order", "id")
        .values_list("pk", "code", "name", "max_c", "step_c")
    )
    places = places_for([row[4] for row in rows])
    lines = [
        Line(pk, code, name, shown_points(max_c, places_for([max_c])), shown_points(step_c, places_for([step_c])))
        for pk, code, name, max_c, step_c in rows
    ]
    return lines, places


def _judges(stage: Stage, wanted: str) -> list[Judge]:
    seats = list(Seat.objects.sitting().filter(stage=stage).order_by("number").values_list("pk", "number", "judge"))
    counting = Sheet.objects.counting().filter(stage=stage).order_by().values_list("seat_id", "state")
    dealt: dict[int, int] = {}
    done: dict[int, int] = {}
    for seat, state, count in counting.annotate(Count("pk")):
        dealt[seat] = dealt.get(seat, 0) + count
        if state != Sheet.State.OPEN:
            done[seat] = done.get(seat, 0) + count
    opened = _opened(seats, wanted, [pk for pk, _n, _j in seats if done.get(pk, 0) < dealt.get(pk, 0)])
    return [Judge(pk, number, name, pk in opened, done.get(pk, 0), dealt.get(pk, 0)) for pk, number, name in seats]


def _opened(seats: Sequence[tuple[int, int, str]], wanted: str, incomplete: Sequence[int]) -> set[int]:
    if wanted == ALL:
        return {pk for pk, _number, _name in seats}
    if wanted == NONE:
        return set()
    named = {pk for pk, number, _name in seats if str(number) == wanted}
    return named or set(incomplete[:1]) or {pk for pk, _number, _name in seats[:1]}


def _people(stage: Stage) -> tuple[list[Person], list[TimeRow]]:
    entries = (
        Entry.objects.filter(stage=stage)
        .in_order()
        .values_list(
            "pk",
            "order",
            "secretary__name",
            "status",
            "overtime__edit",
            "overtime__seconds",
            "overtime__points_c",
            "overtime__typed_by__name",
        )
    )
    people, times = [], []
    for pk, order, name, status, edit, seconds, points_c, who in entries:
        competing = status == Status.ENTERED
        people.append(Person(pk, str(order or ""), name, competing, "" if competing else str(Status(status).label)))
        if edit is not None:
            times.append(time_row(pk, edit, seconds, points_c, who or ""))
    return people, times


def time_rows(stage: Stage) -> list[TimeRow]:
    """Every time typed on the stage."""
    found = Overtime.objects.filter(entry__stage=stage)
    return [time_row(*row) for row in found.values_list("entry", "edit", "seconds", "points_c", "typed_by__name")]


def time_row(entry: int, edit: int, seconds: int | None, points_c: int, who: str = "") -> TimeRow:
    """One time as the grid shows it."""
    return TimeRow(entry, edit, shown_seconds(seconds), "" if seconds is None else shown_points(points_c, 2), who)


def _rows(
    lines: Sequence[Line],
    judges: Sequence[Judge],
    people: Iterable[Person],
    sheets: Iterable[SheetRow],
    times: Iterable[TimeRow],
) -> list[Row]:
    sheet_url, time_url = _addresses("scoring:sheet"), _addresses("scoring:time")
    sheet_at = {(sheet.entry, sheet.seat): sheet for sheet in sheets}
    time_at = {time.entry: time for time in times}
    rows = []
    for person in people:
        cells: list[Cell] = []
        for judge in judges:
            cells += _judge_cells(person, judge, sheet_at.get((person.pk, judge.pk)), lines, sheet_url)
        cells += _time_cells(person, time_at.get(person.pk), time_url)
        mine = [sheet_at.get((person.pk, judge.pk)) for judge in judges]
        done = all(sheet is not None and sheet.state == Sheet.State.CONFIRMED for sheet in mine)
        css = "" if person.competing and not done else "row-done" if person.competing else "row-absent"
        rows.append(Row(person.pk, person.order, person.name, person.status, css, cells))
    return rows


def _addresses(name: str) -> Callable[[int], str]:
    """The addresses of many objects for the price of looking one up."""
    before, _zero, after = reverse(name, args=[0]).rpartition("0")
    return lambda pk: f"{before}{pk}{after}"


def _judge_cells(
    person: Person, judge: Judge, sheet: SheetRow | None, lines: Sequence[Line], url: Callable[[int], str]
) -> list[Cell]:
    cells = []
    if judge.open:
        marks = sheet.marks if sheet is not None and sheet.marks is not None else ("",) * len(lines)
        css = _css(person, sheet)
        cells = [
            Cell(f"{person.pk}:{judge.pk}:{line.code}", css if mark else f"{css} cell-empty", mark)
            for line, mark in zip(lines, marks, strict=True)
        ]
    shut = "" if judge.open else " shut"
    if sheet is None:
        return [*cells, Cell(f"{person.pk}:{judge.pk}", f"total cell-locked{shut}", "")]
    text, css = _total(sheet, len(lines))
    title = f"{person.name} · {judge.number} {judge.name}"
    return [*cells, Cell(f"{person.pk}:{judge.pk}", css + shut, text, url(sheet.pk), title)]


def _total(sheet: SheetRow, criteria: int) -> tuple[str, str]:
    """What the total's cell says: the total, how many marks there are so far, or nothing yet."""
    if sheet.state == Sheet.State.CONFIRMED:
        return sheet.total, "total total-confirmed"
    if sheet.total:
        return sheet.total, "total" if sheet.state == Sheet.State.TYPED else "total total-returned"
    return (f"{sheet.filled}/{criteria}", "total total-open") if sheet.filled else ("—", "total total-open")


def _css(person: Person, sheet: SheetRow | None) -> str:
    if sheet is None or not person.competing:
        return "cell cell-locked"
    return "cell cell-confirmed" if sheet.state == Sheet.State.CONFIRMED else "cell"


def _time_cells(person: Person, time: TimeRow | None, url: Callable[[int], str]) -> list[Cell]:
    text = time.text if time else ""
    css = "cell cell-locked" if not person.competing else "cell" if text else "cell cell-empty"
    address = url(person.pk) if person.competing else ""
    title = _("%(name)s · 用时") % {"name": person.name}
    return [
        Cell(f"{person.pk}::{TIME}", f"{css} time", text),
        Cell(f"{person.pk}::", "total deduction", (time.deduction if time else "") or "—", address, title),
    ]
