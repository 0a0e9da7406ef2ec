"""Decks that carry what must not come in, and zip files that lie."""

import functools
import io
import os
import struct
import zipfile
import zlib

from openpyxl import Workbook
from pptx.presentation import Presentation as Deck
from pptx.util import Inches

from tests.materials.inspection import films
from tests.materials.inspection.decks import (
    add_link,
    charted,
    deck,
    picture,
    plain,
    with_default,
    with_link,
    with_part,
    with_type,
)
from tests.materials.inspection.samples import hostile
from tests.materials.inspection.zips import Parts, entry, moved, overwritten, parts_of, zip_of

SLIDE = "ppt/slides/slide1.xml"
MAIN = "ppt/presentation.xml"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
PROGRAM = b"MZ\x90\0\x03" + bytes(300) + b"This program cannot be run in DOS mode"
VBA = "http://schemas.microsoft.com/office/2006/relationships/vbaProject"


def parts() -> Parts:
    return parts_of(plain())


@functools.cache
def workbook() -> bytes:
    target = io.BytesIO()
    Workbook().save(target)
    return target.getvalue()


def edited(old: bytes, new: bytes, name: str = SLIDE) -> bytes:
    """The plain deck with something replaced in one part."""
    all_parts = parts()
    assert old in all_parts[name]
    return zip_of({**all_parts, name: all_parts[name].replace(old, new, 1)})


def linked(kind: str, target: str, mode: str = "External") -> bytes:
    return zip_of(with_link(parts(), SLIDE, kind, target, mode=mode))


def embedded(name: str, content: bytes, link: str = "oleObject") -> bytes:
    return zip_of(with_part(parts(), name, content, source=SLIDE, link=link))


def with_workbook(content: bytes) -> bytes:
    """The deck whose chart has this for a workbook."""
    all_parts = parts_of(charted())
    (name,) = (name for name in all_parts if "/embeddings/" in name)
    return zip_of({**all_parts, name: content})


def acting(action: str, target: str = "") -> bytes:
    """A title that does something when it is clicked."""
    click = f'<p:cNvPr id="2" name="Title 1"><a:hlinkClick r:id="rId901" action="{action}"/></p:cNvPr>'.encode()
    all_parts = parts()
    at = all_parts[SLIDE].index(b"<p:cNvPr", all_parts[SLIDE].index(b"<p:sp>"))
    end = all_parts[SLIDE].index(b"/>", at) + 2
    slide = all_parts[SLIDE][:at] + click + all_parts[SLIDE][end:]
    all_parts = {**all_parts, SLIDE: slide}
    return zip_of(with_link(all_parts, SLIDE, "hyperlink", target, mode="External") if target else all_parts)


# What people put in, knowingly or not.


def macro_parts() -> Parts:
    changed = with_part(parts(), "ppt/vbaProject.bin", OLE, source=MAIN, link=VBA)
    types = changed["[Content_Types].xml"]
    plain_type = b"application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"
    assert plain_type in types
    macro_type = b"application/vnd.ms-powerpoint.presentation.macroEnabled.main+xml"
    return {**changed, "[Content_Types].xml": types.replace(plain_type, macro_type)}


@hostile("deck", "macro")
def pptm_called_pptx() -> bytes:
    return zip_of(macro_parts())


@hostile("deck", "macro")
def macros_that_nobody_declared() -> bytes:
    return zip_of({**parts(), "ppt/vbaProject.bin": OLE})


@hostile("deck", "macro")
def macros_under_another_name() -> bytes:
    kind = "application/vnd.ms-office.vbaProject"
    return zip_of(with_part(parts(), "ppt/notes.bin", OLE, source=MAIN, link=VBA, kind=kind))


@hostile("deck", "active_x")
def with_an_activex_control() -> bytes:
    kind = "application/vnd.ms-office.activeX+xml"
    return zip_of(with_part(parts(), "ppt/activeX/activeX1.xml", b"<a/>", source=SLIDE, link="control", kind=kind))


