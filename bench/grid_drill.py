"""Fifty people type into one grid at once, over HTTP, against the web server as script/server starts it.

    python -m bench.grid_drill [--writers 50] [--saves 40] [--no-gate] [--timeout 30] [--json]

Each writer signs in, types on sheets of their own and on sheets that others type on too, answers every conflict by
insisting, and sends every tenth request twice. Afterwards the database and the log are asked whether every answer was
true. Exit status 1 when an acknowledged mark is missing, a mark is doubled, a request failed, or the log does not
verify. `DATABASE_URL` names a PostgreSQL server to do this on; otherwise it is SQLite in a folder of its own.

`--no-gate` takes the write gate of config/gate away: the negative control.
"""

import argparse
import http.client
import json
import os
import random
import re
import secrets
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from bench.databases import own_database
from config import broker
from script.server import programs

ENTRANTS, JUDGES = 20, 9
# Sheets that everybody types on; each writer also has sheets nobody else touches.
SHARED = 12
PATIENCE_S = 60.0
TYPISTS = ("chenxiao", "linfang", "heya", "luoping")
MOST_C = {"achievement": 4000, "approach": 2000, "delivery": 2000, "slides": 1000, "poise": 1000}


@dataclass(frozen=True)
class Ack:
    """What the server said it has: a sheet's edit and all its marks, as texts."""

    sheet: int
    edit: int
    marks: tuple[str, ...]


@dataclass
class Tally:
    """What the writers saw."""

    acks: list[Ack] = field(default_factory=list)
    stale: int = 0
    repeats: int = 0
    untrue_repeats: int = 0
    failures: Counter[str] = field(default_factory=Counter)
    waits_ms: list[float] = field(default_factory=list)


@dataclass
class Known:
    """A sheet as a writer last saw it."""

    edit: int = 0
    marks: dict[str, str] = field(default_factory=dict)


@dataclass
class Session:
    """What signing in leaves in the browser: cookies, the form token, and as whom the grid was drawn."""

    cookies: dict[str, str] = field(default_factory=dict)
    token: str = ""
    user: int = 0


class Writer(threading.Thread):
    """One clerk at a keyboard; several of them may have signed in as the same person."""

    def __init__(self, number: int, port: int, stage: int, mine: list[int], shared: list[int], saves: int) -> None:
        super().__init__(daemon=True)
        self.dice = random.Random(number)
        self.username = TYPISTS[number % len(TYPISTS)]
        self.port, self.stage, self.mine, self.shared, self.saves = port, stage, mine, shared, saves
        self.known = {sheet: Known() for sheet in (*mine, *shared)}
        self.session = Session()
        self.line = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
        self.tally = Tally()

    def sign_in(self, password: str) -> Session:
        page = self.request("GET", "/sign-in/")[1]
        form = {"username": self.username, "password": password}
        form["csrfmiddlewaretoken"] = first(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
        status, _body = self.request("POST", "/sign-in/", form)
        assert status == 302, status
        page = self.request("GET", f"/desk/stages/{self.stage}/grid/?judge=none")[1]
        self.session.user = int(first(r'"user": (\d+)', page))
        self.session.token = first(r'"token": "(\w+)"', page)
        return self.session

    def request(self, method: str, path: str, form: dict[str, str] | None = None) -> tuple[int, str]:
        """One request, as a browser sends it; a line that the server has closed meanwhile is opened again."""
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.session.cookies.items())}
        body = None
        if form is not None:
            body = urlencode(form)
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "X-CSRFToken": self.session.token}
        for _attempt in range(3):
            try:
                self.line.request(method, path, body, headers)
                answer = self.line.getresponse()
                text = answer.read().decode()
                break
            except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError):
                self.line.close()
        else:
            return 0, ""
        for cookie in answer.headers.get_all("Set-Cookie", []):
            name, _equals, value = cookie.partition(";")[0].partition("=")
            self.session.cookies[name] = value
        return answer.status, text

    def run(self) -> None:
        for number in range(self.saves):
            sheet = self.dice.choice(self.shared if self.dice.random() < 0.4 else self.mine)
            self.type_on(sheet, twice=number % 10 == 9)

    def type_on(self, sheet: int, *, twice: bool) -> None:
        """Type marks and insist on them until they are saved, as somebody who chooses 用我的 does."""
        codes = self.dice.sample(list(MOST_C), self.dice.randrange(1, 6))
        marks = {code: f"{self.dice.randrange(0, MOST_C[code] + 1, 50) / 100:.1f}" for code in codes}
        for _insist in range(200):
            known = self.known[sheet]
            payload = {"user": self.session.user, "sheets": [{"id": sheet, "edit": known.edit, "marks": marks}]}
            form = {"payload": json.dumps(payload), "once_key": secrets.token_urlsafe(18)}
            began = time.monotonic()
            status, text = self.request("POST", f"/desk/stages/{self.stage}/grid/cells/", form)
            self.tally.waits_ms.append((time.monotonic() - began) * 1000)
            if status not in (200, 409):
                self.tally.failures[f"HTTP {status}"] += 1
                return
            told = json.loads(text)
            for pk, edit, _state, _total, _filled, shown, *_who in (*told["saved"], *told["stale"]):
                self.known[pk] = Known(edit, dict(zip(MOST_C, shown, strict=True)))
            if told["saved"]:
                self.tally.acks += [Ack(row[0], row[1], tuple(row[5])) for row in told["saved"]]
                if twice:
                    self.send_again(form, text)
                return
            self.tally.stale += 1
        self.tally.failures["never got through"] += 1

    def send_again(self, form: dict[str, str], first: str) -> None:
        """The answer was lost on the way: the same request once more must get the same answer."""
        self.tally.repeats += 1
        status, text = self.request("POST", f"/desk/stages/{self.stage}/grid/cells/", form)
        self.tally.untrue_repeats += (status, text) != (200, first)


