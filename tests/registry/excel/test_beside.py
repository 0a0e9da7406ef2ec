"""What a file shows besides its values: hidden, struck through, not calculated, failed; other epochs, odd packages."""

import io
import zipfile
from datetime import date, datetime
from pathlib import Path

import pytest
from openpyxl import Workbook as Book
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Font
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from registry.excel.answers import Answers
from registry.excel.workbook import read
from tests.registry.excel.office import notes, plan_of, problems, questions, taken, xlsx

FILES = Path(__file__).parent / "files"
HEAD = ["镇街", "村", "姓名", "选派单位", "单位层级", "任职起", "备注"]
CHEN = ["山阁镇", "烧酒村", "陈示例", "广东省水利厅", "中央和省直单位", "2021年6月", None]
LIANG = ["山阁镇", "山阁村", "梁示例", "珠海市示例局", "珠海市单位", "2021年7月", None]
LI = ["镇盛镇", "彭村", "李示例", "茂名市示例局", "茂名市单位", "2022年3月", None]


def book(*rows) -> Book:
    made = Book()
    for row in rows or (HEAD, CHEN, LIANG, LI):
        made.active.append(row)
    return made


def saved(made: Book) -> bytes:
    buffer = io.BytesIO()
    made.save(buffer)
    return buffer.getvalue()


