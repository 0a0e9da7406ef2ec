"""Twenty-some workbooks as offices really send them, and what has to come of each."""

from datetime import date, datetime
from pathlib import Path

import pytest

from registry.excel.table import BadMapping, NoTable
from tests.registry.excel.office import (
    HEADER,
    LI,
    WANG,
    ZHANG,
    notes,
    places,
    plan_of,
    problems,
    table_of,
    taken,
    typed,
    xlsx,
)
from tests.registry.excel.pairing import PAIRED, pairing

FILES = Path(__file__).parent / "files"

ZHANG_ADDED = (2, "add", "maonan", "山阁镇", "烧酒村", "张三")
LI_ADDED = (3, "add", "maonan", "山阁镇", "福华村", "李四")
WANG_ADDED = (4, "add", "dianbai", "沙琅镇", "尚塘村", "王五")


def test_a_tidy_workbook_is_taken_whole():
    planned = plan_of(xlsx(HEADER, ZHANG, LI, WANG))
    assert places(planned) == [ZHANG_ADDED, LI_ADDED, WANG_ADDED]
    assert notes(planned) == {}
    zhang = taken(planned)[0]
    assert (zhang.unit, zhang.level, zhang.since, zhang.until) == (
        "广东省示例厅",
        "central_provincial",
        date(2021, 6, 1),
        None,
    )
    assert (zhang.phone, zhang.level_guessed) == ("13800000001", False)


def test_title_rows_above_the_header_name_the_district_and_the_headcount():
    table = table_of(
        xlsx(
            ["附件2"],
            ["茂南区驻村第一书记名册（2人）"],
            ["填报单位：茂南区乡村振兴局", None, None, "填报日期：2023年11月"],
            ["序号", "镇街", "村", "姓名", "派出单位"],
            [1, "山阁镇", "烧酒村", "张三", "广东省示例厅"],
            [2, "山阁镇", "福华村", "李四", "珠海市示例局"],
            merged=["A2:E2"],
        )
    )
    assert (table.header_rows, table.district_from_title, table.headcount_stated) == ((4, 4), "茂南区", 2)
    assert [row.number for row in table.rows] == [5, 6]


def test_a_header_of_two_levels_reads_its_lower_names_with_the_upper_ones():
    data = xlsx(
        ["序号", "派驻地点", None, None, "第一书记", None, None, "选派单位", None],
        [None, "县区", "镇街", "村", "姓名", "职务", "联系电话", "名称", "层级"],
        [1, "茂南区", "山阁镇", "烧酒村", "张三", "科长", "13800000001", "广东省示例厅", "省直"],
        merged=["A1:A2", "B1:D1", "E1:G1", "H1:I1"],
    )
    table = table_of(data)
    assert table.header_rows == (1, 2)
    assert [column.field for column in table.columns] == [
        *("serial", "district", "town", "village", "name", "post", "phone", "unit", "level")
    ]
    assert [column.heading for column in table.columns][7] == "选派单位 / 名称"
    assert places(plan_of(data)) == [(3, "add", "maonan", "山阁镇", "烧酒村", "张三")]


def test_a_two_level_header_is_seen_also_after_its_merges_were_undone():
    table = table_of(
        xlsx(
            ["序号", "派驻地点", None, None, "第一书记", None, "选派单位", None],
            [None, "县区", "镇街", "村", "姓名", "联系电话", "名称", "层级"],
            [1, "茂南区", "山阁镇", "烧酒村", "张三", "13800000001", "广东省示例厅", "省直"],
        )
    )
    assert table.header_rows == (1, 2)
    assert table.missing == ()
    assert table.headings["unit"] == "选派单位 / 名称"


def test_the_unit_s_contact_is_not_taken_for_the_secretary():
    table = table_of(
        xlsx(
            ["村", "帮扶单位", None, None, "第一书记", None],
            [None, "名称", "联系人", "联系电话", "姓名", "联系电话"],
            ["烧酒村", "广东省示例厅", "钱七", "06682888888", "张三", "13800000001"],
            merged=["A1:A2", "B1:D1", "E1:F1"],
        )
    )
    assert {column.index: column.field for column in table.columns} == {
        0: "village",
        1: "unit",
        2: None,
        3: None,
        4: "name",
        5: "phone",
    }


