"""One thing written in two ways is compared as one. Keys are for comparing, never shown instead of what was typed."""

import re
import unicodedata
from functools import lru_cache

_DOTS = re.compile("[·•‧・･∙⋅．.᛫]")
_VILLAGE = re.compile(r"(?:村民委员会|村委会|村委|行政村|村)$")
_COMMUNITY = re.compile(r"(?:社区居民委员会|社区居委会|居民委员会|居委会|社区)$")
_TOWN = re.compile(r"(?:人民政府|街道办事处|街道办|街道|镇政府|乡政府|镇|乡)$")


@lru_cache(maxsize=65536)
def plain(text: str) -> str:
    """Any text without blanks, in one width and one case."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).casefold()


def name(text: str) -> str:
    """A person's name: 阿依古丽·买买提 and 阿依古丽•买买提 are one."""
    return _DOTS.sub("·", plain(text))


def village(text: str) -> str:
    """A village: 烧酒村, 烧酒村委会 and 烧酒 are one; 烧酒社区 is another."""
    short = plain(text)
    community = _COMMUNITY.sub("", short)
    if community != short:
        return f"{community}社区"
    return _VILLAGE.sub("", short) or short


def town(text: str) -> str:
    """A town or street: 山阁镇 and 山阁 are one; of 东镇 nothing is taken away."""
    short = plain(text)
    stem = _TOWN.sub("", short)
    return stem if len(stem) >= 2 else short


def unit(text: str) -> str:
    """A dispatching unit."""
    return plain(text)


def posting(district: str, in_town: str, in_village: str, person: str) -> str:
    """The stable key of a posting: its district's code, town, village and person."""
    return "|".join((district, town(in_town), village(in_village), name(person)))
