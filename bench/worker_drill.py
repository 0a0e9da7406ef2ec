"""kill -9 of web workers while a browser types into the grid: is everything saved in the end, and once?

    python -m bench.worker_drill [--saves 2000] [--kills 200] [--seed 1]

The web server as script/server starts it, a Chromium with one grid open, and a clerk who types mark after mark, over
marks typed before too. At random moments a worker is killed, so that a request may be lost before its act, within it,
or after it and before its answer. The page is never loaded again. In the end every cell must say what was typed last,
in the table and in the log, and no mark may have been written twice. Exit status 1 otherwise.
"""

import argparse
import json
import os
import random
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

from bench.drafts_drill import PATIENCE_S, SWITCHES, own_portal
from bench.grid_drill import MOST_C, untruths
from bench.web import Web
from script import chromium

# What a killed worker needs to be replaced, on a machine that has other things to do.
SETTLE_MS = 300_000
CELLS = """() => Array.from(document.querySelectorAll("td.cell[data-at]"), (td) => td.dataset.at)"""

Written = dict[str, str]


@dataclass
class Told:
    """What was typed, what became of it, and what is wrong with that."""

    saves: int = 0
    kills: int = 0
    seconds: float = 0
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    untrue: list[str] = field(default_factory=list)
    reloads: int = 0

    @property
    def fails(self) -> bool:
        return bool(self.lost or self.doubled or self.untrue or self.reloads)


class Killer(threading.Thread):
    """Kills workers of the web server, one at a time and each at a random moment after it is asked to."""

    def __init__(self, web: Web, dice: random.Random) -> None:
        super().__init__(daemon=True)
        self.web, self.dice = web, dice
        self.asked = threading.Semaphore(0)
        self.kills = 0
        self.whole = len(web.workers())

    def run(self) -> None:
        while True:
            self.asked.acquire()
            while len(workers := self.web.workers()) < self.whole:
                time.sleep(0.02)
            time.sleep(self.dice.uniform(0, 0.4))
            os.kill(self.dice.choice(workers), signal.SIGKILL)
            self.kills += 1


def type_through(page: Page, killer: Killer, *, saves: int, kills: int, dice: random.Random) -> Written:
    """Type that many marks, ask for the kills evenly among them; what each cell should say in the end."""
    cells: list[str] = page.evaluate(CELLS)
    typed: Written = {}
    done = 0
    while done < saves:
        page.locator(f'td[data-at="{cells[0]}"]').click()
        for cell in cells:
            if not cell.endswith(":time") and done < saves:
                text = another(typed.get(cell, ""), MOST_C[cell.rpartition(":")[2]], dice)
                page.keyboard.type(text)
                typed[cell] = text
                done += 1
                if done * kills // saves > (done - 1) * kills // saves:
                    killer.asked.release()
                # Not so much faster than the kills that most of them would meet an idle server.
                while killer.kills + 2 < done * kills // saves:
                    page.wait_for_timeout(50)
            page.keyboard.press("Tab")
    return typed


def another(before: str, most_c: int, dice: random.Random) -> str:
    """A mark in steps of half a point that is not the one before."""
    while (text := f"{dice.randrange(0, most_c + 1, 50) / 100:.1f}") == before:
        pass
    return text


def settled(page: Page) -> None:
    """Everything that was typed is saved, as the page says."""
    page.locator('#grid-foot[data-on-the-way="0"]').wait_for(state="attached", timeout=SETTLE_MS)


def drill(page: Page, url: str, web: Web, *, saves: int, kills: int, seed: int) -> tuple[Written, Told]:
    """Type and kill, on a page in which somebody has signed in. What is wrong is for `judge` to find."""
    told, dice = Told(saves=saves), random.Random(seed)
    page.goto(url)
    page.locator("#grid-foot[data-read]").wait_for(state="attached")
    came: list[str] = []
    page.on("framenavigated", lambda frame: came.append(frame.url))
    killer = Killer(web, random.Random(seed + 1))
    killer.start()
    began = time.monotonic()
    typed = type_through(page, killer, saves=saves, kills=kills, dice=dice)
    while killer.kills < kills:
        page.wait_for_timeout(50)
    settled(page)
    told.seconds, told.kills, told.reloads = time.monotonic() - began, killer.kills, len(came)
    return typed, told


def judge(typed: Written, told: Told) -> Told:
    """Compare the database and the log with what was typed. By a connection that is nobody else's."""
    from scoring.models import Mark
    from scoring.typed import shown_points

    rows = Mark.objects.values_list("sheet__entry", "sheet__seat", "criterion__code", "value_c")
    stored = {f"{entry}:{seat}:{code}": shown_points(value_c, 1) for entry, seat, code, value_c in rows}
    told.lost = [f"{cell}: {text} is {stored.get(cell)}" for cell, text in typed.items() if stored.get(cell) != text]
    told.doubled = list(repeated())
    told.untrue = untruths([])
    return told


def repeated() -> Iterator[str]:
    """Marks that the log says were written as what they were already."""
    from accounts.models import LogLine

    last: dict[tuple[str, str], Any] = {}
    for payload in LogLine.objects.filter(action="save_marks").order_by("seq").values_list("payload", flat=True):
        for pk, write in json.loads(payload)["facts"]["sheets"].items():
            for code, value_c in write["marks"].items():
                if last.get((pk, code)) == value_c:
                    yield f"sheet {pk}, {code}: {value_c} twice"
                last[pk, code] = value_c


@contextmanager
def window(cookies: list[dict[str, str]]) -> Iterator[Page]:
    found = chromium.find()
    assert found, "no Chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=found.program, args=list(SWITCHES[1:]), env={**os.environ, **found.environ}
        )
        context = browser.new_context(viewport={"width": 1366, "height": 768})
        context.add_cookies(cookies)  # type: ignore[arg-type]
        context.set_default_timeout(PATIENCE_S * 1000)
        yield context.new_page()
        browser.close()


def main() -> int:
    """Exit status 0 when everything that was typed is there once."""
    parser = argparse.ArgumentParser(prog="python -m bench.worker_drill")
    parser.add_argument("--saves", type=int, default=2000)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="worker-drill-") as name, own_portal(Path(name)) as portal:
        with window(portal.cookies) as page:
            figures = {"saves": options.saves, "kills": options.kills, "seed": options.seed}
            typed, told = drill(page, portal.url, portal.web, **figures)
        judge(typed, told)
    print(
        f"{told.saves} marks typed into {len(typed)} cells, {told.kills} workers killed, in {told.seconds:.0f} s:"
        f" {len(told.lost)} lost, {len(told.doubled)} doubled, {len(told.untrue)} otherwise untrue,"
        f" {told.reloads} reloads"
    )
    print(*told.lost[:5], *told.doubled[:5], *told.untrue[:5], sep="\n")
    return int(told.fails)


if __name__ == "__main__":
    sys.exit(main())
