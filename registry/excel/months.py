"""Months of service as offices write them. A roster knows months; a month is kept as its first day."""

import re
from datetime import date, timedelta

from registry import numerals
from registry.excel.cells import is_damaged, optional
from registry.excel.workbook import Cell

EARLIEST, LATEST = 1990, 2099
# Day numbers as Excel counts them: 1954 to 2119. A year or a year and month is never in between.
_SERIALS = range(20_000, 80_000)
_EXCEL_EPOCH = date(1899, 12, 30)
_DAYS_TO_1904 = 1462

_BLANKS = re.compile(r"\s+")
_CLOCK = re.compile(r"[ T]\d{1,2}:\d{2}(?::\d{2})?$", re.ASCII)
_WRITTEN = re.compile(
    r"(?P<year>\d{4}|\d{2}(?=年))(?:年|[-/.])(?P<month>\d{1,2})(?:月份?|(?=\D|$))"
    r"(?:[-/.]?(?P<day>\d{1,2})[日号]?)?(?:起|始|开始|以来|止)?",
    re.ASCII,
)
_YEAR = re.compile(r"(?:19|20)\d{2}年?", re.ASCII)
_COMPACT = re.compile(r"(?P<year>(?:19|20)\d{2})(?P<month>\d{2})(?P<day>\d{2})?", re.ASCII)
_CHINESE = re.compile(r"([〇零○一二三四五六七八九]{4})年(十[一二]?|[一二三四五六七八九])月(.*)")
_DIGITS = {**dict.fromkeys("〇零○", "0"), **{sign: str(n) for n, sign in enumerate("一二三四五六七八九", 1)}}
_TO = re.compile(r"至|到|—+|–|~|--|-(?=\d{4})")
_STILL = frozenset({"", "今", "至今", "现在", "目前", "在任", "现任", "现"})


class NotAMonth(Exception):
    """The cell does not say a month; the message is a code: unreadable, year_only, ambiguous or damaged."""


def month(cell: Cell) -> date | None:
    """The first day of the month meant; None for an empty cell. Raises NotAMonth.

    Understood are 2021年6月, 2021-06, 2021.6, 202106, 二〇二一年六月, each also with a day, and Excel's own dates.
    """
    if isinstance(cell, date):
        return _first(cell.year, cell.month)
    if is_damaged(cell):
        raise NotAMonth("damaged")
    if isinstance(cell, float) and not isinstance(cell, bool) and 1000 < cell < 10_000 and not cell.is_integer():
        return _from_decimal(cell)
    if isinstance(cell, (int, float)) and int(cell) in _SERIALS:
        cell = _EXCEL_EPOCH + timedelta(days=int(cell))
        return _first(cell.year, cell.month)
    return _from_text(_plain(optional(cell)))


def from_1904(cell: Cell) -> Cell:
    """A day's number in a workbook that counts from 1904 as others count it; anything else unchanged."""
    is_serial = isinstance(cell, (int, float)) and not isinstance(cell, bool) and int(cell) in _SERIALS
    return float(cell) + _DAYS_TO_1904 if is_serial and isinstance(cell, (int, float)) else cell


def period(cell: Cell) -> tuple[date | None, date | None]:
    """From and to of 2021.6-2023.12, 2021年6月至今 or a single month; None where open. Raises NotAMonth."""
    if not isinstance(cell, str):
        return month(cell), None
    begin, *rest = _TO.split(_plain(optional(cell)), maxsplit=1)
    return _from_text(begin), last_month("".join(rest))


def last_month(cell: Cell) -> date | None:
    """The last month served; None while the service goes on (至今, 在任). Raises NotAMonth."""
    if isinstance(cell, str) and _plain(optional(cell)) in _STILL:
        return None
    return month(cell)


def first_day_after(last: date) -> date:
    """The first day no longer served when `last` is the last month served."""
    return _first(last.year + last.month // 12, last.month % 12 + 1)


def _from_decimal(number: float) -> date:
    year, fraction = str(number).split(".")
    # 2021.10 typed as a number is stored as 2021.1; nobody can tell October from January any more.
    if fraction == "1":
        raise NotAMonth("ambiguous")
    if len(fraction) > 2:
        raise NotAMonth("unreadable")
    return _first(int(year), int(fraction))


def _from_text(text: str) -> date | None:
    if not text:
        return None
    if _YEAR.fullmatch(text):
        raise NotAMonth("year_only")
    found = _COMPACT.fullmatch(text) or _WRITTEN.fullmatch(_with_digits(text))
    if not found:
        raise NotAMonth("unreadable")
    year = int(found["year"]) + (2000 if len(found["year"]) == 2 else 0)
    return _first(year, int(found["month"]), int(found["day"] or 1))


def _plain(text: str) -> str:
    return _BLANKS.sub("", _CLOCK.sub("", numerals.plain(text).strip()))


def _with_digits(text: str) -> str:
    """二〇二一年六月 as 2021年6月; anything else unchanged."""
    found = _CHINESE.fullmatch(text)
    if not found:
        return text
    year, written, rest = found.groups()
    number = 10 * written.startswith("十") + int(_DIGITS.get(written[-1], "0"))
    return "".join(_DIGITS[sign] for sign in year) + f"年{number}月{rest}"


def _first(year: int, number: int, day: int = 1) -> date:
    try:
        meant = date(year, number, day)
    except ValueError as error:
        raise NotAMonth("unreadable") from error
    if not EARLIEST <= meant.year <= LATEST:
        raise NotAMonth("unreadable")
    return meant.replace(day=1)
