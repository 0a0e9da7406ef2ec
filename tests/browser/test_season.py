"""One season through the pages, as the notice orders it: seven preliminaries, twenty finalists, the final's prizes."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from contest.models import Award, Entry, Stage
from contest.models.stage import Kind, State
from demo.build import PASSWORD, Rehearsal, build
from demo.marks import marks_for
from demo.paper import blank_scan
from scoring.models import Criterion, Seat

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@dataclass
class Clerk:
    """Somebody at a desk: a browser window in which they are signed in."""

    page: Page
    base: str

    def open(self, path: str) -> Page:
        self.page.goto(self.base + path)
        return self.page

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()
        self.page.wait_for_load_state()

    def move(self, stage: Stage, name: str, after: State) -> None:
        """Press the next step's button on the stage's page."""
        self.open(f"/desk/stages/{stage.pk}/")
        self.press(name)
        stage.refresh_from_db()
        assert stage.state == after, self.page.locator("main").inner_text()


@pytest.fixture
def sign_in(browser: Browser, live_server) -> Iterator[Callable[[str], Clerk]]:
    """Open a window for a user name, once."""
    clerks: dict[str, Clerk] = {}

    def window(username: str) -> Clerk:
        if username not in clerks:
            context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN")
            context.grant_permissions(["clipboard-read", "clipboard-write"], origin=live_server.url)
            clerk = clerks[username] = Clerk(context.new_page(), live_server.url)
            clerk.open("/sign-in/")
            clerk.page.get_by_label("用户名").fill(username)
            clerk.page.get_by_label("密码").fill(PASSWORD)
            clerk.press("登录")
            expect(clerk.page).to_have_url(live_server.url + "/desk/")
        return clerks[username]

    yield window
    for clerk in clerks.values():
        clerk.page.context.close()


@pytest.fixture
def ready() -> Rehearsal:
    """Rosters imported, panels seated, lots drawn: seven preliminaries about to begin."""
    return build(code="yanlian", until="ready", size="small", now=timezone.now())


def test_a_season_runs_through_the_pages_to_the_finals_prizes(ready, sign_in):
    for stage in ready.stages(Kind.PRELIMINARY):
        assert stage.district is not None
        typist, checker = sign_in(f"{stage.district.code}-a"), sign_in(f"{stage.district.code}-b")
        score(stage, typist, checker, ready)
        settle(stage, typist)
        certify(stage, typist)
        recommend(stage, typist, sign_in("shi-a"))
    (final,) = ready.stages(Kind.FINAL)
    seats = {"茂南区": 3, "电白区": 3, "信宜市": 3, "高州市": 4, "化州市": 5, "滨海新区": 1, "高新区": 1}
    finalists = Entry.objects.filter(stage=final).values_list("district__name", flat=True)
    assert {name: list(finalists).count(name) for name in seats} == seats
    prepare_final(final, sign_in("shi-a"))
    score(final, sign_in("shi-a"), sign_in("shi-b"), ready)
    settle(final, sign_in("shi-a"))
    certify(final, sign_in("shi-a"))
    tiers = list(Award.objects.filter(entry__stage=final).values_list("tier_name", flat=True))
    assert {name: tiers.count(name) for name in tiers} == {"一等奖": 1, "二等奖": 3, "三等奖": 5, "优秀": 11}
    page = sign_in("jiandu").open(f"/desk/stages/{final.pk}/results/")
    assert page.locator(".prize-first").count() == 1


def score(stage: Stage, typist: Clerk, checker: Clerk, ready: Rehearsal) -> None:
    """Open scoring, paste every judge's marks from Excel, have each pile confirmed by the other person."""
    typist.move(stage, "开始评分", State.SCORING)
    page = typist.open(f"/desk/stages/{stage.pk}/grid/?judge=all")
    page.evaluate("text => navigator.clipboard.writeText(text)", block(stage, ready))
    page.locator("#grid tbody tr:first-child td").first.click()
    page.keyboard.press("Control+V")
    cells = stage.entries.count() * Seat.objects.filter(stage=stage).count()
    expect(page.locator("[data-show=state]")).to_contain_text("已保存", timeout=60_000)
    assert stage.sheets.filter(state="typed").count() == cells
    for seat in Seat.objects.filter(stage=stage):
        page = checker.open(f"/desk/stages/{stage.pk}/confirm/?judge={seat.number}")
        page.get_by_label("全部勾选").check()
        checker.press("核对无误")
    assert stage.sheets.filter(state="confirmed").count() == cells


