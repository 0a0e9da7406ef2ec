"""Taking zip files apart and putting them together again, also in ways that no honest program would."""

import io
import struct
import zipfile
from collections.abc import Mapping
from typing import Any

Parts = dict[str, bytes]


def parts_of(data: bytes) -> Parts:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zip_of(parts: Mapping[str, bytes], *, method: int = zipfile.ZIP_DEFLATED, stored: str = "\0") -> bytes:
    """Parts whose names end in `stored` are not compressed."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, content in parts.items():
            archive.writestr(name, content, zipfile.ZIP_STORED if name.endswith(stored) else method)
    return target.getvalue()


def streamed_zip_of(parts: Mapping[str, bytes]) -> bytes:
    """As a program writes that cannot go back: the sizes stand behind the content."""

    class Pipe(io.RawIOBase):
        def __init__(self) -> None:
            self.written = bytearray()

        def writable(self) -> bool:
            return True

        def write(self, data: Any) -> int:
            self.written += data
            return len(data)

    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return bytes(pipe.written)


def zip64_of(parts: Mapping[str, bytes]) -> bytes:
    """With the long fields that only files above four gigabytes need."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            with archive.open(name, "w", force_zip64=True) as file:
                file.write(content)
    return target.getvalue()


def entry(data: bytes, name: str) -> tuple[int, int]:
    """Where the local and the central header of an entry begin."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        local = archive.getinfo(name).header_offset
        at = archive.start_dir
    while struct.unpack_from("<I", data, at + 42)[0] != local:
        lengths = struct.unpack_from("<HHH", data, at + 28)
        at += 46 + sum(lengths)
    return local, at


def overwritten(data: bytes, at: int, new: bytes) -> bytes:
    return data[:at] + new + data[at + len(new) :]


def moved(data: bytes, by: int, *, from_: int = 0) -> bytes:
    """The directory, made to fit for entries that stand `by` bytes further on when they stood behind `from_`."""
    end = data.rindex(b"PK\x05\x06")
    count, size, at = struct.unpack_from("<HII", data, end + 10)
    directory, tail = bytearray(data[end - size : end]), bytearray(data[end:])
    place = 0
    for _number in range(count):
        (offset,) = struct.unpack_from("<I", directory, place + 42)
        if offset >= from_:
            struct.pack_into("<I", directory, place + 42, offset + by)
        place += 46 + sum(struct.unpack_from("<HHH", directory, place + 28))
    struct.pack_into("<I", tail, 16, at + by)
    return data[: end - size] + bytes(directory + tail)
