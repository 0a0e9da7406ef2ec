"""The level of a dispatching unit: read from its column, or guessed from the unit's name and shown as a guess."""

import re
import unicodedata
from collections.abc import Iterable

from registry.excel.districts import stem

# In this order: 珠海市 decides before any other 市, and 县直 before 市直. The levels are those of the notice, III.
_WORDS = (
    ("zhuhai", re.compile(r"珠海|zhuhai", re.IGNORECASE)),
    ("county", re.compile(r"县|区|镇|街道|county", re.IGNORECASE)),
    ("central_provincial", re.compile(r"中央|国家|中直|中省|省|部属|central|provinc", re.IGNORECASE)),
    ("maoming", re.compile(r"茂名|市|地级|maoming", re.IGNORECASE)),
)
_NATIONAL = ("省", "中国", "中央", "国家", "广东", "全国", "中华")


def from_text(text: str) -> str | None:
    """The level a cell of the level column means; None when it means none of the four."""
    plain = unicodedata.normalize("NFKC", text)
    return next((level for level, words in _WORDS if words.search(plain)), None)


def guess(unit: str, districts: Iterable[str] = ()) -> str:
    """The level a unit's name suggests; county when nothing in it speaks for another.

    `districts` are their names: 茂名市茂南区教育局 is a county unit although it begins with 茂名市.
    """
    plain = re.sub(r"^中共", "", unicodedata.normalize("NFKC", unit))
    if plain.startswith("珠海"):
        return "zhuhai"
    local = re.sub(r"^(?:广东省?)?茂名市?", "", plain)
    if local != plain:
        return "county" if any(local.startswith(stem(name)) for name in districts) else "maoming"
    if plain.startswith(_NATIONAL):
        return "central_provincial"
    return "maoming" if plain.startswith("市") else "county"
