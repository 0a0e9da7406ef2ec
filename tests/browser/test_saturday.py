"""A Saturday in 滨海新区: four entrants, four judges, two clerks, and what can go wrong on stage, over the pages.

谢宁 types, 庞静 compares. One entrant does not come, one judge is called away, two entrants stand level. Each is signed
on paper in the hall, photographed and done at once; 庞静 seconds all three before the results are certified.
`-s` prints how many clicks and pages that took.
"""

import random
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FilePayload, Page, expect

from bench.season_drill import Clerk, Contest, Desks, certify, type_and_confirm
from contest.models import Stage
from quota.models import Shortlist
from tests import cast, hall
from tests.quota.lists import table
from tests.scoring.filling import board, make_ready

pytestmark = [pytest.mark.django_db(transaction=True)]
expect.set_options(timeout=15_000)
FORM: FilePayload = {"name": "现场签字表.png", "mimeType": "image/png", "buffer": hall.SIGNED}
# Counts what a hand does on the pages of one window, from page to page.
COUNTING = """addEventListener("click", (event) => {
  if (event.isTrusted) sessionStorage.clicks = Number(sessionStorage.clicks || 0) + 1;
}, true);"""
# All three acts in the hall, scoring, everything up to the list: so many clicks by both, addresses opened not counted.
MOST_CLICKS = 40


class Counting(Desks):
    """Windows in which clicks are counted."""

    def new_page(self) -> Page:
        page = super().new_page()
        page.context.add_init_script(COUNTING)
        return page


@pytest.fixture
def desks(browser: Browser, live_server, tmp_path: Path) -> Iterator[Counting]:
    yield Counting(browser, live_server.url, cast.PASSWORD, tmp_path)
    for context in browser.contexts:
        context.close()


@pytest.fixture
def ready(binhai, season, people) -> Stage:
    table(season, by=people["heya"])
    return make_ready(binhai, entrants=4, judges=4, by=people["xiening"])


def at_once(clerk: Clerk, reason: str, picture: str) -> None:
    """Fill in the reason, attach the photographed form, do it now."""
    page = clerk.page
    page.get_by_label(re.compile("原因|说明")).first.fill(reason)
    page.locator("input[type=file]").first.set_input_files(FORM)
    clerk.picture(picture)
    page.get_by_role("button", name="现场先行办理", exact=True).first.click()
    expect(page.locator(".lead .chip-in_effect")).to_have_text("已先行办理，待复核")
    clerk.picture(f"{picture} done")


def nobody_comes(clerk: Clerk, stage: Contest) -> None:
    page = clerk.open(f"{stage.path}entries/")
    page.get_by_role("row").last.get_by_role("link").click()
    page.get_by_label("缺席").check()
    at_once(clerk, "当日没有到场", "absence")


def a_judge_leaves(clerk: Clerk, stage: Contest) -> None:
    page = clerk.open(f"{stage.path}panel/")
    page.get_by_role("row").last.get_by_role("link", name="离席").click()
    at_once(clerk, "接到防汛任务先行离场", "departure")


def the_tie_is_ruled_on(clerk: Clerk, stage: Contest) -> None:
    page = clerk.open(f"{stage.path}ruling/")
    for place, number in enumerate(page.locator("input[type=number]").all(), start=1):
        number.fill(str(place))
    page.get_by_label("当场抽签").check()
    at_once(clerk, "评审团当场抽签", "ruling")


def seconds_what_waits(clerk: Clerk) -> int:
    """From the desk, one after the other; how many."""
    done, waiting = 0, clerk.open("/desk/").get_by_role("link", name=re.compile("^复核："))
    clerk.picture("desk of the second")
    while waiting.count():
        waiting.first.click()
        clerk.picture(f"seconding {done}")
        clerk.page.get_by_role("button", name="复核无误，同意", exact=True).click()
        expect(clerk.page.locator(".lead .chip-seconded")).to_be_visible()
        done += 1
        clerk.open("/desk/")
    return done


def clicks(clerk: Clerk) -> int:
    return int(clerk.page.evaluate("Number(sessionStorage.clicks || 0)"))


def test_two_clerks_hold_a_preliminary_of_four_on_one_saturday(ready, desks):
    began = time.monotonic()
    stage = Contest(ready.title, ready.get_absolute_url())
    xie, pang = desks.sign_in("xiening"), desks.sign_in("pangjing")
    xie.move(stage, "开始评分", "scoring")
    nobody_comes(xie, stage)
    a_judge_leaves(xie, stage)
    type_and_confirm(stage, xie, pang, random.Random(2023), desks.told)
    xie.move(stage, "统分", "tabulated")
    the_tie_is_ruled_on(xie, stage)
    assert "已先行办理，须另一人复核" in xie.open(stage.path).locator(".move").first.inner_text()
    xie.picture("held up")
    assert seconds_what_waits(pang) == 3
    certify(stage, xie, desks.told)
    xie.open(f"{stage.path}shortlist/")
    xie.press("拟定推荐名单")
    xie.press("报送市级审定")
    ready.refresh_from_db()
    assert (ready.state, len(board(ready)), Shortlist.objects.get().state) == ("certified", 3, "submitted")
    assert desks.told.faults == []
    by_both = clicks(xie) + clicks(pang)
    print(
        f"\n滨海新区: {by_both} clicks ({clicks(xie)} + {clicks(pang)}), {desks.told.pages} pages,"
        f" {(time.monotonic() - began) / 60:.1f} minutes of a machine; pictures in {desks.pictures}"
    )
    assert by_both <= MOST_CLICKS
