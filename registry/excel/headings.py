"""Headings between the rows of a table: 一、山阁镇（2人） says where the people below it are."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from registry.excel import places
from registry.excel.districts import mentioned

_NUMBER = r"[\d０-９一二三四五六七八九十百]{1,3}"
# 一、 (一) 1. 第一部分、 ①
_NUMBERING = re.compile(
    rf"^(?:[（(【\[]{_NUMBER}[)）】\]][、.．]?|第?{_NUMBER}(?:部分|批|组)?[、.．:：)）\s]|[①-⑳][、.．]?|\d{{1,3}}(?=\D)|[◆●■□★▲*·\-—]+)"
)
_BRACKETS = re.compile(r"[（(【\[〔][^)）】\]〕]*[)）】\]〕]$")
_COUNT = re.compile(r"[:：,，、\-—]*(?:共|计|合计|总计)?[:：]?\d{1,4}(?:人|名|个村|个|村|位)?[。；;]?$")
_TAIL = re.compile(
    r"(?:[:：\-—。；;]+|(?:驻村)?(?:工作队)?(?:第一书记)?(?:花名册|名单|名册|一览表|情况表|人员|第一书记)|(?:范围|辖区)?内)$"
)
_BLANKS = re.compile(r"\s+")
_CITY = re.compile(r"^(?:广东省)?(?:茂名市?)?")
# A cell that only numbers or counts: 一, (1), 3人, 共 3 名.
_NO_WORDS = re.compile(
    rf"[（(]?第?{_NUMBER}[)）]?[、.．]?|[（(]?(?:共|计|合计)?\d{{1,4}}(?:人|名|个村|个|村|位)?[)）]?"
)


@dataclass(frozen=True, slots=True)
class Heading:
    """Where the rows below are; '' for what the heading does not say."""

    district: str = ""
    town: str = ""


def only_text(texts: Sequence[str]) -> str | None:
    """The one cell of a row that has words, where the others only number or count; None when there are more."""
    worded = [text for text in texts if not _NO_WORDS.fullmatch(text)]
    return worded[0] if len(worded) == 1 else None


def understood(text: str, known: Sequence[str]) -> Heading | None:
    """What a heading says of the place of the rows below it; None when it is not understood.

    `known` are the season's districts. 茂南开发区 is a town of 茂南区, 高新技术产业开发区 is the district 高新区.
    """
    name = _bare(text)
    town = places.named_town(_CITY.sub("", name))
    if town and _is_of_a_district(town, known):
        return Heading(town=town)
    whole = [each for each in known if each in name]
    rest = _CITY.sub("", name).removeprefix(whole[0]) if len(whole) == 1 else ""
    if rest and (inner := places.named_town(rest)):
        return Heading(whole[0], inner)
    districts = mentioned(name, known)
    if len(districts) == 1 and len(name) <= len(districts[0]) + 10:
        return Heading(districts[0])
    return Heading(town=town) if town and not districts else None


def _is_of_a_district(town: str, known: Sequence[str]) -> bool:
    """Whether this is a town although it may begin like a district: 茂南开发区, 高州市农场 are, 高新区 is not."""
    if any(each in town for each in known):
        return False
    return not town.endswith("开发区") or not any(each.endswith(("新区", "开发区")) for each in mentioned(town, known))


def _bare(text: str) -> str:
    """The heading without its numbering, its counts and what it is a list of."""
    name, before = _BLANKS.sub("", _NUMBERING.sub("", text.strip())), ""
    while name != before:
        before = name
        for pattern in (_BRACKETS, _COUNT, _TAIL):
            name = pattern.sub("", name) or name
    return name
