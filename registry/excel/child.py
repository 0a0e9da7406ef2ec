"""Reads one workbook inside a process of its own: bytes on stdin, JSON on stdout.

A few hundred bytes of .xlsx can name the cell XFD1048576; the reader then asks for 400 GB and the whole process
ends with it. So the reading happens here, under limits, and the portal only ever sees a refusal.
This file is run by its path with `python -I`, so it imports nothing of the portal.
"""

import datetime
import io
import json
import sys
from typing import Any

# What a roster can reasonably be. 212 rows is the real one; 20,000 leaves room for a whole province.
MAX_ROWS = 20_000
MAX_COLUMNS = 200
MAX_SHEETS = 60
MAX_CELLS = 1_000_000
MAX_TEXT = 20_000_000
MAX_MERGES = 50_000

# Of this process: memory in bytes, processor time in seconds.
MEMORY = 1024 * 1024 * 1024
PROCESSOR_SECONDS = 10

BLANKS = " \t\r\n\u00a0\u3000\u200b\u200c\u200d\u2060\ufeff"


class Refused(Exception):
    """The workbook goes beyond a limit or cannot be read; the message is one of the codes of workbook.REASONS."""


def main() -> None:
    """Answer `{"sheets": [...]}` or `{"refused": code, ...}`; dying without an answer means: beyond the limits."""
    _limit()
    try:
        answer: dict[str, Any] = {"sheets": sheets(sys.stdin.buffer.read())}
    except Refused as refusal:
        answer = {"refused": refusal.args[0], "figures": refusal.args[1:]}
    sys.stdout.buffer.write(json.dumps(answer, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace"))


def sheets(data: bytes) -> list[dict[str, Any]]:
    """Every worksheet as name, hidden, rows of cells and merged ranges (0-based, inclusive).

    A date becomes `["date", "2021-06-01"]`; the time of day is dropped. Raises Refused.
    """
    import python_calamine as calamine

    try:
        book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        grids = [meta for meta in book.sheets_metadata if meta.typ == calamine.SheetTypeEnum.WorkSheet]
        if len(grids) > MAX_SHEETS:
            raise Refused("many_sheets", len(grids))
        room = {"cells": MAX_CELLS, "text": MAX_TEXT}
        return [
            _sheet(book.get_sheet_by_name(meta.name), meta.visible != calamine.SheetVisibleEnum.Visible, room)
            for meta in grids
        ]
    except calamine.CalamineError as error:
        raise Refused("broken") from error


def _limit() -> None:
    # The limits are Linux's; macOS refuses to set some of them, and there the time limit of the parent remains.
    if sys.platform == "linux":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR_SECONDS, PROCESSOR_SECONDS))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def _sheet(sheet: Any, hidden: bool, room: dict[str, int]) -> dict[str, Any]:
    height, width = (sheet.end[0] + 1, sheet.end[1] + 1) if sheet.end else (0, 0)
    if height > MAX_ROWS:
        raise Refused("many_rows", sheet.name, height)
    if width > MAX_COLUMNS:
        raise Refused("many_columns", sheet.name, width)
    room["cells"] -= height * width
    if room["cells"] < 0:
        raise Refused("too_big")
    rows = [_cells(row, room) for row in sheet.to_python(skip_empty_area=False)]
    return {"name": sheet.name, "hidden": hidden, "rows": rows, "merged": _merged(sheet, len(rows), width)}


def _cells(row: list[Any], room: dict[str, int]) -> list[Any]:
    for index, cell in enumerate(row):
        if isinstance(cell, str):
            room["text"] -= len(cell)
            # A cell of nothing but blanks is an empty cell.
            if not cell.strip(BLANKS):
                row[index] = ""
        elif isinstance(cell, datetime.date):
            row[index] = ["date", cell.isoformat()[:10]]
        elif isinstance(cell, (datetime.time, datetime.timedelta)):
            row[index] = str(cell)
    if room["text"] < 0:
        raise Refused("too_big")
    return row


def _merged(sheet: Any, height: int, width: int) -> list[list[int]]:
    ranges = sheet.merged_cell_ranges or []
    if len(ranges) > MAX_MERGES:
        raise Refused("too_big")
    clipped = [
        [top, left, min(bottom, height - 1), min(right, width - 1)]
        for (top, left), (bottom, right) in ranges
        if top < height and left < width
    ]
    # Merged ranges never overlap in a genuine workbook, so together they cover no more than the sheet.
    if sum((bottom - top + 1) * (right - left + 1) for top, left, bottom, right in clipped) > height * width:
        raise Refused("broken")
    return clipped


if __name__ == "__main__":
    main()
