"""gunicorn's threads, without the waiting: a request gets a thread when it is there, not when it begins (DESIGN 12).

gunicorn itself gives each connection a thread that waits for the body: as many slow senders as there are threads, and
nobody else is served. Here the loop that accepts connections takes head and body in, of hundreds at a time, with a
deadline each; it never waits itself. Bodies too large for that are read by the thread, and a silent one is left.
"""

import errno
import selectors
import socket
import time
from collections import deque
from functools import partial
from typing import Any

from gunicorn import util
from gunicorn.http.unreader import SocketUnreader
from gunicorn.workers.gthread import TConn, ThreadWorker

from config.web.arriving import SILENCE_S, Arriving

# Requests on their way in, and bytes of them; beyond, the one that has taken longest is turned away.
MOST, MOST_BYTES = 600, 512 * 1024 * 1024
# Seconds between two looks for late ones; and how long a closed connection may go on sending what nobody reads.
LOOK_S, LINGER_S = 0.5, 2.0
GO_ON = b"HTTP/1.1 100 Continue\r\n\r\n"


class Fed(SocketUnreader):
    """Reads what has been taken in, then goes on with the socket."""

    spool: Any = None

    def chunk(self, size_hint: int | None = None) -> bytes:
        if self.spool is not None:
            if data := self.spool.read(max(self.mxchunk, min(size_hint or 0, self.max_body_chunk))):
                return bytes(data)
            self.spool.close()
            self.spool = None
        return bytes(super().chunk(size_hint))

    def has_more(self) -> bool:
        """Whether something is left behind the request: the next one, sent without waiting for the answer."""
        return bool(self.buf.getvalue() or (self.spool is not None and self.spool.read(1)))


class Connection(TConn):
    """One connection, and the request that arrives on it."""

    arriving: Arriving
    worker: "PatientWorker"

    def init(self) -> None:
        super().init()
        if not isinstance(self.parser.unreader, Fed):
            self.parser.unreader = Fed(self.sock)
        self.arriving.spool.seek(0)
        self.parser.unreader.spool = self.arriving.spool
        # Neither a body that falls silent nor a reader that takes nothing keeps the thread.
        self.sock.settimeout(SILENCE_S)

    def close(self, graceful: bool = False) -> None:
        self.arriving.spool.close()
        if graceful:
            self.worker.linger(self)
        else:
            util.close(self.sock)


