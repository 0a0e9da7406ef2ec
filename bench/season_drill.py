"""A whole season through the pages, in Chromium, against the portal as script/server starts it.

    python -m bench.season_drill [--size full|small] [--keep]

The demo's rosters, panels and lots are there; everything after that is done by people at their desks, who know only
what the pages tell them: seven preliminaries are scored by pasting from Excel, confirmed by a second person, tabulated,
ruled upon, signed, certified and published; seven lists are submitted and approved; then the same for the final, to its
prizes. Nobody waits for five working days: once the lists are approved, their notice periods are moved into the past.
Exit status 1 when a figure differs from the decree, a page fails or complains to the console, or the log does not
verify. `DATABASE_URL` names a PostgreSQL server to do this on; otherwise it is SQLite in a folder of its own.

`--keep` leaves that folder behind, with the database, what the server said, and a picture of each kind of page.
"""

import argparse
import json
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, NoReturn

from playwright.sync_api import Browser, ConsoleMessage, Page, Response, ViewportSize, expect, sync_playwright

from bench.databases import own_database
from bench.grid_drill import first, said
from demo.paper import blank_scan
from script import chromium
from script.supervisor import die_with_parent

TOP = Path(__file__).resolve().parent.parent
DECREE = json.loads((TOP / "fixtures" / "decree-2023.json").read_text())
DESK: ViewportSize = {"width": 1366, "height": 768}
PATIENCE_MS = 60_000
PATIENCE_S = 180.0
# So few speakers that the first two are given the same marks: a tie across the first prize and the only seat.
FEW = 4
FINAL_PRIZES = {"first": 1, "second": 3, "third": 5, "merit": 11}
NINE = "一二三四五六七八九"
# What `manage.py shell` runs for the days to pass: approvals are conditional until the notice periods end.
DAYS_PASS = """
from datetime import timedelta
from django.db.models import F
from contest.models import Stage
days = timedelta(days=30)
preliminaries = Stage.objects.filter(kind="preliminary")
preliminaries.update(notice_from=F("notice_from") - days, notice_until=F("notice_until") - days)
"""