@hostile("deck", "embedded_object")
def with_a_workbook_on_a_page() -> bytes:
    def fill(made: Deck) -> None:
        made.slides[0].shapes.add_ole_object(io.BytesIO(workbook()), "Excel.Sheet.12", Inches(1), Inches(2))

    return deck(fill)


@hostile("deck", "embedded_object")
def with_a_package_of_any_sort() -> bytes:
    return embedded("ppt/embeddings/oleObject1.bin", OLE)


@hostile("deck", "embedded_object")
def with_an_object_under_another_name() -> bytes:
    return zip_of({**parts(), "ppt/media/image7.png": OLE})


@hostile("deck", "embedded_object")
def with_a_zip_file_for_a_picture() -> bytes:
    return embedded("ppt/media/image7.png", zip_of({"a": b"a"}), link="image")


@hostile("deck", "embedded_object")
def with_a_pdf_for_a_picture() -> bytes:
    return embedded("ppt/media/image7.png", b"%PDF-1.7\n%\xe2\xe3\n", link="image")


@hostile("deck", "embedded_program")
def with_a_program_for_a_picture() -> bytes:
    return embedded("ppt/media/image7.png", PROGRAM, link="image")


@hostile("deck", "embedded_program")
def with_a_program_that_nobody_refers_to() -> bytes:
    return zip_of({**parts(), "ppt/media/setup.exe": PROGRAM})


@hostile("deck", "embedded_program")
def with_a_script() -> bytes:
    return zip_of({**parts(), "ppt/media/start.vbs": b'CreateObject("WScript.Shell").Run "calc"'})


@hostile("deck", "embedded_program")
def with_a_page_for_a_picture() -> bytes:
    return embedded("ppt/media/image7.jpg", b"<html><script>alert(1)</script></html>", link="image")


@hostile("deck", "embedded_program")
def with_a_flash_animation() -> bytes:
    return embedded("ppt/media/media1.bin", b"FWS\x09" + bytes(100), link="video")


@hostile("deck", "embedded_program")
def with_a_drawing_that_runs_code() -> bytes:
    drawing = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
    return embedded("ppt/media/image7.svg", drawing, link="image")


@hostile("deck", "external_link")
def with_a_drawing_that_fetches() -> bytes:
    drawing = b'<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>'
    return embedded("ppt/media/image7.svg", drawing, link="image")


@hostile("deck", "xml_entities")
def with_a_drawing_that_declares_entities() -> bytes:
    drawing = b'<!DOCTYPE svg [<!ENTITY a "b">]><svg xmlns="http://www.w3.org/2000/svg"><text>&a;</text></svg>'
    return embedded("ppt/media/image7.svg", drawing, link="image")


@hostile("deck", "macro", "embedded_object")
def chart_whose_workbook_has_macros() -> bytes:
    changed = parts_of(workbook())
    types = changed["[Content_Types].xml"].replace(
        b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
        b"application/vnd.ms-excel.sheet.macroEnabled.main+xml",
    )
    macros = zip_of({**changed, "[Content_Types].xml": types, "xl/vbaProject.bin": OLE, "xl/embeddings/a.bin": OLE})
    return with_workbook(macros)


@hostile("deck", "embedded_object")
def chart_whose_workbook_is_a_document() -> bytes:
    return with_workbook(document())


@hostile("deck", "embedded_object")
def chart_whose_workbook_is_a_plain_zip() -> bytes:
    return with_workbook(zip_of({"a.txt": b"a"}))


@hostile("deck", "external_link")
def chart_whose_workbook_asks_elsewhere() -> bytes:
    changed = with_part(
        parts_of(workbook()), "xl/connections.xml", b"<a/>", source="xl/workbook.xml", link="connections"
    )
    return with_workbook(zip_of(changed))


@hostile("deck", "zip_bomb")
def chart_whose_workbook_is_a_bomb() -> bytes:
    return with_workbook(zip_of({**parts_of(workbook()), "xl/zeros.xml": bytes(20 << 20)}))


