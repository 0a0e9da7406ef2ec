"""One comparison of people's names, for import, search and verification alike.

买买提·吐尔逊 is typed with whatever dot a keyboard offers, and a rare character comes with or without the selector of
its shape. Both are the same name; kept is the dot U+00B7.
"""

import re
import unicodedata
from functools import lru_cache

DOT = "·"
# Whatever is typed for the dot between the parts of a name.
DOTS = "·.•․‧∙⋅・･．᛫ꞏ⸱⸳ㆍ﹒●⦁\u0387"
_DOTS = re.compile(f" *[{re.escape(DOTS)}]+ *")
# Variation selectors, Mongolian ones too, and what has no ink at all.
SELECTORS = "\u180b-\u180d\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef"
_UNSEEN = re.compile(f"[{SELECTORS}\u00ad\u034f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")
_BLANKS = re.compile(r"\s+")
# Beside a Latin letter a full stop is an abbreviation: John F. Kennedy.
_DOT_OF_A_NAME = re.compile(f"(?<=[^\\s\\x00-\\u024f]) *[{re.escape(DOTS)}]+ *(?=[^\\s\\x00-\\u024f])")


def stored(name: str) -> str:
    """The name as the registry keeps it: every letter as it was typed, the dot between its parts as U+00B7."""
    return _DOT_OF_A_NAME.sub(DOT, name)


@lru_cache(maxsize=65536)
def key(name: str) -> str:
    """What two spellings of one name have in common: any dot, any selector, any width, without blanks. Never shown."""
    plain = unicodedata.normalize("NFKC", _UNSEEN.sub("", _DOTS.sub(DOT, name)))
    return _BLANKS.sub("", plain).casefold()


def pattern(part: str) -> str:
    """A regular expression, for Python and PostgreSQL, that finds this part of a name in any spelling of it."""
    unseen = f"[{SELECTORS}]*"
    typed = _UNSEEN.sub("", _DOTS.sub(DOT, part))
    return "".join((f"[{re.escape(DOTS)}]" if sign == DOT else re.escape(sign)) + unseen for sign in typed)
