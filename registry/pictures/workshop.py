"""The process that opens uploaded files, one child for each: `python -m registry.pictures.workshop FD`.

It has imported the readers already, so that a child costs a fork and not a start of Python. Each piece of work comes
as a socket, handed over through FD: on it the order, in JSON behind its length, then the data to its end. What goes
back is one letter and the rest: K and what was made, R and the sentence of a refusal. A child that says nothing died.
It ends when the process that started it does: the socket then has no other end.
"""

import importlib
import json
import os
import resource
import signal
import socket
import struct
import sys
from collections.abc import Callable
from pathlib import Path

# Bytes and seconds of one child. Sixty million pixels of a scan take 180 MB unpacked, and some readers hold them twice.
MEMORY, CPU_S, OPEN_FILES = 1 << 30, 30, 32
MADE, REFUSED = b"K", b"R"
LENGTH = struct.Struct("!I")
# Seconds for the order, which is sent before the socket is handed over.
ORDER_S = 5.0


def serve(orders: socket.socket) -> None:
    """Take orders until the other end is gone."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while True:
        told, sockets, _flags, _address = socket.recv_fds(orders, 1, 1)
        if not told:
            return
        line = socket.socket(fileno=sockets[0])
        line.settimeout(ORDER_S)
        (length,) = LENGTH.unpack(line.recv(LENGTH.size, socket.MSG_WAITALL))
        order = json.loads(line.recv(length, socket.MSG_WAITALL))
        line.settimeout(None)
        # Here and not in the child: what is imported once is there for all.
        work = getattr(importlib.import_module(order["module"]), order["function"])
        if os.fork():
            line.close()
            continue
        orders.close()
        _do(work, order, line)
        os._exit(0)


def _do(work: Callable[[bytes, str], bytes], order: dict[str, str], line: socket.socket) -> None:
    from django.utils import translation

    _tie_hands()
    with line, line.makefile("rb") as sent, translation.override(order["language"]):
        try:
            answer = MADE + work(sent.read(), order["word"])
        except MemoryError:
            return
        except Exception as refused:
            if type(refused).__name__ != order["refusal"]:
                raise
            answer = REFUSED + str(refused).encode()
        line.sendall(answer)


def _tie_hands() -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    for what, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, CPU_S),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        _soft, hard = resource.getrlimit(what)
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        try:
            resource.setrlimit(what, (most, most))
        except (ValueError, OSError) as reason:
            # macOS refuses a limit on the address space; Linux refuses none that is not above the hard one.
            sys.stderr.write(f"no limit {what}: {reason}\n")


def main() -> None:
    from django import setup
    from django.conf import settings

    # The sentences of refusals are all that is wanted of the portal here: no database, no secrets.
    settings.configure(
        USE_I18N=True,
        LANGUAGE_CODE="zh-hans",
        LANGUAGES=[("zh-hans", ""), ("en", "")],
        LOCALE_PATHS=[Path(__file__).resolve().parent.parent.parent / "locale"],
    )
    setup()
    from PIL import Image

    Image.init()
    serve(socket.socket(fileno=int(sys.argv[1])))


if __name__ == "__main__":
    main()
