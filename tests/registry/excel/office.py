"""Workbooks as offices send them, and short ways to say what came of them."""

import io
import json
from collections.abc import Iterable, Sequence
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import Any

from openpyxl import Workbook as Book

from registry.excel.answers import NOTHING_SAID, Answers, applied
from registry.excel.levels import Level
from registry.excel.levels import read as read_levels
from registry.excel.match import Existing
from registry.excel.plan import Plan, plan
from registry.excel.row import Row
from registry.excel.table import Table, recognise
from registry.excel.workbook import SheetGrid, Workbook, read

# The districts, levels of units and headcounts of the notice.
DISTRICTS = {
    "茂南区": "maonan",
    "电白区": "dianbai",
    "信宜市": "xinyi",
    "高州市": "gaozhou",
    "化州市": "huazhou",
    "滨海新区": "binhai",
    "高新区": "gaoxin",
}
DECREE = json.loads((Path(__file__).parents[3] / "fixtures" / "decree-2023.json").read_text(encoding="utf-8"))
LEVELS = read_levels(DECREE["levels"])
HEADCOUNTS = {"maonan": 27, "dianbai": 39, "xinyi": 30, "gaozhou": 48, "huazhou": 61, "binhai": 3, "gaoxin": 4}

# A plain header in the order most tests use, and three people everybody knows.
HEADER = ("序号", "地区", "镇街", "村", "姓名", "派出单位", "单位层级", "任职起", "手机")
ZHANG = (1, "茂南区", "山阁镇", "烧酒村", "张三", "广东省示例厅", "省直", "2021年6月", "13800000001")
LI = (2, "茂南区", "山阁镇", "福华村", "李四", "珠海市示例局", "珠海", "2021年7月", "13800000002")
WANG = (3, "电白区", "沙琅镇", "尚塘村", "王五", "茂名市示例局", "茂名市", "2023年1月", "13800000003")


def xlsx(
    *rows: Sequence[Any], merged: Iterable[str] = (), more: dict[str, Sequence[Sequence[Any]]] | None = None
) -> bytes:
    """A workbook with these rows in its first sheet, and further sheets by name."""
    book = Book()
    sheets = {book.active: rows, **{book.create_sheet(name): content for name, content in (more or {}).items()}}
    for sheet, content in sheets.items():
        for row in content:
            sheet.append(list(row))
    for cells in merged:
        book.active.merge_cells(cells)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def typed(*rows: Sequence[Any], merged: Sequence[tuple[int, int, int, int]] = ()) -> Workbook:
    """What a file with these rows is read as, without a file: for what the reading of files has no part in."""
    shown = [["" if cell is None else float(cell) if type(cell) is int else cell for cell in row] for row in rows]
    return Workbook((grid(*shown, merged=merged),))


def table_of(data: bytes | Workbook, filename: str = "名册.xlsx", **options: Any) -> Table:
    """The roster recognised in a file."""
    book = data if isinstance(data, Workbook) else read(data, filename)
    return recognise(book, known_districts=tuple(DISTRICTS), **options)


def plan_of(
    data: bytes | Workbook,
    existing: Iterable[Existing] = (),
    *,
    district: str | None = None,
    levels: Sequence[Level] = LEVELS,
    answers: Answers = NOTHING_SAID,
    **options: Any,
) -> Plan:
    """The whole way from the bytes to the preview."""
    told: dict[str, Any] = {"districts": DISTRICTS, "levels": levels, "headcounts": HEADCOUNTS}
    table = applied(table_of(data, **options), answers)
    return plan(table, existing, district=district, accepted=answers.accepted, **told)


def grid(*rows: Sequence[Any], merged: Sequence[tuple[int, int, int, int]] = ()) -> SheetGrid:
    """A sheet by itself, without a file around it; shorter rows are filled up."""
    width = max(map(len, rows))
    return SheetGrid("名册", tuple((*row, *[""] * (width - len(row))) for row in rows), tuple(merged))


def places(planned: Plan) -> list[tuple[object, ...]]:
    """Row, action, district, town, village and name of every row; refused ones with their codes instead."""
    return [
        (row.number, row.action, row.values.district, row.values.town, row.values.village, row.values.name)
        if row.values
        else (row.number, row.action, *[problem.code for problem in row.problems][:1], "", "", "")
        for row in planned.rows
    ]


def taken(planned: Plan) -> list[Row]:
    """The clean rows, of a file that is refused nowhere."""
    assert problems(planned) == {}
    return [row.values for row in planned.rows if row.values]


def problems(planned: Plan) -> dict[int, list[tuple[str, str]]]:
    """Field and code of every problem by Excel row."""
    return {
        row.number: [(problem.field, problem.code) for problem in row.problems] for row in planned.rows if row.problems
    }


def notes(planned: Plan) -> dict[int, list[tuple[str, str]]]:
    """Field and code of every note by Excel row."""
    return {row.number: [(note.field, note.code) for note in row.notes] for row in planned.rows if row.notes}


def questions(planned: Plan) -> dict[int, list[tuple[str, str]]]:
    """Field and code of every open question by Excel row."""
    return {row.number: [(each.field, each.code) for each in row.questions] for row in planned.asking}


def in_office(planned: Plan) -> tuple[Existing, ...]:
    """The postings as they stand after an import of this plan."""
    rows = [row.values for row in planned.rows if row.values]
    shared = [field.name for field in fields(Existing) if field.name != "ref"]
    return tuple(
        Existing(number, **{name: getattr(row, name) for name in shared}) for number, row in enumerate(rows, start=1)
    )


def zhang(**changes: Any) -> Existing:
    """Zhang San of Shaojiu village as the roster has him."""
    known: dict[str, Any] = {
        "ref": 1,
        "district": "maonan",
        "town": "山阁镇",
        "village": "烧酒村",
        "name": "张三",
        "unit": "广东省示例厅",
        "level": "central_provincial",
        "since": date(2021, 6, 1),
        "phone": "13800000001",
    }
    return Existing(**{**known, **changes})
