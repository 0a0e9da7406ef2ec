"""Exports keep text text, numbers numbers, and can be imported again."""

import io
import zipfile
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from registry.excel.export import MAX_CELL_TEXT, sheet_name, write_table
from registry.excel.workbook import read
from tests.registry.excel.office import HEADER, LI, WANG, ZHANG, in_office, plan_of, taken, xlsx

FORMULAS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "=cmd|'/c calc'!A1",
    "\t=1",
    "\r=1",
    "#N/A",
    "#REF!",
    '=HYPERLINK("http://x")',
]


def sheet_of(data):
    return load_workbook(io.BytesIO(data)).worksheets[0]


def test_text_that_looks_like_a_formula_stays_text_everywhere():
    data = write_table("=名单", ["=列", "@列"], [[text, text] for text in FORMULAS])
    sheet = sheet_of(data)
    # XML reads a carriage return as a line feed.
    written = [text.replace("\r", "\n") for text in FORMULAS]
    assert [sheet.cell(row, 1).value for row in range(3, 3 + len(FORMULAS))] == written
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value is not None} == {"s"}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")
    assert [sheet.cell(row, 1).quotePrefix for row in (1, 2, 3, 11)] == [True, True, True, False]


@given(st.lists(st.text(max_size=40), min_size=1, max_size=5))
def test_any_text_comes_back_as_it_was_except_for_what_xml_cannot_carry(texts):
    sheet = sheet_of(write_table("", ["列"], [[text] for text in texts]))
    carried = ["".join(c for c in text if c >= " " or c in "\t\n\r") for text in texts]
    got = [sheet.cell(row, 1).value or "" for row in range(2, 2 + len(texts))]
    assert [text.replace("\r\n", "\n").replace("\r", "\n") for text in carried] == got


def test_numbers_stay_numbers_and_days_days_and_nothing_nothing():
    sheet = sheet_of(
        write_table("名单", ["整数", "小数", "日期", "空"], [[3, Decimal("9.5"), date(2023, 12, 20), None]])
    )
    row = [sheet.cell(3, column).value for column in range(1, 5)]
    assert (row[0], row[1], row[2].date(), row[3]) == (3, 9.5, date(2023, 12, 20), None)
    assert sheet.freeze_panes == "A3"


def test_a_value_excel_has_no_cell_for_is_refused_aloud():
    rows: list[Any] = [[Fraction(1, 3)]]
    with pytest.raises(TypeError, match="no cell for Fraction"):
        write_table("名单", ["总分"], rows)


def test_texts_longer_than_a_cell_are_cut_and_control_characters_left_out():
    sheet = sheet_of(write_table("名单", ["列"], [["长" * 40_000], ["甲\x00乙\x1f"]]))
    assert len(sheet["A3"].value) == MAX_CELL_TEXT
    assert sheet["A4"].value == "甲乙"


def test_a_title_becomes_a_name_excel_allows_on_a_tab():
    assert sheet_name("茂南区[初赛]: 得分/名次?") == "茂南区 初赛   得分 名次"
    assert sheet_name("长" * 40) == "长" * 31
    assert sheet_name("") == "Sheet1"


def test_columns_are_as_wide_as_what_they_hold():
    sheet = sheet_of(write_table("名单", ["姓名", "派出单位", "备注"], [["张三", "广东省示例厅", "长" * 99]]))
    assert [sheet.column_dimensions[letter].width for letter in "ABC"] == [8, 14, 50]


def test_an_exported_roster_is_imported_again_without_a_change():
    first = plan_of(xlsx(HEADER, ZHANG, LI, WANG))
    names = {"maonan": "茂南区", "dianbai": "电白区"}
    rows = [
        [names[row.district], row.town, row.village, row.name, row.unit, row.since, row.phone] for row in taken(first)
    ]
    data = write_table("驻村第一书记名册", ["地区", "镇街", "村", "姓名", "派出单位", "任职起", "手机"], rows)
    assert read(data, "名册.xlsx").sheets[0].name == "驻村第一书记名册"
    assert plan_of(data, in_office(first)).counts == {"add": 0, "change": 0, "same": 3, "refuse": 0}
