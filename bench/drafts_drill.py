"""kill -9 of the browser while somebody types into the grid, and what of the drafts is there afterwards.

    python -m bench.drafts_drill [--kills 20] [--seconds 4] [--seed 1]

No save gets to the server. Each run has a profile of its own; a clerk types mark after mark, and at a random moment
the browser is killed with all its processes. The same profile is opened again: everything of which the page had said
that it is kept on this computer must be found. Exit status 1 when anything was lost.

In localStorage, where drafts were kept before, 10 of 10 runs lost some and 7 all (Chromium 156).
"""

import argparse
import contextlib
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Error, Page, Playwright, sync_playwright

from bench.web import Web, prepare, sign_in
from script import chromium

PATIENCE_S = 60.0
SWITCHES = ("--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking")
# Tells what is on the page each time it says that everything is kept. A later mark of a cell is the greater number.
LISTEN = """
new MutationObserver(([{ target }]) => {
  if (target.id !== "grid-foot" || target.dataset.keep !== "kept") return;
  const drafts = document.querySelectorAll("td.cell-saving");
  window.told(Array.from(drafts, (td) => [td.dataset.at, td.textContent]));
}).observe(document, { subtree: true, attributes: true, attributeFilter: ["data-keep"] });
"""
# The negative control: a browser that says it has written what it has not.
FORGETFUL = "IDBObjectStore.prototype.put = function () { return this.count(); };"
READ_AGAIN = """() => {
  const { read, onTheWay } = document.getElementById("grid-foot").dataset;
  const drafts = Array.from(document.querySelectorAll("td.cell-saving"), (td) => [td.dataset.at, td.textContent]);
  return read !== undefined && read === onTheWay && Number(read) === drafts.length && { drafts };
}"""

Cookie = dict[str, str]
Drafts = dict[str, float]


@dataclass
class Told:
    """What was said to be kept before a kill, and what of it was not found after it."""

    typed: int = 0
    kept: int = 0
    lost: list[str] = field(default_factory=list)


