"""Rows of a table that are no posting: sums, remarks and signatures, examples, numbering. Their words stand here."""

import re
from collections.abc import Sequence

from django.utils.translation import gettext as _

from registry.excel import cells
from registry.excel.workbook import Cell

_TOTAL = re.compile(r".{0,8}(?:合计|总计|小计|共计|累计)(?:[:：(（\d]|$)|共\d+[人名]")
_TOTAL_COUNT = re.compile(r"(\d+)[人名]|(?:合计|总计|共计)[:：]?(\d+)$", re.MULTILINE)
TITLE_COUNT = re.compile(r"(?:共|计|合计|总计|总人数|人数)[:：为]?(\d+)[人名]|[（(](\d+)[人名][）)]")
_BLANKS = re.compile(r"\s+")
_REMARK = re.compile(
    r"(?:备注|说明|附注|注|填表说明|填报说明|填表人|填报人|制表人?|经办人|审核人?|审批人?|复核人?|负责人|主要领导|分管领导"
    r"|联系人|联系电话|填报单位|报送单位|填报时间|填报日期|填表日期|填表时间|日期|单位盖章|盖章|公章)"
)
# Whoever signs, seals and dates a table, wherever in the row it stands.
_SIGNED = re.compile(
    r"签字|签名|签章|盖章|公章|落款|(?:填表|填报|制表|经办|审核|审批|复核|核对|报送|汇总|校对|联系)人?(?:员)?[:：]"
    r"|(?:负责人|领导|书记|主任|局长|部长|组长|队长)(?:[（(]?签[字名]?[)）]?)?[:：]|(?:填报|填表|制表|报送|上报)(?:单位|日期|时间)"
    r"|(?:联系电话|电话|日期|时间|单位)[:：]|以上(?:名单|人员|情况|信息)|特此(?:报告|证明|说明)|第\d+页|共\d+页"
)
_DATE = re.compile(r"(?:\d{4}|[〇零○一二三四五六七八九×xX]{4})年.{1,3}月(?:.{1,3}日)?")
_EXAMPLE = re.compile(r"[（(【\[]?(?:示例|样例|范例|例如|例[:：])")


def compact(cell: Cell) -> str:
    """A cell without any blanks: 合 计 is 合计."""
    return _BLANKS.sub("", cells.readable(cells.text(cell)))


def is_total(first: str, name: Cell | None) -> bool:
    """A row of sums: it begins with a word for one, and where a name would stand there is none."""
    return bool(_TOTAL.match(first)) and not _is_name(name)


def is_remark(texts: Sequence[str], name: Cell | None, is_whole: bool) -> bool:
    """A remark, a signature, a seal or a date. `is_whole`: the row has a name, a village and a unit."""
    first = texts[0]
    if _REMARK.match(first) and (re.search(r"[:：]", first) or name is None or len(texts) <= 2):
        return True
    if is_whole:
        return False
    return any(map(_SIGNED.search, texts)) or all(map(_DATE.fullmatch, texts))


def is_example(texts: Sequence[str], name: Cell | None) -> bool:
    return bool(_EXAMPLE.match(texts[0]) or texts[-1] == "示例" or (isinstance(name, str) and _EXAMPLE.match(name)))


def is_numbering(written: Sequence[Cell]) -> bool:
    """A row of column numbers, 1 2 3 4 …, as forms have below their header."""
    return len(written) >= 4 and all(
        cells.text(cell).strip("()（）") == str(number) for number, cell in enumerate(written, 1)
    )


def total_of(texts: Sequence[str]) -> int | None:
    """The headcount that a row of sums states, where it states one."""
    numbers = {text for text in texts[1:] if text.isdecimal()}
    found = stated(_TOTAL_COUNT, "\n".join(texts))
    return int(numbers.pop()) if found is None and len(numbers) == 1 else found


def stated(pattern: re.Pattern[str], text: str) -> int | None:
    """The one number that a pattern finds in a text; None for none and for several."""
    found = {int(next(filter(None, groups))) for groups in pattern.findall(text)}
    return found.pop() if len(found) == 1 else None


def cleared(text: str) -> str:
    """Why the row of a heading that is not understood is left out, and what that means for the rows below."""
    return _("分组标题“%s”认不出是哪个镇或地区，下面的行没有沿用上面的镇") % text[:30]


def _is_name(cell: Cell | None) -> bool:
    return isinstance(cell, str) and not re.search(r"\d|计", cell)
