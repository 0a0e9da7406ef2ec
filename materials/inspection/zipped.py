"""A zip file that is not trusted: every claim of its directory is checked against its bytes."""

import errno
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from materials.inspection.report import Findings, Stop

CHUNK = 1 << 16
MOST_ENTRIES = 10_000
MOST_DIRECTORY = 8 << 20
MOST_COMMENT = 256
# A descriptor may stand behind an entry, and some writers leave a little room.
MOST_GAP = 1024
ENCRYPTED, DESCRIPTOR, UTF8 = 0x1, 0x8, 0x800
HERE = 0xFFFFFFFF


class Damaged(Exception):
    """The bytes are not what the directory says."""


@dataclass(frozen=True)
class Limits:
    """How much may come out of it, in bytes."""

    most: int = 1 << 30
    # A package that grows this much is made to burst: looked at from `grown_from` on.
    growth: int = 100
    grown_from: int = 20 << 20


@dataclass(frozen=True)
class Package:
    """A zip file whose directory is sound. Its entries are read by `chunks`."""

    file: BinaryIO
    entries: dict[str, zipfile.ZipInfo]
    starts: dict[str, int]

    def chunks(self, name: str) -> Iterator[bytes]:
        """The content piece by piece, never more than was declared. Raises Damaged."""
        info = self.entries[name]
        self.file.seek(self.starts[name])
        inflate = _inflate if info.compress_type == zipfile.ZIP_DEFLATED else _pieces
        total = crc = 0
        for chunk in inflate(self.file, info.compress_size):
            total += len(chunk)
            if total > info.file_size:
                raise Damaged(name)
            crc = zlib.crc32(chunk, crc)
            yield chunk
        if total != info.file_size or crc != info.CRC:
            raise Damaged(name)

    def read(self, name: str) -> bytes:
        """All of a small entry."""
        return b"".join(self.chunks(name))

    def size(self, name: str) -> int:
        return self.entries[name].file_size


def open_package(file: BinaryIO, size: int, findings: Findings, limits: Limits | None = None) -> Package:
    """Check everything that can be told without unpacking; raises Stop when it is not safe to unpack."""
    limits = limits or Limits()
    end = _check_end(file, size, findings)
    try:
        archive = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, NotImplementedError, UnicodeDecodeError, struct.error, ValueError, OSError) as trouble:
        # A place before the beginning of the file is an invalid argument to the system, not a failing disk.
        if isinstance(trouble, OSError) and trouble.errno != errno.EINVAL:
            raise
        findings.refuse("damaged")
        raise Stop from None
    infos = archive.infolist()
    if any(info.header_offset < 0 for info in infos):
        findings.refuse("damaged")
        raise Stop
    _check_names(infos, findings)
    _check_sizes(infos, limits, findings)
    starts = _check_places(file, infos, min(archive.start_dir, end), findings)
    if findings.refused:
        raise Stop
    names = {info.filename: info for info in infos if not info.is_dir()}
    return Package(file, names, {name: starts[info.header_offset] for name, info in names.items()})


def _check_end(file: BinaryIO, size: int, findings: Findings) -> int:
    """Where the end record begins; the directory must be of a bearable size before anybody reads it."""
    back = min(size, 22 + 65535)
    file.seek(size - back)
    tail = file.read(back)
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < 22:
        findings.refuse("truncated")
        raise Stop
    entries, directory, _offset, comment = struct.unpack("<HIIH", tail[at + 10 : at + 22])
    if len(tail) - at - 22 != comment or comment > MOST_COMMENT:
        findings.refuse("disguised", how="trailing")
        raise Stop
    locator = tail[at - 20 : at] if at >= 20 else b""
    if directory == HERE and locator[:4] == b"PK\x06\x07":
        file.seek(struct.unpack("<Q", locator[8:16])[0] if struct.unpack("<Q", locator[8:16])[0] < size else 0)
        record = file.read(56).ljust(56, b"\xff")
        entries, directory = struct.unpack("<QQ", record[32:48])
    if directory > MOST_DIRECTORY or (entries > MOST_ENTRIES and entries != 0xFFFF):
        findings.refuse("zip_bomb")
        raise Stop
    return size - len(tail) + at


