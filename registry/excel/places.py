"""Towns and villages as offices write them: 山阁镇人民政府 is 山阁镇, 烧酒村委会 is 烧酒村, 山阁镇烧酒村 is both."""

import re
from dataclasses import dataclass

# How the names of towns end, longer endings first.
TOWN_ENDS = ("街道办事处", "街道办", "街道", "办事处", "民族乡", "镇", "乡", "农场", "林场", "开发区", "管理区")
# Who sits there and is no part of the name.
_OFFICE = re.compile(r"(?:党委政府|人民政府|党政办|党工委|党委|政府|人大|(?<=[镇乡])党政|(?<=街道)工委)$")
# These end like towns and are kinds of towns, or all of them.
_KINDS_OF_TOWNS = re.compile(
    r"(?:帮扶|提升|示范|重点|中心|一般|非重点|乡|各|本|全|该|其他|其它|有关|所属|所驻|驻)[镇乡]$"
)
_TOWN_END = "|".join(TOWN_ENDS)
_TOWN = re.compile(rf"[^\d\s、，,;；:：。（）()]{{1,12}}(?:{_TOWN_END})")

_COMMITTEE = re.compile(r"(?:村民委员会|村民委|村委会|村委|行政村)$")
_RESIDENTS = re.compile(r"(?:社区居民委员会|社区居委会|居民委员会|居委会|社区居委|居委|社区)$")

_PROVINCE_CITY_COUNTY = r"(?:广东省|茂名市|[^镇乡村]{2,6}?(?:新区|区|市|县))*"
_BOTH = re.compile(
    rf"(?P<before>{_PROVINCE_CITY_COUNTY})"
    r"(?P<town>[^村]{1,10}?(?:街道办事处|街道办|街道|办事处)|.{1,10}?(?:镇(?!街道)|乡|农场|林场))"
    r"(?P<between>[\s/／\\、，,\-—·]*)(?P<village>.{2,})",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Place:
    """What one cell says of a place; '' for what it does not say."""

    town: str
    village: str


def town(text: str) -> str:
    """A town by its name, without the office that sits there."""
    return _OFFICE.sub("", text) or text


def named_town(text: str) -> str | None:
    """The town that a text is the name of, and nothing else; None when it is none."""
    name = town(text)
    return name if _TOWN.fullmatch(name) and not _KINDS_OF_TOWNS.search(name) else None


def village(text: str) -> str:
    """A village by its name: the committee is named after the village (烧酒村委会), a community is another thing."""
    short = _RESIDENTS.sub("", text)
    if short != text:
        return f"{short}社区" if short else text
    short = _COMMITTEE.sub("", text)
    if short in ("", text):
        return text
    return short if short.endswith("村") else f"{short}村"


def stem(text: str) -> str:
    """The telling part of a village's name, whether it is a village or has become a community: 东华."""
    short = re.sub(r"(?<=.)社区$", "", village(text))
    while len(short) > 1 and short.endswith("村"):
        short = short[:-1]
    return short


def split(text: str) -> Place | None:
    """Town and village out of one text, as 山阁镇烧酒村 or 山阁镇/烧酒村; None when it is not both."""
    found = _BOTH.fullmatch(text.strip())
    if not found or _KINDS_OF_TOWNS.search(found["town"]):
        return None
    rest = found["village"].strip()
    # 新乡村 is a village; what is left must be more than the word for one.
    return Place(found["town"].strip(), rest) if len(rest) >= 2 and rest not in _BARE else None


_BARE = frozenset({"村委", "村委会", "行政村", "社区", "居委会", "村民委员会"})
