"""Bytes from the network onto the disk. The length of the file is how much has arrived: nothing else says so.

Two senders of one upload may be at it at once, and a connection that died may go on being read: a piece is therefore
written only where the file ends, under a lock that is held while writing and never while waiting for the network.
"""

import errno
import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from materials import store
from materials.incoming.tus import Checksum

# In bytes: what is read and written at once, and the longest piece whose checksum is asked for before it is kept.
BUFFER = 256 * 1024
LARGEST_CHECKED = 16 * 1024 * 1024
# Seconds after which a slow sender must come again: the others want the thread too.
LONGEST = 300.0
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)

Read = Callable[[int], bytes]


class Moved(Exception):
    """The file does not end where the piece begins; `offset` is where it ends."""

    def __init__(self, offset: int) -> None:
        super().__init__(offset)
        self.offset = offset


class Full(Exception):
    """The disk took no more; what it took stays."""


class Damaged(Exception):
    """The piece is not what its checksum says; nothing of it was kept."""


class TooLong(Exception):
    """A piece with a checksum is longer than what is held back until the checksum is known."""


def receive(
    token: str,
    *,
    offset: int,
    length: int,
    read: Read,
    checksum: Checksum | None = None,
    first: Callable[[], None] = lambda: None,
) -> int:
    """Append `length` bytes from `read` to the upload at `offset`; returns where it ends now, safe on the disk.

    A connection that is cut keeps what had come, but for a piece with a checksum, which is kept whole or not at all.
    `first` is called before the file's first byte is kept, and keeps it out by raising. Raises Moved, Full, Damaged,
    TooLong.
    """
    with _open(token) as file:
        if (there := os.fstat(file).st_size) != offset:
            raise Moved(there)
        try:
            for data in _checked(read, length, checksum) if checksum else _pieces(read, length):
                if offset == 0:
                    first()
                _append(file, offset, data)
                offset += len(data)
        finally:
            os.fsync(file)
    return offset


def _pieces(read: Read, length: int) -> Iterator[bytes]:
    began, left = time.monotonic(), length
    while left and time.monotonic() - began < LONGEST and (data := _next(read, min(BUFFER, left))):
        left -= len(data)
        yield data


def _checked(read: Read, length: int, checksum: Checksum) -> Iterator[bytes]:
    if length > LARGEST_CHECKED:
        raise TooLong
    held, digest = [], checksum.begin()
    for data in _pieces(read, length):
        held.append(data)
        digest.update(data)
    if sum(map(len, held)) < length:
        return
    if digest.digest() != checksum.digest:
        raise Damaged
    yield from held


def _next(read: Read, size: int) -> bytes:
    """The next bytes; none when the sender is gone."""
    try:
        return read(size)
    except OSError:
        return b""


def _append(file: int, offset: int, data: bytes) -> None:
    fcntl.flock(file, fcntl.LOCK_EX)
    try:
        if (there := os.fstat(file).st_size) != offset:
            raise Moved(there)
        rest = memoryview(data)
        while rest:
            written = os.pwrite(file, rest, offset)
            rest, offset = rest[written:], offset + written
    except OSError as refused:
        if refused.errno in FULL:
            raise Full from refused
        raise
    finally:
        fcntl.flock(file, fcntl.LOCK_UN)


@contextmanager
def _open(token: str) -> Iterator[int]:
    path = store.room_for(token)
    is_new = not path.exists()
    try:
        file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as refused:
        if refused.errno in FULL:
            raise Full from refused
        raise
    try:
        if is_new:
            store.make_sure(path)
        yield file
    finally:
        os.close(file)
