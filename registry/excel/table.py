"""The roster table in a workbook: its sheet, header, data rows, and why every other row was left out."""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from registry.excel import cells, doubts, header, headings, leftovers, months
from registry.excel.districts import mentioned
from registry.excel.doubts import Doubt
from registry.excel.fields import FIELDS, REQUIRED
from registry.excel.header import Column, Header
from registry.excel.leftovers import compact
from registry.excel.synonyms import is_former
from registry.excel.workbook import Cell, SheetGrid, Workbook

# Cells that are repeated downwards by leaving them empty, outer before inner.
_NESTED = ("district", "town")
# Words for three of these in one row are a header.
_TELLING = frozenset({"name", "village", "place", "unit", "town", "district", "phone", "level", "post", "since"})
# Where a day may stand as the number that Excel counts it by.
_DATED = ("period", "since", "until")
# A row that has none of these is no posting.
_SUBSTANCE = frozenset({"name", "village", "place", "unit", "phone", "id_number"})


@dataclass(frozen=True, slots=True)
class RawRow:
    """One data row: Excel's row number and the cells that are not empty, by field.

    `filled` are the fields whose cell was empty and taken from the row above. Of an identity number only the verdict of
    cells.identity() is kept, never the number.
    """

    number: int
    values: Mapping[str, Cell]
    filled: frozenset[str] = frozenset()
    doubts: tuple[Doubt, ...] = ()
    # How answers name the row: by its number, and by its sheet where several are read together.
    key: str = ""


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
    hidden_columns: tuple[Column, ...] = ()
    unchecked: bool = False
    # What the rows say that were left out, by number.
    left_out: Mapping[int, str] = dataclasses.field(default_factory=dict)
    # The other sheets that are read with this one, and who was added by hand.
    together: "tuple[Table, ...]" = ()
    added: tuple[RawRow, ...] = ()
    town_from_name: str = ""

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
    head = _mapped(chosen[1], mapping or {})
    several = [] if sheet or header_rows else _of_one_list(found, chosen, known_districts)
    table = _read(chosen[0], head, known_districts, is_one_of_several=bool(several))
    others = [
        _read(grid, _mapped(its, _same_columns(mapping or {}, head, its)), known_districts, is_one_of_several=True)
        for grid, its in several
    ]
    read = {table.sheet, *(other.sheet for other in others)}
    left = tuple(grid.name for grid, its in found if grid.name not in read and not grid.hidden and its.fields)
    return replace(table, together=tuple(others), other_sheets=left)


def _read(grid: SheetGrid, head: Header, known_districts: Sequence[str], *, is_one_of_several: bool) -> Table:
    """One sheet below its header."""
    if header.is_abreast(grid, head):
        raise NoTable(
            _("工作表“%s”里并排放着几份名单，会漏读右边的人。请把它们上下排成一份，只留一个表头，再上传。") % grid.name
        )
    above = [text for row in grid.rows[: head.first] for cell in row if (text := cells.readable(cell))]
    rows, skipped, total = _Reader(grid, head, known_districts).read()
    keyed = (replace(row, key=f"{grid.name}!{row.number}" if is_one_of_several else str(row.number)) for row in rows)
    in_title = mentioned("\n".join(above), known_districts) or mentioned(grid.name, known_districts)
    return Table(
        grid.name,
        (head.first + 1, head.last + 1),
        head.columns,
        in_title[0] if len(in_title) == 1 else None,
        tuple(keyed),
        skipped,
        total if total is not None else leftovers.stated(leftovers.TITLE_COUNT, "\n".join(above)),
        hidden_columns=tuple(column for column in head.columns if column.field and column.index in grid.hidden_columns),
        unchecked=grid.unchecked,
        left_out={number: _said(grid.rows[number - 1]) for number, _why in skipped},
        town_from_name=_town_of(grid, head, known_districts),
    )