def block(stage: Stage, ready: Rehearsal) -> str:
    """What a clerk copies from Excel: a row for each entrant, each judge's marks beside one another."""
    criteria = list(Criterion.objects.filter(ruleset__stage=stage))
    rows = []
    for _entry in range(stage.entries.count()):
        talent = ready.dice.randrange(72, 96)
        row: list[str] = []
        for _seat in range(Seat.objects.filter(stage=stage).count()):
            marks = marks_for(criteria, talent, ready.dice)
            row += [f"{marks[criterion.code] / 100:g}" for criterion in criteria] + [""]
        rows.append("\t".join(row))
    return "\n".join(rows)


def settle(stage: Stage, typist: Clerk) -> None:
    """Tabulate, and record the panel's ruling wherever the stage says that a tie stops it."""
    typist.move(stage, "统分", State.TABULATED)
    while "裁定" in typist.open(f"/desk/stages/{stage.pk}/").locator(".problems").inner_text():
        page = typist.open(f"/desk/stages/{stage.pk}/ruling/")
        section = page.locator("section[id^=group-]").first
        for place, number in enumerate(section.locator("input[type=number], input[inputmode=numeric]").all(), start=1):
            number.fill(str(place))
        section.get_by_label("当场抽签").check()
        section.get_by_label(re.compile("说明|经过")).fill("评审团当场抽签决定")
        typist.press("登记裁定并重新统分")


def certify(stage: Stage, typist: Clerk) -> None:
    """Print the sheet, bring back the signed scan, certify."""
    assert "盖章处" in typist.open(f"/desk/stages/{stage.pk}/results/sheet/").locator("body").inner_text()
    page = typist.open(f"/desk/stages/{stage.pk}/documents/")
    page.locator("input[type=file]").set_input_files(
        {"name": "成绩单.png", "mimeType": "image/png", "buffer": blank_scan("season")}
    )
    typist.press("上传")
    typist.move(stage, "签认成绩", State.CERTIFIED)


def recommend(stage: Stage, organizer: Clerk, office: Clerk) -> None:
    """Draw the list up, submit it, and let the office approve it."""
    organizer.open(f"/desk/stages/{stage.pk}/shortlist/")
    organizer.press("拟定推荐名单")
    organizer.press("报送市级核准")
    page = office.open(f"/desk/stages/{stage.pk}/shortlist/")
    page.get_by_role("link", name="核准名单", exact=True).click()
    office.press("核准")
    assert stage.shortlists.get(live=True).state == "approved"


def prepare_final(final: Stage, office: Clerk) -> None:
    """Collect, close, seat nine judges, draw lots before witnesses."""
    office.move(final, "开始征集", State.COLLECTING)
    office.move(final, "结束征集，进入待赛", State.READY)
    page = office.open(f"/desk/stages/{final.pk}/panel/")
    page.locator("textarea").fill("\n".join(f"决赛评委{letter} 演练单位" for letter in "一二三四五六七八九"))
    page.locator("form", has=page.locator("textarea")).get_by_role("button").click()
    assert Seat.objects.filter(stage=final).count() == 9
    page = office.open(f"/desk/stages/{final.pk}/draw/")
    office.press("封存种子")
    page.locator("[name=witnesses]").fill("见证人甲、见证人乙")
    page.locator("[name=witness_word]").fill("306")
    office.press("抽签")
    assert list(final.entries.order_by("order").values_list("order", flat=True)) == list(range(1, 21))
