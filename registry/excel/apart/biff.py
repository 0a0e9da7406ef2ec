"""An .xls of Excel 97 to 2003 besides its values: what is hidden, struck through or failed, and its texts once more.

The texts of BIFF8 are UTF-16 whatever the CODEPAGE record says; the library believes the record, so it is mended. The
texts are read here as well and compared with the library's.
"""

import io
import struct
from collections.abc import Iterator

import olefile

from registry.excel.apart.facts import Checked, Facts, Place

_UTF16 = 1200
_CODEPAGE, _DATEMODE, _FONT, _XF, _BOUNDSHEET, _SST, _CONTINUE = 0x42, 0x22, 0x31, 0xE0, 0x85, 0xFC, 0x3C
_BOF, _ROW, _COLINFO, _LABELSST, _FORMULA, _BOOLERR = 0x809, 0x208, 0x7D, 0xFD, 0x06, 0x205
_CELLS = frozenset({_LABELSST, _FORMULA, _BOOLERR, 0x203, 0x204, 0x27E, 0xD6})
# A record of a cell begins with row, column and style; rich fonts stand behind index 4, which no file has.
_NO_FONT = 4

Record = tuple[int, int, bytes]


def checked(data: bytes) -> Checked:
    """The file with a code page the library can believe, and the facts of its sheets; as it came where it is no BIFF8.

    Raises what olefile and struct raise.
    """
    ole = olefile.OleFileIO(io.BytesIO(data))
    if not ole.exists("Workbook"):
        return Checked(data)
    stream = ole.openstream("Workbook").read()
    if len(stream) < 8 or struct.unpack_from("<HHH", stream) != (_BOF, struct.unpack_from("<H", stream, 2)[0], 0x0600):
        return Checked(data)
    found = Checked(data)
    book = _Book(list(_records(stream, 0)))
    found.from_1904 = book.from_1904
    if book.codepage_at is not None and book.codepage != _UTF16:
        found.data = _patched(ole, data, book.codepage_at)
    for name, at in book.sheets:
        found.sheets[name], found.texts[name] = _sheet(_records(stream, at), book)
    return found


def _records(stream: bytes, at: int) -> Iterator[Record]:
    """Kind, place of the content, content; up to the end of the substream that begins at `at`."""
    depth = 0
    while at + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, at)
        yield kind, at + 4, stream[at + 4 : at + 4 + size]
        depth += (kind == _BOF) - (kind == 0x0A)
        if depth == 0:
            return
        at += 4 + size


class _Book:
    """The globals of a workbook."""

    def __init__(self, records: list[Record]) -> None:
        self.from_1904 = False
        self.codepage, self.codepage_at = _UTF16, None
        self.sheets: list[tuple[str, int]] = []
        self.strings: list[str] = []
        fonts: list[bool] = []
        styles: list[int] = []
        for number, (kind, at, content) in enumerate(records):
            if kind == _CODEPAGE:
                self.codepage, self.codepage_at = struct.unpack_from("<H", content)[0], at
            elif kind == _DATEMODE:
                self.from_1904 = content[:1] == b"\x01"
            elif kind == _FONT:
                fonts.append(bool(content[2] & 0x08))
            elif kind == _XF:
                styles.append(struct.unpack_from("<H", content)[0])
            elif kind == _BOUNDSHEET and content[5] == 0:
                size, wide = content[6], content[7] & 1
                text = content[8 : 8 + size * (1 + wide)]
                self.sheets.append(
                    (text.decode("utf-16-le" if wide else "latin-1"), struct.unpack_from("<L", content)[0])
                )
            elif kind == _SST:
                self.strings = _Strings([content, *_continued(records, number)]).read()
        struck = {number + (number >= _NO_FONT) for number, is_struck in enumerate(fonts) if is_struck}
        self.struck = {number for number, font in enumerate(styles) if font in struck}

    codepage_at: int | None


def _continued(records: list[Record], number: int) -> Iterator[bytes]:
    for kind, _at, content in records[number + 1 :]:
        if kind != _CONTINUE:
            return
        yield content


class _Strings:
    """The table of strings; a string may go on in the next record, whose first byte says its width anew."""

    def __init__(self, blocks: list[bytes]) -> None:
        self.blocks, self.block, self.at = blocks, 0, 0

    def read(self) -> list[str]:
        _total, count = struct.unpack("<LL", self._take(8))
        return [self._string() for _number in range(min(count, 1_000_000))]

    def _string(self) -> str:
        length, flags = struct.unpack("<HB", self._take(3))
        runs = struct.unpack("<H", self._take(2))[0] if flags & 8 else 0
        extra = struct.unpack("<L", self._take(4))[0] if flags & 4 else 0
        text = self._letters(length, flags & 1)
        self._take(runs * 4 + extra)
        return text

    def _letters(self, length: int, wide: int) -> str:
        text = ""
        while length:
            if self.at >= len(self.blocks[self.block]):
                self.block, self.at = self.block + 1, 1
                wide = self.blocks[self.block][0] & 1
            here = min(length, (len(self.blocks[self.block]) - self.at) // (1 + wide))
            piece = self.blocks[self.block][self.at : self.at + here * (1 + wide)]
            text += piece.decode("utf-16-le" if wide else "latin-1", "surrogatepass")
            self.at += here * (1 + wide)
            length -= here
            if not here and length:
                raise ValueError("a string cut off")
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")

    def _take(self, size: int) -> bytes:
        taken = b""
        while len(taken) < size:
            if self.at >= len(self.blocks[self.block]):
                self.block, self.at = self.block + 1, 0
            piece = self.blocks[self.block][self.at : self.at + size - len(taken)]
            taken, self.at = taken + piece, self.at + len(piece)
        return taken


def _sheet(records: Iterator[Record], book: _Book) -> tuple[Facts, dict[Place, str]]:
    facts, texts = Facts(), {}
    for kind, _at, content in records:
        if kind == _ROW:
            row, flags = struct.unpack_from("<H", content)[0], struct.unpack_from("<L", content, 12)[0]
            if flags & 0x20:
                facts.hidden_rows.add(row)
        elif kind == _COLINFO:
            first, last, _width, _style, flags = struct.unpack_from("<HHHHH", content)
            if flags & 1:
                facts.hidden_columns.update(range(first, min(last, 255) + 1))
        elif kind in _CELLS:
            row, column, format_ = struct.unpack_from("<HHH", content)
            if format_ in book.struck:
                facts.struck.add((row, column))
            if kind == _LABELSST:
                texts[row, column] = book.strings[struct.unpack_from("<L", content, 6)[0]]
            if _has_failed(kind, content):
                facts.errors.add((row, column))
    return facts, texts


def _has_failed(kind: int, content: bytes) -> bool:
    if kind == _BOOLERR:
        return content[7] == 1
    return kind == _FORMULA and content[6] == 2 and content[12:14] == b"\xff\xff"


def _patched(ole: olefile.OleFileIO, data: bytes, at: int) -> bytes:
    """The file with UTF-16 in its CODEPAGE record, which lies at this place of the workbook's stream."""
    entry = ole.direntries[ole._find("Workbook")]
    if entry.size < ole.minisectorcutoff:
        return data
    chain: list[int] = []
    sector = entry.isectStart
    while sector < len(ole.fat) and len(chain) <= at // ole.sectorsize + 1:
        chain.append(sector)
        sector = ole.fat[sector]
    patched = bytearray(data)
    for offset, byte in enumerate(struct.pack("<H", _UTF16)):
        number, within = divmod(at + offset, ole.sectorsize)
        patched[(chain[number] + 1) * ole.sectorsize + within] = byte
    return bytes(patched)
