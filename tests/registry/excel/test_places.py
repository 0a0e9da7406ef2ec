"""Towns and villages in every way offices write them."""

import pytest

from registry.excel import keys, places
from tests.registry.excel.office import HEADER, ZHANG, in_office, notes, plan_of, problems, questions, taken, typed


@pytest.mark.parametrize(
    ("written", "village"),
    [
        ("烧酒村委会", "烧酒村"),
        ("山阁村民委员会", "山阁村"),
        ("彭村村委会", "彭村"),
        ("茂坡行政村", "茂坡村"),
        ("烧酒村村民委员会", "烧酒村"),
        ("东华社区居委会", "东华社区"),
        ("东华居委会", "东华社区"),
        ("东华社区居民委员会", "东华社区"),
        ("彭村", "彭村"),
        ("烧酒", "烧酒"),
        ("村委会", "村委会"),
        ("社区", "社区"),
    ],
)
def test_a_village_is_named_without_its_committee(written: str, village: str):
    assert places.village(written) == village
    assert keys.village(written) == keys.village(village)


def test_committees_of_a_village_are_one_and_the_people_of_a_file_are_found_again():
    """茂坡行政村 and later 茂坡村 is the same village: nobody has moved."""
    head = ["镇", "村", "姓名", "单位"]
    written = ["烧酒村委会", "山阁村民委员会", "彭村村委会", "茂坡行政村", "东华社区居委会"]
    plainly = ["烧酒村", "山阁", "彭村", "茂坡村", "东华村"]
    rows = [
        ["山阁镇", place, "张三李四王五赵六钱七"[2 * n : 2 * n + 2], f"茂名市示例局{n}"]
        for n, place in enumerate(written)
    ]
    again = [[row[0], place, *row[2:]] for row, place in zip(rows, plainly, strict=True)]
    first = plan_of(typed(head, *rows), district="maonan")
    assert [row.village for row in taken(first)] == ["烧酒村", "山阁村", "彭村", "茂坡村", "东华社区"]
    assert [("village", "village_named") in told for told in notes(first).values()] == [True] * 5
    second = plan_of(typed(head, *again), in_office(first), district="maonan")
    assert [(row.action, dict(row.changes)) for row in second.rows] == [("same", {})] * 5
    assert notes(second)[6] == [("village", "same_village")]


def test_a_village_and_the_community_of_its_name_are_two_for_two_people():
    rows = [["山阁镇", "东华村", "张三", "茂名市示例局"], ["山阁镇", "东华社区", "李四", "茂名市示例局"]]
    planned = plan_of(typed(["镇", "村", "姓名", "单位"], *rows), district="maonan")
    assert [(row.village, row.name) for row in taken(planned)] == [("东华村", "张三"), ("东华社区", "李四")]


@pytest.mark.parametrize(
    ("town", "village", "read"),
    [
        ("山阁镇", "山阁镇烧酒村", ("山阁镇", "烧酒村")),
        ("山阁", "山阁镇烧酒村委会", ("山阁", "烧酒村")),
        ("山阁", "山阁村", ("山阁", "山阁村")),
        ("山阁镇", "茂南区山阁镇山阁村", ("山阁镇", "山阁村")),
        ("镇盛镇", "镇盛镇彭村", ("镇盛镇", "彭村")),
        ("山阁镇人民政府", "烧酒村", ("山阁镇", "烧酒村")),
        ("", "镇盛镇彭村", ("镇盛镇", "彭村")),
        ("", "山阁镇/烧酒村", ("山阁镇", "烧酒村")),
        ("", "山阁镇\n烧酒村", ("山阁镇", "烧酒村")),
        ("", "山阁镇 烧酒村", ("山阁镇", "烧酒村")),
        ("", "东镇街道-大坡社区居委会", ("东镇街道", "大坡社区")),
        ("", "新乡村", ("", "新乡村")),
    ],
)
def test_a_village_that_repeats_its_town_is_named_once(town: str, village: str, read: tuple[str, str]):
    planned = plan_of(typed(["镇", "村", "姓名", "单位"], [town, village, "张三", "茂名市示例局"]), district="maonan")
    assert [(row.town, row.village) for row in taken(planned)] == [read]


@pytest.mark.parametrize("village", ["镇盛镇彭村", "金塘镇白土村", "河东街道大坡社区"])
def test_a_village_that_names_another_town_is_asked_about(village: str):
    planned = plan_of(
        typed(["镇", "村", "姓名", "单位"], ["山阁镇", village, "张三", "茂名市示例局"]), district="maonan"
    )
    assert ("village", "other_town") in questions(planned)[2]


def test_towns_that_stand_in_the_column_of_the_villages_hold_for_the_rows_below():
    rows = [["山阁镇"], ["烧酒村", "张三", "茂名市示例局"], ["镇盛镇（1人）"], ["彭村", "李四", "茂名市示例二局"]]
    planned = plan_of(typed(["驻点镇、村", "姓名", "单位"], *rows), district="maonan")
    assert [(row.town, row.village) for row in taken(planned)] == [("山阁镇", "烧酒村"), ("镇盛镇", "彭村")]


def test_the_town_of_the_column_is_repeated_downwards_as_before():
    assert problems(plan_of(typed(HEADER, ZHANG))) == {}
