"""Every certificate of a season made by the background while it is killed again and again.

    python -m bench.certificate_drill [--size full|small] [--kills 5] [--json]

A rehearsal season in which everybody comes is closed and its certificates are asked for. While real workers make them,
the whole worker is killed (SIGKILL) at random moments, and the broker once. One certificate is spoiled on purpose.
Afterwards: every other certificate is there once, no serial number is missing or doubled, the spoiled one is parked
after three attempts and is made after it was mended; every name is read back out of its PDF and every QR code off the
rendered page; random codes hit nothing. Exit status 1 when any of that is not so.
"""

import argparse
import hashlib
import json
import os
import random
import re
import secrets
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.databases import own_database
from config import broker
from script.supervisor import die_with_parent

TOP = Path(__file__).resolve().parent.parent
PATIENCE_S = 300
GUESSES, AT_ONCE = 1_000_000, 1000


class Background:
    """A broker, a worker and a scheduler that can be killed and started again."""

    def __init__(self, queue: broker.Broker, state: Path) -> None:
        self.queue, self.state = queue, state
        self.log = (state / "background.log").open("ab")
        celery = (sys.executable, "-m", "celery", "--app=config.celery:app", "--quiet", "--skip-checks")
        quick = ("--loglevel=warning", "--without-gossip", "--without-mingle", "--without-heartbeat")
        self.commands = {
            "broker": queue.command,
            "worker": (*celery, "worker", "--pool=threads", "--concurrency=2", *quick),
            "beat": (*celery, "beat", "--loglevel=warning", f"--schedule={state / 'beat'}", "--pidfile="),
        }
        self.running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, *names: str) -> None:
        for name in names:
            if self.commands[name]:
                # A group of its own: what is killed is killed with all its children.
                self.running[name] = subprocess.Popen(
                    self.commands[name],
                    cwd=TOP,
                    stdout=self.log,
                    stderr=self.log,
                    start_new_session=True,
                    preexec_fn=die_with_parent(),
                )
            if name == "broker":
                until(self.queue.answers, "the broker answers")

    def kill(self, name: str) -> None:
        if process := self.running.pop(name, None):
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def stop(self) -> None:
        for name in list(self.running):
            self.kill(name)
        self.log.close()


@contextmanager
def background(state: Path) -> Iterator[Background]:
    with broker.found(os.environ, state) as queue:
        os.environ["CELERY_BROKER_URL"] = queue.url
        made = Background(queue, state)
        try:
            made.start("broker")
            yield made
        finally:
            made.stop()


def until(holds: Any, what: str, patience_s: float = PATIENCE_S) -> None:
    deadline = time.monotonic() + patience_s
    while not holds():
        assert time.monotonic() < deadline, f"never came: {what}"
        time.sleep(0.05)


def season(size: str) -> int:
    """A closed rehearsal season in which everybody came; how many awards it has."""
    from django.db import transaction
    from django.utils import timezone

    from contest.models import Award
    from demo.build import build

    with transaction.atomic():
        build(code="kill", until="closed", size=size, now=timezone.now(), all_come=True)
    return Award.objects.count()


def ask_for_all() -> int:
    """Ask for every stage's certificates, and spoil one of them before anybody works on it; its id."""
    from django.db import transaction
    from django.utils import timezone

    from accounts.models import User
    from certificates.actions.batch import ask
    from certificates.models import Certificate
    from contest.models import Stage

    office = User.objects.get(username="shi-a")
    with transaction.atomic():
        for stage in Stage.objects.whole():
            ask(stage, template="red", dated=timezone.localdate(), by=office, at=timezone.now())
        spoiled = Certificate.objects.order_by("pk")[Certificate.objects.count() // 3]
        # A village whose name the font has no glyph for.
        spoiled.facts["village"] = "\U0002e9f5"
        spoiled.save(update_fields=["facts"])
    return spoiled.pk


def kill_and_restart(here: Background, kills: int, dice: random.Random) -> list[str]:
    """Kill the worker at random moments of its work, and the broker once; what was in hand at each moment."""
    from certificates.models import Certificate
    from contest.models.work import Progress

    def done() -> int:
        return Certificate.objects.filter(progress=Progress.DONE).count()

    told = []
    for number in range(kills):
        before = done()
        here.start("worker")
        until(lambda before=before: done() > before or not unfinished(), "the worker works")
        time.sleep(dice.uniform(0, 0.15))
        if number == kills // 2:
            here.kill("broker")
            told.append(f"broker killed at {done()} done")
            here.start("broker")
        here.kill("worker")
        told.append(
            f"worker killed at {done()} done, {Certificate.objects.filter(progress=Progress.TAKEN).count()} in hand"
        )
    here.start("worker")
    return told


def unfinished() -> int:
    from certificates.models import Certificate
    from contest.models.work import Progress

    return Certificate.objects.filter(progress__in=(Progress.WANTED, Progress.TAKEN)).count()


def mend(pk: int) -> dict[str, Any]:
    """Put the spoiled certificate right and ask for it once more; what had become of it before."""
    from django.utils import timezone

    from accounts.models import User
    from certificates.actions.batch import retry
    from certificates.models import Certificate

    row = Certificate.objects.select_related("batch__stage__season").get(pk=pk)
    before = {"progress": row.progress, "attempts": row.attempts}
    row.facts["village"] = row.award.entry.posting.village.name
    row.save(update_fields=["facts"])
    retry(row.batch, by=User.objects.get(username="shi-a"), at=timezone.now())
    return before


def wrong_ones(awards: int) -> list[str]:
    """Everything that is not as it must be, in the rows and in the files."""
    from certificates import codes, making, store
    from certificates.models import Certificate
    from contest.models import Award

    wrong = []
    rows = list(Certificate.objects.select_related("award__entry__secretary").order_by("series", "number"))
    if (
        sorted(row.award_id for row in rows) != sorted(Award.objects.values_list("pk", flat=True))
        or len(rows) != awards
    ):
        wrong.append(f"{len(rows)} certificates for {awards} awards")
    by_series: dict[str, list[int]] = {}
    for row in rows:
        by_series.setdefault(row.series, []).append(row.number)
    wrong += [f"{series}: {found}" for series, found in by_series.items() if found != list(range(1, len(found) + 1))]
    for row in rows:
        pdf = store.read(row)
        text, address = read_back(pdf)
        if row.award.entry.secretary.name not in text:
            wrong.append(f"{row.serial}: the name is not in its text")
        if address != row.address:
            wrong.append(f"{row.serial}: its QR says {address}")
        elif Certificate.objects.get(code_hash=codes.hash_of_code(address.rpartition("/")[2])).pk != row.pk:
            wrong.append(f"{row.serial}: its QR opens another record")
    again = random.sample(rows, min(10, len(rows)))
    wrong += [
        f"{row.serial}: other bytes" for row in again if hashlib.sha256(making.again(row)).hexdigest() != row.sha256
    ]
    return wrong


def read_back(pdf: bytes) -> tuple[str, str]:
    """The text of a certificate's page, and what its QR code says on the rendered picture of it."""
    import pypdfium2
    import zxingcpp

    document = pypdfium2.PdfDocument(pdf)
    page = document[0]
    text = page.get_textpage().get_text_range()
    codes = zxingcpp.read_barcodes(
        page.render(scale=2).to_pil(), formats=zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])
    )
    document.close()
    return re.sub(r"\s", "", text), codes[0].text if len(codes) == 1 else f"{len(codes)} codes"