def _of_one_list(
    found: Sequence[tuple[SheetGrid, Header]], chosen: tuple[SheetGrid, Header], known: Sequence[str]
) -> list[tuple[SheetGrid, Header]]:
    """The other sheets of a workbook that has one for each district, or for each town; none where it is otherwise."""
    whole = [pair for pair in found if not pair[0].hidden and _carries_all(pair[1])]
    places = [_place_of(grid, head, known) for grid, head in whole]
    if chosen not in whole or len(whole) < 2 or None in places or len(set(places)) < len(places):
        return []
    return [pair for pair in whole if pair is not chosen]


def _carries_all(head: Header) -> bool:
    return {"name", "unit"} <= head.fields and bool({"village", "place"} & head.fields)


def _place_of(grid: SheetGrid, head: Header, known: Sequence[str]) -> str | None:
    """The one district or town that a sheet is of, by its name or else its title."""
    named = headings.understood(grid.name, known)
    if named:
        return named.town or named.district
    above = "\n".join(cells.readable(cell) for row in grid.rows[: head.first] for cell in row)
    districts = mentioned(above, known)
    return districts[0] if len(districts) == 1 else None


def _town_of(grid: SheetGrid, head: Header, known: Sequence[str]) -> str:
    """The town that a sheet is named after, where no column tells of towns."""
    named = headings.understood(grid.name, known)
    return named.town if named and "town" not in head.fields else ""


