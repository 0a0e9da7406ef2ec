"""Reads one workbook inside a process of its own: bytes on stdin, JSON on stdout.

A few hundred bytes of .xlsx can name the cell XFD1048576; the reader then asks for 400 GB and the whole process
ends with it. So the reading happens here, under limits, and the portal only ever sees a refusal.
It is run with `python -I` and imports nothing but this package and two libraries.
"""

import datetime
import io
import json
import struct
import sys
import zipfile
import zlib
from typing import Any
from xml.parsers import expat

from registry.excel.apart.facts import Checked, Facts

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

# What reading a file that is odd in some way may raise.
UNLIKELY = (
    *(ArithmeticError, AttributeError, LookupError, NotImplementedError, OSError, RuntimeError, TypeError, ValueError),
    *(EOFError, struct.error, zipfile.BadZipFile, zlib.error, expat.ExpatError),
)

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
    """Every worksheet as name, hidden, rows of cells, merged ranges (0-based, inclusive) and the facts beside them.

    A date becomes `["date", "2021-06-01"]`; the time of day is dropped. Raises Refused.
    """
    import python_calamine as calamine

    beside = _beside(data)
    found = beside or Checked(data)
    try:
        book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(found.data))
        grids = [meta for meta in book.sheets_metadata if meta.typ == calamine.SheetTypeEnum.WorkSheet]
        if len(grids) > MAX_SHEETS:
            raise Refused("many_sheets", len(grids))
        room = {"cells": MAX_CELLS, "text": MAX_TEXT}
        read = [
            _sheet(book.get_sheet_by_name(meta.name), meta.visible != calamine.SheetVisibleEnum.Visible, room)
            for meta in grids
        ]
    except calamine.PasswordError as error:
        raise Refused("encrypted") from error
    except calamine.CalamineError as error:
        raise Refused("broken") from error
    for sheet in read:
        _compare(sheet, found.texts.get(sheet["name"], {}))
        facts = found.sheets.get(sheet["name"], Facts()).as_json()
        sheet |= {"from_1904": found.from_1904, "unchecked": beside is None, **facts}
    return read


def _beside(data: bytes) -> Checked | None:
    """The facts beside the values, of a kind of file that is known; None where they cannot be had."""
    from registry.excel.apart import biff, package

    try:
        return package.checked(data) if data[:2] == b"PK" else biff.checked(data)
    except UNLIKELY:
        # Whatever is odd about a file is the library's to judge; that it was not looked at is told.
        return None


def _compare(sheet: dict[str, Any], texts: dict[tuple[int, int], str]) -> None:
    """Raise Refused where the library read other texts than the file holds."""
    for (row, column), text in texts.items():
        rows = sheet["rows"]
        cell = rows[row][column] if row < len(rows) and column < len(rows[row]) else ""
        if isinstance(cell, str) and _bare(cell) != _bare(text):
            raise Refused("unsure", sheet["name"])


def _bare(text: str) -> str:
    return "".join(text.split()).strip(BLANKS + "\x00")


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
