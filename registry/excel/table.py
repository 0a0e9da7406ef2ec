"""The roster table in a workbook: its sheet, header, data rows, and why every other row was left out."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from registry.excel import cells, header
from registry.excel.districts import mentioned
from registry.excel.fields import FIELDS, REQUIRED
from registry.excel.header import Column, Header
from registry.excel.workbook import Cell, SheetGrid, Workbook

# Cells that are repeated downwards by leaving them empty, outer before inner.
_NESTED = ("district", "town")
# A row that has none of these is no posting.
_SUBSTANCE = frozenset({"name", "village", "place", "unit", "phone", "id_number"})

_TOTAL = re.compile(r".{0,8}(?:合计|总计|小计|共计|累计)(?:[:：(（\d]|$)|共\d+[人名]")
_TOTAL_COUNT = re.compile(r"(\d+)[人名]|(?:合计|总计|共计)[:：]?(\d+)$", re.MULTILINE)
_TITLE_COUNT = re.compile(r"(?:共|计|合计|总计|总人数|人数)[:：为]?(\d+)[人名]|[（(](\d+)[人名][）)]")
_BLANKS = re.compile(r"\s+")
_REMARK = re.compile(
    r"(?:备注|说明|附注|注|填表说明|填报说明|填表人|填报人|制表人?|经办人|审核人?|审批人?|复核人?|负责人|主要领导|分管领导"
    r"|联系人|联系电话|填报单位|报送单位|填报时间|填报日期|填表日期|填表时间|日期|单位盖章|盖章|公章)"
)
# 山阁镇, 一、山阁镇, (1) 山阁镇（3人）
_GROUP_TOWN = re.compile(r"(?:[（(]?[\d一二三四五六七八九十]+[)）]?[、.．]?)?([^镇乡]{1,8}(?:镇|乡|街道))(?:[（(].*)?")
_EXAMPLE = re.compile(r"[（(【\[]?(?:示例|样例|范例|例如|例[:：])")


@dataclass(frozen=True, slots=True)
class RawRow:
    """One data row: Excel's row number and the cells that are not empty, by field.

    `filled` are the fields whose cell was empty and taken from the row above. Of an identity number only the verdict of
    cells.identity() is kept, never the number.
    """

    number: int
    values: Mapping[str, Cell]
    filled: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Table:
    """What was recognised. Row numbers are Excel's own, counted from 1; `skipped` are (row number, why)."""

    sheet: str
    header_rows: tuple[int, int]
    columns: tuple[Column, ...]
    district_from_title: str | None
    rows: tuple[RawRow, ...]
    skipped: tuple[tuple[int, str], ...]
    headcount_stated: int | None = None
    other_sheets: tuple[str, ...] = ()

    @property
    def headings(self) -> dict[str, str]:
        """The file's own column name for each field, for sentences."""
        return {column.field: column.heading or column.letter for column in self.columns if column.field}

    @property
    def missing(self) -> tuple[str, ...]:
        """Required fields that no column carries: the preview asks for them before anything else."""
        carried = {column.field for column in self.columns} | ({"village"} if "place" in self.headings else set())
        return tuple(field for field in REQUIRED if field not in carried)

    @property
    def unknown(self) -> tuple[Column, ...]:
        """Columns that nobody has given a meaning; they are not imported."""
        return tuple(column for column in self.columns if column.field is None)


class NoTable(Exception):
    """The workbook has no table to import; the message says so to people."""


class BadMapping(Exception):
    """What was said by hand about the columns cannot be; the message says so to people."""