def test_vertically_merged_towns_and_units_count_for_every_row_they_cover():
    planned = plan_of(
        xlsx(
            ["地区", "镇街", "村", "姓名", "派出单位"],
            ["茂南区", "山阁镇", "烧酒村", "张三", "广东省示例厅"],
            [None, None, "福华村", "李四", None],
            [None, "金塘镇", "白土村", "赵六", "茂名市示例局"],
            merged=["A2:A4", "B2:B3", "E2:E3"],
        )
    )
    assert places(planned) == [
        (2, "add", "maonan", "山阁镇", "烧酒村", "张三"),
        (3, "add", "maonan", "山阁镇", "福华村", "李四"),
        (4, "add", "maonan", "金塘镇", "白土村", "赵六"),
    ]
    assert [row.unit for row in taken(planned)] == ["广东省示例厅", "广东省示例厅", "茂名市示例局"]


def test_district_and_town_written_once_count_downwards_but_a_unit_left_empty_is_missing():
    planned = plan_of(
        xlsx(
            ["地区", "镇街", "村", "姓名", "派出单位"],
            ["茂南区", "山阁镇", "烧酒村", "张三", "广东省示例厅"],
            [None, None, "福华村", "李四", None],
            ["电白区", None, "尚塘村", "王五", "茂名市示例局"],
        )
    )
    assert places(planned) == [
        (2, "add", "maonan", "山阁镇", "烧酒村", "张三"),
        (3, "refuse", "missing", "", "", ""),
        (4, "add", "dianbai", "", "尚塘村", "王五"),
    ]
    assert notes(planned)[3] == [("district", "filled"), ("town", "filled")]
    assert notes(planned)[4] == [("level", "level_guessed"), ("town", "no_town")]


def test_names_with_blanks_inside_are_closed_up_and_nothing_else_about_them_changes():
    spaced = ["张 三", "李　四", "\u00a0王五\u200b ", "阿依古丽·买买提", "John  Smith"]
    rows = [["烧酒村", name, f"茂名市示例局{number}"] for number, name in enumerate(spaced)]
    planned = plan_of(xlsx(["村", "姓名", "单位"], *rows), district="maonan")
    assert [row.name for row in taken(planned)] == ["张三", "李四", "王五", "阿依古丽·买买提", "John Smith"]


def test_rare_name_characters_are_kept_byte_for_byte():
    rare = ["张䶮", "李㛃", "王𬱖", "赵\U00031350", "钱\u9f8d\ufe00"]
    rows = [["烧酒村", name, f"茂名市示例局{number}"] for number, name in enumerate(rare)]
    planned = plan_of(xlsx(["村", "姓名", "单位"], *rows), district="maonan")
    assert [row.name.encode() for row in taken(planned)] == [name.encode() for name in rare]


def test_full_width_digits_and_numbers_stored_either_way_become_one_phone_number():
    phones = ["１３８００００００００", 13800000001, "13800000002", "+86 138-0000-0003", 13800000004.0, "0668－2888888"]
    rows = [
        [f"村{number}", "张三" + "甲乙丙丁戊己"[number], "茂名市示例局", phone] for number, phone in enumerate(phones)
    ]
    planned = plan_of(xlsx(["村", "姓名", "单位", "手机号"], *rows), district="maonan")
    assert [row.phone for row in taken(planned)] == [
        *("13800000000", "13800000001", "13800000002", "13800000003", "13800000004", "0668-2888888")
    ]


def test_months_in_every_way_of_writing_them_are_the_same_month():
    written = [
        *("2021年6月", "2021-06", "2021.6", "202106", 202106, "２０２１年０６月", "2021/6/15", "二〇二一年六月", 44348),
        *(
            date(2021, 6, 15),
            datetime(2021, 6, 15, 8, 30),
            "2021年6月起",
            2021.6,
            "2021-06-15 00:00:00",
            "2021 年 6 月",
        ),
    ]
    rows = [[f"村{number}", "张三", f"茂名市示例局{number}", month] for number, month in enumerate(written)]
    planned = plan_of(xlsx(["村", "姓名", "单位", "任职时间"], *rows), district="maonan")
    assert [row.since for row in taken(planned)] == [date(2021, 6, 1)] * len(written)


