"""A table as text: CSV as Excel, WPS and other systems write it, in UTF-8, UTF-16 or GBK."""

import csv
import io
import re
from collections import Counter

from registry.excel.apart.child import MAX_CELLS, MAX_COLUMNS, MAX_ROWS

SHEET = "CSV"
_SEPARATORS = (",", "\t", ";", "，", "；", "|")
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
# ="0668" keeps Excel from making a number of a text.
_KEPT_AS_TEXT = re.compile(r'="([^"]*)"')


class NotText(Exception):
    """These bytes are no table of text; the message and the figures are those of workbook.Unreadable."""


def is_text(data: bytes) -> bool:
    """Whether this can be text at all: no zero bytes, unless it says that it is UTF-16."""
    return data.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" not in data


def rows(data: bytes) -> tuple[tuple[str, ...], ...]:
    """The cells of a table in text, every row as long as the longest. Raises NotText."""
    text = _decoded(data)
    try:
        read = list(csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text)))
    except csv.Error as error:
        raise NotText("broken") from error
    width = max(map(len, read), default=0)
    if len(read) > MAX_ROWS:
        raise NotText("many_rows", SHEET, len(read))
    if width > MAX_COLUMNS:
        raise NotText("many_columns", SHEET, width)
    if len(read) * width > MAX_CELLS:
        raise NotText("too_big")
    return tuple((*map(_cell, row), *[""] * (width - len(row))) for row in read)


def _decoded(data: bytes) -> str:
    """By its mark, else as UTF-8, else as GBK: a text in GBK is hardly ever valid UTF-8, and each is read strictly."""
    marked = [name for mark, name in _BOMS if data.startswith(mark)]
    for encoding in marked or ["utf-8", "gb18030"]:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise NotText("encoding")


def _separator(text: str) -> str:
    """What stands most often between the cells of the first rows, outside of quotes."""
    head = re.sub(r'"[^"]*"', "", text[:4000])
    counted = Counter({sign: head.count(sign) for sign in _SEPARATORS})
    return max(_SEPARATORS, key=lambda sign: counted[sign])


def _cell(text: str) -> str:
    kept = _KEPT_AS_TEXT.fullmatch(text)
    return kept[1] if kept else text if text.strip() else ""
