"""What was typed and is not saved yet is kept on this computer, for whoever typed it, and said to be so when it is."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import BrowserContext, Page, expect

from accounts.models import User
from contest.models import Stage
from scoring.models import Mark, Sheet
from tests.scoring.dealing import deal, marks_of, sheet_of

pytestmark = [pytest.mark.django_db(transaction=True)]
# The machine may be busy with the rest of the suite.
expect.set_options(timeout=15_000)
SAVING = re.compile("/grid/(cells|times)/")
# As pages of an older version kept a draft.
KEEP_AS_BEFORE = "([key, draft]) => window.localStorage.setItem(key, JSON.stringify(draft))"
# A browser that writes nothing down, as on a full disk, until it is told to.
FULL_DISK = """
const put = IDBObjectStore.prototype.put;
window.full = true;
IDBObjectStore.prototype.put = function (...told) {
  const asked = put.apply(this, told);
  if (window.full) this.transaction.abort();
  return asked;
};
"""


@pytest.fixture
def stage(maonan, heya) -> Stage:
    return deal(maonan, by=heya)


@pytest.fixture
def pc(context: BrowserContext, live_server, stage, signed_in) -> Any:
    """The one computer of the office: open its grid as this person."""

    def sit_down(user: User, path: str = "") -> Page:
        session = signed_in(user).cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        page = context.new_page()
        page.on("dialog", lambda dialog: dialog.accept())
        page.goto(live_server.url + (path or f"{reverse('scoring:grid', args=[stage.pk])}?judge=1"))
        return page

    return sit_down


@pytest.fixture
def cut(context: BrowserContext) -> Iterator[None]:
    """Nothing that is typed gets to the server."""
    context.route(SAVING, lambda route: route.abort())
    yield
    context.unroute(SAVING)


def at(sheet: Sheet, code: str = "achievement") -> str:
    return f"{sheet.entry_id}:{sheet.seat_id}:{code}"


def type_in(page: Page, sheet: Sheet, text: str) -> None:
    page.locator(f'td[data-at="{at(sheet)}"]').click()
    page.keyboard.type(text)
    page.keyboard.press("Enter")


def test_a_mark_is_said_to_be_kept_on_this_computer_once_it_is(pc, cut, people, stage):
    page = pc(people["chenxiao"])
    page.add_init_script(FULL_DISK)
    page.reload()
    type_in(page, sheet_of(stage), "36")
    strip = page.locator("#grid-foot")
    expect(strip).to_have_attribute("data-keep", "failed")
    expect(strip).to_contain_text("这台电脑存不下未保存的分数，请不要关闭本页。")
    page.evaluate("window.full = false")
    type_in(page, sheet_of(stage, 2), "35")
    expect(strip).to_have_attribute("data-keep", "kept")
    expect(strip).to_contain_text("未保存 2 格未保存的已存在本机")


def test_what_an_older_page_kept_is_taken_over_once(pc, people, stage):
    page = pc(people["chenxiao"])
    key = f"grid:{stage.pk}:{people['chenxiao'].pk}:{at(sheet_of(stage))}"
    page.evaluate(KEEP_AS_BEFORE, [key, {"text": "36", "base": ""}])
    page.reload()
    expect(page.locator("[data-show=note]")).to_have_text("已找回上次未保存的 1 格")
    expect(page.locator("[data-show=state]")).to_contain_text("已保存")
    assert marks_of(sheet_of(stage)) == {"achievement": 3600}
    assert page.evaluate("Object.keys(window.localStorage)") == []
    page.reload()
    expect(page.locator("#grid-foot")).to_have_attribute("data-read", "0")
    expect(page.locator("[data-show=note]")).to_have_text("")


def test_nobody_else_at_the_same_computer_gets_a_persons_drafts(pc, cut, context, people, stage):
    chen = pc(people["chenxiao"])
    type_in(chen, sheet_of(stage), "36")
    expect(chen.locator("#grid-foot")).to_have_attribute("data-keep", "kept")
    expect(chen.locator("[data-show=kept]")).to_contain_text("未保存的已存在本机")
    chen.close()
    lin = pc(people["linfang"])
    expect(lin.locator("#grid-foot")).to_have_attribute("data-read", "0")
    expect(lin.locator("[data-show=counts]")).to_have_text("")
    chen = pc(people["chenxiao"])
    expect(chen.locator("#grid-foot")).to_have_attribute("data-read", "1")
    expect(chen.locator("[data-show=counts]")).to_have_text("未保存 1 格")
    assert Mark.objects.count() == 0