@dataclass
class Told:
    """What the pages said: `prizes` by stage and tier, `finalists` by district."""

    entrants: int = 0
    marks: int = 0
    rulings: int = 0
    pages: int = 0
    finalists: dict[str, int] = field(default_factory=dict)
    prizes: dict[str, dict[str, int]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Contest:
    """A stage as the list of stages shows it."""

    title: str
    path: str


class Clerk:
    """Somebody at a desk: a browser window in which they are signed in."""

    def __init__(self, page: Page, base: str, pictures: Path | None) -> None:
        self.page, self.base, self.pictures = page, base, pictures

    def open(self, path: str) -> Page:
        # The scripts are modules: they have run by then.
        self.page.goto(self.base + path, wait_until="domcontentloaded")
        return self.page

    def press(self, name: str) -> None:
        """Press a button, and wait for the page it leads to."""
        with self.page.expect_navigation(wait_until="domcontentloaded"):
            self.page.get_by_role("button", name=name, exact=True).click()

    def move(self, stage: Contest, name: str, after: str) -> None:
        """Press the next step's button on the stage's page, and again where it first tells what stays undone."""
        page = self.open(stage.path)
        asks = page.locator(".move-go").get_by_role("link", name=name, exact=True)
        if asks.count():
            with page.expect_navigation(wait_until="domcontentloaded"):
                asks.click()
        self.press(name)
        assert self.page.locator(f".lead .chip-{after}").count() == 1, self.page.locator("main").inner_text()

    def picture(self, name: str) -> None:
        """What they see now, where pictures are wanted."""
        if self.pictures:
            self.page.screenshot(path=self.pictures / f"{name.replace(' ', '-')}.png")


class Desks:
    """The people of a season, each signed in where they sit."""

    def __init__(self, browser: Browser, base: str, password: str, pictures: Path | None = None) -> None:
        self.browser, self.base, self.password, self.pictures = browser, base, password, pictures
        self.people: set[str] = set()
        self.told = Told()

    def sign_in(self, username: str, after: Clerk | None = None) -> Clerk:
        """Somebody's window: a new one, or that of a colleague who has gone, where the browser knows the portal."""
        clerk = after or Clerk(self.new_page(), self.base, self.pictures)
        clerk.page.context.clear_cookies()
        page = clerk.open("/sign-in/")
        page.get_by_label("用户名").fill(username)
        page.get_by_label("密码").fill(self.password)
        clerk.press("登录")
        expect(page).to_have_url(f"{self.base}/desk/")
        self.people.add(username)
        return clerk

    def new_page(self) -> Page:
        """An empty page that notes what goes wrong on it."""
        context = self.browser.new_context(viewport=DESK, locale="zh-CN", timezone_id="Asia/Shanghai")
        context.grant_permissions(["clipboard-read", "clipboard-write"], origin=self.base)
        page = context.new_page()
        page.on("response", self.note_response)
        page.on("console", self.note_console)
        page.on("pageerror", lambda fault: self.told.faults.append(str(fault)))
        return page

    def note_response(self, response: Response) -> None:
        self.told.pages += response.request.resource_type == "document" and response.status == 200
        if response.status >= 400:
            self.told.faults.append(f"{response.request.method} {response.url}: {response.status}")

    def note_console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.told.faults.append(message.text)


def play(desks: Desks, days_pass: Callable[[], object], seed: int = 2023) -> Told:
    """From lots drawn to the final's prizes; what the pages said. Raises AssertionError where one says otherwise.

    `days_pass` takes the preliminaries past their notice periods.
    """
    dice, told, office = random.Random(seed), desks.told, desks.sign_in("shi-a")
    typist = checker = None
    preliminaries, final = contests(office)
    for district, stage in zip(DECREE["districts"], preliminaries, strict=True):
        typist = desks.sign_in(f"{district['code']}-a", after=typist)
        checker = desks.sign_in(f"{district['code']}-b", after=checker)
        told.entrants += score(stage, typist, checker, dice, told)
        settle(stage, typist, checker, told)
        certify(stage, typist, told)
        office.move(stage, "公示", "published")
        recommend(stage, typist, office)
    told.finalists = finalists(final, office)
    days_pass()
    prepare_final(final, office, entrants=sum(told.finalists.values()))
    checker = desks.sign_in("shi-b", after=checker)
    score(final, office, checker, dice, told)
    settle(final, office, checker, told)
    certify(final, office, told)
    supervisor = desks.sign_in("jiandu", after=typist)
    told.prizes[final.title] = prizes(supervisor.open(f"{final.path}results/"))
    supervisor.picture("final results")
    return told


def contests(office: Clerk) -> tuple[list[Contest], Contest]:
    """The preliminaries in the decree's order, and the final."""
    links = office.open("/desk/stages/").locator("main tbody th a")
    found = [Contest(link.inner_text().strip(), link.get_attribute("href") or "") for link in links.all()]
    office.picture("stages")
    in_order = [next(each for each in found if row["name"] in each.title) for row in DECREE["districts"]]
    (final,) = set(found) - set(in_order)
    return in_order, final


def score(stage: Contest, typist: Clerk, checker: Clerk, dice: random.Random, told: Told) -> int:
    """Open scoring and score; the entrants."""
    typist.move(stage, "开始评分", "scoring")
    return type_and_confirm(stage, typist, checker, dice, told)


def type_and_confirm(stage: Contest, typist: Clerk, checker: Clerk, dice: random.Random, told: Told) -> int:
    """Paste every judge's marks from Excel, have each pile confirmed by the other; the entrants."""
    page = typist.open(f"{stage.path}grid/?judge=all")
    grid = json.loads(page.locator("#grid-data").inner_text())
    entrants, judges = sum(competing for *_who, competing in map(four, grid["people"])), grid["judges"]
    marks = entrants * len(judges) * len(grid["lines"])
    typist.picture(f"{stage.title} grid empty")
    page.evaluate("text => navigator.clipboard.writeText(text)", block(grid, dice))
    page.locator("#grid tbody tr:first-child td").first.click()
    page.keyboard.press("Control+V")
    # Each entrant's time stands in the last column.
    expect(page.locator("[data-show=note]")).to_have_text(f"已粘贴 {marks + entrants} 格", timeout=PATIENCE_MS)
    expect(page.locator("[data-show=state]")).to_contain_text("已保存", timeout=PATIENCE_MS)
    expect(page.locator("[data-show=counts]")).to_be_empty(timeout=PATIENCE_MS)
    expect(page.locator("[data-count]")).to_have_text([f"{entrants}/{entrants}"] * len(judges))
    typist.picture(f"{stage.title} grid pasted")
    told.marks += marks
    for _pk, number, _name in judges:
        page = checker.open(f"{stage.path}confirm/?judge={number}")
        expect(page.locator(".section-head p")).to_have_text(f"未录全 0 · 待核对 {entrants} · 已核对 0")
        page.get_by_label("全部勾选").check()
        if number == judges[0][1]:
            checker.picture(f"{stage.title} confirm")
        checker.press(f"核对无误（{entrants} 份）")
        if number == judges[0][1]:
            checker.picture(f"{stage.title} confirmed")
        expect(page.locator(".section-head p")).to_have_text(f"未录全 0 · 待核对 0 · 已核对 {entrants}")
    checker.open(f"{stage.path}times/")
    checker.press(f"对照无误，核对这 {entrants} 个用时")
    return entrants


def block(grid: dict[str, Any], dice: random.Random) -> str:
    """What a clerk copies from Excel: a row for each entrant, each judge's marks beside one another, then the time."""
    rows: list[str] = []
    for place, (*_who, competing) in enumerate(map(four, grid["people"])):
        if not competing:
            rows.append("")
            continue
        if place == 1 and len(grid["people"]) <= FEW:
            rows.append(rows[0])
            continue
        level = dice.randrange(72, 96) if place else 98
        row: list[str] = []
        for _judge in grid["judges"]:
            # The judge's total stands between; the portal adds up by itself.
            row += [*(mark(Decimal(most), Decimal(step), level, dice) for *_name, most, step in grid["lines"]), ""]
        seconds = 330 if place % 17 == 5 else dice.randrange(250, 305)
        rows.append("\t".join([*row, f"{seconds // 60}:{seconds % 60:02}"]))
    return "\n".join(rows).rstrip("\n")


def four(person: list[Any]) -> list[Any]:
    """An entrant of the grid: key, order, name, whether they compete."""
    return person[:4]


def mark(most: Decimal, step: Decimal, level: int, dice: random.Random) -> str:
    """A mark near the entrant's level, in percent of the most there is, on a step."""
    percent = min(100, level + dice.randint(-6, 6))
    return f"{most * percent / 100 // step * step:f}"


def settle(stage: Contest, typist: Clerk, checker: Clerk, told: Told) -> None:
    """Tabulate, and put forward the panel's ruling wherever the stage says that a tie stops it; another seconds it."""
    typist.move(stage, "统分", "tabulated")
    typist.picture(f"{stage.title} tabulated")
    while "裁定" in typist.page.locator(".problems").inner_text():
        page = typist.open(f"{stage.path}ruling/")
        typist.picture(f"{stage.title} ruling")
        section = page.locator("section[id^=group-]").first
        for place, number in enumerate(section.locator("input[type=number], input[inputmode=numeric]").all(), start=1):
            number.fill(str(place))
        section.get_by_label("当场抽签").check()
        section.get_by_label(re.compile("说明|经过")).fill("评审团当场抽签决定")
        section.get_by_role("button", name="提请复核", exact=True).click()
        expect(page.locator(".lead .chip-open")).to_be_visible()
        checker.open(page.url.removeprefix(typist.base))
        checker.press("复核无误，同意")
        told.rulings += 1
        typist.open(stage.path)


def certify(stage: Contest, typist: Clerk, told: Told) -> None:
    """Look at the results, print the sheet, bring back the signed scan, certify."""
    told.prizes[stage.title] = prizes(typist.open(f"{stage.path}results/"))
    typist.picture(f"{stage.title} results")
    assert "盖章处" in typist.open(f"{stage.path}results/sheet/").locator("body").inner_text()
    typist.picture(f"{stage.title} sheet")
    page = typist.open(f"{stage.path}documents/")
    page.locator("input[type=file]").set_input_files(
        {"name": "成绩单.png", "mimeType": "image/png", "buffer": blank_scan("season")}
    )
    typist.press("上传")
    typist.move(stage, "签字确认成绩", "certified")


def prizes(page: Page) -> dict[str, int]:
    """How many of each tier a results page shows, by the tier's code."""
    tiers = page.locator("tbody .prize").evaluate_all("all => all.map((prize) => prize.className.split('prize-')[1])")
    return dict(Counter(tiers))


def recommend(stage: Contest, organizer: Clerk, office: Clerk) -> None:
    """Draw the list up, submit it, and let the office approve it."""
    organizer.open(f"{stage.path}shortlist/")
    organizer.press("拟定推荐名单")
    organizer.picture(f"{stage.title} shortlist")
    organizer.press("报送市级审定")
    page = office.open(f"{stage.path}shortlist/")
    with page.expect_navigation(wait_until="domcontentloaded"):
        page.get_by_role("link", name="审定名单", exact=True).click()
    office.picture(f"{stage.title} approve")
    office.press("审定")
    assert page.locator(".lead .chip-approved").count() == 1, page.locator("main").inner_text()


def finalists(final: Contest, office: Clerk) -> dict[str, int]:
    """Who has come into the final, by district: as the overview of the lists leads there."""
    page = office.page
    for link, picture in (("各地区名单", "shortlists"), ("看决赛参赛名单", "final entries")):
        with page.expect_navigation(wait_until="domcontentloaded"):
            page.get_by_role("link", name=link, exact=True).click()
        office.picture(picture)
    assert page.url == f"{office.base}{final.path}entries/"
    return dict(Counter(page.locator("tbody td[data-label=地区]").all_inner_texts()))


def prepare_final(final: Contest, office: Clerk, *, entrants: int) -> None:
    """Say when and where, collect, close, seat nine judges, draw lots before witnesses."""
    page = office.open(f"{final.path}schedule/")
    # After the preliminaries, which were held today.
    page.get_by_label("举办日期").fill((date.today() + timedelta(days=14)).isoformat())
    page.get_by_label("地点").fill("演练礼堂")
    office.press("保存")
    office.move(final, "开始征集", "collecting")
    office.move(final, "结束征集，进入待赛", "ready")
    page = office.open(f"{final.path}panel/")
    page.locator("textarea").fill("\n".join(f"决赛评委{letter} 演练单位" for letter in NINE))
    office.press("加入评审团")
    assert page.locator("tbody td[data-label=席号]").count() == len(NINE)
    office.picture("final panel")
    office.open(f"{final.path}draw/")
    office.press("封存种子")
    page.locator("[name=witnesses]").fill("见证人甲、见证人乙")
    page.locator("[name=witness_word]").fill("306")
    office.press("抽签")
    office.picture("final draw")
    order = page.locator("tbody td[data-label=出场]").all_inner_texts()
    assert order == [str(place) for place in range(1, entrants + 1)], order


def differences(told: Told, entrants: int) -> list[str]:
    """Everything in which the season was not what the decree says, or a page failed."""
    *preliminaries, final = told.prizes.values()
    seats = {row["name"]: row["seats"] for row in DECREE["districts"]}
    pairs = {
        "entrants": (told.entrants, entrants),
        "prizes in the preliminaries": (sum(sum(each.values()) for each in preliminaries), entrants),
        "rulings": (told.rulings, sum(sum(each.values()) <= FEW for each in told.prizes.values())),
        "finalists": (told.finalists, seats),
        "prizes in the final": (final, FINAL_PRIZES),
    }
    wrong = [f"{what}: {found}, not {right}" for what, (found, right) in pairs.items() if found != right]
    return [*wrong, *told.faults]


@contextmanager
def server(environ: dict[str, str], log: Path) -> Iterator[tuple[str, str]]:
    """script/server on a free port: its address, and the password that it tells. Taken down in any case."""
    with socket.create_server(("127.0.0.1", 0)) as line:
        port = line.getsockname()[1]
    base = f"http://127.0.0.1:{port}"
    command = [str(TOP / "script" / "server"), "--port", str(port)]
    with log.open("wb") as sink:
        process = subprocess.Popen(
            command,
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=sink,
            # A Ctrl-C is for the drill, which then stops the server; the end of the drill is the end of the server.
            start_new_session=True,
            preexec_fn=die_with_parent(signal.SIGTERM),
        )
    try:
        deadline = time.monotonic() + PATIENCE_S
        while f"portal: open {base}/" not in log.read_text():
            assert process.poll() is None, f"script/server ended: {log.read_text()}"
            assert time.monotonic() < deadline, f"script/server does not answer: {log.read_text()}"
            time.sleep(0.5)
        yield base, first(r"password (\S+)", log.read_text())
    finally:
        process.terminate()
        try:
            process.wait(PATIENCE_S)
        finally:
            process.kill()


@contextmanager
def chromium_here() -> Iterator[Browser]:
    """The Chromium of this machine."""
    found = chromium.find()
    assert found, "no Chromium: name one with CHROMIUM"
    with sync_playwright() as playwright:
        switches = ["--no-sandbox", "--disable-gpu"]
        environ: dict[str, str | float | bool] = {**os.environ, **found.environ}
        browser = playwright.chromium.launch(executable_path=found.program, args=switches, env=environ)
        try:
            yield browser
        finally:
            browser.close()


def manage(environ: dict[str, str], *words: str) -> dict[str, Any]:
    """What a command prints with --json."""
    command = [sys.executable, "manage.py", *words, "--json"]
    ran = subprocess.run(command, cwd=TOP, env=environ, stdout=subprocess.PIPE, text=True, check=False)
    return json.loads(ran.stdout)


def drill(size: str, state: Path, url: str, *, pictures: bool) -> bool:
    """Prepare, play, check, print; whether all was as it should be."""
    began = time.monotonic()
    # The server finds its own broker and hosts, as on a newcomer's machine.
    others = ("CELERY_BROKER_URL", "REDIS_URL", "PORTAL_HOSTS")
    environ = {name: value for name, value in os.environ.items() if name not in others}
    environ |= {"DJANGO_SETTINGS_MODULE": "config.settings", "PORTAL_VAR": str(state / "var"), "DATABASE_URL": url}
    subprocess.run([sys.executable, "-m", "script.prepare", "--no-demo"], cwd=TOP, env=environ, check=True)
    built = manage(environ, "demo", "--size", size, "--until", "ready")
    folder = state / "pictures"
    folder.mkdir()
    log = state / "server.log"
    later = [sys.executable, "manage.py", "shell", "-c", DAYS_PASS]
    with server(environ, log) as (base, password), chromium_here() as browser:
        started = time.monotonic()
        desks = Desks(browser, base, password, folder if pictures else None)
        told = play(desks, lambda: subprocess.run(later, cwd=TOP, env=environ, check=True))
        seconds = time.monotonic() - started
        chains = manage(environ, "verify_log")["chains"]
    log_faults = [f"log {each['chain']}: {fault}" for each in chains for fault in each["faults"]]
    troubles = [*said(log), *re.findall(r"portal: .* ended .*", log.read_text())]
    wrong = [*differences(told, built["entrants"]), *log_faults, *troubles]
    by_district = " ".join(f"{name} {count}" for name, count in told.finalists.items())
    final = "/".join(str(told.prizes[list(told.prizes)[-1]].get(tier, 0)) for tier in FINAL_PRIZES)
    print(f"{'PostgreSQL' if url else 'SQLite'}: {told.entrants} entrants, {told.marks} marks pasted")
    print(f"{told.pages} pages opened by {len(desks.people)} people, {told.rulings} ties ruled upon")
    print(f"{sum(told.finalists.values())} finalists: {by_district}; prizes in the final {final}")
    print(f"log: {sum(each['count'] for each in chains)} lines, {len(log_faults)} faults")
    print(f"{seconds:.0f} s in the pages, {time.monotonic() - began:.0f} s with the building")
    print(*[f"DIFFERS: {each}" for each in wrong] or ["nothing differs"], sep="\n")
    return not wrong


def run() -> None:
    """As a benchmark: the drill in a process of its own, since Chromium's loop does not share one with Django."""
    subprocess.run([sys.executable, "-m", "bench.season_drill"], cwd=TOP, check=True)


def stop(number: int, _frame: object) -> NoReturn:
    """Asked to end: by way of every `finally`."""
    sys.exit(128 + number)


def main() -> int:
    """Exit status 0 when nothing differs."""
    parser = argparse.ArgumentParser(prog="python -m bench.season_drill")
    parser.add_argument("--size", choices=["full", "small"], default="full", help="212 secretaries, or a few of them")
    parser.add_argument("--keep", action="store_true", help="leave the folder behind, with pictures of the pages")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, stop)
    state = Path(tempfile.mkdtemp(prefix="season-drill-"))
    try:
        with own_database("season_drill") as url:
            right = drill(options.size, state, url, pictures=options.keep)
    finally:
        if options.keep:
            print(f"kept: {state}")
        else:
            shutil.rmtree(state)
    return int(not right)


if __name__ == "__main__":
    sys.exit(main())
