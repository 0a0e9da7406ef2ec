"""Headings between the rows: what is understood holds below, and what is not never lets the last one stand."""

import pytest

from registry.excel.headings import Heading, understood
from tests.registry.excel.office import DISTRICTS, plan_of, table_of, taken, typed

HEAD = ["序号", "姓名", "选派单位", "单位层级", "村", "电话"]
CHEN = [1, "陈示例", "广东省水利厅", "省直", "烧酒村", "13800000001"]
LIANG = [2, "梁示例", "珠海市香洲区教育局", "珠海市", "山阁村", "13800000002"]
LI = [3, "李示例", "茂名市农业农村局", "茂名市", "彭村", ""]
HUANG = [4, "黄示例", "茂名市水务局", "茂名市", "茂坡村", ""]
WU = [5, "吴示例", "茂南区教育局", "县级", "那际村", ""]


def towns(*rows):
    planned = plan_of(typed(HEAD, *rows), district="maonan")
    return [(row.name, row.town) for row in taken(planned)]


@pytest.mark.parametrize(
    ("text", "district", "town"),
    [
        ("一、山阁镇（2人）", "", "山阁镇"),
        ("二、镇盛镇（3人）", "", "镇盛镇"),
        ("（一）沙琅镇", "", "沙琅镇"),
        ("1.山阁镇", "", "山阁镇"),
        ("1 山阁镇", "", "山阁镇"),
        ("①山阁镇", "", "山阁镇"),
        ("三山镇", "", "三山镇"),
        ("山阁镇人民政府", "", "山阁镇"),
        ("山阁镇党委：", "", "山阁镇"),
        ("河东街道办事处：3人", "", "河东街道办事处"),
        ("羊角农场", "", "羊角农场"),
        ("茂南开发区（共 2 名）", "", "茂南开发区"),
        ("东镇街道驻村第一书记名单", "", "东镇街道"),
        ("茂名市茂南区金塘镇", "茂南区", "金塘镇"),
        ("茂南区（27人）", "茂南区", ""),
        ("高新技术产业开发区", "高新区", ""),
        ("滨海新区", "滨海新区", ""),
    ],
)
def test_a_heading_names_a_town_or_a_district(text: str, district: str, town: str):
    assert understood(text, tuple(DISTRICTS)) == Heading(district, town)


@pytest.mark.parametrize(
    "text", ["重点帮扶镇", "第二批", "脱贫村", "一、巩固提升镇（2个）", "乡镇", "其他", "省直单位选派"]
)
def test_a_heading_that_names_no_place_is_not_understood(text: str):
    assert understood(text, tuple(DISTRICTS)) is None


def test_towns_stand_in_headings_between_the_rows():
    assert towns(
        ["一、山阁镇（2人）"], CHEN, LIANG, ["小计", 2], ["二、镇盛镇（3人）"], LI, HUANG, WU, ["小计", 3], ["总计", 5]
    ) == [
        ("陈示例", "山阁镇"),
        ("梁示例", "山阁镇"),
        ("李示例", "镇盛镇"),
        ("黄示例", "镇盛镇"),
        ("吴示例", "镇盛镇"),
    ]


@pytest.mark.parametrize("text", ["二、重点帮扶村", "第二批", "省直单位选派"])
def test_a_heading_that_is_not_understood_clears_the_town_and_says_so(text: str):
    rows = (["一、山阁镇（2人）"], CHEN, [text], LI)
    assert towns(*rows) == [("陈示例", "山阁镇"), ("李示例", "")]
    assert table_of(typed(HEAD, *rows)).skipped[1] == (
        4,
        f"分组标题“{text}”认不出是哪个镇或地区，下面的行没有沿用上面的镇",
    )


def test_after_a_subtotal_no_town_is_left_standing():
    assert towns(["山阁镇"], CHEN, ["小计", 1], LI) == [("陈示例", "山阁镇"), ("李示例", "")]
    assert towns(["山阁镇"], CHEN, ["本页小计", 1], LIANG) == [("陈示例", "山阁镇"), ("梁示例", "山阁镇")]


@pytest.mark.parametrize("heading", [["一", "山阁镇"], ["", "山阁镇", "2人"], ["山阁镇", 2], ["", "", "山阁镇"]])
def test_the_number_and_the_count_of_a_heading_may_stand_in_cells_of_their_own(heading):
    assert towns(["镇盛镇"], LI, heading, CHEN) == [("李示例", "镇盛镇"), ("陈示例", "山阁镇")]


@pytest.mark.parametrize(
    "row",
    [
        ["", "单位（盖章）：", "", "2023年11月17日"],
        ["", "", "主要领导签字："],
        ["", "填表人：王五", "审核人：李四", "", "", "13800000009"],
        ["", "", "", "", "2023年11月17日"],
        ["以上名单经组织部门核实", "", "（公章）"],
        ["", "负责人（签名）：", "联系电话："],
    ],
)
def test_a_line_of_signatures_stops_nobody(row):
    table = table_of(typed(HEAD, CHEN, row))
    assert [raw.number for raw in table.rows] == [2]
    assert table.skipped == ((3, "备注或落款"),)