def test_from_and_to_in_one_cell_are_taken_apart():
    written = ["2021.6-2023.12", "2021年6月至今", "2021-06—2023-12", "202106～202312"]
    rows = [[f"村{number}", "张三", f"茂名市示例局{number}", period] for number, period in enumerate(written)]
    planned = plan_of(xlsx(["村", "姓名", "单位", "任职起止时间"], *rows), district="maonan")
    assert [(row.since, row.until) for row in taken(planned)] == [
        (date(2021, 6, 1), date(2023, 12, 1)),
        (date(2021, 6, 1), None),
        (date(2021, 6, 1), date(2023, 12, 1)),
        (date(2021, 6, 1), date(2023, 12, 1)),
    ]


def test_totals_remarks_and_empty_rows_are_left_out_and_said():
    planned_from = xlsx(
        HEADER,
        ZHANG,
        [],
        LI,
        ["小计", None, None, None, 2],
        WANG,
        ["合 计", None, None, None, "3人"],
        ["备注：1.本表一式两份；2.加盖公章。"],
        ["填表人：钱七", None, None, None, "联系电话：0668-2888888"],
        ["\u3000"],
        [None, " "],
    )
    table = table_of(planned_from)
    assert [row.number for row in table.rows] == [2, 4, 6]
    assert table.skipped == ((3, "空行"), (5, "小计行"), (7, "合计行"), (8, "备注或落款"), (9, "备注或落款"))
    assert table.headcount_stated == 3


def test_a_total_that_differs_from_the_rows_is_said():
    planned = plan_of(xlsx(HEADER, ZHANG, LI, ["合计", None, None, None, 3]))
    assert planned.notes == ("文件里写明 3 人，实际读到 2 行。请核对是否有漏行或多行。",)


def test_columns_in_any_order_under_other_names_are_recognised():
    table = table_of(
        xlsx(
            [
                "联系方式",
                "现任职务职级",
                "驻村第一书记姓名",
                "选派第一书记单位",
                "所驻行政村",
                "乡镇（街道）",
                "县（市、区）",
                "到任时间",
            ],
            ["13800000001", "科长", "张三", "广东省示例厅", "烧酒村", "山阁镇", "茂南", "2021年6月"],
        )
    )
    assert [column.field for column in table.columns] == [
        *("phone", "post", "name", "unit", "village", "town", "district", "since")
    ]


def test_unknown_headings_are_offered_for_mapping_by_hand():
    data = xlsx(["花名", "落脚处", "娘家", "政治面貌"], ["张三", "烧酒村", "广东省示例厅", "党员"])
    table = table_of(data)
    assert [(column.letter, column.heading, column.field) for column in table.columns] == [
        *(("A", "花名", None), ("B", "落脚处", None), ("C", "娘家", None), ("D", "政治面貌", None))
    ]
    assert table.missing == ("name", "village", "unit")
    planned = plan_of(data, district="maonan", mapping={0: "name", 1: "village", 2: "unit"})
    assert places(planned) == [(2, "add", "maonan", "", "烧酒村", "张三")]
    assert planned.notes == ("这些列没有导入：政治面貌。",)


def test_a_mapping_by_hand_overrules_what_was_recognised():
    data = xlsx(["村", "姓名", "单位", "实际派出单位"], ["烧酒村", "张三", "茂南区示例队", "广东省示例厅"])
    planned = plan_of(data, district="maonan", mapping={3: "unit"})
    assert taken(planned)[0].unit == "广东省示例厅"
    with pytest.raises(BadMapping, match="两列对应了同一个项目"):
        table_of(data, mapping={2: "unit", 3: "unit"})
    with pytest.raises(BadMapping, match="系统没有的项目"):
        table_of(data, mapping={2: "password"})


def test_header_rows_said_by_hand_are_believed():
    data = xlsx(["甲", "乙", "丙"], ["村", "姓名", "单位"], ["烧酒村", "张三", "广东省示例厅"])
    assert table_of(data, header_rows=(1, 1)).header_rows == (1, 1)
    assert table_of(data, header_rows=(2, 2)).missing == ()
    with pytest.raises(NoTable):
        table_of(data, header_rows=(9, 9))


def test_the_district_may_stand_in_a_group_heading_or_on_the_tab():
    planned = plan_of(
        xlsx(
            ["村", "姓名", "单位"],
            ["一、茂南区（1人）"],
            ["烧酒村", "张三", "广东省示例厅"],
            ["二、电白区（1人）"],
            ["（一）沙琅镇"],
            ["尚塘村", "王五", "茂名市示例局"],
            merged=["A2:C2", "A4:C4", "A5:C5"],
        )
    )
    assert places(planned) == [
        (3, "add", "maonan", "", "烧酒村", "张三"),
        (6, "add", "dianbai", "沙琅镇", "尚塘村", "王五"),
    ]
    tabs = xlsx([None], more={"信宜": [["村", "姓名", "单位"], ["大成村", "赵六", "信宜市示例局"]]})
    assert table_of(tabs).district_from_title == "信宜市"