@hostile("deck", "truncated")
def chart_whose_workbook_is_cut() -> bytes:
    return with_workbook(workbook()[:-400])


@hostile("deck", "external_link")
def chart_linked_to_a_file() -> bytes:
    all_parts = parts_of(charted())
    name = next(name for name in all_parts if name.startswith("ppt/charts/chart"))
    return zip_of(with_link(all_parts, name, "oleObject", r"file:///D:\年报.xlsx", mode="External"))


@hostile("deck", "external_link")
def picture_from_the_net() -> bytes:
    return linked("image", "http://127.0.0.1:9/spy.png")


@hostile("deck", "external_link")
def picture_from_a_drive() -> bytes:
    return linked("image", r"file:///C:\Users\wang\1.png")


@hostile("deck", "external_link")
def film_from_a_drive() -> bytes:
    return linked("video", r"file:///D:\驻村.mp4")


@hostile("deck", "external_link")
def film_from_the_net() -> bytes:
    return linked("video", "https://www.example.com/embed/1")


@hostile("deck", "external_link")
def film_beside_the_deck() -> bytes:
    return linked("http://schemas.microsoft.com/office/2007/relationships/media", "驻村.mp4")


@hostile("deck", "external_link")
def object_from_a_share() -> bytes:
    return linked("oleObject", r"\\10.0.0.9\share\a.xlsx")


@hostile("deck", "external_link")
def link_that_does_not_say_it_leaves() -> bytes:
    return linked("image", r"\\10.0.0.9\share\a.png", mode="")


@hostile("deck", "external_link")
def template_from_the_net() -> bytes:
    return zip_of(with_link(parts(), MAIN, "attachedTemplate", "http://127.0.0.1:9/t.potm", mode="External"))


@hostile("deck", "file_link")
def hyperlink_to_a_drive() -> bytes:
    return deck(lambda made: add_link(made.slides[0], r"file:///C:\材料\总结.docx"))


@hostile("deck", "file_link")
def hyperlink_to_a_share() -> bytes:
    return deck(lambda made: add_link(made.slides[0], r"\\10.0.0.9\share\a.docx"))


@hostile("deck", "file_link")
def hyperlink_to_a_file_beside() -> bytes:
    return deck(lambda made: add_link(made.slides[0], "总结.docx"))


@hostile("deck", "file_link")
def hyperlink_that_runs_script() -> bytes:
    return deck(lambda made: add_link(made.slides[0], "javascript:alert(1)"))


@hostile("deck", "run_program")
def hyperlink_to_a_program() -> bytes:
    return deck(lambda made: add_link(made.slides[0], r"file:///C:\Windows\System32\calc.exe"))


@hostile("deck", "run_program")
def button_that_runs_a_program() -> bytes:
    return acting("ppaction://program", r"file:///C:\Windows\notepad.exe")


@hostile("deck", "macro")
def button_that_runs_a_macro() -> bytes:
    return acting("ppaction://macro?name=Start")


@hostile("deck", "file_link")
def button_that_opens_another_deck() -> bytes:
    return acting("ppaction://hlinkpres?slideindex=1", "other.pptx")


@hostile("deck", "macro", "active_x", "embedded_object", "external_link", "file_link")
def with_all_of_it_at_once() -> bytes:
    """A secretary is told everything, and does not come five times."""
    changed = with_part(macro_parts(), "ppt/activeX/activeX1.bin", OLE, source=SLIDE, link="control")
    changed = with_part(changed, "ppt/embeddings/oleObject1.bin", OLE, source=SLIDE, link="oleObject")
    changed = with_link(changed, SLIDE, "image", "http://127.0.0.1:9/spy.png", mode="External", id_="rId801")
    return zip_of(with_link(changed, SLIDE, "hyperlink", "file:///C:/a.docx", mode="External", id_="rId802"))


@hostile("deck", "no_slides")
def without_a_page() -> bytes:
    return deck(slides=0)


