"""The demo roster as the Excel file an office would send."""

from collections.abc import Iterable

from demo.people import Person
from registry.excel.export import write_table
from registry.models import Level

HEADINGS = ("序号", "地区", "镇街", "村", "姓名", "选派单位", "单位层级")


def as_workbook(people: Iterable[Person]) -> bytes:
    rows = [
        (number, each.district, each.town, each.village, each.name, each.unit, str(Level(each.level).label))
        for number, each in enumerate(people, start=1)
    ]
    return write_table("演练名册", HEADINGS, rows)
