"""An .xlsx besides its values: what is hidden, struck through, not calculated or failed; errors the library refuses.

Newer versions of Excel have errors that the library does not know (#SPILL!, #CALC!): one such cell anywhere would make
it refuse the whole file, so each is handed on as the error that everybody knows.
"""

import io
import posixpath
import re
import zipfile
from collections.abc import Callable, Mapping
from typing import Any
from xml.parsers import expat

from registry.excel.apart.facts import Checked, Facts

_KNOWN_ERRORS = frozenset({b"#DIV/0!", b"#N/A", b"#NAME?", b"#NULL!", b"#NUM!", b"#REF!", b"#VALUE!"})
_ERROR_CELL = re.compile(rb"<(?:\w+:)?c\b(?=[^>]*\bt=[\"']e[\"'])[^>]*(?<!/)>.*?</(?:\w+:)?c>", re.DOTALL)
_VALUE = re.compile(rb"(<(?:\w+:)?v(?:\s[^>]*)?>)([^<]*)(</(?:\w+:)?v>)|<(?:(\w+):)?v\s*/>")
# A sheet without any of these shows nothing that its values do not say.
_TELLING = (b"hidden=", b"<f", b":f>", b":f ", b't="e"', b"t='e'", b"strike", b'ht="0"', b'width="0"')
_REFERENCE = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})")
_ON = frozenset({"1", "true", "on"})


def checked(data: bytes) -> Checked:
    """The package with errors the library knows, and the facts of its sheets. Raises what zipfile and expat raise."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {_plain(member.orig_filename): member for member in archive.infolist()}

        def read(name: str) -> bytes:
            return _read(archive, parts[name]) if name in parts else b""

        if "xl/workbook.xml" not in parts:
            raise ValueError("not an .xlsx")
        book = _Book(read("xl/workbook.xml"), read("xl/_rels/workbook.xml.rels"))
        struck = _struck_styles(read("xl/styles.xml"))
        strings = _struck_strings(read("xl/sharedstrings.xml"))
        found = Checked(data, book.from_1904)
        mended: dict[str, bytes] = {}
        for name, part in book.parts.items():
            content = read(part)
            known = _ERROR_CELL.sub(_as_known, content) if b"#" in content else content
            if known != content:
                mended[part] = known
            found.sheets[name] = _facts(content, struck, strings)
        if mended:
            found.data = _rewritten(archive, parts, mended)
    return found


def _read(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    """A part, as large as it says it is. Read without a number, one that lies would be inflated whole."""
    with archive.open(member) as part:
        return part.read(member.file_size + 1)


def _plain(name: str) -> str:
    """A part's name as the library looks for it: some programs write backslashes, or capitals."""
    return name.replace("\\", "/").lstrip("/").lower()


def _as_known(cell: re.Match[bytes]) -> bytes:
    def value(found: re.Match[bytes]) -> bytes:
        if found[2] is None:
            mark = found[4] + b":" if found[4] else b""
            return b"<%bv>#REF!</%bv>" % (mark, mark)
        return found[0] if found[2].strip() in _KNOWN_ERRORS else found[1] + b"#REF!" + found[3]

    return _VALUE.sub(value, cell[0])


