"""Files that are no rosters, or that hide something: a sentence beside the file field, and nothing kept."""

import io
import zipfile
from pathlib import Path

import pytest
from django.urls import reverse

from contest.models import RosterImport
from registry.excel.workbook import MAX_FILE_BYTES
from tests.contest.rosters import HEADER, ZHANG, confirm, preview, send, sent
from tests.registry.excel.office import xlsx

pytestmark = pytest.mark.django_db

FILES = Path(__file__).parent.parent / "registry" / "excel" / "files"


def bomb() -> bytes:
    """A workbook of 30 kB that unpacks to 30 MB of blanks."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b" " * 30_000_000)
    return packed.getvalue()


def far_cell() -> bytes:
    """A few kilobytes that name a cell in the last column of the last row."""
    return _with_sheet(b'<row r="1048576"><c r="XFD1048576" t="n"><v>1</v></c></row>')


def without_sheets() -> bytes:
    """A workbook whose list of sheets is empty."""
    return _rewritten(
        xlsx(HEADER),
        "xl/workbook.xml",
        lambda text: text[: text.index(b"<sheets>")] + b"<sheets/>" + text[text.index(b"</sheets>") + 9 :],
    )


def wide() -> bytes:
    return xlsx(tuple(f"列{n}" for n in range(300)), tuple(range(300)))


def fixture(name: str) -> bytes:
    return (FILES / name).read_bytes()


HOSTILE = {
    "zip bomb": (bomb, "名册.xlsx", "文件解开后过大"),
    "far cell": (far_cell, "名册.xlsx", "文件解开后过大"),
    "web page": (lambda: b"<html><table><tr><td>x</td></tr></table></html>", "名册.xls", "改了扩展名的网页"),
    "text of no table": (lambda: "各位同事：\n请查收。\n".encode("gb18030"), "名册.csv", "没有找到表头"),
    "text in pieces": (lambda: "姓名,村\n".encode("gb18030") + b"\xff\xff", "名册.csv", "文字编码认不出"),
    "truncated": (lambda: xlsx(HEADER, ZHANG)[:2000], "名册.xlsx", "已损坏或没有传完"),
    "empty": (lambda: b"", "名册.xlsx", "文件是空的"),
    "no sheets": (without_sheets, "名册.xlsx", "没有找到表头"),
    "300 columns": (wide, "名册.xlsx", "最多读取 200 列"),
    "encrypted xlsx": (lambda: fixture("encrypted.xlsx"), "名册.xlsx", "设有打开密码"),
    "encrypted xls": (lambda: fixture("encrypted.xls"), "名册.xls", "设有打开密码"),
    "picture": (lambda: b"\x89PNG\r\n\x1a\n" + b"\0" * 99, "名册.xlsx", "认不出这个文件"),
    "document": (lambda: b"%PDF-1.7", "名册.pdf", "认不出这个文件"),
    "no table": (lambda: xlsx(("只有一格",)), "名册.xlsx", "没有找到表头"),
    "too large": (lambda: b"PK\x03\x04" + b"\0" * MAX_FILE_BYTES, "名册.xlsx", "文件超过 10 MB"),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_a_file_that_is_no_roster_gets_a_sentence_beside_the_field(season, people, signed_in, what):
    made, name, sentence = HOSTILE[what]
    answer = send(signed_in(people["chenxiao"]), made(), name)
    assert answer.status_code == 400
    (error,) = answer.context["form"].errors["file"]
    assert sentence in error
    assert "None" not in error
    assert error in answer.content.decode()
    assert RosterImport.objects.count() == 0


def test_no_file_at_all_is_asked_for(season, people, signed_in):
    answer = signed_in(people["chenxiao"]).post(reverse("contest:roster_import"))
    assert (answer.status_code, answer.context["form"].errors["file"]) == (400, ["请选择名册文件。"])


def test_markup_in_a_cell_stays_text_on_the_page(season, people, signed_in):
    client = signed_in(people["chenxiao"])
    upload = sent(client, xlsx(HEADER, (*ZHANG[:4], "<script>alert(1)</script>局", *ZHANG[5:])), '"><img>.xlsx')
    assert "<script>alert(1)" not in preview(client, upload).content.decode()
    # A stroke may stand between two units: that is asked first.
    client.post(reverse("contest:roster_answer", args=[upload.pk]), {"row": "2", "answer": "take"})
    confirm(client, upload)
    page = client.get(reverse("contest:roster")).content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;局" in page
    assert "<script>alert(1)" not in page


def _with_sheet(rows: bytes) -> bytes:
    return _rewritten(
        xlsx(HEADER),
        "xl/worksheets/sheet1.xml",
        lambda text: text.replace(b"</sheetData>", rows + b"</sheetData>"),
    )


def _rewritten(data: bytes, member: str, change) -> bytes:
    """A workbook with one of its parts changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            text = old.read(name)
            new.writestr(name, change(text) if name == member else text)
    return out.getvalue()