@hostile("deck", "damaged")
def with_a_page_missing() -> bytes:
    changed = parts()
    del changed["ppt/slides/slide2.xml"]
    return zip_of(changed)


@hostile("deck", "damaged")
def with_markup_cut_off() -> bytes:
    return zip_of({**parts(), SLIDE: parts()[SLIDE][:300]})


@hostile("deck", "xml_entities")
def with_a_document_type() -> bytes:
    return edited(b"<p:sld ", b"<!DOCTYPE p:sld><p:sld ")


@hostile("deck", "xml_entities")
def with_a_billion_laughs() -> bytes:
    laughs = b"".join(b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 10))
    return edited(b"<p:sld ", b'<!DOCTYPE p:sld [<!ENTITY a0 "ha">' + laughs + b"]><p:sld ")


@hostile("deck", "xml_entities")
def with_an_entity_from_a_file() -> bytes:
    return edited(b"<p:sld ", b'<!DOCTYPE p:sld [<!ENTITY x SYSTEM "file:///etc/passwd">]><p:sld ')


@hostile("deck", "xml_entities")
def with_an_entity_in_its_relationships() -> bytes:
    name = "ppt/_rels/presentation.xml.rels"
    return edited(b"<Relationships ", b'<!DOCTYPE r SYSTEM "http://127.0.0.1:9/x.dtd"><Relationships ', name)


# Zip files that lie.


@hostile("deck", "zip_bomb")
def bomb_of_zeros() -> bytes:
    return zip_of({**parts(), "ppt/media/image7.bmp": bytes(60 << 20)})


@hostile("deck", "zip_bomb")
def bomb_hidden_among_noise() -> bytes:
    """Its growth looks harmless, but no page has so much markup."""
    noise = {"ppt/media/image8.png": os.urandom(1 << 20)}
    return zip_of({**parts(), **noise, "ppt/slides/slide9.xml": b"<a>" + b" " * (65 << 20) + b"</a>"}, stored=".png")


@hostile("deck", "zip_bomb")
def bomb_of_ten_thousand_entries() -> bytes:
    return zip_of({**parts(), **{f"ppt/media/{number}.png": b"" for number in range(10_001)}})


@hostile("deck", "damaged")
def entry_that_says_it_is_small() -> bytes:
    """Both headers say 1000 bytes; a reader that trusts the stream instead gets ten megabytes."""
    name = "ppt/media/image7.bmp"
    data = zip_of({**parts(), name: bytes(10 << 20)})
    local, central = entry(data, name)
    small = struct.pack("<I", 1000)
    checksum = struct.pack("<I", zlib.crc32(bytes(1000)))
    data = overwritten(overwritten(data, local + 22, small), central + 24, small)
    return overwritten(overwritten(data, local + 14, checksum), central + 16, checksum)


@hostile("deck", "zip_trick")
def entries_that_lie_over_each_other() -> bytes:
    """Ten names for the same bytes: a small file that unpacks ten times."""
    data = zip_of({**parts(), "ppt/media/image7.bmp": os.urandom(5000), "ppt/media/image8.bmp": b"x"})
    local, _central = entry(data, "ppt/media/image7.bmp")
    _other, central = entry(data, "ppt/media/image8.bmp")
    return overwritten(data, central + 42, struct.pack("<I", local))


def named(name: str) -> bytes:
    return zip_of({**parts(), name: b"x"})


@hostile("deck", "zip_trick")
def name_that_climbs() -> bytes:
    return named("ppt/../../../etc/cron.d/x")


@hostile("deck", "zip_trick")
def name_from_the_root() -> bytes:
    return named("/etc/passwd")


@hostile("deck", "zip_trick")
def name_with_backslashes() -> bytes:
    return named("ppt\\media\\x.png")


@hostile("deck", "zip_trick")
def name_of_a_drive() -> bytes:
    return named("C:/x.png")


@hostile("deck", "zip_trick")
def name_with_an_end_inside() -> bytes:
    data = named("ppt/media/image7.png_exe")
    return data.replace(b"image7.png_exe", b"image7.png\0exe")


