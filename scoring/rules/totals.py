"""From the judges' marks to one exact total per entrant.

A sheet's total is the sum of its marks; the mean is taken over the counted sheets of the panel; the total is the mean
minus the deduction. Everything is whole hundredths until the one division that makes a ``Fraction``.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Literal

from scoring.rules.ruleset import MOST_DECIMALS, Criterion, Ruleset

Why = Literal["counted", "highest", "lowest"]


@dataclass(frozen=True, slots=True)
class Marks:
    """One judge's sheet for one entrant: marks in hundredths, in the order of the ruleset's criteria."""

    seat: int
    values: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class SheetTotal:
    """One sheet's sum, and whether it counted or was left out as the highest or the lowest."""

    seat: int
    total_c: int
    counted: bool
    why: Why


@dataclass(frozen=True, slots=True)
class Tally:
    """One entrant's exact result, with all it was made from. ``total`` and the means are hundredths."""

    entry: int
    total: Fraction
    mean: Fraction
    sheets: tuple[SheetTotal, ...]
    deduction_c: int
    criterion_means: tuple[Fraction, ...]


class CannotTally(Exception):
    """What was handed in for ``entry`` makes no total; the subclass says why."""

    def __init__(self, entry: int, *facts: object) -> None:
        super().__init__(entry, *facts)
        self.entry = entry


class Incomplete(CannotTally):
    """Marks are not there yet: ``missing`` lists them as (seat, criterion code). A missing mark is never zero."""

    def __init__(self, entry: int, missing: tuple[tuple[int, str], ...]) -> None:
        super().__init__(entry, missing)
        self.missing = missing


class BadMark(CannotTally):
    """A mark outside 0 to the criterion's maximum, between two steps, or not a whole number of hundredths."""

    def __init__(self, entry: int, seat: int, criterion: str, value: object) -> None:
        super().__init__(entry, seat, criterion, value)
        self.seat = seat
        self.criterion = criterion
        self.value = value


class WrongLength(CannotTally):
    """A sheet with more or fewer marks than the ruleset has criteria."""

    def __init__(self, entry: int, seat: int) -> None:
        super().__init__(entry, seat)
        self.seat = seat


class NotOnPanel(CannotTally):
    """A sheet from a seat that the panel does not have."""

    def __init__(self, entry: int, seat: int) -> None:
        super().__init__(entry, seat)
        self.seat = seat


class SecondSheet(CannotTally):
    """Two sheets from one seat."""

    def __init__(self, entry: int, seat: int) -> None:
        super().__init__(entry, seat)
        self.seat = seat


class EmptyPanel(CannotTally):
    """A panel without seats: there is nothing to take a mean of."""


class BadDeduction(CannotTally):
    """A deduction that is negative or not a whole number of hundredths."""

    def __init__(self, entry: int, deduction_c: object) -> None:
        super().__init__(entry, deduction_c)
        self.deduction_c = deduction_c


def tally(
    entry: int, sheets: Iterable[Marks], ruleset: Ruleset, *, panel: frozenset[int], deduction_c: int = 0
) -> Tally:
    """Notice V(1) and V(2), the panel scores on site and the total is computed: one entrant's exact total.

    Total = mean of the counted sheets − ``deduction_c``, in hundredths, and never below 0. Readings:

    - With ``min_panel_to_drop`` seats or more, the ``drop`` highest and ``drop`` lowest sheets by sheet total are left
      out. Where several share the extreme total, those of the highest seat numbers are the ones marked; the total is
      the same whichever is marked.
    - ``criterion_means``, which break ties, are over *all* sheets of the panel, so that the choice above, which is one
      of display, can decide nothing.

    Raises Incomplete, BadMark, WrongLength, NotOnPanel, SecondSheet, EmptyPanel, BadDeduction (all CannotTally).
    """
    if type(deduction_c) is not int or deduction_c < 0:
        raise BadDeduction(entry, deduction_c)
    rows = _complete(entry, sheets, ruleset.criteria, panel)
    columns = list(zip(*rows.values(), strict=True))
    _refuse_bad_marks(entry, rows, columns, ruleset.criteria)

    totals_c = {seat: sum(values) for seat, values in rows.items()}
    left_out = _left_out(totals_c, ruleset)
    count = len(totals_c) - len(left_out)
    counted_c = sum(totals_c.values()) - sum(totals_c[seat] for seat in left_out)
    return Tally(
        entry=entry,
        total=Fraction(max(0, counted_c - deduction_c * count), count),
        mean=Fraction(counted_c, count),
        sheets=tuple(
            SheetTotal(seat, total_c, seat not in left_out, left_out.get(seat, "counted"))
            for seat, total_c in totals_c.items()
        ),
        deduction_c=deduction_c,
        criterion_means=tuple(Fraction(sum(column), len(rows)) for column in columns),
    )


