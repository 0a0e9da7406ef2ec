"""Synthetic people for rehearsals: no name, village or unit here belongs to anybody."""

from collections.abc import Iterator
from dataclasses import dataclass

SURNAMES = "陈梁李黄吴张林周刘邓冯谢罗庞郑何杨吕柯车"
NUMERALS = "一二三四五六七八九十"
# Characters that break careless software; three secretaries carry them.
RARE = ("䶮", "㛃", "𬱖")

# The notice's I and III: 44 from central and provincial units, 42 from Zhuhai, 126 from Maoming and its counties.
LEVELS = (("central_provincial", 44), ("zhuhai", 42), ("maoming", 126))
UNIT_NAMES = {
    "central_provincial": "省直演练单位{}处",
    "zhuhai": "珠海市演练单位{}局",
    "maoming": "茂名市演练单位{}局",
}
VILLAGES_A_TOWN = 4
SECRETARIES_A_UNIT = 3


@dataclass(frozen=True, slots=True)
class Person:
    """One row of the demo roster, as an office would write it."""

    district: str
    town: str
    village: str
    name: str
    unit: str
    level: str


def everybody(headcounts: dict[str, int]) -> list[Person]:
    """A roster with these headcounts by district; the levels are dealt round so that each district has its share."""
    levels = _levels(sum(headcounts.values()))
    people: list[Person] = []
    for district, count in headcounts.items():
        for number in range(count):
            level = next(levels)
            people.append(
                Person(
                    district=district,
                    town=f"{district}演练{_numeral(number // VILLAGES_A_TOWN)}镇",
                    village=f"演练{_numeral(number)}村",
                    name=_name(len(people), number),
                    unit=UNIT_NAMES[level].format(_numeral(len(people) // SECRETARIES_A_UNIT)),
                    level=level,
                )
            )
    return people


def _levels(total: int) -> Iterator[str]:
    """Each person's level: always the level furthest behind its share of 44 : 42 : 126."""
    given = {level: 0 for level, _count in LEVELS}
    whole = sum(count for _level, count in LEVELS)
    for place in range(1, total + 1):
        level = max(LEVELS, key=lambda each: each[1] * place - given[each[0]] * whole)[0]
        given[level] += 1
        yield level


def _name(place: int, number: int) -> str:
    """A surname, 演 for rehearsal, and a number in the district: nobody is called so."""
    surname = SURNAMES[place % len(SURNAMES)]
    if place in range(100, 100 + len(RARE)):
        return f"{surname}演{RARE[place - 100]}"
    return f"{surname}演{_numeral(number)}"


def _numeral(number: int) -> str:
    """0 → 一, 9 → 十, 10 → 十一, 19 → 二十, 20 → 二十一 …"""
    number += 1
    tens, ones = divmod(number, 10)
    if number <= 10:
        return NUMERALS[number - 1]
    head = ("" if tens == 1 else NUMERALS[tens - 1]) + "十"
    return head + (NUMERALS[ones - 1] if ones else "")