def hits(guesses: int) -> int:
    """How many of so many random codes are anybody's."""
    from certificates import codes
    from certificates.models import Certificate

    found = 0
    for _round in range(guesses // AT_ONCE):
        tried = [codes.hash_of_code(codes.code_of(secrets.token_hex(16))) for _each in range(AT_ONCE)]
        found += Certificate.objects.filter(code_hash__in=tried).count()
    return found


def drill(size: str, kills: int, guesses: int, state: Path) -> dict[str, Any]:
    """Prepare, ask, kill, look; the figures. Django's environment is set already."""
    subprocess.run([sys.executable, "-m", "script.prepare", "--no-demo"], check=True, cwd=TOP)
    with background(state) as here:
        import django

        django.setup()
        from certificates.models import Certificate
        from contest.models.work import Progress

        awards = season(size)
        began = time.monotonic()
        spoiled = ask_for_all()
        here.start("beat")
        told = kill_and_restart(here, kills, random.Random())
        until(lambda: not unfinished(), "all are made")
        parked_s = time.monotonic() - began
        made = Certificate.objects.filter(progress=Progress.DONE).count()
        parked = mend(spoiled)
        until(lambda: not unfinished(), "the mended one is made")
        seconds = time.monotonic() - began
    attempts = Certificate.objects.order_by("-attempts").values_list("attempts", flat=True)
    return {
        "awards": awards,
        "kills": told,
        "made_without_the_spoiled": made,
        "seconds_to_there": round(parked_s, 1),
        "spoiled": parked,
        "made": Certificate.objects.filter(progress=Progress.DONE).count(),
        "seconds": round(seconds, 1),
        "most_attempts_of_the_others": max(attempts),
        "files": sum(1 for path in (state / "media").rglob("*.pdf")),
        "wrong": wrong_ones(awards),
        "guesses": guesses,
        "hits": hits(guesses),
    }


def run() -> None:
    """As a benchmark: the drill in a process of its own, since it sets up its own database."""
    subprocess.run([sys.executable, "-m", "bench.certificate_drill"], check=True)


def main() -> int:
    """Exit status 0 when every certificate is there once and nothing else is."""
    parser = argparse.ArgumentParser(prog="python -m bench.certificate_drill")
    parser.add_argument("--size", choices=["full", "small"], default="full")
    parser.add_argument("--kills", type=int, default=5)
    parser.add_argument("--guesses", type=int, default=GUESSES)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="certificate-drill-") as name, own_database("certificate_drill") as url:
        os.environ |= {"DJANGO_SETTINGS_MODULE": "config.settings", "DATABASE_URL": url, "PORTAL_VAR": name}
        # A broker of its own, which it may kill.
        for elsewhere in ("CELERY_BROKER_URL", "REDIS_URL"):
            os.environ.pop(elsewhere, None)
        told = drill(options.size, options.kills, options.guesses, Path(name))
        from django.db import connections

        connections.close_all()
    print(json.dumps(told, ensure_ascii=False, indent=None if options.json else 1))
    spoiled = told["spoiled"] == {"progress": "parked", "attempts": 3}
    whole = told["made"] == told["awards"] == told["files"] == told["made_without_the_spoiled"] + 1
    return int(not (spoiled and whole) or bool(told["wrong"] or told["hits"]))


if __name__ == "__main__":
    sys.exit(main())
