"""Every address × every kind of malformed request, and random bytes, against the running server: no answer of 500.

    python -m bench.malformed_drill [--random 2000] [--every 1] [--seed 1]

The short form in the suite is tests/config/web/test_malformed.py. Exit status 1 when an answer is 500 or above (503
apart, which asks to come again), lacks a header that protects, or does not come.
"""

import argparse
import os
import random
import re
import socket
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from bench.databases import own_database
from bench.grid_drill import web_server
from bench.malformed import Kind, kinds
from bench.web import prepare

PATIENCE_S = 20.0
PROTECTED = (b"\r\ncontent-security-policy:", b"\r\nx-content-type-options:", b"\r\nx-frame-options:")


def raw(kind: Kind, path: str) -> bytes:
    """The request as it goes over the line."""
    target = quote(kind.at(path), safe="/%?=&") + (f"?{kind.query}" if kind.query else "")  # type: ignore[operator]
    told = {"Host": "127.0.0.1", "Connection": "close", "Content-Length": str(len(kind.body)), **kind.headers}
    head = "".join(f"{name}: {value}\r\n" for name, value in told.items())
    return f"{kind.method} {target} HTTP/1.1\r\n{head}\r\n".encode("latin-1", errors="replace") + kind.body


def nonsense(dice: random.Random, paths: list[str]) -> Iterator[bytes]:
    """Good requests in which some bytes are others."""
    while True:
        whole = bytearray(raw(dice.choice(kinds()), dice.choice(paths)))
        for _byte in range(dice.randrange(1, 6)):
            whole[dice.randrange(len(whole))] = dice.randrange(256)
        yield bytes(whole)


def answer(port: int, sent: bytes) -> bytes:
    """The head of the answer; empty when the server only ended the connection."""
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S) as line:
        try:
            line.sendall(sent)
            line.shutdown(socket.SHUT_WR)
        except OSError:
            pass
        found = b""
        try:
            while b"\r\n\r\n" not in found and (piece := line.recv(65536)):
                found += piece
        except ConnectionResetError:
            pass
    return found.partition(b"\r\n\r\n")[0].lower()


def addresses() -> list[str]:
    """Every address, with some value where it wants one."""
    from django.urls import URLPattern, URLResolver, get_resolver

    def within(resolver: URLResolver, before: str) -> Iterator[str]:
        for each in resolver.url_patterns:
            here = before + str(each.pattern)
            if isinstance(each, URLPattern):
                yield "/" + re.sub(r"<\w+:\w+>|<\w+>", lambda found: "1" if "int" in found[0] else "x", here)
            else:
                yield from within(each, here)

    return [path for path in within(get_resolver(), "") if "(" not in path and "^" not in path]


def drill(state: Path, options: argparse.Namespace) -> tuple[Counter[str], list[str]]:
    """The answers by their status, and what was wrong."""
    prepare()
    import django

    django.setup()
    paths, dice = addresses(), random.Random(options.seed)
    stream = nonsense(dice, paths)
    told: list[tuple[str, bytes]] = [(f"{kind.name} at {path}", raw(kind, path)) for path in paths for kind in kinds()]
    told = told[:: options.every]
    told += [("random bytes", next(stream)) for _one in range(options.random)]
    answers: Counter[str] = Counter()
    wrong = []
    with web_server(state) as port:
        for name, sent in told:
            try:
                head = answer(port, sent)
            except TimeoutError:
                wrong.append(f"no answer: {name}: {sent[:200]!r}")
                continue
            status = head[9:12].decode() or "ended"
            answers[status] += 1
            if status.startswith("5") and status != "503":
                wrong.append(f"{status}: {name}: {sent[:200]!r}")
            elif head and status != "100" and any(header not in head for header in PROTECTED):
                wrong.append(f"bare {status}: {name}: {sent[:200]!r}")
    return answers, wrong


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.malformed_drill")
    parser.add_argument("--random", type=int, default=2000, help="requests with random bytes in them")
    parser.add_argument("--every", type=int, default=1, help="every so many of the others; all of them by default")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="malformed-") as name, own_database("malformed") as url:
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DATABASE_URL": url,
            "PORTAL_VAR": name,
            "PORTAL_HOSTS": "127.0.0.1",
            "CELERY_BROKER_URL": "memory://",
        }
        began = time.monotonic()
        answers, wrong = drill(Path(name), options)
        print(f"{sum(answers.values())} answers in {time.monotonic() - began:.0f} s: {dict(sorted(answers.items()))}")
        print(*wrong[:40], sep="\n")
    return int(bool(wrong))


if __name__ == "__main__":
    raise SystemExit(main())
