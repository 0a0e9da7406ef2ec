"""A scan is what can be opened and read to its end, not what begins like one."""

import struct
import zlib
from io import BytesIO
from typing import Any

import pytest
from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, NumberObject

from registry import scans
from tests.scans import JPEG, PDF, PNG, largest, pdf, picture

HTML = b"<html><script>alert(1)</script></html>"
DAMAGED = "不完整或已损坏"
BEHIND = "末尾附有不属于扫描件的内容"
ODD = "只接受 PDF、JPG 或 PNG"


AS_JPEG, AS_PNG, AS_PDF = ("image/jpeg", ".jpg"), ("image/png", ".png"), ("application/pdf", ".pdf")
TAKEN = {
    "a PDF": (PDF, AS_PDF),
    "a PDF of thirty pages": (pdf(30), AS_PDF),
    "the largest PDF": (largest(scans.LARGEST), AS_PDF),
    "a PDF that fills up its last block": (PDF + b"\r\n\x00\x00\x00", AS_PDF),
    "a JPEG": (JPEG, AS_JPEG),
    "a JPEG for print": (picture("JPEG", mode="CMYK"), AS_JPEG),
    "a progressive JPEG": (picture("JPEG", mode="RGB", progressive=True), AS_JPEG),
    "a photograph": (picture("JPEG", mode="RGB", size=(3000, 4000)), AS_JPEG),
    "a photograph with its preview": (JPEG + JPEG, AS_JPEG),
    "a moving photograph": (JPEG + b"\x00\x00\x00\x18ftypmp42 the moving picture", AS_JPEG),
    "a Samsung photograph": (JPEG + b"\x00\x00Image_UTC_Data1700000000000SEFHe\x00\x00\x00SEFT", AS_JPEG),
    "a PNG": (PNG, AS_PNG),
    "a black and white PNG": (picture(mode="1"), AS_PNG),
    "a PNG with a palette": (picture(mode="P"), AS_PNG),
    "a transparent PNG": (picture(mode="RGBA"), AS_PNG),
}


@pytest.mark.parametrize("case", TAKEN)
def test_what_scanners_and_phones_make_is_taken(case):
    data, kind = TAKEN[case]
    assert scans.kind_of(data) == kind


