"""Several things in one cell: two people, two villages, two units. They are never joined into one.

A cell is judged as it came, before blanks and line breaks are taken out: 欧阳⏎娜娜 is one wrapped name, 李示例⏎黄示例
are two people. What is joined is said; what may be two is refused.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from registry.spelling.naming import DOTS

# Surnames of two characters: two parts may be one name that was wrapped behind one of these.
_SURNAMES = """
    欧阳 太史 端木 上官 司马 东方 独孤 南宫 万俟 闻人 夏侯 诸葛 尉迟 公羊 赫连 澹台 皇甫 宗政 濮阳 公冶 太叔 申屠 公孙
    慕容 仲孙 钟离 长孙 宇文 司徒 鲜于 司空 闾丘 子车 亓官 司寇 巫马 公西 颛孙 壤驷 公良 漆雕 乐正 宰父 谷梁 拓跋 轩辕
    令狐 段干 百里 呼延 东郭 南门 羊舌 微生 梁丘 左丘 西门 第五 南荣 东里 即墨 达奚 褚师 纳兰 完颜 叶赫 那拉 范姜 张简
    欧杨 司城 库狄 尔朱 贺兰 屈突 豆卢 哥舒 仆固
    """
COMPOUND_SURNAMES = frozenset(_SURNAMES.split())
# What follows a name and is no part of it.
TITLES = ("同志", "先生", "女士", "老师", "驻村第一书记", "第一书记")

LONGEST = 300

# How the names of units end; a part that ends otherwise is the beginning of a name that was wrapped.
_UNIT_END = re.compile(
    r"(?:局|厅|部|委|委员会|办|办公室|院|校|学|大学|公司|集团|中心|银行|行|队|站|所|会|社|司|处|科|室|府|团|馆|厂|台|网|报|庭|段|库|场|组)"
    r"(?:[（(][^)）]*[)）])?$"
)
_VILLAGE_END = re.compile(r"(?:村|社区|委会|委员会|居委|村委|居)$")
# Parts of an authority that may stand behind a blank and are no unit by themselves: 茂名市委 组织部.
_INNER_UNIT = re.compile(
    r"组织部|宣传部|统战部|办公室|政法委|党校|政研室|网信办|编办|老干部?局|机关党委|机关工委|巡察办|督查室"
)
# A part that is only the word for a village: 茂坡 行政村.
_VILLAGE_TAIL = re.compile(r"(?:行政)?村|社区|(?:社区)?居委会|居民委员会|村委会?|村民委员会")

_ESCAPED_RETURN = re.compile(r"_x000[dD]_")
_BREAKS = re.compile(r"[\n\r\v\f\x85\u2028\u2029]+")
_MARKS = re.compile(r"[、,，;；/／\\|｜＋+&＆]+")
# Left over behind the last of a list.
_STRAY = "、,，;； "
_BRACKETED = re.compile(r"[（(【\[〔][^)）】\]〕]*[)）】\]〕]")
_PART = re.compile(rf"(?:{_BRACKETED.pattern}|[^\s、,，;；/／\\|｜＋+&＆\u200b\u3164])+")
_HAN = re.compile(r"[\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff\ufe00-\ufe0f\U000e0100-\U000e01ef]+")
_SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")


@dataclass(frozen=True, slots=True)
class Judged:
    """What a cell holds: one thing in `text` (tidied by the caller), or several; `joined` says it came in parts."""

    text: str
    parts: tuple[str, ...] = ()
    joined: bool = False

    @property
    def is_several(self) -> bool:
        return len(self.parts) > 1


def people(raw: str) -> Judged:
    """A cell of names: the name without a title behind it, or the several people it may be."""
    text = _opened(raw)
    broken = bool(_BREAKS.search(text.strip()))
    parts = [part for part in _parts(text) if part not in TITLES]
    if len(parts) < 2:
        return Judged(parts[0] if parts else text)
    if _MARKS.search(_BRACKETED.sub("", text).strip()) and len([p for p in _MARKS.split(text) if p.strip()]) > 1:
        return Judged(text, tuple(parts))
    whole = "".join(parts)
    if all(_HAN.fullmatch(part) for part in parts):
        if not _is_one_name(parts):
            return Judged(text, tuple(parts))
        padded = all(len(_bare(part)) == 1 for part in parts)
        return Judged(whole, joined=broken or not padded)
    if any(_HAN.search(part) for part in parts):
        if _is_dotted(parts):
            return Judged(whole, joined=True)
        return Judged(text, tuple(parts))
    return Judged(" ".join(parts), joined=broken)


def villages(raw: str) -> Judged:
    """A cell of a village: one, or the several it may be. Words in brackets are left to the caller."""
    text = _opened(raw)
    parts = _parts(text)
    if len(parts) < 2:
        return Judged(text.strip().rstrip(_STRAY))
    names = [part for part in parts if len(_bare(part)) > 1 and not _VILLAGE_TAIL.fullmatch(part)]
    if len(names) > 1 and not _is_bracketed(names[1:]):
        return Judged(text, tuple(parts))
    return Judged("".join(parts), joined=_was_worded(parts))


def units(raw: str) -> Judged:
    """A cell of a unit: one, also wrapped or spaced out (广东省⏎水利厅), or the several it may be."""
    text = _opened(raw)
    parts = _parts(text)
    if len(parts) < 2:
        return Judged(text.strip().rstrip(_STRAY))
    whole = [
        part
        for part in parts
        if len(_bare(part)) >= 3 and _UNIT_END.search(part) and not (_INNER_UNIT.fullmatch(part) and part != parts[0])
    ]
    if _has_marks(text):
        return Judged(text.strip(), tuple(parts))
    if len(whole) > 1:
        return Judged("、".join(parts), tuple(parts))
    if not any(_HAN.search(part) for part in parts):
        return Judged(" ".join(parts))
    return Judged("".join(parts), joined=_was_worded(parts))


def without_title(name: str) -> tuple[str, str]:
    """A name and the title that was behind it: 张三同志 is 张三; '' where there was none."""
    for title in TITLES:
        short = name.removesuffix(title)
        if short != name and len(short) >= 2:
            return short, title
    return name, ""


def _opened(raw: str) -> str:
    # What is longer is refused for its length anyway.
    return _ESCAPED_RETURN.sub("", raw[:LONGEST])


def _parts(text: str) -> list[str]:
    """The parts of a cell between breaks, blanks and marks; what stands in brackets stays whole."""
    return _PART.findall(text)


def _is_one_name(parts: Sequence[str]) -> bool:
    """Whether parts in Chinese characters can be one person: 张 三, 李示⏎例, 欧阳⏎娜娜; not 张三 李四."""
    whole = _bare("".join(parts))
    return len(whole) <= 3 or (len(whole) == 4 and whole[:2] in COMPOUND_SURNAMES)


def _is_dotted(parts: Sequence[str]) -> bool:
    """Whether each seam has a dot on one side: 买买提·⏎吐尔逊."""
    return all(one[-1] in DOTS or other[0] in DOTS for one, other in pairwise(parts))


def _is_bracketed(parts: Sequence[str]) -> bool:
    return all(_BRACKETED.fullmatch(part) for part in parts)


def _has_marks(text: str) -> bool:
    return bool(_MARKS.search(_BRACKETED.sub("", text).strip("、,，;；/／\\|｜＋+&＆ \n\r")))


def _was_worded(parts: Sequence[str]) -> bool:
    """Whether more than letters were set apart: 广 东 省 is padding, 广东省 水利厅 is two words."""
    return any(len(_bare(part)) > 1 for part in parts)


def _bare(text: str) -> str:
    return _SELECTORS.sub("", text)
