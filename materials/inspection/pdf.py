"""A deck as PDF: every object that the file lists is looked at, none is followed, so that no loop catches us."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypdfium2
from pypdf import PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, StreamObject

from materials.inspection import poster
from materials.inspection.links import check_address
from materials.inspection.report import Case, Findings, Stop
from registry.pdf.openings import starts, word

MOST_OBJECTS = 300_000
MOST_DEPTH = 100
MOST_NODES = 5_000_000
# The end of a PDF is marked within so much of its end.
TAIL = 1024
ACTIONS = {
    "/JavaScript": "pdf_script",
    "/Launch": "run_program",
    "/GoToR": "pdf_remote",
    "/GoToE": "pdf_remote",
    "/ImportData": "pdf_remote",
    "/SubmitForm": "pdf_remote",
    "/Movie": "pdf_media",
    "/Sound": "pdf_media",
    "/Rendition": "pdf_media",
    "/RichMediaExecute": "pdf_media",
    "/GoTo3DView": "pdf_media",
}
ANNOTATIONS = {
    "/FileAttachment": "pdf_attachment",
    "/RichMedia": "pdf_media",
    "/Movie": "pdf_media",
    "/Sound": "pdf_media",
    "/Screen": "pdf_media",
    "/3D": "pdf_media",
}
KEYS = {
    "/JS": "pdf_script",
    "/JavaScript": "pdf_script",
    "/EF": "pdf_attachment",
    "/EmbeddedFiles": "pdf_attachment",
    "/Collection": "pdf_attachment",
    "/XFA": "pdf_form",
    "/RichMediaContent": "pdf_media",
}


def look(case: Case) -> None:
    """Notes format and facts; raises Stop when there is no point in reading on."""
    case.format = "pdf"
    _check_ends(case)
    if case.findings.refused:
        return
    with case.path.open("rb") as file:
        try:
            reader = PdfReader(file, strict=False)
            if reader.is_encrypted:
                case.findings.refuse("encrypted")
                return
            _check_objects(case.findings, reader)
            case.facts.update(slides=len(reader.pages), hidden=0)
        except (PyPdfError, RecursionError, ValueError, KeyError, TypeError, AttributeError):
            case.findings.refuse("damaged")
            return
    if not case.facts["slides"]:
        case.findings.refuse("no_slides")
    if not case.findings.refused:
        _draw(case)


def _check_ends(case: Case) -> None:
    """A PDF begins with its mark and ends with one; another file may hide before or behind them."""
    size = case.path.stat().st_size
    with case.path.open("rb") as file:
        head = file.read(TAIL)
        file.seek(max(0, size - 22 - 65535))
        tail = file.read()
    if not head.lstrip(b"\xef\xbb\xbf\r\n\t ").startswith(b"%PDF-"):
        case.findings.refuse("disguised", how="leading")
    if b"PK\x05\x06" in tail and b"PK\x01\x02" in tail:
        case.findings.refuse("disguised", how="trailing")
    elif b"%%EOF" not in tail:
        case.findings.refuse("truncated")
    elif b"%%EOF" not in tail[-TAIL:]:
        case.findings.refuse("disguised", how="trailing")


def _check_objects(findings: Findings, reader: PdfReader) -> None:
    numbers = {(number, generation) for generation, table in reader.xref.items() for number in table}
    numbers |= {(number, 0) for number in reader.xref_objStm}
    if len(numbers) > MOST_OBJECTS:
        findings.refuse("zip_bomb")
        raise Stop
    budget = iter(range(MOST_NODES))
    for each in (reader.trailer, *(_object(reader, *number) for number in sorted(numbers))):
        for node in _nodes(each):
            if next(budget, None) is None:
                findings.refuse("zip_bomb")
                raise Stop
            _check_node(findings, node)


def _object(reader: PdfReader, number: int, generation: int) -> Any:
    """None for an entry that leads nowhere; programs write such."""
    try:
        return reader.get_object(IndirectObject(number, generation, reader))
    except PyPdfError:
        return None


def _nodes(root: Any) -> Iterator[DictionaryObject]:
    """The dictionaries that stand in an object itself."""
    ahead: list[tuple[Any, int]] = [(root, 0)]
    while ahead:
        node, depth = ahead.pop()
        if isinstance(node, DictionaryObject):
            yield node
            inner = list(node.values())
        else:
            inner = list(node) if isinstance(node, ArrayObject) else []
        if depth < MOST_DEPTH:
            ahead += [(each, depth + 1) for each in inner if isinstance(each, DictionaryObject | ArrayObject)]


def _check_node(findings: Findings, node: DictionaryObject) -> None:
    codes = {code for key, code in KEYS.items() if key in node}
    codes |= {ACTIONS.get(word(node, "/S"), ""), ANNOTATIONS.get(word(node, "/Subtype"), "")}
    codes |= {ACTIONS.get(kind, "pdf_opening") for kind in starts(node)}
    if isinstance(node, StreamObject) and "/F" in node:
        codes.add("pdf_remote")
    for code in sorted(codes - {""}):
        findings.refuse(code)
    if word(node, "/S") == "/URI":
        check_address(findings, _address(node))


def _address(node: DictionaryObject) -> str:
    value = node.get("/URI", "")
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)


def _draw(case: Case) -> None:
    """The first page, by another reader than the one that looked through the objects: both must know it."""
    try:
        document = pypdfium2.PdfDocument(case.path)
    except pypdfium2.PdfiumError:
        case.findings.refuse("damaged")
        return
    try:
        if case.poster:
            _save_page(document, case.poster)
            case.has_poster = True
    except (pypdfium2.PdfiumError, ValueError):
        case.findings.refuse("damaged")
    finally:
        document.close()


def _save_page(document: pypdfium2.PdfDocument, path: Path) -> None:
    page = document[0]
    width, height = page.get_size()
    scale = min(poster.WIDTH / max(width, 1), poster.TALLEST / max(height, 1))
    poster.save(page.render(scale=scale).to_pil(), path)