def test_short_names_of_districts_are_understood_and_unknown_ones_refused_with_the_nearest():
    names = ["茂南", "茂名市茂南区", "信宜", "滨海", "茂名滨海新区", "高新技术产业开发区", "茂港区", "高洲市"]
    rows = [[name, f"村{number}", "张三", f"茂名市示例局{number}"] for number, name in enumerate(names)]
    planned = plan_of(xlsx(["地区", "村", "姓名", "单位"], *rows))
    assert [row.values.district if row.values else row.problems[0].sentence for row in planned.rows] == [
        *("maonan", "maonan", "xinyi", "binhai", "binhai", "gaoxin"),
        "没有“茂港区”这个地区。是不是“茂南区”？",
        "没有“高洲市”这个地区。是不是“高州市”？",
    ]


def test_a_file_of_another_district_than_the_one_chosen_is_refused_row_by_row():
    titled = xlsx(["电白区第一书记名册"], ["村", "姓名", "单位"], ["尚塘村", "王五", "茂名市示例局"])
    assert problems(plan_of(titled, district="maonan")) == {3: [("district", "other_district")]}
    assert plan_of(titled, district="maonan").rows[0].problems[0].sentence == (
        "这一行属于电白区，而上传时选择的是茂南区。"
    )
    assert problems(plan_of(xlsx(["村", "姓名", "单位"], ["尚塘村", "王五", "茂名市示例局"]))) == {
        2: [("district", "no_district")]
    }


def test_long_numbers_that_excel_has_damaged_are_refused_with_what_to_do():
    data = xlsx(
        ["村", "姓名", "单位", "公民身份号码", "联系电话"],
        ["烧酒村", "张三", "广东省示例厅", 440902198001011234, "13800000001"],
        ["福华村", "李四", "广东省示例厅", "4.40902E+17", "13800000002"],
        ["白土村", "赵六", "广东省示例厅", "440902198001011000", "1.38E+10"],
        ["那霍村", "钱七", "广东省示例厅", "11010519491231002X", "13800000004"],
        ["黄岭村", "孙八", "广东省示例厅", "110105194912310021", "13800000005"],
    )
    planned = plan_of(data, district="maonan")
    assert problems(planned) == {
        2: [("id_number", "damaged_number")],
        3: [("id_number", "damaged_number")],
        4: [("phone", "damaged_number"), ("id_number", "damaged_number")],
    }
    assert planned.rows[0].problems[0].sentence == (
        "“公民身份号码”里的长数字已被 Excel 改掉了末尾几位，无法恢复。请把这一列的单元格格式设为“文本”后重新录入；"
        "不需要导入这一列时，可在预览页把它设为“不导入”。"
    )
    assert ("id_number", "odd_id_number") in notes(planned)[6]
    assert problems(plan_of(data, district="maonan", mapping={3: ""})) == {4: [("phone", "damaged_number")]}


def test_the_same_person_in_two_rows_is_refused_twice_with_both_row_numbers():
    planned = plan_of(
        xlsx(
            ["村", "姓名", "单位"],
            ["烧酒村", "张三", "广东省示例厅"],
            ["福华村", "李四", "珠海市示例局"],
            ["烧酒村委会", "张 三", "茂名市示例局"],
            ["白土村", "李四", "珠海市示例局"],
        ),
        district="maonan",
    )
    assert [(row.number, row.action, [p.sentence for p in row.problems]) for row in planned.rows] == [
        (2, "refuse", ["第 2、4 行是同一个人（同村同名）。只保留一行。"]),
        (3, "refuse", ["第 3、5 行是同一个人（同名同单位）。只保留一行。"]),
        (4, "refuse", ["第 2、4 行是同一个人（同村同名）。只保留一行。"]),
        (5, "refuse", ["第 3、5 行是同一个人（同名同单位）。只保留一行。"]),
    ]


def test_a_repeated_header_and_a_row_of_column_numbers_are_left_out():
    table = table_of(xlsx(HEADER, range(1, 10), ZHANG, HEADER, LI))
    assert table.skipped == ((2, "栏次行"), (4, "重复的表头"))
    assert [row.number for row in table.rows] == [3, 5]


