"""The roster template offices download: drop-downs, text columns, two examples, and a page of instructions.

Its headings and level words are Chinese in every language of the interface: they are the file's own format.
"""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.datavalidation import DataValidation

from registry.excel.export import BORDER, HEADING_FILL, HEADING_FONT, clean_text, lay_out, saved, sheet_name

# Rows prepared with drop-downs and text format below the examples.
PREPARED_ROWS = 300
SHEET, INSTRUCTIONS, CHOICES = "第一书记名册", "填写说明", "选项"
EXAMPLE = "示例"

# Heading, width in characters; the ones that must be filled in carry a mark.
COLUMNS = (
    ("序号", 8),
    ("地区", 12),
    ("镇街", 14),
    ("村（必填）", 16),
    ("姓名（必填）", 14),
    ("性别", 8),
    ("派出单位（必填）", 30),
    ("单位层级", 18),
    ("职务", 20),
    ("任职起", 14),
    ("任职止", 14),
    ("手机", 16),
    ("备注", 20),
)
_DISTRICT, _GENDER, _LEVEL = 2, 6, 8


def template(districts: Sequence[str], levels: Sequence[str]) -> bytes:
    """The empty roster as .xlsx. `districts` are the names to choose from, `levels` the names of the season's levels.

    Every cell to be filled in has text format, so that a long number is never rounded and a month never becomes a date.
    The two rows marked 示例 are skipped when the file comes back.
    """
    book = Workbook()
    sheet = book.active
    sheet.title = sheet_name(SHEET)
    _write(sheet, 1, [heading for heading, _width in COLUMNS])
    for number, example in enumerate(_examples(districts, levels), start=2):
        _write(sheet, number, example)
    _dress(sheet)
    choices = book.create_sheet(CHOICES)
    choices.sheet_state = "hidden"
    _offer(sheet, choices, _DISTRICT, districts)
    _offer(sheet, choices, _LEVEL, levels)
    _offer(sheet, choices, _GENDER, ("男", "女"))
    _instruct(book.create_sheet(INSTRUCTIONS, 1))
    return saved(book)


def _examples(districts: Sequence[str], levels: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    district, level = (districts[0] if districts else ""), levels[0]
    rest = ("2021年6月", "", "13800000000", "导入时跳过示例行")
    return (
        (EXAMPLE, district, "示例镇", "甲村", "张三", "男", "广东省示例厅", level, "一级主任科员", *rest),
        (EXAMPLE, district, "示例镇", "乙村", "李四", "女", "示例区示例局", levels[-1], "副科长", *rest),
    )


def _write(sheet: Any, number: int, texts: Sequence[str]) -> None:
    for column, text in enumerate(texts, start=1):
        if text:
            sheet.cell(number, column, clean_text(text)).data_type = "s"


def _dress(sheet: Any) -> None:
    lay_out(sheet, 1)
    for column, (_heading, width) in enumerate(COLUMNS, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = width
        sheet.column_dimensions[get_column_letter(column)].number_format = "@"
        heading = sheet.cell(1, column)
        heading.font, heading.fill, heading.border = HEADING_FONT, HEADING_FILL, BORDER
        heading.alignment = Alignment(horizontal="center", vertical="center")
        for number in range(2, PREPARED_ROWS + 2):
            made = sheet.cell(number, column)
            made.number_format = "@"
            made.border = Border() if number < 4 else BORDER
            if number < 4:
                made.font = Font(italic=True, color="888888")


def _offer(sheet: Any, choices: Any, column: int, words: Sequence[str]) -> None:
    """A drop-down for a column; its words stand on the hidden sheet, as many and as long as they like."""
    if not words:
        return
    letter = get_column_letter(column)
    for number, word in enumerate(words, start=1):
        choices[f"{letter}{number}"] = clean_text(word)
        choices[f"{letter}{number}"].data_type = "s"
    listed = DataValidation("list", f"{quote_sheetname(CHOICES)}!${letter}$1:${letter}${len(words)}", allow_blank=True)
    listed.errorTitle, listed.error, listed.showErrorMessage = "请从下拉列表选择", "只能填下拉列表里的内容。", True
    sheet.add_data_validation(listed)
    listed.add(f"{letter}2:{letter}{PREPARED_ROWS + 1}")


def _instruct(sheet: Any) -> None:
    sheet.column_dimensions["A"].width = 96
    lines = (
        _("填写说明"),
        _("1. 一行填一名驻村第一书记的一次任职。标有“必填”的列不能空着。"),
        _("2. 地区、性别、单位层级从下拉列表里选。整份名册是同一个地区时，地区可以不填，上传时选择。"),
        _("3. 姓名照身份证填写，不加空格、括号或称谓；生僻字直接输入，不要用自造字或“?”代替。"),
        _("4. 任职起止写到月，如 2021年6月；还在任的，任职止不填。"),
        _("5. 手机填 11 位数字。所有格子都已设为“文本”，请不要改格式，以免长数字被改掉。"),
        _("6. 不收集身份证号，请不要增加这一列。"),
        _("7. 可以增加、删除、调换列；上传后先看预览，核对无误再确认。标有“示例”的行会自动跳过。"),
        _("8. 再次上传同一个人时只更新有变化的内容，不会重复；空着的格子不会清除原有内容。"),
    )
    for number, line in enumerate(lines, start=1):
        made = sheet.cell(number, 1, clean_text(line))
        made.data_type = "s"
        made.alignment = Alignment(wrap_text=True, vertical="top")
        made.font = Font(bold=number == 1, size=14 if number == 1 else 11)
