"""Numbers as people write them: ASCII and full-width digits, and nothing that only looks like one.

A Unicode normal form of the whole text would read 3¹ as 31 and ⑲ as 19: a mark with a note, or a numbered list, as
another number.
"""

import re
import unicodedata

_DIGIT = re.compile(r"[0-9]")
_DIGIT_AS_TYPED = re.compile(r"[0-9０-９]")
# More digits than any column holds: whoever takes the number says what is too large.
_WHOLE = re.compile(r"[+-]?[0-9]{1,1000}")


def plain(text: str) -> str:
    """The text in its plain signs (５：１２ as 5:12, ⽉ as 月); ¹ ③ ½ ٣ stay as typed, so that no number takes them."""
    return text if text.isascii() else "".join(map(_plain, text))


def whole(text: str) -> int | None:
    """A whole number: "12" and " １２" are 12; None for anything else, "1_2", "①" and "٣" too, and for endless ones."""
    told = plain(text).strip()
    return int(told) if _WHOLE.fullmatch(told) else None


def _plain(sign: str) -> str:
    normal = unicodedata.normalize("NFKC", sign)
    return sign if _DIGIT.search(normal) and not _DIGIT_AS_TYPED.match(sign) else normal
