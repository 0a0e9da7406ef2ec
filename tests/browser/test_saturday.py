"""A Saturday in 滨海新区: four entrants, four judges, two clerks, and what can go wrong on stage, over the pages.

谢宁 types, 庞静 compares. One entrant does not come, one judge is called away, two entrants stand level. Each is signed
on paper in the hall, photographed and done at once. 庞静 compares and goes home; nobody in 滨海新区 is left to second.
So 何雅 in the office names 黄强 of 电白区 deputy for 24 hours, who seconds all three before the results are certified.
`-s` prints how many clicks and pages that took.
"""

import random
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FilePayload, expect

from accounts.models import Proposal
from bench.season_drill import Clerk, Contest, certify, type_and_confirm
from contest.models import Stage
from quota.models import Shortlist
from tests import cast, hall
from tests.browser.clicking import Counting, clicks, follow, told
from tests.quota.lists import table
from tests.scoring.filling import board, make_ready

pytestmark = [pytest.mark.django_db(transaction=True)]
expect.set_options(timeout=15_000)
FORM: FilePayload = {"name": "现场签字表.png", "mimeType": "image/png", "buffer": hall.SIGNED}
# All three acts in the hall, scoring, everything up to the list: so many clicks by all, addresses opened not counted.
MOST_CLICKS = 50


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


def goes_home(clerk: Clerk) -> None:
    page = clerk.page
    page.locator("summary", has_text="庞静").click()
    clerk.press("退出登录")
    expect(page.get_by_label("用户名")).to_be_visible()


def names_a_deputy(office: Clerk) -> None:
    """Over the telephone 谢宁 says that nobody is left; 何雅 names somebody from next door."""
    follow(office, "账号", "指定临时复核员")
    page = office.page
    page.get_by_label("在哪个地区").select_option(label="滨海新区")
    office.press("下一步")
    offered = page.get_by_label("谁来复核")
    offered.select_option(offered.locator("option", has_text="黄强").get_attribute("value"))
    page.get_by_label("原因").fill("另一位经办人已下班，现场无人复核")
    office.picture("naming a deputy")
    office.press("指定")
    named = page.get_by_role("region", name="临时复核员").locator("tbody")
    expect(named.get_by_role("rowheader")).to_have_text(["黄强"])
    expect(named.locator("[data-label=地区]")).to_have_text(["滨海新区"])
    office.picture("deputy named")


def test_two_clerks_and_a_deputy_hold_a_preliminary_of_four_on_one_saturday(ready, desks):
    began = time.monotonic()
    stage = Contest(ready.title, ready.get_absolute_url())
    xie, pang, he = (desks.sign_in(name) for name in ("xiening", "pangjing", "heya"))
    xie.move(stage, "开始评分", "scoring")
    nobody_comes(xie, stage)
    a_judge_leaves(xie, stage)
    type_and_confirm(stage, xie, pang, random.Random(2023), desks.told)
    xie.move(stage, "统分", "tabulated")
    the_tie_is_ruled_on(xie, stage)
    assert "已先行办理，须另一人复核" in xie.open(stage.path).locator(".move").first.inner_text()
    xie.picture("held up")
    goes_home(pang)
    names_a_deputy(he)
    huang = desks.sign_in("huangqiang")
    assert seconds_what_waits(huang) == 3
    seconded = Proposal.objects.filter(state=Proposal.State.SECONDED).values_list("closed_by__name", flat=True)
    assert list(seconded) == ["黄强"] * 3
    certify(stage, xie, desks.told)
    xie.open(f"{stage.path}shortlist/")
    xie.press("拟定推荐名单")
    xie.press("报送市级审定")
    ready.refresh_from_db()
    assert (ready.state, len(board(ready)), Shortlist.objects.get().state) == ("certified", 3, "submitted")
    assert desks.told.faults == []
    hands = {"谢宁": xie, "庞静": pang, "何雅": he, "黄强": huang}
    print(told("滨海新区", hands, desks, began))
    assert sum(clicks(clerk) for clerk in hands.values()) <= MOST_CLICKS