def recognise(
    workbook: Workbook,
    *,
    known_districts: Sequence[str],
    mapping: Mapping[int, str] | None = None,
    sheet: str | None = None,
    header_rows: tuple[int, int] | None = None,
) -> Table:
    """The roster in a workbook, however the office laid it out.

    `mapping` (column index → field, '' for "do not import") overrides what was recognised; `sheet` and `header_rows`
    (Excel row numbers, first and last) say where to look. A column whose heading is unknown has field None.
    Raises NoTable when no sheet has a header, or `sheet` or `header_rows` is not in the file; BadMapping for a field
    that does not exist or is given to two columns.
    """
    found = _headers(workbook, sheet, header_rows)
    chosen = max(found, key=lambda pair: (not pair[0].hidden, len(pair[1].fields), len(pair[0].rows)))
    grid, head = chosen[0], _mapped(chosen[1], mapping or {})
    above = [text for row in grid.rows[: head.first] for cell in row if (text := cells.readable(cell))]
    rows, skipped, total = _Reader(grid, head, known_districts).read()
    in_title = mentioned("\n".join(above), known_districts) or mentioned(grid.name, known_districts)
    return Table(
        grid.name,
        (head.first + 1, head.last + 1),
        head.columns,
        in_title[0] if len(in_title) == 1 else None,
        rows,
        skipped,
        total if total is not None else _stated(_TITLE_COUNT, "\n".join(above)),
        tuple(other.name for other, its in found if other is not grid and not other.hidden and its.fields),
    )


def _headers(
    workbook: Workbook, sheet: str | None, header_rows: tuple[int, int] | None
) -> list[tuple[SheetGrid, Header]]:
    """Every sheet that could be read, with its header."""
    grids = [grid for grid in workbook.sheets if sheet in (None, grid.name)]
    if sheet is not None and not grids:
        raise NoTable(_("文件里没有名为“%s”的工作表。") % sheet)
    if header_rows:
        first, last = header_rows[0] - 1, header_rows[1] - 1
        grids = [grid for grid in grids if 0 <= first <= last < len(grid.rows)]
        found = [(grid, header.at(grid, first, last)) for grid in grids]
    else:
        found = [(grid, head) for grid in grids if (head := header.find(grid))]
    if not found:
        raise NoTable(
            _("没有找到表头。名册的第一行应是各列的名称（如 姓名、村、派出单位），下面一行一人。可下载模板填写。")
        )
    return found


def _mapped(head: Header, mapping: Mapping[int, str]) -> Header:
    """The header after somebody said what its columns mean; a field given by hand leaves the column it was in."""
    by_hand = [field for field in mapping.values() if field]
    if set(by_hand) - set(FIELDS):
        raise BadMapping(_("列的对应关系里有系统没有的项目。请重新选择。"))
    if len(set(by_hand)) < len(by_hand):
        raise BadMapping(_("有两列对应了同一个项目。请每个项目只选一列。"))
    columns = tuple(
        replace(column, field=mapping[column.index] or None)
        if column.index in mapping
        else replace(column, field=None if column.field in by_hand else column.field)
        for column in head.columns
    )
    return replace(head, columns=columns)