def test_numbered_but_empty_lines_of_a_form_are_left_out():
    table = table_of(xlsx(HEADER, ZHANG, [2, "电白区"], [3], [4]))
    assert [row.number for row in table.rows] == [2]
    assert table.skipped == ((3, "分组标题"), (4, "没有姓名、村和单位"), (5, "没有姓名、村和单位"))


def test_town_and_village_in_one_cell_are_taken_apart():
    places_written = ["山阁镇烧酒村", "茂南区金塘镇白土村", "信宜市东镇街道大坡社区", "尚塘村"]
    rows = [[place, "张三", f"茂名市示例局{number}"] for number, place in enumerate(places_written)]
    planned = plan_of(xlsx(["派驻镇村", "姓名", "单位"], *rows), district="maonan")
    assert [(row.town, row.village) for row in taken(planned)] == [
        *(("山阁镇", "烧酒村"), ("金塘镇", "白土村"), ("东镇街道", "大坡社区"), ("", "尚塘村"))
    ]


def test_the_sheet_with_the_roster_is_found_among_others_and_the_others_are_named():
    data = xlsx(
        ["填写说明"],
        ["请如实填写"],
        more={
            "茂南": [["村", "姓名", "单位"], ["烧酒村", "张三", "广东省示例厅"]],
            "电白": [["镇街", "村", "姓名", "单位"], ["沙琅镇", "尚塘村", "王五", "茂名市示例局"]],
        },
    )
    table = table_of(data)
    assert (table.sheet, table.other_sheets, table.district_from_title) == ("电白", (), "电白区")
    assert [(other.sheet, other.district_from_title) for other in table.together] == [("茂南", "茂南区")]
    assert places(plan_of(data)) == [
        (2, "add", "dianbai", "沙琅镇", "尚塘村", "王五"),
        (2, "add", "maonan", "", "烧酒村", "张三"),
    ]
    assert table_of(data, sheet="茂南").other_sheets == ()
    assert table_of(data, sheet="茂南").district_from_title == "茂南区"
    with pytest.raises(NoTable, match="没有名为“信宜”的工作表"):
        table_of(data, sheet="信宜")


def test_a_level_is_read_from_its_column_and_otherwise_guessed_and_shown_as_a_guess():
    rows: list[list[str | None]] = [
        ["甲村", "张三", "茂名市甲局", "县（市、区）直"],
        ["乙村", "李四", "中国示例集团茂名分公司", None],
        ["丙村", "王五", "珠海乙公司", None],
        ["丁村", "赵六", "中共茂名市委示例部", None],
        ["戊村", "钱七", "茂名市茂南区示例局", None],
        ["己村", "孙八", "示例大学", "中直驻粤、省直单位"],
        ["庚村", "周九", "示例大学", "民营"],
    ]
    planned = plan_of(xlsx(["村", "姓名", "单位", "单位类别"], *rows), district="maonan")
    assert [(row.values.level, row.values.level_guessed) if row.values else None for row in planned.rows] == [
        ("county", False),
        ("central_provincial", True),
        ("zhuhai", True),
        ("maoming", True),
        ("county", True),
        ("central_provincial", False),
        None,
    ]
    assert problems(planned) == {8: [("level", "unknown_level")]}


def test_names_that_cannot_be_names_are_refused_each_with_its_reason():
    written = ["张三、李四", "王五（女）", "赵?", "钱\ue123", "13800000000", None, "孙八"]
    rows = [[f"村{number}", name, f"茂名市示例局{number}"] for number, name in enumerate(written)]
    planned = plan_of(xlsx(["村", "姓名", "单位"], *rows), district="maonan")
    assert problems(planned) == {
        2: [("name", "several_names")],
        3: [("name", "not_a_name")],
        4: [("name", "lost_character")],
        5: [("name", "private_character")],
        6: [("name", "not_a_name")],
        7: [("name", "missing")],
    }


def test_the_pairing_table_of_a_county_is_read_with_its_two_levels_and_its_repeated_header():
    table = table_of(pairing())
    assert table.header_rows == (4, 5)
    assert table.skipped == ((10, "重复的表头"), (11, "重复的表头"), (14, "合计行"), (15, "备注或落款"))
    planned = plan_of(pairing(), district="maonan")
    assert [(row.town, row.village, row.name, row.unit) for row in taken(planned)] == PAIRED
    assert [row.number for row in planned.rows] == [6, 7, 8, 9, 12, 13]
    assert planned.notes == (
        "这些列没有导入：镇类型、组团单位 / 牵头单位、组团单位 / 选派驻镇队员单位、科技特派员等。",
    )


