"""Several sheets in one workbook: one for each district or town is one list; anything else is named and left."""

from dataclasses import replace

import pytest

from registry.excel.workbook import Workbook
from tests.registry.excel.office import notes, places, plan_of, problems, questions, table_of, taken, typed

HEAD = ["村", "姓名", "单位"]
CHEN, LI, WANG = (
    ["烧酒村", "陈示例", "茂名市示例局"],
    ["彭村", "李示例", "茂名市二局"],
    ["尚塘村", "王示例", "茂名市三局"],
)


def workbook(**sheets) -> Workbook:
    """Sheets by their names, each as its rows."""
    return Workbook(tuple(replace(typed(*rows).sheets[0], name=name) for name, rows in sheets.items()))


def test_a_sheet_for_each_district_is_read_with_the_others():
    planned = plan_of(workbook(茂南区=[HEAD, CHEN, LI], 电白=[HEAD, WANG], 说明=[["请如实填写"]]))
    assert places(planned) == [
        (2, "add", "maonan", "", "烧酒村", "陈示例"),
        (3, "add", "maonan", "", "彭村", "李示例"),
        (2, "add", "dianbai", "", "尚塘村", "王示例"),
    ]
    assert [row.name for row in planned.rows] == ["茂南区!2", "茂南区!3", "电白!2"]
    assert planned.notes == ("这些工作表一起读取：茂南区、电白。",)


def test_a_sheet_for_each_town_is_read_with_the_others_and_names_the_town():
    planned = plan_of(workbook(山阁镇=[HEAD, CHEN], 镇盛镇=[HEAD, LI]), district="maonan")
    assert [(row.town, row.village) for row in taken(planned)] == [("山阁镇", "烧酒村"), ("镇盛镇", "彭村")]
    assert "工作表“镇盛镇”：没有镇街一列，按工作表的名称写作“镇盛镇”。" in planned.notes


def test_the_title_of_a_sheet_may_name_its_district_and_the_columns_may_differ():
    other = [["电白区驻村第一书记名册"], ["姓名", "选派单位", "所驻村"], ["王示例", "茂名市三局", "尚塘村"]]
    planned = plan_of(workbook(Sheet1=[["茂南区名册"], HEAD, CHEN], Sheet2=other))
    assert [(row.district, row.village, row.name) for row in taken(planned)] == [
        ("maonan", "烧酒村", "陈示例"),
        ("dianbai", "尚塘村", "王示例"),
    ]


@pytest.mark.parametrize("other", ["总表", "茂南区备份", "上届名单"])
def test_a_sheet_that_is_of_no_district_of_its_own_is_not_read_along(other: str):
    planned = plan_of(workbook(茂南区=[HEAD, CHEN, LI], **{other: [HEAD, CHEN]}), district="maonan")
    assert [row.name for row in taken(planned)] == ["陈示例", "李示例"]
    assert planned.notes == (f"另有工作表没有读取：{other}。",)


def test_the_same_person_on_two_sheets_is_refused_with_both_places():
    planned = plan_of(
        workbook(山阁镇=[HEAD, CHEN], 镇盛镇=[HEAD, ["彭村", "陈示例", "茂名市示例局"]]), district="maonan"
    )
    assert [row.problems[0].sentence for row in planned.rows] == [
        "第 “山阁镇”2、“镇盛镇”2 行是同一个人（同名同单位）。只保留一行。"
    ] * 2


def test_a_doubt_on_one_of_several_sheets_is_answered_by_its_sheet_and_row():
    from registry.excel.answers import Answers

    book = workbook(茂南区=[[*HEAD, "备注"], [*CHEN, "已离任"]], 电白区=[[*HEAD, "备注"], [*WANG, "已离任"]])
    assert questions(plan_of(book)) == {2: [("remark", "has_left")]}
    answered = plan_of(book, answers=Answers(frozenset({"茂南区!2"}), frozenset({"电白区!2"})))
    assert ([row.name for row in taken(answered)], answered.is_ready) == (["陈示例"], True)
    assert problems(answered) == {}
    assert ("remark", "has_left") in notes(answered)[2]
    assert table_of(book, sheet="电白区").together == ()
