"""Districts as people write them: 茂南 and 茂名市茂南区 are 茂南区; 高新技术产业开发区 is 高新区."""

import difflib
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from registry.excel.cells import halfwidth

_PROVINCE_AND_CITY = re.compile(r"^(?:广东省?)?(?:茂名市?)?")
_KIND = re.compile(r"(?:(?:经济(?:技术)?)?开发区|经济功能区|新区|区|县|市)$")


class Districts:
    """The districts of a season, found by any name that is used for them. Built from name or alias → code.

    The first name given for a code is the one shown to people.
    """

    def __init__(self, codes: Mapping[str, str]) -> None:
        self._codes = {halfwidth(name): code for name, code in codes.items()}
        self._names: dict[str, str] = {}
        for name, code in codes.items():
            self._names.setdefault(code, name)
        stems: dict[str, set[str]] = {}
        for name, code in codes.items():
            stems.setdefault(stem(name), set()).add(code)
        # A short name that two districts share names neither.
        self._stems = {short: min(found) for short, found in stems.items() if len(found) == 1}

    def code(self, text: str) -> str | None:
        """The code of the district that is meant, or None when it is none of ours."""
        plain = halfwidth(text)
        return self._codes.get(plain) or self._stems.get(stem(plain))

    def name(self, code: str) -> str:
        """The name of a district for people."""
        return self._names.get(code, code)

    @property
    def names(self) -> tuple[str, ...]:
        """The districts' names, one each."""
        return tuple(self._names.values())

    def nearest(self, text: str) -> str | None:
        """The name of the district that looks most like this text, or None when nothing does."""
        found = max(self._names, key=lambda code: _likeness(text, self._names[code]), default="")
        return self._names[found] if found and _likeness(text, self._names[found]) >= 1 else None


def mentioned(text: str, names: Iterable[str]) -> tuple[str, ...]:
    """Which of these districts a title, a sheet name or a group heading speaks of; full names win over short ones."""
    plain, names = halfwidth(text), tuple(names)
    full = tuple(name for name in names if halfwidth(name) in plain)
    if full:
        return full
    # 高新技术企业 is no mention of 高新区.
    return tuple(name for name in names if re.search(rf"{re.escape(stem(name))}(?!技术企业|技术产业园)", plain))


def _likeness(text: str, name: str) -> float:
    """How alike two names look, from 0 to 2: their telling parts and the whole names count equally."""
    pairs = ((stem(text), stem(name)), (halfwidth(text), name))
    return sum(difflib.SequenceMatcher(None, one, other).ratio() for one, other in pairs)


@lru_cache(maxsize=1024)
def stem(name: str) -> str:
    """The part of a district's name that tells it from the others: 茂南 of 茂名市茂南区, 滨海 of 滨海新区."""
    plain = halfwidth(name)
    local = _PROVINCE_AND_CITY.sub("", plain) or plain
    # 高新区 is no 新区 called 高.
    if re.fullmatch(r"高新(?:技术产业)?(?:开发)?区?", local):
        return "高新"
    short = _KIND.sub("", local)
    return short if len(short) >= 2 else local