@hostile("deck", "zip_trick")
def same_name_twice() -> bytes:
    return named("ppt/slides/slideX.xml").replace(b"ppt/slides/slideX.xml", b"ppt/slides/slide1.xml")


@hostile("deck", "zip_trick")
def same_name_in_capitals() -> bytes:
    return named("PPT/slides/SLIDE1.xml")


@hostile("deck", "zip_trick")
def link_to_another_file() -> bytes:
    target = io.BytesIO(plain())
    with zipfile.ZipFile(target, "a") as archive:
        link = zipfile.ZipInfo("ppt/media/image7.png")
        link.create_system = 3
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    return target.getvalue()


@hostile("deck", "zip_trick")
def two_headers_two_names() -> bytes:
    data = named("ppt/media/image7.png")
    local, _central = entry(data, "ppt/media/image7.png")
    return overwritten(data, local + 30, b"ppt/media/image7.exe")


@hostile("deck", "zip_trick")
def two_headers_two_sizes() -> bytes:
    data = plain()
    local, _central = entry(data, SLIDE)
    return overwritten(data, local + 22, struct.pack("<I", 12))


@hostile("deck", "zip_trick")
def packed_in_an_unusual_way() -> bytes:
    return zip_of(parts(), method=zipfile.ZIP_LZMA)


@hostile("deck", "encrypted")
def entry_with_a_password() -> bytes:
    data = plain()
    local, central = entry(data, SLIDE)
    data = overwritten(data, local + 6, struct.pack("<H", struct.unpack_from("<H", data, local + 6)[0] | 1))
    return overwritten(data, central + 8, struct.pack("<H", struct.unpack_from("<H", data, central + 8)[0] | 1))


@hostile("deck", "damaged")
def checksum_wrong() -> bytes:
    data = zip_of({**parts(), "ppt/media/image7.png": b"x" * 500}, stored=".png")
    return data.replace(b"x" * 500, b"x" * 499 + b"y")


@hostile("deck", "damaged")
def directory_before_the_beginning() -> bytes:
    """The end says that the directory stands further on than it can: every place becomes negative."""
    end = plain().rindex(b"PK\x05\x06")
    (at,) = struct.unpack_from("<I", plain(), end + 16)
    return overwritten(plain(), end + 16, struct.pack("<I", at + 70_000))