def test_a_legacy_xls_file_is_read_like_the_xlsx_it_was_made_from():
    as_xls = plan_of_file("pairing.xls")
    as_xlsx = plan_of(pairing(), district="maonan")
    assert as_xls == as_xlsx
    assert len(as_xls.rows) == len(PAIRED)


def plan_of_file(name: str):
    return plan_of((FILES / name).read_bytes(), district="maonan", filename=name)


def test_a_workbook_without_any_table_says_what_a_roster_looks_like():
    with pytest.raises(NoTable, match="没有找到表头"):
        table_of(xlsx(["你好"]))


PERSON = ["姓名", "单位", "村"]
ABREAST = [
    [
        ["序号", *PERSON, "序号", *PERSON],
        [1, "陈示例", "广东省水利厅", "烧酒村", 3, "李示例", "茂名市农业农村局", "彭村"],
    ],
    [[*PERSON, "", *PERSON], ["陈示例", "广东省水利厅", "烧酒村", "", "李示例", "茂名市农业农村局", "彭村"]],
    [["村", "姓名", "单位", "村", "姓名", "单位", "村", "姓名", "单位"], ["烧酒村", "陈示例", "广东省水利厅"]],
    [["第一书记", "单位", "镇村", "第一书记姓名", "选派单位", "所在镇村"], ["陈示例", "广东省水利厅", "烧酒村"]],
    [[*PERSON, "", "", ""], ["陈示例", "广东省水利厅", "烧酒村", "", "", ""], ["", "", "", *PERSON]],
]


@pytest.mark.parametrize("rows", ABREAST)
def test_lists_side_by_side_are_refused_and_never_half_read(rows):
    with pytest.raises(NoTable, match="右边"):
        table_of(typed(*rows))


@pytest.mark.parametrize(
    "again",
    [["姓名", "村", "单位"], ["单位", "姓名", "所驻村"], ["村", "单位", "第一书记姓名"], ["选派单位", "村", "姓名"]],
)
def test_a_second_header_in_another_order_is_refused_and_in_the_same_order_left_out(again):
    people = ["陈示例", "广东省水利厅", "烧酒村"], ["李示例", "茂名市农业农村局", "彭村"]
    with pytest.raises(NoTable, match="第 3 行又是一个表头"):
        table_of(typed(PERSON, people[0], again, people[1]))
    table = table_of(typed(PERSON, people[0], ["第一书记姓名", "选派单位", "所驻村"], people[1]))
    assert ([row.number for row in table.rows], table.skipped) == ([2, 4], ((3, "重复的表头"),))


@pytest.mark.parametrize(
    ("head", "merged"),
    [
        ([["镇", "村", "现任第一书记", "现任单位", "原第一书记", "原单位"]], ()),
        ([["镇", "村", "姓名", "单位", "前任第一书记姓名", "前任单位"]], ()),
        ([["镇", "村", "接任第一书记", "接任单位", "离任第一书记", "离任单位"]], ()),
        (
            [["镇", "村", "现任", "", "原任", ""], ["", "", "姓名", "单位", "姓名", "单位"]],
            ((0, 2, 0, 3), (0, 4, 0, 5)),
        ),
    ],
)
def test_whoever_was_there_before_is_not_read_and_that_is_said(head, merged):
    data = typed(*head, ["山阁镇", "烧酒村", "陈示例", "广东省水利厅", "旧示例", "广东省林业局"], merged=merged)
    planned = plan_of(data, district="maonan")
    assert [(row.name, row.unit) for row in taken(planned)] == [("陈示例", "广东省水利厅")]
    former = [column.heading for column in table_of(data).columns[4:]]
    assert planned.notes == (f"这些列没有导入：{former[0]}、{former[1]}。",)


def test_the_unit_somebody_came_from_is_the_unit_where_no_term_is_told_apart():
    data = typed(["村", "姓名", "原单位", "现任职务"], ["烧酒村", "陈示例", "广东省水利厅", "科长"])
    assert [(row.unit, row.post) for row in taken(plan_of(data, district="maonan"))] == [("广东省水利厅", "科长")]
