"""The levels of dispatching units, as a season has them: read from a column, or guessed from a unit's name.

Which levels there are and what they are recognised by is data of the season. Here are only the two ways to recognise:
a cell that contains one of a level's words, and a unit's name that begins with one of a level's beginnings.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

from django.utils.translation import gettext as _

from registry.excel.districts import stem

# In a beginning it stands for the name of any district of the season: 茂名市〔地区〕 begins 茂名市茂南区教育局.
DISTRICT = "〔地区〕"
# What the counties of a city are called together; 市 and 区 in it are no level of their own.
_COUNTIES = re.compile(
    r"县\(市[、,，/]?区\)|县\(区[、,，/]?市\)|县\(区\)|县[、,，/]?市[、,，/]?区|县级市|市辖区|区\(县级市\)|区\(县\)|区县|县区"
)
# Between two levels: 省直和中直, 市、县.
_AND = re.compile(r"[、,，/;；+&()]|和|及|与|或")
# Ranks without a place, side by side: 市县, 省市两级.
_RANKS = re.compile(r"([省市县区镇]{2,4})(?:两级|三级|各级|级|直属?|属|单位|机关|部门)*")
CODE = re.compile(r"[a-z][a-z0-9_]{0,23}")
MOST_LEVELS, MOST_WORDS, LONGEST = 12, 60, 32


@dataclass(frozen=True, slots=True)
class Level:
    """A level of a season. `cells` are words of the level's column, `begins` how the names of its units begin.

    Where a cell has words of several levels, the one that is `asked` first is meant. A unit of whose name nothing
    speaks for another level is guessed to be of the fallback.
    """

    code: str
    name: str
    cells: tuple[str, ...] = ()
    begins: tuple[str, ...] = ()
    asked: int = 0
    is_fallback: bool = False


class BadLevels(Exception):
    """These cannot be the levels of a season; `problems` are sentences that say why."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__(" ".join(problems))


def from_text(text: str, levels: Sequence[Level]) -> str | None:
    """The code of the level that a cell of the level's column means; None when it means none, or may mean several."""
    found = meant(text, levels)
    return found[0] if len(found) == 1 else None


def meant(text: str, levels: Sequence[Level]) -> tuple[str, ...]:
    """The codes of the levels that a cell of the level's column can mean, in the season's order.

    市直 is one. 县（市、区） is one too: it names the counties of a city. 市、县（区） and 市县 say two, and may be
    either: none is taken for the other.
    """
    written = re.sub(r"\s+", "", _plain(text))
    for level in levels:
        if written == re.sub(r"\s+", "", _plain(level.name)):
            return (level.code,)
    bare = _COUNTIES.sub("县", written)
    parts = [part for part in _AND.split(bare) if part]
    if len(parts) == 1 and (ranks := _RANKS.fullmatch(parts[0])):
        parts = list(ranks[1])
    found = {code for part in parts or [written] if (code := _first_meant(part, levels))}
    return tuple(level.code for level in levels if level.code in found)


def _first_meant(part: str, levels: Sequence[Level]) -> str | None:
    """The level of one word: 茂名市茂南区 has words of two, and is of the one that is asked first."""
    asked = sorted(levels, key=lambda level: level.asked)
    return next((level.code for level in asked if any(_plain(word) in part for word in level.cells)), None)


def guess(unit: str, levels: Sequence[Level], districts: Iterable[str] = ()) -> str:
    """The code of the level that a unit's name suggests: its longest known beginning, else the fallback.

    `districts` are their names: 茂名市茂南区教育局 is a county unit although it begins with 茂名市.
    """
    plain = _plain(unit).removeprefix("中共")
    stems = [_plain(stem(name)) for name in districts]
    found = max(
        ((len(begin), level.code) for level in levels for begin in _begins(level, stems) if plain.startswith(begin)),
        key=lambda each: each[0],
        default=None,
    )
    return found[1] if found else next((level.code for level in levels if level.is_fallback), "")


def names_of(levels: Iterable[Level]) -> dict[str, str]:
    """The names of levels by their codes, in the season's order."""
    return {level.code: level.name for level in levels}


def called(code: str, names: Mapping[str, str]) -> str:
    """What pages call a level; a unit may be known by a code that only another season has. '' for no code."""
    return (names.get(code) or _("本届未设的层级")) if code else ""


