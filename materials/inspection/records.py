"""The records of a binary PowerPoint file ([MS-PPT] 2.3): eight bytes of header, then an atom or more records."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum

MOST_RECORDS = 2_000_000
# Persist directories of earlier savings stand behind each other.
MOST_EDITS = 4096


class Broken(Exception):
    """The records do not follow one another as they should."""


class Kind(IntEnum):
    DOCUMENT = 0x03E8
    SLIDE = 0x03EE
    SLIDE_PERSIST = 0x03F3
    SHOW_INFO = 0x03F9
    VBA_INFO_ATOM = 0x0400
    TEXT = 0x0FBA
    OLE_EMBED = 0x0FCC
    OLE_LINK = 0x0FCE
    HYPERLINK = 0x0FD7
    CONTROL = 0x0FEE
    SLIDE_LIST = 0x0FF0
    INTERACTION = 0x0FF3
    EDIT = 0x0FF5
    CURRENT_USER = 0x0FF6
    VIDEO = 0x1005
    MIDI = 0x100D
    CD_SOUND = 0x100E
    SOUND_LINK = 0x1010
    OLE_STORAGE = 0x1011
    PERSIST = 0x1772
    CRYPT_SESSION = 0x2F14


@dataclass(frozen=True)
class Record:
    """`start` and `end` are the bounds of its content; `holders` the kinds of the records around it."""

    kind: int
    instance: int
    start: int
    end: int
    holders: tuple[int, ...] = ()


def record_at(data: bytes, at: int, end: int) -> Record:
    """Raises Broken when there is none, or when it is longer than what holds it."""
    if not 0 <= at <= end - 8:
        raise Broken
    head, kind, length = struct.unpack_from("<HHI", data, at)
    if length > end - at - 8:
        raise Broken
    return Record(kind, head >> 4, at + 8, at + 8 + length)


def walk(data: bytes, start: int = 0, end: int | None = None) -> Iterator[Record]:
    """Every record, holders before what they hold. Raises Broken when an outermost one is cut off."""
    end = len(data) if end is None else end
    # Positions still to be read: where, up to where, and inside what.
    ahead: list[tuple[int, int, tuple[int, ...]]] = [(start, end, ())]
    count = 0
    while ahead:
        at, stop, holders = ahead.pop()
        if stop - at < 8:
            continue
        head, kind, length = struct.unpack_from("<HHI", data, at)
        over = at + 8 + length > stop
        if over and not holders:
            raise Broken
        count += 1
        if count > MOST_RECORDS or len(holders) > 64:
            raise Broken
        inner_end = stop if over else at + 8 + length
        yield Record(kind, head >> 4, at + 8, inner_end, holders)
        ahead.append((inner_end, stop, holders))
        if head & 0xF == 0xF:
            ahead.append((at + 8, inner_end, (*holders, kind)))


def places(data: bytes, newest_edit: int) -> tuple[dict[int, int], int]:
    """Where each persisted object begins, and the number of the document. Raises Broken."""
    found: dict[int, int] = {}
    document, at = 0, newest_edit
    for _edit in range(MOST_EDITS):
        edit = record_at(data, at, len(data))
        if edit.kind != Kind.EDIT or edit.end - edit.start < 20:
            raise Broken
        before, directory, number = struct.unpack_from("<III", data, edit.start + 8)
        document = document or number
        for key, value in _directory(data, directory):
            found.setdefault(key, value)
        # Earlier savings stand before later ones; anything else would go round for ever.
        if before == 0 or before >= at:
            break
        at = before
    return found, document


def _directory(data: bytes, at: int) -> Iterator[tuple[int, int]]:
    record = record_at(data, at, len(data))
    if record.kind != Kind.PERSIST:
        raise Broken
    place = record.start
    while place + 4 <= record.end:
        (head,) = struct.unpack_from("<I", data, place)
        first, count = head & 0xFFFFF, head >> 20
        place += 4
        if place + 4 * count > record.end:
            raise Broken
        for number in range(count):
            yield first + number, struct.unpack_from("<I", data, place + 4 * number)[0]
        place += 4 * count