def _check_names(infos: list[zipfile.ZipInfo], findings: Findings) -> None:
    seen: set[str] = set()
    for info in infos:
        name = info.orig_filename
        steps = name.replace("\\", "/").split("/")
        if name.startswith(("/", "\\")) or ".." in steps or "\\" in name or "\0" in name or ":" in steps[0]:
            findings.refuse("zip_trick", how="name", example=name)
        if name.lower() in seen:
            findings.refuse("zip_trick", how="twice", example=name)
        if stat.S_ISLNK(info.external_attr >> 16):
            findings.refuse("zip_trick", how="symlink", example=name)
        if info.flag_bits & ENCRYPTED:
            findings.refuse("encrypted")
        elif info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            findings.refuse("zip_trick", how="method", example=name)
        seen.add(name.lower())


def _check_sizes(infos: list[zipfile.ZipInfo], limits: Limits, findings: Findings) -> None:
    """Refuses what says itself that it bursts; what lies about it is caught while it is read."""
    total = sum(info.file_size for info in infos)
    packed = sum(info.compress_size for info in infos)
    grown = total > limits.grown_from and total > limits.growth * packed
    if len(infos) > MOST_ENTRIES or total > limits.most or grown:
        findings.refuse("zip_bomb")


def _check_places(file: BinaryIO, infos: list[zipfile.ZipInfo], end: int, findings: Findings) -> dict[int, int]:
    """Where each entry's bytes begin, by the place of its header. Nothing before, between, over or behind them."""
    starts: dict[int, int] = {}
    at = 0
    for info in sorted(infos, key=lambda each: each.header_offset):
        gap = info.header_offset - at
        if gap < 0:
            findings.refuse("zip_trick", how="overlap", example=info.filename)
        elif gap > (MOST_GAP if starts else 0):
            findings.refuse("disguised", how="between" if starts else "leading")
        starts[info.header_offset] = start = _check_header(file, info, findings)
        at = max(at, start + info.compress_size)
        if at > end:
            findings.refuse("truncated")
    if starts and end - at > MOST_GAP:
        findings.refuse("disguised", how="between")
    return starts


def _check_header(file: BinaryIO, info: zipfile.ZipInfo, findings: Findings) -> int:
    """An entry is announced twice, and both must say the same: programs believe one or the other."""
    file.seek(info.header_offset)
    header = file.read(30)
    if len(header) < 30 or header[:4] != b"PK\x03\x04":
        findings.refuse("damaged")
        raise Stop
    flags, method, crc, packed, size, name_length, extra = struct.unpack("<6xHH4xIIIHH", header)
    name = file.read(name_length).decode("utf-8" if flags & UTF8 else "cp437", "replace")
    same = (name, method, flags & ENCRYPTED) == (info.orig_filename, info.compress_type, info.flag_bits & ENCRYPTED)
    if not flags & DESCRIPTOR:
        same = same and crc == info.CRC
        same = same and packed in (info.compress_size, HERE) and size in (info.file_size, HERE)
    if not same:
        findings.refuse("zip_trick", how="header", example=info.filename)
    return info.header_offset + 30 + name_length + extra


def _pieces(file: BinaryIO, length: int) -> Iterator[bytes]:
    while length:
        piece = file.read(min(CHUNK, length))
        if not piece:
            raise Damaged
        length -= len(piece)
        yield piece


def _inflate(file: BinaryIO, length: int) -> Iterator[bytes]:
    """Never makes more than a chunk at a time, however far a piece would grow."""
    stream = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        for piece in _pieces(file, length):
            while piece and not stream.eof:
                if out := stream.decompress(piece, CHUNK):
                    yield out
                piece = stream.unconsumed_tail
            if stream.eof and (piece or stream.unused_data):
                raise Damaged
        while out := stream.decompress(stream.unconsumed_tail, CHUNK):
            yield out
    except zlib.error:
        raise Damaged from None
    if not stream.eof:
        raise Damaged
