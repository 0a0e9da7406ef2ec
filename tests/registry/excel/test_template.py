"""The template an office downloads comes back readable, and keeps long numbers from being damaged."""

import io

from openpyxl import load_workbook

from registry.excel.template import PREPARED_ROWS, template
from tests.registry.excel.office import DISTRICTS, LEVELS, notes, places, plan_of, problems, table_of, taken

NAMES = [level.name for level in LEVELS]


def filled_in(*rows):
    """The template with people typed below its examples."""
    book = load_workbook(io.BytesIO(template(tuple(DISTRICTS), NAMES)))
    for number, row in enumerate(rows, start=4):
        for column, value in enumerate(row, start=1):
            book.worksheets[0].cell(number, column).value = value
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def test_the_template_is_recognised_whole_and_its_examples_are_left_out():
    table = table_of(template(tuple(DISTRICTS), NAMES))
    assert [column.field for column in table.columns] == [
        *("serial", "district", "town", "village", "name", "gender", "unit", "level", "post", "since", "until"),
        *("phone", "remark"),
    ]
    assert (table.rows, table.skipped) == ((), ((2, "示例行"), (3, "示例行")))


def test_a_filled_in_template_is_imported_without_a_word():
    person = ("1", "茂南区", "山阁镇", "烧酒村", "张三", "男", "广东省示例厅", "中央和省直单位", "科长", "2021年6月")
    planned = plan_of(filled_in((*person, None, "13800000001", "党员")))
    assert places(planned) == [(4, "add", "maonan", "山阁镇", "烧酒村", "张三")]
    assert (problems(planned), notes(planned)) == ({}, {})
    row = taken(planned)[0]
    assert (row.level, row.gender, row.post, row.phone, row.remark) == (
        *("central_provincial", "男", "科长", "13800000001", "党员"),
    )


def test_districts_and_levels_are_chosen_from_lists_on_a_hidden_sheet():
    book = load_workbook(io.BytesIO(template(tuple(DISTRICTS), NAMES)))
    sheet, instructions, choices = book.worksheets
    assert [(one.title, one.sheet_state) for one in book.worksheets] == [
        *(("第一书记名册", "visible"), ("填写说明", "visible"), ("选项", "hidden"))
    ]
    lists = {str(one.sqref): one.formula1 for one in sheet.data_validations.dataValidation}
    last = PREPARED_ROWS + 1
    assert lists == {
        f"B2:B{last}": "'选项'!$B$1:$B$7",
        f"H2:H{last}": "'选项'!$H$1:$H$4",
        f"F2:F{last}": "'选项'!$F$1:$F$2",
    }
    assert [cell.value for cell in choices["B"]] == list(DISTRICTS)
    assert [cell.value for cell in choices["H"] if cell.value] == NAMES
    assert instructions["A1"].value == "填写说明"


def test_every_cell_to_fill_in_has_text_format_below_a_frozen_header():
    sheet = load_workbook(io.BytesIO(template(tuple(DISTRICTS), NAMES))).worksheets[0]
    assert sheet.freeze_panes == "A2"
    formats = {sheet.cell(row, column).number_format for row in range(2, PREPARED_ROWS + 2) for column in range(1, 14)}
    assert formats == {"@"}


def test_a_district_whose_name_looks_like_a_formula_stays_a_name():
    book = load_workbook(io.BytesIO(template(["=1+1"], NAMES)))
    assert {cell.data_type for sheet in book.worksheets for row in sheet.iter_rows() for cell in row} == {"s", "n"}