@hostile("deck", "truncated")
def cut_in_half() -> bytes:
    return plain()[: len(plain()) // 2]


@hostile("deck", "truncated")
def cut_by_a_few_bytes() -> bytes:
    return plain()[:-10]


@hostile("deck", "disguised")
def noise_before_the_zip() -> bytes:
    return b"\x01\x02" * 300 + plain()


@hostile("deck", "disguised")
def noise_before_the_zip_and_the_directory_made_to_fit() -> bytes:
    return b"\x01\x02" * 300 + moved(plain(), 600)


@hostile("deck", "disguised")
def page_behind_the_zip() -> bytes:
    return plain() + b"<html><script>alert(1)</script></html>"


@hostile("deck", "disguised")
def page_as_a_long_comment() -> bytes:
    target = io.BytesIO(plain())
    with zipfile.ZipFile(target, "a") as archive:
        archive.comment = b"<html>" + b"x" * 1000
    return target.getvalue()


@hostile("deck", "disguised")
def program_between_two_entries() -> bytes:
    data = plain()
    local, _central = entry(data, SLIDE)
    return moved(data[:local] + PROGRAM * 9 + data[local:], len(PROGRAM) * 9, from_=local)


@hostile("deck", "disguised")
def program_between_the_entries_and_the_directory() -> bytes:
    data = plain()
    (at,) = struct.unpack_from("<I", data, data.rindex(b"PK\x05\x06") + 16)
    return moved(data[:at] + PROGRAM * 9 + data[at:], len(PROGRAM) * 9, from_=at)


# Something else under the name of a deck.


def document() -> bytes:
    """A Word document, as far as its package tells."""
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    return _package("word/document.xml", kind)


def _package(main: str, kind: str) -> bytes:
    types = b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"></Types>'
    package = with_link({"[Content_Types].xml": types, main: b"<a/>"}, "", "officeDocument", main)
    return zip_of(with_default(with_type(package, main, kind), "rels", "application/xml"))


def _with_main(kind: bytes) -> bytes:
    changed = parts()
    types = changed["[Content_Types].xml"].replace(b"presentationml.presentation.main", kind)
    return zip_of({**changed, "[Content_Types].xml": types})


@hostile("deck", "not_a_deck:docx")
def word_document() -> bytes:
    return document()


@hostile("deck", "not_a_deck:xlsx")
def excel_workbook() -> bytes:
    return workbook()


@hostile("deck", "not_a_deck:ppsx")
def slide_show() -> bytes:
    return _with_main(b"presentationml.slideshow.main")


@hostile("deck", "not_a_deck:potx")
def template() -> bytes:
    return _with_main(b"presentationml.template.main")


@hostile("deck", "not_a_deck:odp")
def opendocument_deck() -> bytes:
    kind = b"application/vnd.oasis.opendocument.presentation"
    return zip_of({"mimetype": kind, "content.xml": b"<a/>"}, stored="mimetype")


@hostile("deck", "not_a_deck:zip")
def plain_zip() -> bytes:
    return zip_of({"照片.png": picture().getvalue()})


@hostile("deck", "not_a_deck:zip")
def zip_without_an_entry() -> bytes:
    return zip_of({})


@hostile("deck", "not_a_deck:page")
def page() -> bytes:
    return b"\xef\xbb\xbf <!-- x --><HTML><body>hello</body></HTML>"


@hostile("deck", "not_a_deck:page")
def page_in_utf_16() -> bytes:
    return "<html><script>alert(1)</script></html>".encode("utf-16")


@hostile("deck", "not_a_deck:page")
def page_with_a_deck_behind_it() -> bytes:
    return b"<html><body>hello</body></html>" + moved(plain(), 31)


@hostile("deck", "not_a_deck:program")
def program() -> bytes:
    return PROGRAM


@hostile("deck", "not_a_deck:program")
def program_that_unpacks_a_deck() -> bytes:
    return PROGRAM + moved(plain(), len(PROGRAM))


@hostile("deck", "not_a_deck:program")
def program_of_linux() -> bytes:
    return b"\x7fELF\x02\x01\x01" + bytes(200)


@hostile("deck", "not_a_deck:script")
def shell_script() -> bytes:
    return b"#!/bin/sh\nrm -rf /\n"


@hostile("deck", "not_a_deck:script")
def batch_file() -> bytes:
    return b"@echo off\r\ndel *.*\r\n"


@hostile("deck", "not_a_deck:svg")
def drawing() -> bytes:
    return b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@hostile("deck", "not_a_deck:rtf")
def rich_text() -> bytes:
    return rb"{\rtf1\ansi hello}"


@hostile("deck", "not_a_deck:picture")
def photo() -> bytes:
    return picture("JPEG").getvalue()


@hostile("deck", "not_a_deck:picture")
def photo_with_a_deck_behind_it() -> bytes:
    return picture("GIF").getvalue() + plain()


@hostile("deck", "not_a_deck:text")
def text() -> bytes:
    return "驻村第一书记讲话稿\n".encode() * 20


@hostile("deck", "not_a_deck:archive")
def rar_archive() -> bytes:
    return b"Rar!\x1a\x07\x01\0" + bytes(100)


@hostile("deck", "not_a_deck:mp4")
def film_in_the_wrong_place() -> bytes:
    return films.film()


@hostile("deck", "not_a_deck:unknown")
def noise() -> bytes:
    return bytes(range(128, 256)) * 40


@hostile("deck", "empty")
def nothing() -> bytes:
    return b""


@hostile("video", "not_a_video:zip")
def deck_in_the_place_of_a_film() -> bytes:
    return plain()