class Protected:
    """A socket whose error pages carry the headers that every answer carries."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock

    def __getattr__(self, name: str) -> Any:
        return getattr(self._sock, name)

    def sendall(self, data: bytes) -> None:
        from config.web.headers import protecting

        status, rest = data.split(b"\r\n", 1)
        told = "".join(f"\r\n{name}: {value}" for name, value in protecting().items())
        self._sock.sendall(status + told.encode() + b"\r\n" + rest)


class PatientWorker(ThreadWorker):
    """The worker class of the portal (config/web/gunicorn_conf.py)."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # In the order of their beginning.
        self.arriving: dict[int, Connection] = {}
        self.lingering: deque[tuple[float, Connection]] = deque()
        self._look_at = 0.0

    def accept(self, listener: socket.socket) -> None:
        try:
            sock, client = listener.accept()
        except OSError as fault:
            if fault.errno not in (errno.EAGAIN, errno.ECONNABORTED, errno.EWOULDBLOCK):
                raise
            return
        self.nr_conns += 1
        conn = Connection(self.cfg, sock, client, listener.getsockname())
        conn.worker = self
        self.await_request(conn)

    def on_client_socket_readable(self, conn: Connection, client: socket.socket) -> None:
        """The next request on a connection that was kept."""
        self.poller.unregister(client)
        self.keepalived_conns.remove(conn)
        self.await_request(conn)

    def await_request(self, conn: Connection) -> None:
        """Take in what comes on this connection."""
        conn.sock.setblocking(False)
        if hasattr(conn, "arriving"):
            conn.arriving.spool.close()
        conn.arriving = Arriving(time.monotonic())
        self.arriving[id(conn)] = conn
        self.poller.register(conn.sock, selectors.EVENT_READ, partial(self.on_piece, conn))
        held = sum(each.arriving.received for each in self.arriving.values()) if len(self.arriving) > MOST // 4 else 0
        if len(self.arriving) > MOST or held > MOST_BYTES:
            self.refuse(next(iter(self.arriving.values())), 503, "Service Unavailable")

    def on_piece(self, conn: Connection, _socket: socket.socket) -> None:
        try:
            data = conn.sock.recv(conn.arriving.next_piece)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            data = b""
        if not data:
            self.drop(conn)
            return
        conn.arriving.take(data, time.monotonic())
        if conn.arriving.refusal:
            self.refuse(conn, *conn.arriving.refusal)
        elif conn.arriving.is_whole:
            self.release(conn)
            conn.data_ready = True
            self.enqueue_req(conn)
        elif conn.arriving.waits_for_a_word:
            conn.arriving.waits_for_a_word = False
            self.tell(conn, GO_ON)

    def tell(self, conn: Connection, what: bytes) -> None:
        """A few bytes, for which there is always room."""
        try:
            conn.sock.send(what)
        except OSError:
            self.drop(conn)

    def release(self, conn: Connection) -> None:
        del self.arriving[id(conn)]
        self.poller.unregister(conn.sock)

    def drop(self, conn: Connection) -> None:
        """Whoever says nothing more is told nothing more."""
        self.release(conn)
        self.nr_conns -= 1
        conn.close()

    def refuse(self, conn: Connection, status: int, reason: str) -> None:
        """Answer without a thread, and close."""
        self.release(conn)
        self.nr_conns -= 1
        try:
            util.write_error(Protected(conn.sock), status, reason, "")
        except OSError:
            conn.close()
        else:
            conn.close(graceful=True)

    def linger(self, conn: Connection) -> None:
        """Let the answer be read before the connection ends, as close_graceful does, but without standing still."""
        try:
            conn.sock.setblocking(False)
            conn.sock.shutdown(socket.SHUT_WR)
            self.poller.register(conn.sock, selectors.EVENT_READ, partial(self.on_lingering, conn))
        except (OSError, ValueError, KeyError):
            util.close(conn.sock)
        else:
            self.lingering.append((time.monotonic() + LINGER_S, conn))

    def on_lingering(self, conn: Connection, sock: socket.socket) -> None:
        try:
            ended = not sock.recv(65536)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            ended = True
        if ended:
            self.part(conn)

    def part(self, conn: Connection) -> None:
        try:
            self.poller.unregister(conn.sock)
        except (OSError, KeyError, ValueError):
            return
        util.close(conn.sock)

    def murder_pending(self) -> None:
        """In each turn of the loop: turn away who is late."""
        super().murder_pending()
        now = time.monotonic()
        while self.lingering and self.lingering[0][0] < now:
            self.part(self.lingering.popleft()[1])
        if now < self._look_at and self.alive:
            return
        self._look_at = now + LOOK_S
        for conn in list(self.arriving.values()):
            if not conn.arriving.received and (not self.alive or conn.arriving.is_late(now)):
                self.drop(conn)
            elif conn.arriving.is_late(now):
                self.refuse(conn, 408, "Request Timeout")

    def handle_error(self, req: Any, client: socket.socket, addr: Any, exc: Exception) -> None:
        super().handle_error(req, Protected(client), addr, exc)

    def _keepalive_after(self, conn: Connection, keepalive: bool) -> bool:
        """A body that nobody has read ends the connection: the thread does not wait for the rest of it."""
        reader = getattr(conn.parser.mesg.body, "reader", None)
        if conn.arriving.is_streamed and getattr(reader, "length", None):
            return False
        return bool(super()._keepalive_after(conn, keepalive)) and not conn.parser.unreader.has_more()
