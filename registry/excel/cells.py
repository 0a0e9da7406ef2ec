"""One cell at a time: text without what the eye cannot see, digits as digits, damage recognised as damage."""

import re
from datetime import date

from registry import numerals
from registry.excel.workbook import Cell

# Excel keeps 15 significant digits; a number of 16 or more has lost the rest.
DAMAGED_FROM = 10**15

# Format characters and other things without ink. Variation selectors stay: they choose the shape of a name's character.
_WITHOUT_INK = (
    "\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e"
    "\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e007f"
)
_INVISIBLE = re.compile(f"[{_WITHOUT_INK}]")
_UNTIDY = re.compile(rf"[\s{_WITHOUT_INK}]|_x000[dD]_")
# What programs write for a tick: no name of anybody or anything.
_TICKS = frozenset({"true", "false"})
# Excel writes a carriage return inside a cell like this.
_ESCAPED_RETURN = re.compile(r"_x000[dD]_")
_BLANKS = re.compile(r"\s+")
# A space between two Latin letters or digits belongs there; any other is padding (张 三).
_PADDING = re.compile(r" (?![\x21-\u024f])|(?<![\x21-\u024f]) ")
_EXPONENT = frozenset("eEｅＥ")
_SCIENTIFIC = re.compile(r"[+-]?\d(?:\.\d+)?[eE]\+?\d{2,}", re.ASCII)
# What people and programs write where there is nothing to write.
_WORDS_FOR_NOTHING = """
    / \\ - -- — —— ― … …… 无 暂无 （无） (无) 空 暂缺 空缺 缺 待定 待补 待补充 未定 未填
    n/a #n/a na null (null) <null> nil nan none undefined
"""
_NOTHING = frozenset(_WORDS_FOR_NOTHING.split())


def text(cell: Cell) -> str:
    """The cell as text, tidied: no invisible characters, no padding; letters themselves are left as they were typed."""
    if isinstance(cell, str):
        # Nearly every cell is tidy already.
        return _tidy(cell) if _UNTIDY.search(cell) else cell
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < DAMAGED_FROM:
        return str(int(cell))
    return str(cell)


def optional(cell: Cell) -> str:
    """Like text(), and '' for the signs that stand for nothing: 无, /, — ."""
    value = text(cell)
    return "" if value.casefold() in _NOTHING else value


def is_tick(text: str) -> bool:
    """Whether a text is a tick that a program wrote out, where a name is wanted."""
    return text.casefold() in _TICKS


def readable(cell: Cell) -> str:
    """A heading or a title: line breaks and runs of blanks become one space, nothing else is judged."""
    return _BLANKS.sub(" ", _INVISIBLE.sub("", _ESCAPED_RETURN.sub("", str(cell)))).strip()


def is_damaged(cell: Cell) -> bool:
    """Whether Excel has already lost digits of this number: 16 digits or more as a number, or 4.4E+17 as text."""
    if isinstance(cell, bool):
        return False
    if isinstance(cell, (int, float)):
        return abs(cell) >= DAMAGED_FROM
    # Few texts hold an E at all, and only those are worth normalising.
    return isinstance(cell, str) and not _EXPONENT.isdisjoint(cell) and bool(_SCIENTIFIC.fullmatch(halfwidth(cell)))


def halfwidth(value: str) -> str:
    """For numbers only, never for names: full-width digits and signs as plain ones, without any blanks."""
    return _BLANKS.sub("", _INVISIBLE.sub("", numerals.plain(value)))


def phone(cell: Cell) -> str | None:
    """A mobile number as 11 digits or a land line as 0668-2888888; '' for none; None when it is neither."""
    digits = halfwidth(optional(cell))
    plain = re.sub(r"[-()—]", "", digits)
    mobile = re.fullmatch(r"(?:\+?86)?(1[3-9]\d{9})", plain, re.ASCII)
    if mobile:
        return mobile[1]
    landline = re.fullmatch(r"(0(?:10|2\d|[3-9]\d{2}))(\d{7,8})", plain, re.ASCII)
    if landline:
        return f"{landline[1]}-{landline[2]}"
    return None if digits else ""


def identity(cell: Cell) -> str:
    """What can be said of an identity number without keeping it: '', ok, damaged or odd (the check digit disagrees)."""
    if is_damaged(cell) or isinstance(cell, date):
        return "damaged"
    digits = halfwidth(optional(cell)).upper().lstrip("'")
    if not digits:
        return ""
    if re.fullmatch(r"\d{15}|[1-9]\d{16}[\dX]", digits, re.ASCII) and (
        len(digits) == 15 or _check_digit(digits) == digits[17]
    ):
        return "ok"
    # Excel fills what it has lost with zeros, also when the number is made text again afterwards.
    return "damaged" if re.fullmatch(r"\d{15}000", digits, re.ASCII) else "odd"


def _check_digit(digits: str) -> str:
    """The last character of an 18-character identity number, by GB 11643 (ISO 7064 MOD 11-2)."""
    return "10X98765432"[sum(int(digit) * 2 ** (17 - place) for place, digit in enumerate(digits[:17])) % 11]


def _tidy(value: str) -> str:
    value = _INVISIBLE.sub("", _ESCAPED_RETURN.sub("", value))
    return _PADDING.sub("", _BLANKS.sub(" ", value).strip())