def first(pattern: str, text: str) -> str:
    found = re.search(pattern, text)
    assert found, pattern
    return found[1]


def setting() -> tuple[int, list[int]]:
    """The stage (id) and its sheets (ids), in the database that Django is set up with."""
    from contest.models import Stage
    from scoring.models import Sheet
    from tests import cast
    from tests.scoring.dealing import deal

    heya = cast.first_office()
    cast.season(heya)
    cast.colleagues(heya)
    stage = deal(Stage.objects.whole().get(district__code="maonan"), entrants=ENTRANTS, judges=JUDGES, by=heya)
    return stage.pk, list(Sheet.objects.filter(stage=stage).order_by("pk").values_list("pk", flat=True))


@contextmanager
def web_server(state: Path) -> Iterator[int]:
    """The web server as script/server starts it, alone; its port."""
    with socket.create_server(("127.0.0.1", 0), backlog=2048) as web:
        port = web.getsockname()[1]
        every = programs(broker.Broker("none", "memory://"), web, "127.0.0.1", state)
        server = next(program for program in every if program.name == "the web server")
        log = (state / "web.log").open("wb")
        process = subprocess.Popen(
            server.command, env={**os.environ, **server.environ}, pass_fds=(web.fileno(),), stdout=log, stderr=log
        )
        try:
            deadline = time.monotonic() + PATIENCE_S
            while not server.ready():
                assert process.poll() is None, "the web server ended"
                assert time.monotonic() < deadline, "the web server does not answer"
                time.sleep(0.1)
            yield port
        finally:
            process.terminate()
            process.wait()
            log.close()


def untruths(acks: list[Ack]) -> list[str]:
    """Everything that the database or the log tells otherwise than the answers did."""
    from django.db.models import Count

    from accounts import log
    from accounts.models import LogLine
    from scoring.models import Mark, Sheet
    from scoring.typed import shown_points

    wrong = [f"log: {fault.seq} {fault}" for fault in log.verify("2023")[2]]
    doubled = Mark.objects.values("sheet", "criterion").annotate(count=Count("pk")).filter(count__gt=1).count()
    if doubled:
        wrong.append(f"{doubled} marks are there twice")
    # Every sheet at every edit, as the log tells it.
    at_edit: dict[int, list[tuple[str, ...]]] = defaultdict(lambda: [("",) * len(MOST_C)])
    for payload in LogLine.objects.filter(action="save_marks").order_by("seq").values_list("payload", flat=True):
        for pk, write in json.loads(payload)["facts"]["sheets"].items():
            edits = at_edit[int(pk)]
            if write["edit"] != len(edits):
                wrong.append(f"sheet {pk}: the log has edit {write['edit']} after {len(edits) - 1}")
            now = dict(zip(MOST_C, edits[-1], strict=True))
            now |= {code: shown_points(value_c, 1) for code, value_c in write["marks"].items()}
            edits.append(tuple(now[code] for code in MOST_C))
    for ack in acks:
        edits = at_edit[ack.sheet]
        if ack.edit >= len(edits) or edits[ack.edit] != ack.marks:
            wrong.append(f"sheet {ack.sheet}: acknowledged edit {ack.edit} is not what the log has")
    stored: dict[int, dict[str, str]] = defaultdict(dict)
    for pk, code, value_c in Mark.objects.values_list("sheet", "criterion__code", "value_c"):
        stored[pk][code] = shown_points(value_c, 1)
    for pk, edit, total_c in Sheet.objects.values_list("pk", "edit", "total_c"):
        last = at_edit[pk][-1]
        if edit != len(at_edit[pk]) - 1 or tuple(stored[pk].get(code, "") for code in MOST_C) != last:
            wrong.append(f"sheet {pk}: the database has edit {edit} and other marks than the log's last")
        sum_c = sum(round(float(mark) * 100) for mark in last) if all(last) else None
        if total_c != sum_c:
            wrong.append(f"sheet {pk}: total {total_c} is not the sum {sum_c}")
    return wrong


