"""The boxes of an MP4 or MOV film (ISO 14496-12, QuickTime), walked without decoding and without holding the film."""

import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import BinaryIO, Protocol

# The index of five minutes has a megabyte; that of a whole day stays below this.
MOST_INDEX = 64 << 20
CHUNK = 1 << 16
KNOWN = {
    b"ftyp",
    b"moov",
    b"mdat",
    b"free",
    b"skip",
    b"wide",
    b"uuid",
    b"moof",
    b"mfra",
    b"sidx",
    b"ssix",
    b"styp",
    b"prft",
    b"meta",
    b"pdin",
    b"emsg",
    b"udta",
    b"pnot",
}
HOLDERS = {b"trak", b"mdia", b"minf", b"dinf", b"stbl", b"edts", b"mvex", b"traf"}
# Codes of samples that need a key.
LOCKED = {b"encv", b"enca", b"encs", b"enct", b"drmi", b"drms", b"p608"}
HALL_PICTURES, HALL_SOUNDS = {b"avc1", b"avc3"}, {b"mp4a", b".mp3"}
# No player shows these as a film.
STILLS = {b"jpeg", b"png ", b"tiff", b"gif ", b"mjp2", b"jpg2"}
# What is shown of one track says something about another: chapters, and small pictures of them.
ABOUT_ANOTHER = {b"chap", b"thmb"}


class Malformed(Exception):
    """A box does not fit into the one that holds it."""


class Source(Protocol):
    """Bytes that come one after the other; both methods give less only at the end."""

    def read(self, length: int) -> bytes: ...

    def skip(self, length: int) -> int: ...


class File:
    """A file: what is skipped is not read."""

    def __init__(self, file: BinaryIO, size: int) -> None:
        self._file, self._size = file, size

    def read(self, length: int) -> bytes:
        return self._file.read(length)

    def skip(self, length: int) -> int:
        here = self._file.tell()
        there = min(self._size, here + length)
        self._file.seek(there)
        return there - here


