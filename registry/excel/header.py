"""Where the header of a sheet is and what its columns are called: one to three rows, merged or not, below titles."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from registry.excel.cells import readable
from registry.excel.synonyms import former, meaning
from registry.excel.workbook import Cell, SheetGrid

# How far down a header may start, and how many rows it may have.
SEARCHED_ROWS = 40
MAX_LEVELS = 3

# A header without one of these is some other table.
_PLACED = frozenset({"name", "village", "unit", "place"})


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its index from 0, its heading as the office wrote it, and the field it means (None: unknown)."""

    index: int
    heading: str
    field: str | None

    @property
    def letter(self) -> str:
        """The letter Excel shows above the column: A, B … AA."""
        name, rest = "", self.index + 1
        while rest:
            rest, digit = divmod(rest - 1, 26)
            name = chr(65 + digit) + name
        return name


@dataclass(frozen=True, slots=True)
class Header:
    """Rows `first` to `last` (0-based, inclusive) and the columns they name."""

    first: int
    last: int
    columns: tuple[Column, ...]

    @property
    def fields(self) -> frozenset[str]:
        """What was recognised, the serial number aside."""
        return frozenset(column.field for column in self.columns if column.field and column.field != "serial")


def find(sheet: SheetGrid) -> Header | None:
    """The header that names most of our fields; else the first row that could be one; else None."""
    top = replace(sheet, merged=tuple(merge for merge in sheet.merged if merge[0] < SEARCHED_ROWS + MAX_LEVELS))
    best, best_score = None, (0, 0)
    for first, last in _spans(top):
        fields, score = _fields(_paths(top, first, last), sheet.hidden_columns)
        # With equal recognition the header with fewer rows, and then the upper one, stays.
        is_lower = best is not None and score[0] == best_score[0] and first > best[1]
        if score > best_score and not is_lower and len(fields) >= 2 and _PLACED & set(fields.values()):
            best, best_score = (first, last), score
    return at(sheet, *best) if best else _first_possible(sheet)


def is_abreast(sheet: SheetGrid, head: Header) -> bool:
    """Whether two lists of people stand side by side under this header: names twice, and villages or units twice."""
    paths = _paths(sheet, head.first, head.last)
    over = former(paths)
    meant = [meaning(path) for index, path in enumerate(paths) if index not in over]
    fields = [field for field, sureness in filter(None, meant) if sureness > 1]
    return fields.count("name") > 1 and max(fields.count("unit"), fields.count("village"), fields.count("place")) > 1


def meant_by(cells: Sequence[Cell]) -> dict[int, str]:
    """Which fields the cells of one row are headings of, by column."""
    texts = {index: readable(cell) for index, cell in enumerate(cells) if isinstance(cell, str) and cell}
    found = {index: meaning((text,)) for index, text in texts.items() if len(text) <= 30}
    return {index: field[0] for index, field in found.items() if field}


def at(sheet: SheetGrid, first: int, last: int) -> Header:
    """The header somebody said stands in these rows (0-based, inclusive)."""
    paths = _paths(sheet, first, last)
    fields, _score = _fields(paths, sheet.hidden_columns)
    below = sheet.rows[last + 1 :]
    used = [any(cell != "" for cell in cells) for cells in zip(*below, strict=True)] or [False] * len(paths)
    columns = tuple(
        Column(index, " / ".join(path), fields.get(index)) for index, path in enumerate(paths) if path or used[index]
    )
    return Header(first, last, columns)


def _fields(
    paths: list[tuple[str, ...]], hidden: frozenset[int] = frozenset()
) -> tuple[dict[int, str], tuple[int, int]]:
    """Which field each column means, every field once and where it is surest; and how good that is altogether."""
    best: dict[str, tuple[int, int]] = {}
    over = former(paths)
    for index, path in enumerate(paths):
        meant = None if index in over else meaning(path)
        # Of two columns of one meaning the one that is shown is meant.
        sure = 2 * meant[1] + (index not in hidden) if meant else 0
        if meant and sure > best.get(meant[0], (0, 0))[0]:
            best[meant[0]] = (sure, index)
    known = len(best) - ("serial" in best)
    sureness = sum(sure for sure, _index in best.values())
    return {index: field for field, (_sure, index) in best.items()}, (known, sureness)


