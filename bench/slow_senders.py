"""Two hundred strangers send forms a few bytes a second while a hall types: what a mark's save takes, beside quiet.

    python -m bench.slow_senders [--senders 200] [--typists 5] [--saves 40] [--own-threads] [--json]

The server is the one of script/server. Exit status 1 when a save fails or the 95th percentile is more than twice that
of quiet. `--own-threads` lets gunicorn's own threads wait for the senders, as it does by itself: the negative control.
"""

import argparse
import json
import os
import selectors
import socket
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

from bench.databases import own_database
from bench.grid_drill import TYPISTS, Writer, setting, web_server
from bench.web import prepare

MOST = 2.0
# Seconds between two drops of a sender, and until one that was sent away comes again.
PAUSE_S, AWAY_S = 1.0, 10.0
HEADS = (
    b"POST /sign-in/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    b"Content-Length: 5000\r\n\r\nusername=",
    b"POST /verify/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: multipart/form-data; boundary=b\r\n"
    b"Content-Length: 5000000\r\n\r\n--b\r\n",
    b"POST /desk/uploads/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 900000000\r\n\r\n",
    b"PATCH /desk/uploads/x/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 5000000\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ",
)


class Senders(threading.Thread):
    """All of them in one thread; whoever is sent away comes again."""

    def __init__(self, port: int, count: int) -> None:
        super().__init__(daemon=True)
        self.port, self.count = port, count
        self.over, self.sent_away = threading.Event(), 0

    def run(self) -> None:
        lines: list[socket.socket | None] = [self._begin(number) for number in range(self.count)]
        again = [0.0] * self.count
        while not self.over.wait(PAUSE_S):
            for number, line in enumerate(lines):
                if line is None and time.monotonic() > again[number]:
                    lines[number] = self._begin(number)
                elif line is not None and not self._drip(line):
                    line.close()
                    self.sent_away += 1
                    lines[number], again[number] = None, time.monotonic() + AWAY_S
        for line in filter(None, lines):
            line.close()

    def _begin(self, number: int) -> socket.socket:
        line = socket.create_connection(("127.0.0.1", self.port))
        line.sendall(HEADS[number % len(HEADS)])
        line.setblocking(False)
        return line

    def _drip(self, line: socket.socket) -> bool:
        with selectors.DefaultSelector() as readable:
            readable.register(line, selectors.EVENT_READ)
            if readable.select(0):
                return False
        try:
            line.send(b"abc")
        except OSError:
            return False
        return True


def saves(port: int, stage: int, sheets: list[int], session: Any, options: argparse.Namespace) -> dict[str, Any]:
    """Everybody types at a person's pace, on sheets of their own; what it took."""
    from tests.cast import PASSWORD

    typists = [
        Writer(number, port, stage, sheets[number :: options.typists], sheets[number :: options.typists], options.saves)
        for number in range(options.typists)
    ]
    for typist in typists[: len(TYPISTS)]:
        session.setdefault(typist.username, typist.session if typist.username in session else typist.sign_in(PASSWORD))
    for typist in typists:
        typist.session = session[typist.username]
        typist.start()
    for typist in typists:
        typist.join()
    failures: Counter[str] = sum((typist.tally.failures for typist in typists), Counter())
    waits = sorted(wait for typist in typists for wait in typist.tally.waits_ms)
    p50, p95 = (round(waits[len(waits) * part // 100], 1) for part in (50, 95))
    return {
        "saves": len(waits),
        "p50_ms": p50,
        "p95_ms": p95,
        "max_ms": round(waits[-1], 1),
        "failures": dict(failures),
    }


def drill(options: argparse.Namespace, state: Path) -> dict[str, Any]:
    """Quiet, then with the senders, on a database and a server of its own."""
    prepare()
    import django

    django.setup()
    stage, sheets = setting()
    session: dict[str, Any] = {}
    with web_server(state) as port:
        saves(port, stage, sheets, session, options)
        quiet = saves(port, stage, sheets, session, options)
        senders = Senders(port, options.senders)
        senders.start()
        time.sleep(2)
        crowded = saves(port, stage, sheets, session, options)
        senders.over.set()
        senders.join()
    ratio = round(crowded["p95_ms"] / quiet["p95_ms"], 2)
    return {"quiet": quiet, "crowded": crowded, "sent_away": senders.sent_away, "ratio": ratio}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.slow_senders")
    parser.add_argument("--senders", type=int, default=200)
    parser.add_argument("--typists", type=int, default=5)
    parser.add_argument("--saves", type=int, default=40, help="by each typist")
    parser.add_argument("--own-threads", action="store_true", help="gunicorn's own way: should fail")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="slow-senders-") as name, own_database("slow_senders") as url:
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DATABASE_URL": url,
            "PORTAL_VAR": name,
            "PORTAL_HOSTS": "127.0.0.1",
            "CELERY_BROKER_URL": "memory://",
        }
        if options.own_threads:
            os.environ["GUNICORN_CMD_ARGS"] = "--worker-class=gthread"
        told = drill(options, Path(name))
        from django.db import connections

        connections.close_all()
    if options.json:
        print(json.dumps(told))
    else:
        print(f"quiet:   {told['quiet']}\ncrowded: {told['crowded']}")
        print(f"p95 ratio {told['ratio']} (at most {MOST}); {told['sent_away']} senders were sent away")
    failed = told["crowded"]["failures"] or told["quiet"]["failures"]
    return int(bool(failed) or told["ratio"] > MOST)


if __name__ == "__main__":
    raise SystemExit(main())