def drill(writers: int, saves: int, state: Path) -> dict[str, Any]:
    """Prepare, write, check; the figures. Django's environment is set already."""
    subprocess.run([sys.executable, "-m", "script.prepare", "--no-demo"], check=True)
    import django

    django.setup()
    from tests.cast import PASSWORD

    stage, sheets = setting()
    shared, rest = sheets[:SHARED], sheets[SHARED:]
    with web_server(state) as port:
        clerks = [Writer(number, port, stage, rest[number::writers], shared, saves) for number in range(writers)]
        sessions = {clerk.username: clerk.sign_in(PASSWORD) for clerk in clerks[: len(TYPISTS)]}
        for clerk in clerks:
            clerk.session = sessions[clerk.username]
        began = time.monotonic()
        for clerk in clerks:
            clerk.start()
        for clerk in clerks:
            clerk.join()
        seconds = time.monotonic() - began
    acks = [ack for clerk in clerks for ack in clerk.tally.acks]
    waits = sorted(wait for clerk in clerks for wait in clerk.tally.waits_ms)
    failures: Counter[str] = sum((clerk.tally.failures for clerk in clerks), Counter())
    failures["a repeat was answered otherwise"] = sum(clerk.tally.untrue_repeats for clerk in clerks)
    wrong = untruths(acks)
    return {
        "writers": writers,
        "asked": writers * saves,
        "acknowledged": len(acks),
        "conflicts": sum(clerk.tally.stale for clerk in clerks),
        "repeats": sum(clerk.tally.repeats for clerk in clerks),
        "failures": dict(+failures),
        "untrue": wrong,
        "seconds": round(seconds, 1),
        "requests_per_second": round(len(waits) / seconds),
        "p50_ms": round(waits[len(waits) // 2]),
        "p95_ms": round(waits[len(waits) * 95 // 100]),
        "max_ms": round(waits[-1]),
        "said": said(state / "web.log"),
    }


def said(log: Path) -> list[str]:
    """The server's exceptions, each kind once: what a failed request failed of."""
    lines = log.read_text(errors="replace").splitlines()
    return sorted({line for line in lines if re.match(r"[\w.]+(Error|Exception|Moved): ", line)})


def run() -> None:
    """As a benchmark: the drill in a process of its own, since it sets up its own database."""
    subprocess.run([sys.executable, "-m", "bench.grid_drill"], check=True)


def main() -> int:
    """Exit status 0 when every answer was true and none failed."""
    parser = argparse.ArgumentParser(prog="python -m bench.grid_drill")
    parser.add_argument("--writers", type=int, default=50)
    parser.add_argument("--saves", type=int, default=40, help="by each writer")
    parser.add_argument("--no-gate", action="store_true", help="without the write gate on SQLite: should fail")
    parser.add_argument("--timeout", default="30", help="seconds SQLite waits for its lock")
    parser.add_argument("--busy", default="3600", help="seconds of these that it waits behind the gate, or without one")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="grid-drill-") as name, own_database("grid_drill") as url:
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DATABASE_URL": url,
            "PORTAL_VAR": name,
            "PORTAL_HOSTS": "127.0.0.1",
            "PORTAL_NO_WRITE_GATE": "1" if options.no_gate else "0",
            "PORTAL_SQLITE_TIMEOUT": options.timeout,
            "PORTAL_SQLITE_BUSY": options.busy,
            "CELERY_BROKER_URL": "memory://",
        }
        told = drill(options.writers, options.saves, Path(name))
        from django.db import connections

        connections.close_all()
    if options.json:
        print(json.dumps(told, ensure_ascii=False))
    else:
        database = "PostgreSQL" if url else "SQLite"
        print(
            f"{database}: {told['writers']} writers, {told['acknowledged']} of {told['asked']} saves acknowledged,"
            f" {told['conflicts']} conflicts answered, {told['repeats']} requests repeated, in {told['seconds']} s"
        )
        print(
            f"{told['requests_per_second']} requests/s; p50 {told['p50_ms']} ms, p95 {told['p95_ms']} ms,"
            f" max {told['max_ms']} ms"
        )
        print(f"failures: {told['failures'] or 'none'}; answers that were not true: {len(told['untrue'])}")
        print(*told["untrue"][:10], *told["said"], sep="\n")
    return int(bool(told["failures"] or told["untrue"] or told["acknowledged"] != told["asked"]))


if __name__ == "__main__":
    sys.exit(main())