def _first_possible(sheet: SheetGrid) -> Header | None:
    for row in range(min(SEARCHED_ROWS, len(sheet.rows) - 1)):
        if len(_texts(sheet, row)) >= 3 and _is_wordy(sheet, row):
            return at(sheet, row, row)
    return None


def _spans(sheet: SheetGrid) -> Iterator[tuple[int, int]]:
    """Every run of rows that could be a header, shorter ones first."""
    starts = [row for row in range(min(SEARCHED_ROWS, len(sheet.rows))) if len(_texts(sheet, row)) >= 2]
    for levels in range(1, MAX_LEVELS + 1):
        for first in starts:
            last = first + levels - 1
            if last < len(sheet.rows) and _is_closed(sheet, first, last) and _is_layered(sheet, first, last):
                yield first, last


def _is_closed(sheet: SheetGrid, first: int, last: int) -> bool:
    """No merged cell reaches into the rows from above or out of them below."""
    return not any(
        (top < first <= bottom) or (first <= top <= last < bottom) for top, _left, bottom, _right in sheet.merged
    )


def _is_layered(sheet: SheetGrid, first: int, last: int) -> bool:
    """Each further row really continues the header: words only, and tied to the row above."""
    return all(
        _is_wordy(sheet, row) and (_is_tied_by_merge(sheet, row) or _is_tied_by_gaps(sheet, row))
        for row in range(first + 1, last + 1)
    )


def _is_wordy(sheet: SheetGrid, row: int) -> bool:
    return all(
        isinstance(cell, str) and len(cell) <= 60 and not re.fullmatch(r"[\d\s.\-/]+", cell)
        for cell in sheet.rows[row]
        if cell != ""
    )


def _is_tied_by_merge(sheet: SheetGrid, row: int) -> bool:
    for top, left, bottom, right in sheet.merged:
        if top < row <= bottom:
            return True
        if bottom == row - 1 and right > left and sum(cell != "" for cell in sheet.rows[row][left : right + 1]) >= 2:
            return True
    return False


def _is_tied_by_gaps(sheet: SheetGrid, row: int) -> bool:
    """The merges are gone but the holes they left are there: names below a hole, and a hole below names."""
    pairs = [(above != "", below != "") for above, below in zip(sheet.rows[row - 1], sheet.rows[row], strict=True)]
    return pairs.count((False, True)) >= 2 and pairs.count((True, False)) >= 1


def _texts(sheet: SheetGrid, row: int) -> set[str]:
    return {text for cell in sheet.rows[row] if (text := readable(cell))}


def _paths(sheet: SheetGrid, first: int, last: int) -> list[tuple[str, ...]]:
    """For each column its headings from the top down; a merged heading counts for every column and row it covers."""
    grid = [[readable(cell) for cell in sheet.rows[row]] for row in range(first, last + 1)]
    tops = [merge for merge in sheet.merged if first <= merge[0] <= last]
    for top, left, _bottom, right in tops:
        for column in range(left, right + 1):
            grid[top - first][column] = grid[top - first][left]
    if not any(right > left for _top, left, _bottom, right in tops):
        _stretch(grid)
    return [_distinct(grid, column) for column in range(len(grid[0]))]


def _stretch(grid: list[list[str]]) -> None:
    """Without merges, an upper heading reaches right over the columns that only have a lower one."""
    for upper, lower in pairwise(grid):
        for column in range(1, len(upper)):
            if not upper[column] and lower[column] and upper[column - 1] and lower[column - 1]:
                upper[column] = upper[column - 1]


def _distinct(grid: list[list[str]], column: int) -> tuple[str, ...]:
    path: list[str] = []
    for row in grid:
        if row[column] and row[column] not in path:
            path.append(row[column])
    return tuple(path)
