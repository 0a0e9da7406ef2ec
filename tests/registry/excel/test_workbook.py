"""Everything that arrives under the name of a workbook and is none, or is one that would take the portal down."""

import io
import struct
import subprocess
import sys
import zipfile
import zlib
from datetime import date, datetime
from pathlib import Path

import pytest
from openpyxl import Workbook as Book

from registry.excel import workbook
from registry.excel.apart import child
from registry.excel.workbook import SheetGrid, Unreadable, read
from tests.registry.excel.office import xlsx

FILES = Path(__file__).parent / "files"
RELATIONS = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"
SHEET = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
# The first sector of a container whose directory follows at once.
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(512, b"\x00")
HTML = '<html><meta charset="gb2312"><table><tr><td>姓名</td></tr></table></html>'


def refusal(data: bytes, filename: str = "名册.xlsx") -> str:
    with pytest.raises(Unreadable) as caught:
        read(data, filename)
    return caught.value.code


def saved(book: Book) -> bytes:
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def rebuilt(**entries: bytes) -> bytes:
    """A genuine one-sheet workbook in which the sheet, or the shared strings, are these."""
    source = zipfile.ZipFile(io.BytesIO(xlsx(["姓名"])))
    content = {name: source.read(name) for name in source.namelist()}
    content["xl/worksheets/sheet1.xml"] = entries["sheet"]
    if "strings" in entries:
        content["xl/sharedStrings.xml"] = entries["strings"]
        relation = (
            b'<Relationship Id="s" Type="%s/sharedStrings" Target="sharedStrings.xml"/></Relationships>' % RELATIONS
        )
        links = content["xl/_rels/workbook.xml.rels"]
        content["xl/_rels/workbook.xml.rels"] = links.replace(b"</Relationships>", relation)
    return zipped(content)