def read(told: Any) -> tuple[Level, ...]:
    """The levels as a data file has them (fixtures/decree-2023.json, `levels`). Raises BadLevels."""
    if not isinstance(told, list) or not all(isinstance(row, dict) for row in told):
        raise BadLevels([_("单位层级应是一个列表，每个层级写明代码、名称和用语。")])
    known = {field.name for field in fields(Level)}
    rows = [{key: value for key, value in row.items() if key in known} for row in told]
    if wrong := [number for number, row in enumerate(rows, start=1) if not _is_level(row)]:
        raise BadLevels([_("第 %d 个单位层级缺少代码或名称，或内容的格式不对。") % number for number in wrong])
    levels = tuple(
        Level(**{**row, "cells": tuple(row.get("cells", ())), "begins": tuple(row.get("begins", ()))}) for row in rows
    )
    if found := list(problems(levels)):
        raise BadLevels(found)
    return levels


def written(levels: Iterable[Level]) -> list[dict[str, Any]]:
    """Levels as a data file and a proposal carry them; `read` takes them back."""
    return [{**asdict(level), "cells": list(level.cells), "begins": list(level.begins)} for level in levels]


def as_text(level: Level) -> str:
    """A level in one line, for people: its name and all it is recognised by."""
    told = {
        "name": level.name,
        "cells": " ".join(level.cells) or "—",
        "begins": " ".join(level.begins) or "—",
        "asked": level.asked,
    }
    line = _("%(name)s；层级一栏的用语：%(cells)s；单位名称的开头：%(begins)s；辨认次序：%(asked)d") % told
    return line + (_("；看不出层级的单位算作这一级") if level.is_fallback else "")


def problems(levels: Sequence[Level]) -> Iterator[str]:
    """Why these cannot be the levels of a season."""
    if not 1 <= len(levels) <= MOST_LEVELS:
        yield _("单位层级至少 1 个，至多 %(most)d 个。") % {"most": MOST_LEVELS}
    if sum(level.is_fallback for level in levels) != 1:
        yield _("须有且只有一个层级，用于从单位名称看不出层级的单位。")
    for level in levels:
        if not CODE.fullmatch(level.code):
            yield _("层级代码“%(code)s”应以小写字母开头，只用小写字母、数字和下划线。") % {"code": level.code[:LONGEST]}
        if not level.name.strip() or len(level.name) > LONGEST:
            yield _("层级“%(code)s”的名称应有 1 至 %(most)d 个字。") % {"code": level.code[:LONGEST], "most": LONGEST}
        if any(not _plain(word).strip() or len(word) > LONGEST for word in (*level.cells, *level.begins)):
            yield _("层级“%(name)s”的用语里有空的或超过 %(most)d 个字的。") % {"name": level.name, "most": LONGEST}
        if max(len(level.cells), len(level.begins)) > MOST_WORDS:
            yield _("层级“%(name)s”的用语至多各 %(most)d 个。") % {"name": level.name, "most": MOST_WORDS}
        if not 0 <= level.asked <= MOST_LEVELS:
            yield _("层级“%(name)s”的辨认次序应是 0 至 %(most)d 的整数。") % {"name": level.name, "most": MOST_LEVELS}
    yield from _said_twice(_("层级代码“%s”用了两次。"), [(level.code,) for level in levels])
    yield from _said_twice(_("层级名称“%s”用了两次。"), [(level.name,) for level in levels])
    yield from _said_twice(_("层级一栏的用语“%s”属于两个层级。"), [level.cells for level in levels])
    yield from _said_twice(_("单位名称的开头“%s”属于两个层级。"), [level.begins for level in levels])


def _said_twice(sentence: str, told: Iterable[Sequence[str]]) -> Iterator[str]:
    seen: set[str] = set()
    for words in told:
        here = {_plain(word) for word in words}
        yield from (sentence % word for word in words if _plain(word) in seen)
        seen |= here


def _begins(level: Level, stems: Sequence[str]) -> Iterator[str]:
    for begin in map(_plain, level.begins):
        if DISTRICT in begin:
            yield from (begin.replace(DISTRICT, name) for name in stems)
        else:
            yield begin


def _is_level(row: dict[str, Any]) -> bool:
    words = (row.get("cells", []), row.get("begins", []))
    return (
        isinstance(row.get("code"), str)
        and isinstance(row.get("name"), str)
        and type(row.get("asked", 0)) is int
        and type(row.get("is_fallback", False)) is bool
        and all(isinstance(each, list) and all(isinstance(word, str) for word in each) for each in words)
    )


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()
