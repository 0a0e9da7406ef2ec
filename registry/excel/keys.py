"""One thing written in two ways is compared as one. Keys are for comparing, never shown instead of what was typed."""

import re
import unicodedata
from functools import lru_cache

from registry.excel import places
from registry.spelling import naming

_TOWN = re.compile(r"(?:街道办事处|街道办|办事处|街道|镇|乡)$")


@lru_cache(maxsize=65536)
def plain(text: str) -> str:
    """Any text without blanks, in one width and one case."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).casefold()


def name(text: str) -> str:
    """A person's name: 阿依古丽·买买提 and 阿依古丽•买买提 are one."""
    return naming.key(text)


def village(text: str) -> str:
    """A village: 烧酒村, 烧酒村委会, 烧酒村民委员会, 烧酒行政村 and 烧酒 are one; 烧酒社区 is another."""
    named = places.village(plain(text))
    return named if named.endswith("社区") else places.stem(named)


def village_stem(text: str) -> str:
    """What stays the same when a village becomes a community: 东华 of 东华村 and of 东华社区居委会."""
    return places.stem(plain(text))


def town(text: str) -> str:
    """A town or street: 山阁镇, 山阁镇人民政府 and 山阁 are one; of 东镇 nothing is taken away."""
    short = places.town(plain(text))
    stem = _TOWN.sub("", short)
    return stem if len(stem) >= 2 else short


def unit(text: str) -> str:
    """A dispatching unit."""
    return plain(text)


def posting(district: str, in_town: str, in_village: str, person: str) -> str:
    """The stable key of a posting: its district's code, town, village and person."""
    return "|".join((district, town(in_town), village(in_village), name(person)))