def _same_columns(mapping: Mapping[int, str], head: Header, other: Header) -> dict[int, str]:
    """What was said by hand about the columns, of those that another sheet has too."""
    named = {column.index: column.heading for column in head.columns}
    return {
        column.index: mapping[column.index]
        for column in other.columns
        if column.index in mapping and named.get(column.index) == column.heading
    }


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
        self.heads = {tuple(map(compact, grid.rows[row])) for row in range(head.first, head.last + 1)}
        self.first_of_head = {next(filter(None, texts), "") for texts in self.heads}
        self.unread = [column.index for column in head.columns if not column.field and not is_former(column.heading)]
        self.blocked = doubts.blocks(grid, self.index, _SUBSTANCE)
        self.carried: dict[str, Cell] = {}
        town = _town_of(grid, head, known_districts)
        self.group: dict[str, Cell] = {"town": town} if town else {}
        self.rows: list[RawRow] = []
        self.skipped: list[tuple[int, str]] = []
        self.total: int | None = None

    def read(self) -> tuple[tuple[RawRow, ...], tuple[tuple[int, str], ...], int | None]:
        """Data rows, skipped rows, and the headcount a total row states. Empty rows at the end go without a word."""
        end = len(self.grid.rows)
        while end > self.head.last + 1 and not any(cell != "" for cell in self.grid.rows[end - 1]):
            end -= 1
        for row in range(self.head.last + 1, max(end, *(row + 1 for row in self.blocked), 0)):
            values = self._values(row)
            why = self._why_not(row, values)
            if why:
                self.skipped.append((row + 1, why))
            else:
                self.rows.append(self._raw(row, values))
        return tuple(self.rows), tuple(self.skipped), self.total

    def _values(self, row: int) -> dict[str, Cell]:
        line = self.grid.rows[row]
        found = {field: line[index] for field, index in self.index.items() if line[index] != "" and field != "serial"}
        if self.grid.from_1904:
            found |= {field: months.from_1904(found[field]) for field in _DATED if field in found}
        return found

    def _why_not(self, row: int, values: Mapping[str, Cell]) -> str | None:
        """Why this row is no posting, or None when it is one."""
        line = self.grid.rows[row]
        written = [cell for cell in line if cell != ""]
        if not written and row in self.blocked:
            return None
        if not written:
            self.carried.clear()
            return _("空行")
        texts, name = [compact(cell) for cell in written], values.get("name")
        if leftovers.is_total(texts[0], name):
            return self._end_group(texts)
        if heading := self._heading(row, written, name):
            return self._begin_group(heading)
        if leftovers.is_remark(texts, name, self._is_whole(values)):
            return _("备注或落款")
        if leftovers.is_example(texts, name):
            return _("示例行")
        if texts[0] in self.first_of_head and tuple(map(compact, line)) in self.heads:
            return _("重复的表头")
        if self._is_another_header(row):
            return _("重复的表头")
        if leftovers.is_numbering(written):
            return _("栏次行")
        return None if _SUBSTANCE & values.keys() or row in self.blocked else _("没有姓名、村和单位")

    def _is_another_header(self, row: int) -> bool:
        """A header once more in other words. Raises NoTable where it gives the columns another meaning."""
        meant = header.meant_by(self.grid.rows[row])
        if len(set(meant.values()) & _TELLING) < 3:
            return False
        ours = {index: field for field, index in self.index.items()}
        named = {column.index: compact(column.heading) for column in self.head.columns if column.heading}
        if not ours:
            return False
        if any(index not in named for index in meant):
            raise NoTable(_("第 %d 行又是一个表头，右边还有一份名单。请把它们上下排成一份，再上传。") % (row + 1))
        texts = [compact(cell) for cell in self.grid.rows[row]]
        if any(ours.get(index) != field and not named[index].endswith(texts[index]) for index, field in meant.items()):
            sentence = _(
                "第 %d 行又是一个表头，列的次序和上面的不同，会读错下面的人。请分成两个文件，或按同一次序排好。"
            )
            raise NoTable(sentence % (row + 1))
        return True

    def _is_whole(self, values: Mapping[str, Cell]) -> bool:
        return "name" in values and "unit" in values and bool({"village", "place"} & values.keys())

    def _heading(self, row: int, written: Sequence[Cell], name: Cell | None) -> str | None:
        """The heading that this row is: the name of a place, numbered and counted, or words right across the table."""
        line = self.grid.rows[row]
        text = headings.only_text([cells.readable(cells.text(cell)) for cell in written])
        # A number before a name counts people.
        if text is None or (name is not None and isinstance(written[0], float)):
            return None
        if headings.understood(text, self.known):
            return text
        across = len(written) == 1 and name is None and (row in self.wide or line[0] != "")
        return text if across and not leftovers.is_remark([compact(text)], None, is_whole=False) else None

    def _begin_group(self, text: str) -> str:
        """A heading inside the table names the district or the town of the rows below it, or clears what one named."""
        self.carried.clear()
        found = headings.understood(text, self.known)
        if found is None:
            had, self.group = bool(self.group), {}
            return leftovers.cleared(text) if had else _("分组标题")
        if found.district:
            self.group = {"district": found.district}
        if found.town:
            self.group["town"] = found.town
        return _("分组标题")

    def _end_group(self, texts: list[str]) -> str:
        self.carried.clear()
        if "小计" in texts[0]:
            if "本页" not in texts[0]:
                self.group.pop("town", None)
            return _("小计行")
        self.total = leftovers.total_of(texts)
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
            elif self._is_blocked(row, field):
                self.carried.pop(field, None)
            elif field in self.index and self.index[field] not in self.merged_columns and field in self.carried:
                values[field] = self.carried[field]
                filled.add(field)
            elif field in self.group:
                values[field] = self.group[field]
        if "id_number" in values:
            values["id_number"] = cells.identity(values["id_number"])
        return RawRow(
            row + 1, values, frozenset(filled), doubts.of_row(self.grid, row, self.index, self.unread, values)
        )

    def _is_blocked(self, row: int, field: str) -> bool:
        """Whether the cell is empty only because its formula has no value: what stands above it is not meant."""
        place = (row, self.index.get(field, -1))
        return place in self.grid.unvalued or place in self.grid.errors


def _said(line: Sequence[Cell]) -> str:
    """What a row says, in short."""
    return " ".join(cells.readable(cells.text(cell)) for cell in line if cell != "")[:60]


def _covered(grid: SheetGrid, start: int) -> dict[tuple[int, int], Cell]:
    """For each empty cell below the header that lies under the first row of a merged cell, what that cell says."""
    return {
        (row, left): grid.rows[top][left]
        for top, left, bottom, _right in grid.merged
        if top >= start
        for row in range(top + 1, bottom + 1)
        if grid.rows[row][left] == ""
    }