class Browser:
    """A Chromium with a profile on the disk, in a group of processes of its own, to be killed."""

    def __init__(self, playwright: Playwright, profile: Path) -> None:
        found = chromium.find()
        assert found, "no Chromium"
        told = profile / "DevToolsActivePort"
        told.unlink(missing_ok=True)
        command = [found.program, *SWITCHES, f"--user-data-dir={profile}", "--remote-debugging-port=0", "about:blank"]
        self.process = subprocess.Popen(
            command,
            env={**os.environ, **found.environ},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        deadline = time.monotonic() + PATIENCE_S
        while not (told.exists() and told.read_text().strip()):
            assert time.monotonic() < deadline, "Chromium does not start"
            time.sleep(0.05)
        port = told.read_text().split()[0]
        self.context = playwright.chromium.connect_over_cdp(f"http://127.0.0.1:{port}").contexts[0]

    def kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def one_run(
    playwright: Playwright, url: str, cookies: list[Cookie], profile: Path, seconds: float, script: str = LISTEN
) -> Told:
    """Type until the browser is killed, `seconds` after the first key; then open the profile again and compare."""
    told, said = Told(), {}
    browser = Browser(playwright, profile)
    try:
        page = opened(browser, cookies, script)
        said = typed_until_killed(browser, page, url, seconds, told)
    finally:
        browser.kill()
    again = Browser(playwright, profile)
    try:
        found = drafts_of(again, url, cookies)
    finally:
        again.kill()
    told.kept = len(said)
    told.lost = [f"{cell}: {text}" for cell, text in said.items() if found.get(cell, -1) < text]
    return told


def typed_until_killed(browser: Browser, page: Page, url: str, seconds: float, told: Told) -> Drafts:
    """What the page said was kept; counts in `told` what was typed."""
    said: Drafts = {}
    page.expose_function("told", lambda drafts: said.update({cell: float(text) for cell, text in drafts}))
    page.goto(url)
    page.locator("#grid-foot[data-read]").wait_for(state="attached")
    page.locator("td.cell[data-at]").first.click()
    bell = threading.Timer(seconds, browser.kill)
    bell.start()
    with contextlib.suppress(Error):
        for number in range(1, 100_000):
            page.keyboard.type(f"{number / 100:.2f}")
            page.keyboard.press("Tab")
            told.typed = number
    bell.join()
    return said


def drafts_of(browser: Browser, url: str, cookies: list[Cookie]) -> Drafts:
    """What the page finds when it is opened again."""
    page = opened(browser, cookies)
    page.goto(url)
    found: Any = page.wait_for_function(READ_AGAIN).json_value()
    return {cell: float(text) for cell, text in found["drafts"]}


def opened(browser: Browser, cookies: list[Cookie], script: str = "") -> Page:
    """A page whose saves get nowhere."""
    browser.context.add_cookies(cookies)  # type: ignore[arg-type]
    page = browser.context.new_page()
    page.set_default_timeout(PATIENCE_S * 1000)
    page.route("**/grid/cells/", lambda route: route.abort())
    if script:
        page.add_init_script(script)
    return page


def drill(url: str, cookies: list[Cookie], *, kills: int, seconds: float, seed: int) -> Iterator[Told]:
    """That many runs, each killed after up to `seconds` of typing."""
    dice = random.Random(seed)
    with sync_playwright() as playwright:
        for _run in range(kills):
            with tempfile.TemporaryDirectory(prefix="drafts-drill-", ignore_cleanup_errors=True) as profile:
                yield one_run(playwright, url, cookies, Path(profile), dice.uniform(0.3, seconds))


@dataclass(frozen=True)
class Portal:
    """A web server of its own: the address of a grid with every judge open, and 陈晓's cookies."""

    web: Web
    url: str
    cookies: list[Cookie]


@contextmanager
def own_portal(state: Path) -> Iterator[Portal]:
    """One stage in scoring, in a database that nobody else uses; the web server as script/server starts it."""
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATABASE_URL": "",
        "PORTAL_VAR": str(state),
        "PORTAL_HOSTS": "127.0.0.1",
        "CELERY_BROKER_URL": "memory://",
    }
    prepare()
    import django

    django.setup()
    from django.db import connections

    from bench.grid_drill import setting
    from tests.cast import PASSWORD

    stage, _sheets = setting()
    connections.close_all()
    web = Web("config.wsgi:application", state / "web.log")
    web.start()
    try:
        base = f"http://127.0.0.1:{web.port}"
        pairs = (pair.split("=", 1) for pair in sign_in(web.port, "chenxiao", PASSWORD)["Cookie"].split("; "))
        cookies = [{"name": name, "value": value, "url": base} for name, value in pairs]
        yield Portal(web, f"{base}/desk/stages/{stage}/grid/?judge=all", cookies)
    finally:
        web.close()


def main() -> int:
    """Exit status 0 when nothing was lost that was said to be kept."""
    parser = argparse.ArgumentParser(prog="python -m bench.drafts_drill")
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=4.0, help="of typing, at most, before a kill")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    lost = kept = typed = 0
    with tempfile.TemporaryDirectory(prefix="drafts-drill-") as name, own_portal(Path(name)) as portal:
        for told in drill(portal.url, portal.cookies, kills=options.kills, seconds=options.seconds, seed=options.seed):
            typed, kept, lost = typed + told.typed, kept + told.kept, lost + len(told.lost)
            print(f"typed {told.typed}, said to be kept {told.kept}, lost {len(told.lost)}", *told.lost[:5], flush=True)
    print(f"{options.kills} kills: {typed} marks typed, {kept} said to be kept, {lost} of these lost")
    return int(lost > 0)


if __name__ == "__main__":
    sys.exit(main())