class Stream:
    """Pieces that can only be read once, such as a part of a zip file."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = iter(chunks)
        self._rest = b""

    def read(self, length: int) -> bytes:
        pieces = []
        while length > 0 and self._fill():
            pieces.append(self._rest[:length])
            self._rest = self._rest[length:]
            length -= len(pieces[-1])
        return b"".join(pieces)

    def skip(self, length: int) -> int:
        skipped = 0
        while skipped < length and self._fill():
            step = min(length - skipped, len(self._rest))
            self._rest = self._rest[step:]
            skipped += step
        return skipped

    def _fill(self) -> bool:
        while not self._rest:
            chunk = next(self._chunks, None)
            if chunk is None:
                return False
            self._rest = chunk
        return True


# How points of a picture come to where they are shown: (x, y) becomes (ax + cy, bx + dy).
Matrix = tuple[int, int, int, int]
AS_IT_IS: Matrix = (1 << 16, 0, 0, 1 << 16)


@dataclass
class Track:
    """One track as its boxes tell it. `ticks` are its length in units of 1 / `timescale` seconds."""

    number: int = 0
    handler: bytes = b""
    codes: list[bytes] = field(default_factory=list)
    timescale: int = 0
    ticks: int = 0
    samples: int = 0
    sample_bytes: int = 0
    furthest: int = 0
    edited: int = 0
    matrix: Matrix = AS_IT_IS
    is_enabled: bool = False
    spoken_for: tuple[int, ...] = ()
    is_external: bool = False
    default_ticks: int = 0


@dataclass
class Film:
    """All that the boxes tell. `ending` is empty when the file ends where its last box ends."""

    timescale: int = 0
    matrix: Matrix = AS_IT_IS
    tracks: list[Track] = field(default_factory=list)
    has_index: bool = False
    is_fragmented: bool = False
    is_locked: bool = False
    is_reference: bool = False
    sample_room: int = 0
    ending: str = ""

    def of(self, handler: bytes) -> list[Track]:
        """The tracks of one sort: vide or soun."""
        return [track for track in self.tracks if track.handler == handler]

    def playing(self, handler: bytes) -> Track | None:
        """The track of this sort that a player shows when nobody chooses.

        Not a still beside a film, whichever comes first, nor chapters; of those left the first that is switched on.
        """
        about = {number for track in self.tracks for number in track.spoken_for}
        each = [track for track in self.of(handler) if track.number not in about] or self.of(handler)
        each = [track for track in each if track.samples > 1 and not STILLS.issuperset(track.codes)] or each
        return next((track for track in each if track.is_enabled), each[0] if each else None)

    def plays(self) -> list[Track]:
        """The tracks that are seen and heard."""
        return [track for track in map(self.playing, (b"vide", b"soun")) if track is not None]

    def shown_by(self, track: Track) -> Matrix:
        """How its pictures are turned and mirrored: by the track's own matrix and then by the film's."""
        (a, b, c, d), (e, f, g, h) = track.matrix, self.matrix
        return (a * e + b * g, a * f + b * h, c * e + d * g, c * f + d * h)

    def milliseconds(self, track: Track) -> int:
        """How long it is shown: as edited, when an edit list says so."""
        if track.edited and self.timescale and not self.is_fragmented:
            return track.edited * 1000 // self.timescale
        return track.ticks * 1000 // track.timescale if track.timescale else 0


def survey(source: Source) -> Film:
    """Walk the boxes to the end of the file. Raises Malformed."""
    film = Film()
    while header := source.read(8):
        if len(header) < 8 or not any(header):
            film.ending = "" if _is_padding(header, source) else "trailing"
            return film
        length, kind = struct.unpack(">I4s", header)
        room = length - 8
        if length == 1:
            room = int.from_bytes(source.read(8), "big") - 16
        elif length == 0:
            room = 1 << 62
        if room < 0:
            film.ending = "trailing"
            return film
        if not _take(film, source, kind, room, to_the_end=length == 0):
            return film
    return film


def plays_everywhere(source: Source) -> bool:
    """Whether what is seen and heard of a film inside a deck is H.264 and AAC or MP3."""
    try:
        film = survey(source)
    except (Malformed, struct.error):
        return False
    tracks = film.plays()
    known = HALL_PICTURES | HALL_SOUNDS
    return bool(tracks) and not film.is_locked and all(known.issuperset(track.codes) for track in tracks)


def _take(film: Film, source: Source, kind: bytes, room: int, *, to_the_end: bool) -> bool:
    """Read or skip the content of one outermost box. False when the file ended inside it."""
    got = 0
    if kind in (b"moov", b"moof") and not to_the_end:
        if room > MOST_INDEX:
            raise Malformed
        content = source.read(room)
        got = len(content)
        if got == room:
            (_read_index if kind == b"moov" else _read_fragment)(film, content)
    else:
        got = source.skip(room)
        if kind == b"mdat":
            film.sample_room += got
    if got < room and not to_the_end:
        film.ending = "cut" if kind in KNOWN else "trailing"
        return False
    return True


def _is_padding(header: bytes, source: Source) -> bool:
    """Some cameras fill the file up with zeros."""
    while header:
        if any(header):
            return False
        header = source.read(CHUNK)
    return True


def _children(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 0
    while len(content) - at >= 8:
        length, kind = struct.unpack_from(">I4s", content, at)
        head = 8
        if length == 1 and len(content) - at >= 16:
            length, head = struct.unpack_from(">Q", content, at + 8)[0], 16
        elif length == 0:
            # QuickTime closes some lists with four zeros.
            if kind == b"\0\0\0\0":
                return
            length = len(content) - at
        if length < head or length > len(content) - at:
            raise Malformed
        yield kind, content[at + head : at + length]
        at += length


def _read_index(film: Film, content: bytes) -> None:
    film.has_index = True
    for kind, inner in _children(content):
        if kind == b"mvhd":
            film.timescale = _timescale(inner)
            film.matrix = _matrix(inner, 48 if inner[:1] == b"\x01" else 36)
        elif kind == b"trak":
            track = Track()
            _read_track(track, inner)
            film.tracks.append(track)
            film.is_locked = film.is_locked or bool(LOCKED & set(track.codes))
        elif kind == b"mvex":
            film.is_fragmented = True
            _read_defaults(film, inner)
        elif kind == b"pssh":
            film.is_locked = True
        elif kind == b"rmra":
            film.is_reference = True


def _read_track(track: Track, content: bytes) -> None:
    for kind, inner in _children(content):
        if kind in HOLDERS:
            _read_track(track, inner)
        elif reader := READERS.get(kind):
            reader(track, inner)


def _timescale(content: bytes) -> int:
    return int(struct.unpack_from(">I", content, 20 if content[:1] == b"\x01" else 12)[0])


def _matrix(content: bytes, at: int) -> Matrix:
    """The part of a display matrix that turns, mirrors and stretches; what is all zero says nothing."""
    a, b, _u, c, d = struct.unpack_from(">5i", content, at)
    return (a, b, c, d) if a * d - b * c else AS_IT_IS


def _read_head(track: Track, content: bytes) -> None:
    """tkhd: its number, whether it is switched on (flag 1), and how it is shown."""
    long = content[:1] == b"\x01"
    (track.number,) = struct.unpack_from(">I", content, 20 if long else 12)
    track.is_enabled = bool(content[3] & 1)
    track.matrix = _matrix(content, 52 if long else 40)


def _read_references(track: Track, content: bytes) -> None:
    """tref: the tracks that are about this one."""
    for kind, inner in _children(content):
        if kind in ABOUT_ANOTHER:
            track.spoken_for += struct.unpack_from(f">{len(inner) // 4}I", inner)


def _read_media(track: Track, content: bytes) -> None:
    track.timescale = _timescale(content)


def _read_handler(track: Track, content: bytes) -> None:
    """hdlr: QuickTime has a second one, of the data, which says nothing about the track."""
    if content[4:8] != b"dhlr":
        track.handler = content[8:12]


def _read_places(track: Track, content: bytes) -> None:
    """dref: every piece must lie in this file (flag 1)."""
    for _kind, inner in _children(content[8:]):
        if not int.from_bytes(inner[:4], "big") & 1:
            track.is_external = True


def _read_descriptions(track: Track, content: bytes) -> None:
    track.codes += [kind for kind, _inner in _children(content[8:])]


def _read_times(track: Track, content: bytes) -> None:
    """stts: pairs of count and length."""
    numbers = _numbers(content, 4, 2)
    track.ticks = sum(count * length for count, length in zip(numbers[::2], numbers[1::2], strict=True))


def _read_sizes(track: Track, content: bytes) -> None:
    size, track.samples = struct.unpack_from(">II", content, 4)
    track.sample_bytes = size * track.samples if size else sum(_numbers(content, 8, 1))


def _read_offsets(track: Track, content: bytes) -> None:
    track.furthest = max(_numbers(content, 4, 1), default=0)


def _read_long_offsets(track: Track, content: bytes) -> None:
    track.furthest = max(_numbers(content, 4, 1, code="Q"), default=0)


def _read_edits(track: Track, content: bytes) -> None:
    long = content[:1] == b"\x01"
    (count,) = struct.unpack_from(">I", content, 4)
    step = 20 if long else 12
    if count * step > len(content) - 8:
        raise Malformed
    track.edited = sum(struct.unpack_from(">Q" if long else ">I", content, 8 + step * i)[0] for i in range(count))


def _numbers(content: bytes, at: int, each: int, code: str = "I") -> tuple[int, ...]:
    """A table: its count at `at`, then so many times `each` numbers."""
    count = struct.unpack_from(">I", content, at)[0] * each
    if count * struct.calcsize(code) > len(content) - at - 4:
        raise Malformed
    return struct.unpack_from(f">{count}{code}", content, at + 4)


def _read_defaults(film: Film, content: bytes) -> None:
    """trex: how long a sample of a fragment lasts when the fragment does not say it."""
    for kind, inner in _children(content):
        if kind == b"trex":
            number, _description, ticks = struct.unpack_from(">III", inner, 4)
            for track in film.tracks:
                if track.number == number:
                    track.default_ticks = ticks


def _read_fragment(film: Film, content: bytes) -> None:
    for kind, inner in _children(content):
        if kind == b"traf":
            _read_run(film, inner)


def _read_run(film: Film, content: bytes) -> None:
    track, ticks = None, 0
    for kind, inner in _children(content):
        if kind == b"tfhd":
            flags, number = struct.unpack_from(">II", inner)
            track = next((each for each in film.tracks if each.number == number), None)
            ticks = track.default_ticks if track else 0
            if flags & 0x8:
                at = 8 + (8 if flags & 0x1 else 0) + (4 if flags & 0x2 else 0)
                (ticks,) = struct.unpack_from(">I", inner, at)
        elif kind == b"trun" and track:
            _add_run(track, inner, ticks)


def _add_run(track: Track, content: bytes, ticks: int) -> None:
    flags, count = struct.unpack_from(">II", content)
    at = 8 + (4 if flags & 0x1 else 0) + (4 if flags & 0x4 else 0)
    step = sum(4 for flag in (0x100, 0x200, 0x400, 0x800) if flags & flag)
    if count * max(step, 0) > len(content) - at:
        raise Malformed
    track.samples += count
    if flags & 0x100:
        track.ticks += sum(struct.unpack_from(">I", content, at + step * i)[0] for i in range(count))
    else:
        track.ticks += ticks * count


READERS = {
    b"tkhd": _read_head,
    b"tref": _read_references,
    b"mdhd": _read_media,
    b"hdlr": _read_handler,
    b"dref": _read_places,
    b"stsd": _read_descriptions,
    b"stts": _read_times,
    b"stsz": _read_sizes,
    b"stco": _read_offsets,
    b"co64": _read_long_offsets,
    b"elst": _read_edits,
}