def rewritten(data: bytes, name=lambda name: name, content=lambda name, content: content) -> bytes:
    """The package with other names or contents of its parts."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in source.namelist():
            archive.writestr(name(part), content(part, source.read(part)))
    return buffer.getvalue()


def test_a_hidden_row_is_asked_about_however_it_was_hidden():
    made = book()
    made.active.row_dimensions[2].hidden = True
    data = rewritten(saved(made), content=lambda _name, part: part.replace(b'<row r="3"', b'<row r="3" ht="0"'))
    asked = plan_of(data, district="maonan")
    assert questions(asked) == {2: [("", "hidden_row")], 3: [("", "hidden_row")]}
    assert not asked.is_ready
    answered = plan_of(data, district="maonan", answers=Answers(frozenset({"2"}), frozenset({"3"})))
    assert (answered.is_ready, [row.name for row in taken(answered)]) == (True, ["陈示例", "李示例"])
    assert notes(answered)[2] == [("", "hidden_row")]


def test_a_hidden_column_is_said_and_gives_way_to_one_that_is_shown():
    made = book([*HEAD, "姓名"], [*CHEN[:2], "旧示例", *CHEN[3:], "陈示例"])
    made.active.column_dimensions["C"].hidden = True
    made.active.column_dimensions["D"].hidden = True
    planned = plan_of(saved(made), district="maonan")
    assert [(row.name, row.unit) for row in taken(planned)] == [("陈示例", "广东省水利厅")]
    assert planned.notes == (
        "这些列在文件里是隐藏的，也读取了：选派单位。不需要的请在“列的对应”里设为不导入。",
        "这些列没有导入：姓名。",
    )


def test_whoever_is_struck_through_is_asked_about_in_whole_or_in_part():
    made = book()
    for cell in made.active[2]:
        cell.font = Font(strike=True)
    made.active["C3"].font = Font(strike=True, color="FFFF0000")
    made.active["D4"] = CellRichText(TextBlock(InlineFont(strike=True), "茂名市"), "示例局")
    planned = plan_of(saved(made), district="maonan")
    assert questions(planned) == {2: [("name", "struck")], 3: [("name", "struck")], 4: [("unit", "struck")]}


@pytest.mark.parametrize(
    "remark", ["已离任", "2023年5月调离", "已退休", "已轮换", "病故", "不再担任第一书记", "期满返回原单位", "不参加"]
)
def test_a_remark_that_somebody_has_left_is_asked_about(remark: str):
    data = xlsx(HEAD, [*CHEN[:6], remark], LIANG)
    assert questions(plan_of(data, district="maonan")) == {2: [("remark", "has_left")]}


def test_a_remark_of_something_else_is_not_and_a_column_nobody_reads_is_looked_at():
    assert questions(plan_of(xlsx(HEAD, [*CHEN[:6], "2023年6月轮换"]), district="maonan")) == {}
    assert questions(plan_of(xlsx([*HEAD, "状态"], [*CHEN, "离任"], [*LI, "在任"]), district="maonan")) == {
        2: [("remark", "has_left")]
    }
    former = xlsx([*HEAD, "原第一书记去向"], [*CHEN, "已退休"])
    assert questions(plan_of(former, district="maonan")) == {}


def test_days_are_counted_from_1904_where_the_workbook_does_with_a_format_or_without():
    written = [42886.0, datetime(2021, 7, 1), 43159, "2021年10月", "2023-01"]
    made = Book()
    made.epoch = CALENDAR_MAC_1904
    made.active.append(HEAD)
    for number, cell in enumerate(written):
        name, unit = "张李王赵钱"[number] + "示例", f"茂名市{number}局"
        made.active.append(["山阁镇", f"示例{number}村", name, unit, "茂名市单位", cell])
    planned = plan_of(saved(made), district="maonan")
    months = [(2021, 6), (2021, 7), (2022, 3), (2021, 10), (2023, 1)]
    assert [row.since for row in taken(planned)] == [date(*month, 1) for month in months]


def test_a_formula_without_a_stored_value_is_called_one_and_no_town_slips_down():
    rows = [HEAD, CHEN, ["=A2", '=IF(1,"山阁村","")', "梁示例", '=IF(1,"珠海市示例局","")', "珠海市单位", None, None]]
    planned = plan_of(saved(book(*rows)), district="maonan")
    assert problems(planned) == {3: [(field, "no_stored_value") for field in ("town", "village", "unit")]}
    assert planned.rows[1].problems[2].sentence == (
        "“选派单位”一格是公式，文件里没有存下结果。请在 Excel 或 WPS 里打开，保存后再上传。"
    )
    aside = saved(book([*HEAD, "序号"], [*CHEN, "=ROW()"]))
    assert problems(plan_of(aside, district="maonan")) == {}


@pytest.mark.parametrize("error", ["#SPILL!", "#CALC!", "#FIELD!", "#GETTING_DATA", "#BLOCKED!", ""])
def test_an_error_nobody_reads_stops_nobody_and_one_in_a_name_is_refused(error: str):
    made = book([*HEAD, "核对"], [*CHEN, "#REF!"], ["山阁镇", "山阁村", "#REF!", *LIANG[3:], None])
    for place in ("H2", "C3"):
        made.active[place].data_type = "e"

    def newer(part, content):
        return content.replace(b"#REF!", error.encode()) if "sheet1" in part else content

    planned = plan_of(rewritten(saved(made), content=newer), district="maonan")
    assert problems(planned) == {3: [("name", "formula_failed")]}
    assert [row.values.name for row in planned.rows if row.values] == ["陈示例"]


@pytest.mark.parametrize(
    "name",
    [
        lambda part: part.replace("/", "\\"),
        lambda part: part.replace("xl/", "XL/"),
        lambda part: part.replace("workbook.xml", "Workbook.xml"),
    ],
)
def test_a_package_with_odd_names_of_its_parts_is_read_and_looked_through(name):
    made = book()
    made.active.row_dimensions[3].hidden = True
    sheet = read(rewritten(saved(made), name), "名册.xlsx").sheets[0]
    assert (len(sheet.rows), sheet.hidden_rows, sheet.unchecked) == (4, frozenset({2}), False)


@pytest.mark.parametrize("codepage", [1252, 936, 10008, 1200])
def test_the_text_of_an_xls_is_utf_16_whatever_its_code_page_says(codepage: int):
    data = (FILES / "pairing.xls").read_bytes()
    at = data.index(b"\x42\x00\x02\x00") + 4
    odd = data[:at] + codepage.to_bytes(2, "little") + data[at + 2 :]
    assert read(odd, "名册.xls").sheets[0].rows == read(data, "名册.xls").sheets[0].rows
