"""The demo roster as the Excel file an office would send."""

from collections.abc import Iterable, Mapping

from demo.people import Person
from registry.excel.export import write_table

HEADINGS = ("序号", "地区", "镇街", "村", "姓名", "选派单位", "单位层级")


def as_workbook(people: Iterable[Person], levels: Mapping[str, str]) -> bytes:
    """`levels` are the names of the season's levels by code."""
    rows = [
        (number, each.district, each.town, each.village, each.name, each.unit, levels[each.level])
        for number, each in enumerate(people, start=1)
    ]
    return write_table("演练名册", HEADINGS, rows)