class _Reader:
    """Walks down the rows below a header, carrying what empty cells inherit."""

    def __init__(self, grid: SheetGrid, head: Header, known_districts: Sequence[str]) -> None:
        self.grid = grid
        self.head = head
        self.known = known_districts
        self.index = {column.field: column.index for column in head.columns if column.field}
        self.above = _covered(grid, head.last + 1)
        self.merged_columns = {column for _row, column in self.above}
        self.wide = {top for top, left, _bottom, right in grid.merged if right - left >= 2}
        self.heads = {tuple(map(_compact, grid.rows[row])) for row in range(head.first, head.last + 1)}
        self.first_of_head = {next(filter(None, texts), "") for texts in self.heads}
        self.carried: dict[str, Cell] = {}
        self.group: dict[str, Cell] = {}
        self.rows: list[RawRow] = []
        self.skipped: list[tuple[int, str]] = []
        self.total: int | None = None

    def read(self) -> tuple[tuple[RawRow, ...], tuple[tuple[int, str], ...], int | None]:
        """Data rows, skipped rows, and the headcount a total row states. Empty rows at the end go without a word."""
        end = len(self.grid.rows)
        while end > self.head.last + 1 and not any(cell != "" for cell in self.grid.rows[end - 1]):
            end -= 1
        for row in range(self.head.last + 1, end):
            values = self._values(row)
            why = self._why_not(row, values)
            if why:
                self.skipped.append((row + 1, why))
            else:
                self.rows.append(self._raw(row, values))
        return tuple(self.rows), tuple(self.skipped), self.total

    def _values(self, row: int) -> dict[str, Cell]:
        line = self.grid.rows[row]
        return {field: line[index] for field, index in self.index.items() if line[index] != "" and field != "serial"}

    def _why_not(self, row: int, values: Mapping[str, Cell]) -> str | None:
        """Why this row is no posting, or None when it is one."""
        line = self.grid.rows[row]
        written = [cell for cell in line if cell != ""]
        if not written:
            self.carried.clear()
            return _("空行")
        first, name = _compact(written[0]), values.get("name")
        if _TOTAL.match(first) and not _is_name(name):
            return self._end_group([_compact(cell) for cell in written])
        if _REMARK.match(first) and (re.search(r"[:：]", first) or name is None or len(written) <= 2):
            return _("备注或落款")
        if _EXAMPLE.match(first) or written[-1] == "示例" or (isinstance(name, str) and _EXAMPLE.match(name)):
            return _("示例行")
        if first in self.first_of_head and tuple(map(_compact, line)) in self.heads:
            return _("重复的表头")
        if _is_numbering(written):
            return _("栏次行")
        if len(written) == 1 and name is None and (row in self.wide or line[0] != ""):
            return self._begin_group(first)
        return None if _SUBSTANCE & values.keys() else _("没有姓名、村和单位")

    def _begin_group(self, text: str) -> str:
        """A heading inside the table names the district or the town of the rows below it."""
        self.carried.clear()
        districts = mentioned(text, self.known)
        if len(districts) == 1:
            self.group = {"district": districts[0]}
        elif town := _GROUP_TOWN.fullmatch(text):
            self.group["town"] = town[1]
        return _("分组标题")

    def _end_group(self, texts: list[str]) -> str:
        self.carried.clear()
        if "小计" in texts[0]:
            return _("小计行")
        numbers = {text for text in texts[1:] if text.isdecimal()}
        stated = _stated(_TOTAL_COUNT, "\n".join(texts))
        self.total = int(numbers.pop()) if stated is None and len(numbers) == 1 else stated
        return _("合计行")

    def _inherited(self, row: int) -> dict[str, Cell]:
        """What the merged cells above give to the empty cells of this row."""
        if not self.above:
            return {}
        found = {field: self.above.get((row, index), "") for field, index in self.index.items()}
        return {field: cell for field, cell in found.items() if cell != "" and field != "serial"}

    def _raw(self, row: int, values: dict[str, Cell]) -> RawRow:
        from_merge = {field: cell for field, cell in self._inherited(row).items() if field not in values}
        values |= from_merge
        filled = set()
        for place, field in enumerate(_NESTED):
            if field in values:
                # A new district says nothing about the town.
                if field not in from_merge and values[field] != self.carried.get(field):
                    for inner in _NESTED[place + 1 :]:
                        self.carried.pop(inner, None)
                self.carried[field] = values[field]
            elif field in self.index and self.index[field] not in self.merged_columns and field in self.carried:
                values[field] = self.carried[field]
                filled.add(field)
            elif field in self.group:
                values[field] = self.group[field]
        if "id_number" in values:
            values["id_number"] = cells.identity(values["id_number"])
        return RawRow(row + 1, values, frozenset(filled))


def _covered(grid: SheetGrid, start: int) -> dict[tuple[int, int], Cell]:
    """For each empty cell below the header that lies under the first row of a merged cell, what that cell says."""
    return {
        (row, left): grid.rows[top][left]
        for top, left, bottom, _right in grid.merged
        if top >= start
        for row in range(top + 1, bottom + 1)
        if grid.rows[row][left] == ""
    }


def _compact(cell: Cell) -> str:
    """A cell without any blanks: 合 计 is 合计."""
    return _BLANKS.sub("", cells.readable(cells.text(cell)))


def _is_name(cell: Cell | None) -> bool:
    return isinstance(cell, str) and not re.search(r"\d|计", cell)


def _is_numbering(written: Sequence[Cell]) -> bool:
    """A row of column numbers, 1 2 3 4 …, as forms have below their header."""
    return len(written) >= 4 and all(
        cells.text(cell).strip("()（）") == str(number) for number, cell in enumerate(written, 1)
    )


def _stated(pattern: re.Pattern[str], text: str) -> int | None:
    found = {int(next(filter(None, groups))) for groups in pattern.findall(text)}
    return found.pop() if len(found) == 1 else None