def bomb() -> bytes:
    """A PNG of 9 kB that unpacks to 900 million pixels."""
    width = height = 30_000
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    rows = zlib.compress(bytes(1 + width // 8) * height, 9)
    return b"\x89PNG\r\n\x1a\n" + b"".join(piece(*each) for each in ((b"IHDR", head), (b"IDAT", rows), (b"IEND", b"")))


def piece(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def locked() -> bytes:
    writer = PdfWriter(clone_from=BytesIO(PDF))
    writer.encrypt("geheim")
    return written(writer)


def scripted() -> bytes:
    writer = PdfWriter(clone_from=BytesIO(PDF))
    names = DictionaryObject({NameObject("/JavaScript"): DictionaryObject()})
    writer.root_object[NameObject("/Names")] = names
    return written(writer)


def attached() -> bytes:
    writer = PdfWriter(clone_from=BytesIO(PDF))
    writer.add_attachment("a.html", HTML)
    return written(writer)


def action(kind: str, **more: Any) -> DictionaryObject:
    return DictionaryObject({NameObject("/S"): NameObject(kind), **{NameObject(f"/{key}"): more[key] for key in more}})


def opening(does: DictionaryObject) -> bytes:
    writer = PdfWriter(clone_from=BytesIO(PDF))
    writer.root_object[NameObject("/OpenAction")] = does
    return written(writer)


def turning(does: DictionaryObject, *, on_a_note: bool = False) -> bytes:
    """Something that happens when the first page is shown: of the page, or of a note on it."""
    writer = PdfWriter(clone_from=BytesIO(PDF))
    events = DictionaryObject({NameObject("/O"): does})
    note = DictionaryObject({NameObject("/Subtype"): NameObject("/Link"), NameObject("/AA"): events})
    if on_a_note:
        writer.pages[0][NameObject("/Annots")] = ArrayObject([writer._add_object(note)])
    else:
        writer.pages[0][NameObject("/AA")] = events
    return written(writer)


def crowded() -> bytes:
    """One page named two hundred thousand times: small in bytes, long to read."""
    writer = PdfWriter(clone_from=BytesIO(PDF))
    tree: Any = writer.root_object["/Pages"].get_object()
    tree[NameObject("/Kids")] = ArrayObject(tree["/Kids"][0] for _time in range(200_000))
    tree[NameObject("/Count")] = NumberObject(200_000)
    return written(writer)


def written(writer: PdfWriter) -> bytes:
    data = BytesIO()
    writer.write(data)
    return data.getvalue()


def saved(kind: str, image: Image.Image | None = None) -> bytes:
    data = BytesIO()
    (image or Image.open(BytesIO(PNG))).save(data, kind)
    return data.getvalue()


REFUSED = {
    "nothing": (b"", "文件是空的"),
    "too much": (largest(scans.LARGEST + 1), "超过 20 MB"),
    "a page": (HTML, ODD),
    "a program": (b"MZ\x90\x00", ODD),
    "an archive": (b"PK\x03\x04", ODD),
    "a drawing": (b"<svg xmlns='http://www.w3.org/2000/svg'/>", ODD),
    "a GIF": (saved("GIF"), ODD),
    "a WebP": (saved("WEBP"), ODD),
    "a TIFF": (saved("TIFF"), ODD),
    "HEIC": (b"\x00\x00\x00\x24ftypheic\x00\x00\x00\x00mif1heic", "HEIC.*另存为 JPG"),
    "a page behind a PNG's first bytes": (b"\x89PNG\r\n\x1a\n" + HTML, ODD),
    "a page behind a JPEG's first bytes": (b"\xff\xd8\xff\xe0" + HTML, DAMAGED),
    "a page behind a PDF's first bytes": (b"%PDF-1.7\n" + HTML, DAMAGED),
    "a page behind a PDF's first and last bytes": (b"%PDF-1.7\n" + HTML + b"\nstartxref\n9\n%%EOF", DAMAGED),
    "a page behind a PNG": (PNG + HTML, BEHIND),
    "a page behind a JPEG": (JPEG + HTML, BEHIND),
    "a page behind a PDF": (PDF + HTML, BEHIND),
    "a page behind a PDF, with a PDF's last line": (PDF + HTML + b"\n%%EOF\n", BEHIND),
    "an archive behind a PNG": (PNG + b"PK\x03\x04 PK\x05\x06", BEHIND),
    "half a PNG": (PNG[: len(PNG) // 2], DAMAGED),
    "a PNG without its last piece": (PNG[:-12], DAMAGED),
    "a PNG with a wrong bit": (PNG[:200] + bytes([PNG[200] ^ 1]) + PNG[201:], DAMAGED),
    "half a JPEG": (JPEG[: len(JPEG) // 2], DAMAGED),
    "a JPEG without its end": (JPEG[:-2], DAMAGED),
    "half a PDF": (PDF[: len(PDF) // 2], DAMAGED),
    "one pixel": (picture(size=(1, 1)), "1 × 1"),
    "a stamp": (picture(size=(599, 900)), "至少要有 600 像素"),
    "a bomb": (bomb(), "像素太多"),
    "an enormous picture": (picture(size=(6000, 10_001), mode="1"), "6000 × 10001"),
    "a blank picture": (saved("PNG", Image.new("RGB", (620, 877), "white")), "空白"),
    "a PDF without pages": (pdf(0), "没有页面"),
    "a PDF with too many pages": (pdf(scans.MOST_PAGES + 1), "超过 100 页"),
    "a PDF with blank pages": (pdf(2, drawn=False), "空白"),
    "a PDF of a stamp": (pdf(size=(72, 72)), "空白"),
    "a locked PDF": (locked(), "密码"),
    "a PDF with a script": (scripted(), "脚本"),
    "a PDF with a file in it": (attached(), "脚本、附件"),
    "a PDF that starts a program": (opening(action("/Launch")), "脚本"),
    "a PDF that opens an address": (opening(action("/URI")), "脚本"),
    "a PDF that opens an address at last": (opening(action("/GoTo", Next=action("/URI"))), "脚本"),
    "a PDF that opens another file": (opening(action("/GoToR")), "脚本"),
    "a PDF that prints itself": (opening(action("/Named", N=NameObject("/Print"))), "脚本"),
    "a PDF whose page opens an address": (turning(action("/URI")), "脚本"),
    "a PDF whose page sends a form": (turning(action("/SubmitForm"), on_a_note=True), "脚本"),
    "a PDF with one page very often": (crowded(), "过于复杂"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_anything_else_is_refused_with_a_sentence(case):
    data, sentence = REFUSED[case]
    with pytest.raises(scans.ScanRefused, match=sentence):
        scans.kind_of(data)


def test_a_picture_that_proves_something_may_be_smaller_than_a_page():
    small = picture(size=(400, 300))
    assert scans.kind_of(small, least=scans.LEAST) == ("image/png", ".png")
    with pytest.raises(scans.ScanRefused, match="至少要有 100 像素"):
        scans.kind_of(picture(size=(400, 99)), least=scans.LEAST)


@pytest.mark.parametrize("data", [PNG, JPEG, PDF], ids=["PNG", "JPEG", "PDF"])
def test_a_file_cut_off_anywhere_is_refused_or_whole_and_never_breaks_down(data):
    """Cut at many places: what can be taken is what lacks nothing but the blank behind its end."""
    taken = []
    for length in {*range(1, len(data), 5), *range(len(data) - 60, len(data))}:
        try:
            scans.look(data[:length], str(scans.LEAST_OF_A_PAGE))
        except scans.ScanRefused:
            continue
        taken.append(data[length:])
    assert [rest.strip() for rest in taken] == [b""] * len(taken)
