"""One part of an Office package, read once from its first byte to its last."""

import posixpath
import re
from collections.abc import Callable, Iterator
from itertools import chain

from materials.inspection import boxes
from materials.inspection.links import PROGRAMS, suffix_of
from materials.inspection.markup import Declared, Malformed, Seen, TooMuch, scan
from materials.inspection.opc import Office
from materials.inspection.report import Findings
from materials.inspection.sniff import HEAD, kind_of
from materials.inspection.zipped import Damaged

PROGRAM_KINDS = {"program", "script", "page", "flash"}
OBJECT_KINDS = {"zip", "ole", "pdf", "rtf", "archive", "playlist"}
FILM_KINDS = {"mp4", "mov", "avi", "wmv", "flv", "matroska", "mpeg", "real"}
OBJECT_SUFFIXES = {
    ".doc", ".docx", ".docm", ".xls", ".xlsx", ".xlsm", ".xlsb", ".ppt", ".pptx", ".pptm", ".pdf", ".zip", ".rar",
    ".7z", ".rtf", ".msg", ".eml", ".ole",
}  # fmt: skip
MOST_SVG = 8 << 20
SVG_CODE = re.compile(rb"<\s*script|script\s*:|\son[a-z]+\s*=|<\s*foreignobject", re.IGNORECASE)
SVG_OUTSIDE = re.compile(
    rb"(?:href|src)\s*=\s*[\"']\s*(?:https?:|file:|//|\\\\)|@import|url\(\s*[\"']?\s*https?:", re.I
)


def by_name(office: Office, name: str, findings: Findings, page: int | None) -> bool:
    """Refuse what already its name or declared type gives away. True when something was."""
    lower, kind = name.lower(), office.type_of(name)
    if posixpath.basename(lower).startswith("vbaproject") or "vbaproject" in kind or "macroenabled" in kind:
        findings.refuse("macro")
    elif "/activex/" in f"/{lower}" or "activex" in kind:
        findings.refuse("active_x", page=page)
    elif suffix_of(lower) in PROGRAMS:
        findings.refuse("embedded_program", page=page, example=posixpath.basename(name))
    elif "/embeddings/" in f"/{lower}" or "oleobject" in kind or suffix_of(lower) in OBJECT_SUFFIXES:
        findings.refuse("embedded_object", page=page, example=posixpath.basename(name))
    else:
        return False
    return True


def is_markup(office: Office, name: str) -> bool:
    """Whether it must be XML. SVG and VML are not: what draws them forgives more than XML does."""
    if name.lower().endswith((".svg", ".vml")):
        return False
    return name.lower().endswith((".xml", ".rels")) or office.type_of(name).endswith(("+xml", "/xml"))


def read_through(office: Office, name: str, findings: Findings, page: int | None, seen: Seen) -> None:
    """Every byte is read, so that what lies about its size or its checksum is caught."""

    def read() -> None:
        if is_markup(office, name):
            scan(office.package.chunks(name), seen)
        else:
            _check_content(office.package.chunks(name), name, findings, page)

    guarded(findings, read)


def guarded(findings: Findings, read: Callable[[], None]) -> bool:
    """Put what goes wrong while reading into a finding; True when all went well."""
    try:
        read()
    except Damaged:
        findings.refuse("damaged")
    except Malformed:
        findings.refuse("damaged")
    except Declared:
        findings.refuse("xml_entities")
    except TooMuch:
        findings.refuse("zip_bomb")
    else:
        return True
    return False


def _check_content(chunks: Iterator[bytes], name: str, findings: Findings, page: int | None) -> None:
    first = next(chunks, b"")
    kind = kind_of(first[:HEAD])
    everything = chain([first], chunks)
    example = posixpath.basename(name)
    if name.lower().endswith(".vml"):
        pass
    elif kind == "svg":
        _check_drawing(everything, findings, page)
    elif kind in PROGRAM_KINDS:
        findings.refuse("embedded_program", page=page, example=example)
    elif kind in OBJECT_KINDS:
        findings.refuse("embedded_object", page=page, example=example)
    elif kind in FILM_KINDS and not boxes.plays_everywhere(boxes.Stream(everything)):
        findings.warn("deck_media", page=page, example=example)
    for _rest in everything:
        pass


def _check_drawing(chunks: Iterator[bytes], findings: Findings, page: int | None) -> None:
    drawing = b""
    for chunk in chunks:
        drawing += chunk
        if len(drawing) > MOST_SVG:
            raise TooMuch
    if b"<!ENTITY" in drawing:
        findings.refuse("xml_entities")
    if SVG_CODE.search(drawing):
        findings.refuse("embedded_program", page=page, example="SVG")
    if SVG_OUTSIDE.search(drawing):
        findings.refuse("external_link", page=page, what="picture")