def _rewritten(archive: zipfile.ZipFile, parts: Mapping[str, zipfile.ZipInfo], mended: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as written:
        for name, member in parts.items():
            written.writestr(member.orig_filename.replace("\\", "/"), mended.get(name) or _read(archive, member))
    return buffer.getvalue()


def _walk(content: bytes, start: Callable[..., None], end: Callable[..., None], text: Callable[..., None]) -> None:
    """Parse without entities; names come without their namespaces."""
    if not content:
        return
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True

    def refuse(*_told: Any) -> None:
        raise ValueError("a document type")

    def local(name: str) -> str:
        return name.rpartition(" ")[2]

    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = lambda name, told: start(local(name), {local(key): told[key] for key in told})
    parser.EndElementHandler = lambda name: end(local(name))
    parser.CharacterDataHandler = text
    parser.Parse(content, True)


def _nothing(*_told: Any) -> None:
    """For events nobody waits for."""


class _Book:
    """The worksheets of a workbook by name, as parts of the package, and which day it counts from."""

    def __init__(self, workbook: bytes, relations: bytes) -> None:
        self.from_1904 = False
        self.parts: dict[str, str] = {}
        self._targets: dict[str, str] = {}
        _walk(relations, self._relation, _nothing, _nothing)
        _walk(workbook, self._sheet, _nothing, _nothing)

    def _relation(self, name: str, told: Mapping[str, str]) -> None:
        if name == "Relationship" and {"Id", "Target"} <= told.keys():
            target = told["Target"].replace("\\", "/")
            whole = target if target.startswith("/") else posixpath.join("xl", target)
            self._targets[told["Id"]] = _plain(posixpath.normpath(whole))

    def _sheet(self, name: str, told: Mapping[str, str]) -> None:
        if name == "workbookPr":
            self.from_1904 = told.get("date1904", "") in _ON
        elif name == "sheet" and told.get("id") in self._targets:
            self.parts[told.get("name", "")] = self._targets[told["id"]]


def _struck_styles(styles: bytes) -> frozenset[str]:
    """The numbers of the cell styles whose font is struck through."""
    fonts: list[bool] = []
    struck: list[str] = []
    within: list[str] = []
    count = 0

    def start(name: str, told: Mapping[str, str]) -> None:
        nonlocal count
        above = within[-1] if within else ""
        within.append(name)
        if name == "font" and above == "fonts":
            fonts.append(False)
        elif name == "strike" and "fonts" in within and fonts:
            fonts[-1] = told.get("val", "1") in _ON
        elif name == "xf" and above == "cellXfs":
            font = int(told.get("fontId", "0"))
            if font < len(fonts) and fonts[font]:
                struck.append(str(count))
            count += 1

    def end(_name: str) -> None:
        within.pop()

    if b"strike" in styles:
        _walk(styles, start, end, _nothing)
    return frozenset(struck)


def _struck_strings(shared: bytes) -> frozenset[str]:
    """The numbers of the shared strings of which a part is struck through."""
    struck: set[str] = set()
    count = -1

    def start(name: str, told: Mapping[str, str]) -> None:
        nonlocal count
        if name == "si":
            count += 1
        elif name == "strike" and told.get("val", "1") in _ON:
            struck.add(str(count))

    if b"strike" in shared:
        _walk(shared, start, _nothing, _nothing)
    return frozenset(struck)


def _facts(sheet: bytes, struck: frozenset[str], strings: frozenset[str]) -> Facts:
    if not struck and not strings and not any(word in sheet for word in _TELLING):
        return Facts()
    reader = _Sheet(struck, strings)
    _walk(sheet, reader.start, reader.end, reader.text)
    return reader.facts


class _Sheet:
    """Walks through a sheet, cell by cell."""

    def __init__(self, struck: frozenset[str], strings: frozenset[str]) -> None:
        self.facts = Facts()
        self.styles, self.strings = struck, strings
        self.row, self.column = -1, -1
        self.kind, self.style = "", ""
        self.has_formula = self.has_value = self.in_value = self.is_struck = False
        self.value = ""

    def start(self, name: str, told: Mapping[str, str]) -> None:
        if name == "c":
            self._place(told)
            self.kind, self.style, self.value = told.get("t", "n"), told.get("s", "0"), ""
            self.has_formula = self.has_value = self.is_struck = False
        elif name == "row":
            self.row, self.column = int(told.get("r", self.row + 2)) - 1, -1
            if told.get("hidden", "") in _ON or told.get("ht", "") in ("0", "0.0"):
                self.facts.hidden_rows.add(self.row)
        elif name == "col" and (told.get("hidden", "") in _ON or told.get("width", "") in ("0", "0.0")):
            self.facts.hidden_columns.update(range(int(told["min"]) - 1, min(int(told["max"]), 1000)))
        elif name == "f":
            self.has_formula = True
        elif name in ("v", "t"):
            self.in_value = True
        elif name == "strike" and told.get("val", "1") in _ON:
            self.is_struck = True

    def text(self, data: str) -> None:
        if self.in_value:
            self.value += data

    def end(self, name: str) -> None:
        if name in ("v", "t"):
            self.in_value = False
        elif name == "c":
            self._judge()

    def _place(self, told: Mapping[str, str]) -> None:
        found = _REFERENCE.fullmatch(told.get("r", ""))
        self.column = _number(found[1]) if found else self.column + 1
        if found:
            self.row = int(found[2]) - 1

    def _judge(self) -> None:
        here, written = (self.row, self.column), self.value.strip()
        if self.kind == "e":
            self.facts.errors.add(here)
        elif self.has_formula and not written and self.kind != "str":
            self.facts.unvalued.add(here)
        if written and (self.is_struck or self.style in self.styles or (self.kind == "s" and written in self.strings)):
            self.facts.struck.add(here)


def _number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1
