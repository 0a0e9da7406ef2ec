"""What people type for points and times, read into whole hundredths and whole seconds, and written back."""

import re

from django.utils.translation import gettext as _

from registry import numerals

# Nobody speaks that long; a longer time is a slip of the finger.
LONGEST_S = 2 * 60 * 60

POINTS = re.compile(r"(\d{0,6})(?:\.(\d{0,2})0*)? ?分?", re.ASCII)
SECONDS = re.compile(r"(\d{1,5}) ?秒?", re.ASCII)
CLOCK = re.compile(r"""(\d{1,3})[:'′’]([0-5]\d)(?:["”]|['′’]{2})?""", re.ASCII)
WORDS = re.compile(r"(\d{1,3}) ?分钟?(?: ?([0-5]?\d) ?秒?)?", re.ASCII)


class NotPoints(Exception):
    """The text is no number of points; the message says what to type."""


class NotTime(Exception):
    """The text is no time; the message says what to type."""


def points(text: str) -> int | None:
    """Points as typed, in hundredths: "38.5", "３８．５", "38。5" (the input method's full stop), "38.5分" are 3850.

    Nothing typed is None. Raises NotPoints.
    """
    plain = _plain(text)
    if not plain:
        return None
    found = POINTS.fullmatch(plain)
    if found is None or not (found[1] or found[2]):
        raise NotPoints(_("“%(text)s”不是分数，请填数字，最多两位小数。") % {"text": text.strip()[:16]})
    return int(found[1] or 0) * 100 + int((found[2] or "").ljust(2, "0"))


def seconds(text: str) -> int | None:
    """A time as typed, in seconds: "5:12", "5：12", "312", "312秒" and "5分12秒" are all 312. Nothing typed is None.

    Raises NotTime.
    """
    plain = _plain(text)
    if not plain:
        return None
    found = _seconds(plain)
    if found is None or found >= LONGEST_S:
        raise NotTime(_("“%(text)s”不是用时，请按 5:12、5分12秒 或 312（秒）填写。") % {"text": text.strip()[:16]})
    return found


def shown_points(points_c: int | None, places: int) -> str:
    """Hundredths as points with 0, 1 or 2 decimals, no more than they need (see places_for); nothing for None."""
    if points_c is None:
        return ""
    whole, rest = divmod(abs(points_c), 100)
    sign = "-" if points_c < 0 else ""
    return f"{sign}{whole}.{f'{rest:02d}'[:places]}" if places else f"{sign}{whole}"


def shown_seconds(seconds: int | None) -> str:
    """312 is "5:12"; nothing for None."""
    return "" if seconds is None else f"{seconds // 60}:{seconds % 60:02d}"


def places_for(steps_c: list[int]) -> int:
    """How many decimals show every mark whole, where marks go in these steps."""
    if all(step_c % 100 == 0 for step_c in steps_c):
        return 0
    return 1 if all(step_c % 10 == 0 for step_c in steps_c) else 2


def _plain(text: str) -> str:
    return numerals.plain(text).strip().replace("。", ".")


def _seconds(plain: str) -> int | None:
    if found := SECONDS.fullmatch(plain):
        return int(found[1])
    if found := CLOCK.fullmatch(plain) or WORDS.fullmatch(plain):
        return int(found[1]) * 60 + int(found[2] or 0)
    return None