def zipped(entries: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def test_cells_come_as_text_numbers_and_days_and_rows_keep_excel_s_numbers():
    book = Book()
    sheet = book.active
    sheet["B3"], sheet["C3"], sheet["D3"] = "张䶮", 13800000000, datetime(2021, 6, 1, 8, 30)
    sheet["B4"], sheet["C4"], sheet["D4"] = " \u3000\u200b", True, date(2021, 6, 1)
    sheet.merge_cells("B3:B4")
    assert read(saved(book), "名册.XLSX").sheets == (
        SheetGrid(
            "Sheet",
            (
                *(("", "", "", ""), ("", "", "", "")),
                ("", "张䶮", 13800000000.0, date(2021, 6, 1)),
                ("", "", True, date(2021, 6, 1)),
            ),
            ((2, 1, 3, 1),),
        ),
    )


def test_the_content_decides_and_not_which_of_the_two_names_it_has():
    assert read(xlsx(["姓名"]), "名册.xls").sheets[0].rows == (("姓名",),)
    assert read((FILES / "pairing.xls").read_bytes(), "名册.xlsx").sheets[0].rows[1][0] == "驻镇帮镇扶村组团结对情况表"


@pytest.mark.parametrize("filename", ["名册.xlsm", "名册.et", "名册", "名册.docx", "名册.XLSX"])
def test_a_workbook_is_read_whatever_it_is_called(filename: str):
    assert read(xlsx(["姓名"]), filename).sheets[0].rows == (("姓名",),)


TYPED = [["姓名", "村", "备注"], ["张三", "烧酒村", "一，二"], ["王䶮", "福华村", "换\n行"]]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", [",", "\t", ";"])
def test_a_table_in_text_is_read_like_a_sheet(encoding: str, separator: str):
    rows = TYPED if encoding != "gbk" else [*TYPED[:2], ["王龙", *TYPED[2][1:]]]
    text = "\r\n".join(separator.join(f'"{cell}"' if "\n" in cell else cell for cell in row) for row in rows)
    assert read(text.encode(encoding), "名册.csv").sheets[0].rows == tuple(map(tuple, rows))


def test_a_table_in_text_has_the_limits_of_a_sheet_and_keeps_its_numbers():
    assert read(b'a,b\n="0668",1e5\n \n', "a.csv").sheets[0].rows == (("a", "b"), ("0668", "1e5"), ("", ""))
    assert refusal(b"a\n" * (child.MAX_ROWS + 1), "a.csv") == "many_rows"
    assert refusal(b"a," * (child.MAX_COLUMNS + 1), "a.csv") == "many_columns"


def test_hidden_sheets_are_read_and_known_as_hidden():
    book = Book()
    book.create_sheet("选项").sheet_state = "hidden"
    assert [(sheet.name, sheet.hidden) for sheet in read(saved(book), "a.xlsx").sheets] == [
        ("Sheet", False),
        ("选项", True),
    ]


@pytest.mark.parametrize(
    ("code", "filename", "data"),
    [
        ("empty", "名册.xlsx", b""),
        ("html", "名册.xls", HTML.encode("gbk")),
        ("html", "名册.xls", b"\xef\xbb\xbf\r\n" + HTML.encode()),
        ("html", "名册.xls", b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>'),
        ("broken", "名册.docx", b"PK\x03\x04"),
        ("unknown", "名册.xlsx", b"%PDF-1.7\n1 0 obj"),
        ("encoding", "名册.csv", "姓名,村".encode("gbk") + b"\xff\xff\n"),
        ("encrypted", "名册.xls", (FILES / "encrypted.xls").read_bytes()),
        ("encrypted", "名册.xlsx", (FILES / "encrypted.xlsx").read_bytes()),
        ("broken", "名册.xlsx", xlsx(["姓名"])[:-200]),
        ("broken", "名册.xlsx", xlsx(["姓名"])[:500]),
        ("broken", "名册.xls", (FILES / "pairing.xls").read_bytes()[:3000]),
        ("broken", "名册.xlsx", rebuilt(sheet=SHEET + b"<row r='1'><c r='A1'")),
        ("other_office", "名册.xls", OLE + "WordDocument".encode("utf-16-le") * 99),
        ("other_office", "名册.xlsx", zipped({"word/document.xml": b"<w/>", "[Content_Types].xml": b"<t/>"})),
        ("unknown", "名册.xlsx", zipped({"photo.jpg": b"\xff\xd8"})),
        ("unknown", "名册.xlsx", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"),
    ],
)
def test_what_is_no_workbook_is_refused_by_its_kind(code: str, filename: str, data: bytes):
    assert refusal(data, filename) == code


def test_every_refusal_says_what_to_do_next():
    codes = ["empty", "encoding", "html", "encrypted", "broken", "other_office", "too_big", "unknown"]
    sentences = [str(Unreadable(code)) for code in codes]
    assert [sentence for sentence in sentences if "请" not in sentence] == []
    assert len(set(sentences)) == len(codes)


def test_a_file_above_ten_megabytes_is_refused_unread():
    assert refusal(b"PK\x03\x04" + bytes(workbook.MAX_FILE_BYTES)) == "large"


def test_a_zip_bomb_is_refused_by_what_its_directory_declares():
    bomb = zipped({"xl/workbook.xml": b"<w/>", "bomb": bytes(workbook.MAX_RATIO * workbook.RATIO_FROM_BYTES // 8)})
    assert len(bomb) < 40_000
    assert refusal(bomb) == "too_big"
    crowd = zipped({"xl/workbook.xml": b"<w/>", **{f"n{number}": b"" for number in range(workbook.MAX_ENTRIES)}})
    assert refusal(crowd) == "too_big"


def test_a_zip_bomb_that_lies_about_its_size_is_not_unpacked_either():
    """The declared size of the sheet is 1,000 bytes; what would come out is 1.5 GB of cells."""
    row = b'<row><c t="inlineStr"><is><t>' + b"a" * 1000 + b"</t></is></c></row>"
    squeeze = zlib.compressobj(9, zlib.DEFLATED, -15)
    head = squeeze.compress(SHEET) + squeeze.flush(zlib.Z_FULL_FLUSH)
    # After a full flush a block refers to nothing before it, so it may be repeated as it is.
    block = squeeze.compress(row * 20_000) + squeeze.flush(zlib.Z_FULL_FLUSH)
    packed = head + block * 75 + squeeze.flush()
    with zipfile.ZipFile(io.BytesIO(xlsx(["姓名"]))) as archive:
        entries: dict[str, bytes | None] = {name: archive.read(name) for name in archive.namelist()}
    liar = _stored_by_hand({**entries, "xl/worksheets/sheet1.xml": None}, packed)
    assert len(liar) < workbook.MAX_FILE_BYTES
    assert refusal(liar) == "broken"


def _stored_by_hand(entries: dict[str, bytes | None], packed: bytes) -> bytes:
    """A zip written field by field, so that the entry without content can be `packed` under a false size."""
    body, directory = b"", b""
    for name, content in entries.items():
        raw = name.encode()
        method, data, size = (8, packed, 1000) if content is None else (0, content, len(content))
        crc = 0 if content is None else zlib.crc32(content)
        common = struct.pack("<HHHHHLLLHH", 20, 0, method, 0, 0, crc, len(data), size, len(raw), 0)
        directory += b"PK\x01\x02" + struct.pack("<H", 20) + common + struct.pack("<HHHLL", 0, 0, 0, 0, len(body)) + raw
        body += b"PK\x03\x04" + common + raw + data
    count = len(entries)
    return body + directory + b"PK\x05\x06" + struct.pack("<HHHHLLH", 0, 0, count, count, len(directory), len(body), 0)


def test_a_single_cell_in_the_last_corner_ends_the_reading_process_and_not_the_portal():
    book = Book()
    book.active["A1"], book.active["XFD1048576"] = "姓名", "误填"
    data = saved(book)
    assert refusal(data) == "too_big"
    # Without the process of its own the reader would have taken this one along.
    code = (
        f"import io, python_calamine as c; c.CalamineWorkbook.from_filelike(io.BytesIO({data!r})).get_sheet_by_index(0)"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=False).returncode < 0


def test_too_many_rows_columns_or_sheets_are_refused_with_the_number():
    tall, wide, many = Book(), Book(), Book()
    tall.active.cell(child.MAX_ROWS + 1, 1, "误填")
    wide.active.cell(1, child.MAX_COLUMNS + 1, "误填")
    for _number in range(child.MAX_SHEETS):
        many.create_sheet()
    for book, sentence in (
        (tall, "工作表“Sheet”有 20001 行，最多读取 20000 行。"),
        (wide, "工作表“Sheet”有 201 列，最多读取 200 列。"),
        (many, "文件里有 61 个工作表，最多读取 60 个。"),
    ):
        with pytest.raises(Unreadable, match=sentence):
            read(saved(book), "名册.xlsx")


def test_a_long_text_named_by_very_many_cells_is_refused():
    """A shared string is stored once and meant by every cell that names it: a small file, 600 MB of text."""
    cells = b"".join(b'<row r="%d"><c r="A%d" t="s"><v>0</v></c></row>' % (row, row) for row in range(1, 20_001))
    strings = SHEET.split(b">")[0].replace(b"worksheet", b"sst") + b"><si><t>" + b"x" * 30_000 + b"</t></si></sst>"
    data = rebuilt(sheet=SHEET + cells + b"</sheetData></worksheet>", strings=strings)
    assert len(data) < 200_000
    assert refusal(data) == "too_big"


def test_merged_cells_that_overlap_more_than_the_sheet_holds_are_refused():
    merges = b'<mergeCell ref="A1:CV2000"/>' * 100
    data = rebuilt(
        sheet=SHEET
        + b'<row r="1"><c r="A1"><v>1</v></c></row><row r="2000"><c r="CV2000"><v>1</v></c></row>'
        + b"</sheetData><mergeCells>"
        + merges
        + b"</mergeCells></worksheet>"
    )
    assert refusal(data) == "broken"


def test_reading_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(workbook, "SECONDS", 0.001)
    assert refusal(xlsx(["姓名"])) == "too_big"
