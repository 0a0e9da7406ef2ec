"""Writing workbooks in which text stays text: a name that begins with = is a name, not a formula."""

import io
import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

# What a cell of an export may hold; None leaves it empty.
Value = str | int | float | Decimal | date | None

# Excel's own limit for one cell, and how wide a column may become, in characters of Latin type.
MAX_CELL_TEXT = 32_767
NARROWEST, WIDEST = 6, 48

HEADING_FONT = Font(bold=True)
HEADING_FILL = PatternFill("solid", fgColor="F3EAD8")
_LINE = Side(style="thin", color="BBBBBB")
BORDER = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


def write_table(title: str, headings: Sequence[str], rows: Iterable[Sequence[Value]]) -> bytes:
    """An .xlsx with a title, a frozen header and one row per record, ready to print on A4 across.

    Text is written as text whatever it begins with; numbers stay numbers, dates dates; None is an empty cell.
    Without a title the header is the first row. Raises TypeError for a value that is none of these.
    """
    records = [tuple(map(_writable, row)) for row in rows]
    book = Workbook(write_only=True)
    sheet = book.create_sheet(sheet_name(title))
    _set_up(sheet, headings, records, 2 if title else 1)
    if title:
        sheet.append([_styled(sheet, title, Font(bold=True, size=14))])
    sheet.append([_styled(sheet, heading, HEADING_FONT, HEADING_FILL) for heading in headings])
    for record in records:
        sheet.append([cell(sheet, value) for value in record])
    return saved(book)


def cell(sheet: Any, value: Value) -> Any:
    """A cell for a write-only sheet; None for an empty one."""
    if value is None:
        return None
    if not isinstance(value, str):
        return WriteOnlyCell(sheet, value)
    made = WriteOnlyCell(sheet, clean_text(value))
    if value.startswith(_FORMULA_SIGNS):
        # The apostrophe Excel shows in the edit line: the text stays text also after somebody edits the cell.
        made.quotePrefix = True
    made.data_type = "s"
    return made


def clean_text(value: str) -> str:
    """Text without the control characters XML cannot carry, and no longer than a cell."""
    return ILLEGAL_CHARACTERS_RE.sub("", value)[:MAX_CELL_TEXT]


def sheet_name(title: str) -> str:
    """A title as Excel allows it on a tab: at most 31 characters, none of []:*?/\\."""
    return re.sub(r"[\[\]:*?/\\\x00-\x1f]", " ", title).strip(" '")[:31] or "Sheet1"


def saved(book: Workbook) -> bytes:
    """The workbook as the bytes of an .xlsx file."""
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def lay_out(sheet: Any, header_row: int) -> None:
    """Freeze the header, and print it at the top of every page of A4 across, as wide as the page."""
    sheet.freeze_panes = f"A{header_row + 1}"
    sheet.print_title_rows = f"{header_row}:{header_row}"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = Worksheet.PAPERSIZE_A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True


def width(value: Value) -> int:
    """How many columns of Latin type a value takes; a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in str(value or ""))


def _writable(value: Value) -> Value:
    # Looked at before the first row: a write-only sheet cannot be left half-written.
    if value is not None and not isinstance(value, (str, int, float, Decimal, date)):
        raise TypeError(f"no cell for {type(value).__name__}")
    return value


def _set_up(sheet: Any, headings: Sequence[str], records: Sequence[Sequence[Value]], header_row: int) -> None:
    # A write-only sheet wants all of this before its first row.
    lay_out(sheet, header_row)
    for number, heading in enumerate(headings):
        widest = max((width(record[number]) for record in records if number < len(record)), default=0)
        fitting = min(max(width(heading), widest, NARROWEST), WIDEST)
        sheet.column_dimensions[get_column_letter(number + 1)].width = fitting + 2


def _styled(sheet: Any, text: str, font: Font, fill: PatternFill | None = None) -> Any:
    made = cell(sheet, text)
    made.font = font
    if fill:
        made.fill = fill
        made.border = BORDER
        made.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
    return made