def tally_all(
    entries: Iterable[tuple[int, Iterable[Marks], int]], ruleset: Ruleset, panel: frozenset[int]
) -> list[Tally]:
    """Notice V(1) and V(2), the total score: a tally for each (entry, sheets, deduction_c), in the order given.

    Raises what tally raises, at the first entrant whose sheets are not in order.
    """
    return [
        tally(entry, sheets, ruleset, panel=panel, deduction_c=deduction_c) for entry, sheets, deduction_c in entries
    ]


def show(value: Fraction | int, decimals: int) -> str:
    """Notice V(1), the total as it is printed: hundredths as points, rounded once, half up, exactly.

    A negative value (a difference) is rounded as its mirror image, and never shown as minus zero.
    """
    value = Fraction(value)
    scale = 10**decimals
    steps = (2 * abs(value.numerator) * scale + 100 * value.denominator) // (200 * value.denominator)
    whole, part = divmod(steps, scale)
    sign = "-" if value < 0 and steps else ""
    return f"{sign}{whole}.{part:0{decimals}}" if decimals else f"{sign}{whole}"


def show_apart(values: Sequence[Fraction | int], decimals: int) -> list[str]:
    """Notice VII(2), open and in order: totals as printed, none looking level with another that it is not level with.

    Values that differ but look equal at ``decimals`` are shown with as many more (up to 6) as tell them all apart.
    """
    short = [show(value, decimals) for value in values]
    look_alike: dict[str, set[Fraction | int]] = {}
    for text, value in zip(short, values, strict=True):
        look_alike.setdefault(text, set()).add(value)
    needed = {text: _decimals_apart(alike, decimals) for text, alike in look_alike.items() if len(alike) > 1}
    return [show(value, needed[text]) if text in needed else text for text, value in zip(short, values, strict=True)]


def _decimals_apart(values: set[Fraction | int], decimals: int) -> int:
    for more in range(decimals + 1, MOST_DECIMALS):
        if len({show(value, more) for value in values}) == len(values):
            return more
    return max(decimals, MOST_DECIMALS)


def _complete(
    entry: int, sheets: Iterable[Marks], criteria: Sequence[Criterion], panel: frozenset[int]
) -> dict[int, tuple[int, ...]]:
    """The marks by seat, in seat order, once it is sure that every seat gave every mark and nobody else did."""
    if not panel:
        raise EmptyPanel(entry)
    given: dict[int, tuple[int | None, ...]] = {}
    for sheet in sheets:
        if sheet.seat not in panel:
            raise NotOnPanel(entry, sheet.seat)
        if sheet.seat in given:
            raise SecondSheet(entry, sheet.seat)
        if len(sheet.values) != len(criteria):
            raise WrongLength(entry, sheet.seat)
        given[sheet.seat] = sheet.values

    complete: dict[int, tuple[int, ...]] = {}
    missing: list[tuple[int, str]] = []
    blank = (None,) * len(criteria)
    for seat in sorted(panel):
        values = given.get(seat, blank)
        if None in values:
            missing += [
                (seat, criterion.code) for criterion, value in zip(criteria, values, strict=True) if value is None
            ]
        complete[seat] = values  # type: ignore[assignment]
    if missing:
        raise Incomplete(entry, tuple(missing))
    return complete


def _refuse_bad_marks(
    entry: int, seats: Iterable[int], columns: Iterable[tuple[int, ...]], criteria: Iterable[Criterion]
) -> None:
    for criterion, column in zip(criteria, columns, strict=True):
        allowed = _allowed(criterion.max_c, criterion.step_c)
        # A float that happens to be whole is "in" a set of integers too.
        if {int}.issuperset(map(type, column)) and allowed.issuperset(column):
            continue
        for seat, value in zip(seats, column, strict=True):
            if type(value) is not int or value not in allowed:
                raise BadMark(entry, seat, criterion.code, value)


@lru_cache(maxsize=64)
def _allowed(max_c: int, step_c: int) -> frozenset[int]:
    return frozenset(range(0, max_c + 1, step_c))


def _left_out(totals_c: Mapping[int, int], ruleset: Ruleset) -> dict[int, Why]:
    """The seats whose sheets do not count. The highest go first, so that one sheet is never both."""
    each = ruleset.drop
    if each == 0 or len(totals_c) < ruleset.min_panel_to_drop or len(totals_c) <= 2 * each:
        return {}
    ascending = sorted((total_c, seat) for seat, total_c in totals_c.items())
    lowest = sorted((total_c, -seat) for total_c, seat in ascending[:-each])[:each]
    left_out: dict[int, Why] = {seat: "highest" for _, seat in ascending[-each:]}
    left_out.update((-seat, "lowest") for _, seat in lowest)
    return left_out
