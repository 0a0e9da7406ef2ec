"""One request on its way in: when it is whole, when it is too slow, and when it is too much. No sockets, no clock."""

import re
import tempfile
from dataclasses import dataclass, field

HEAD_ENDS = b"\r\n\r\n"
# More than any browser sends before the body.
HEAD_BYTES = 32 * 1024
# A body up to this is taken in before a thread is asked for; a larger one is read by the thread, which asks first who
# sends it (accounts.middleware.LittleFromStrangers lets strangers send less than this).
WHOLE_BYTES = 8 * 1024 * 1024
# Of each request this much is kept in memory, what is more in a file without a name.
IN_MEMORY = 64 * 1024
PIECE = 64 * 1024
# Seconds: for the head; without a single byte; and for all of it, with so many bytes a second on top.
HEAD_S, SILENCE_S, WHOLE_S, SLOWEST = 10.0, 15.0, 30.0, 16 * 1024
LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*([0-9]{1,18})[ \t]*\r\n", re.IGNORECASE)
CODED = re.compile(rb"\r\ntransfer-encoding:", re.IGNORECASE)
WAITS_FOR_A_WORD = re.compile(rb"\r\nexpect:[ \t]*100-continue", re.IGNORECASE)
# Pieces of uploads are read where they are kept: what has arrived of one that breaks off stays (materials.incoming).
STREAMED = (b"PATCH ",)


@dataclass
class Arriving:
    """What has come of one request; moments are seconds of one clock."""

    began: float
    last: float = 0.0
    received: int = 0
    # Bytes of head and body together, once the head is whole.
    wanted: int | None = None
    # Whether the thread reads the body itself.
    is_streamed: bool = False
    refusal: tuple[int, str] | None = None
    # Whether the sender wants to be told to go on before it sends the body.
    waits_for_a_word: bool = False
    spool: "tempfile.SpooledTemporaryFile[bytes]" = field(
        default_factory=lambda: tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - closed with it
    )
    _head: bytearray = field(default_factory=bytearray)

    def take(self, data: bytes, at: float) -> None:
        """One more piece of it."""
        self.spool.write(data)
        self.received += len(data)
        self.last = at
        if self.wanted is None:
            self._head += data
            self._look(self._head.find(HEAD_ENDS))

    @property
    def is_whole(self) -> bool:
        """Whether a thread can be asked to answer it."""
        return self.wanted is not None and (self.is_streamed or self.received >= self.wanted)

    @property
    def next_piece(self) -> int:
        """How many bytes to ask for: none of the request behind it, as soon as that can be told."""
        return PIECE if self.wanted is None else max(1, min(PIECE, self.wanted - self.received))

    def is_late(self, at: float) -> bool:
        """Whether its sender took too long."""
        if self.wanted is None:
            return at - self.began > HEAD_S
        return at - self.last > SILENCE_S or at - self.began > WHOLE_S + self.wanted / SLOWEST

    def _look(self, end: int) -> None:
        if end < 0:
            if len(self._head) > HEAD_BYTES:
                self.refusal = (431, "Request Header Fields Too Large")
            return
        head = bytes(self._head[: end + 2])
        self._head.clear()
        told = LENGTH.search(head)
        length = int(told[1]) if told else 0
        self.wanted = end + len(HEAD_ENDS) + length
        self.is_streamed = length > WHOLE_BYTES or head.startswith(STREAMED)
        self.waits_for_a_word = bool(WAITS_FOR_A_WORD.search(head)) and not self.is_streamed
        if CODED.search(head):
            # Django reads as many bytes as Content-Length says: a body without a length would be lost.
            self.refusal = (411, "Length Required")
