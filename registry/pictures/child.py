"""Asking for a file to be opened in a child with limits (registry/pictures/workshop.py)."""

import atexit
import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

from django.utils import translation
from django.utils.translation import gettext as _

from registry.pictures.workshop import LENGTH, MADE, REFUSED

TOP = Path(__file__).resolve().parent.parent.parent
# Seconds that a child may take, waiting included; and how many work for one process at the same time: the memory of
# the machine is theirs together.
PATIENCE_S, AT_ONCE = 60.0, 2
PIECE = 1 << 20
# Nothing of ours: neither addresses of databases nor secrets.
ENVIRON = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "PYTHONPATH": str(TOP), "PYTHONDONTWRITEBYTECODE": "1"}


class _Workshop:
    """The process that forks the children, started when it is first asked and again when it is gone."""

    def __init__(self) -> None:
        self._lock, self._room = threading.Lock(), threading.BoundedSemaphore(AT_ONCE)
        self._owner = 0
        self._orders: socket.socket | None = None
        self._process: subprocess.Popen[bytes] | None = None

    def ask(self, order: dict[str, str], data: bytes) -> bytes:
        """All that the child answers; nothing when it died or took too long."""
        with self._room:
            mine, childs = socket.socketpair()
            with mine:
                mine.settimeout(PATIENCE_S)
                told = json.dumps(order).encode()
                mine.sendall(LENGTH.pack(len(told)) + told)
                with childs:
                    self._hand_over(childs)
                try:
                    mine.sendall(data)
                    mine.shutdown(socket.SHUT_WR)
                    return b"".join(iter(lambda: mine.recv(PIECE), b""))
                except OSError:
                    return b""

    def _hand_over(self, line: socket.socket) -> None:
        with self._lock:
            for _again in range(2):
                if self._orders is None or self._owner != os.getpid():
                    self._orders = self._start()
                try:
                    socket.send_fds(self._orders, [b"x"], [line.fileno()])
                    return
                except OSError:
                    self.close()
            raise OSError("the process that opens pictures does not start")

    def _start(self) -> socket.socket:
        ours, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - all words are ours
                [sys.executable, "-m", "registry.pictures.workshop", str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                # Nothing of ours: neither addresses of databases nor secrets.
                env={
                    "PATH": "/usr/bin:/bin",
                    "LANG": "C.UTF-8",
                    "PYTHONPATH": str(TOP),
                    "PYTHONDONTWRITEBYTECODE": "1",
                },
                start_new_session=True,
            )
        self._owner = os.getpid()
        return ours

    def close(self) -> None:
        """End it; it would end by itself with this process."""
        if self._orders is not None and self._process is not None and self._owner == os.getpid():
            self._orders.close()
            self._orders = None
            self._process.wait()


_WORKSHOP = _Workshop()
atexit.register(_WORKSHOP.close)


def opened(work: Callable[[bytes, str], bytes], data: bytes, word: str = "", *, refusal: type[Exception]) -> bytes:
    """What `work(data, word)` makes of the file, done in a child; `work` is a function of a module.

    Raises `refusal` with the sentence that `work` raised it with, or with one of its own when the child was ended by
    its limits on memory and time.
    """
    order = {"module": work.__module__, "function": work.__name__, "word": word, "refusal": refusal.__name__}
    answer = _WORKSHOP.ask({**order, "language": translation.get_language() or "zh-hans"}, data)
    if answer.startswith(MADE):
        return answer[1:]
    if answer.startswith(REFUSED):
        raise refusal(answer[1:].decode())
    raise refusal(_("这个文件打开时占用的内存或时间过多，不能接受；请缩小图片或重新扫描后再上传。"))
