"""未送出: the server stops, the office reloads the grid, finds what it typed, and all of it arrives in the end."""

import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import BrowserContext, Page, expect

from accounts.models import User
from contest.models import Stage
from scoring.models import Mark
from tests.browser.test_drafts import type_in
from tests.scoring.dealing import MARKS, deal, marks_of, sheet_of, type_sheets

pytestmark = [pytest.mark.django_db(transaction=True)]


class Road:
    """The way from the office's computer to the portal. While it is shut there is no server, as without power."""

    def __init__(self, target: str) -> None:
        parts = urlsplit(target)
        self.target = (parts.hostname, parts.port)
        self.taken: list[socket.socket] = []
        self.port = 0
        self.open()
        self.url = f"http://127.0.0.1:{self.port}"

    def open(self) -> None:
        self.server = socket.create_server(("127.0.0.1", self.port), backlog=64)
        self.port = self.server.getsockname()[1]
        threading.Thread(target=self._accept, args=(self.server,), daemon=True).start()

    def shut(self) -> None:
        # Not only closed: the thread that waits in it would take one more.
        with suppress(OSError):
            self.server.shutdown(socket.SHUT_RDWR)
        for each in [self.server, *self.taken]:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()
        self.taken = []

    def _accept(self, server: socket.socket) -> None:
        with suppress(OSError):
            while True:
                client = server.accept()[0]
                behind = socket.create_connection(self.target)
                self.taken += [client, behind]
                for one, other in ((client, behind), (behind, client)):
                    threading.Thread(target=self._carry, args=(one, other), daemon=True).start()

    def _carry(self, one: socket.socket, other: socket.socket) -> None:
        with suppress(OSError):
            while data := one.recv(65536):
                other.sendall(data)
        with suppress(OSError):
            other.shutdown(socket.SHUT_WR)


@pytest.fixture
def stage(maonan, heya) -> Stage:
    return deal(maonan, by=heya)


@pytest.fixture
def road(live_server) -> Iterator[Road]:
    road = Road(live_server.url)
    yield road
    road.shut()


@pytest.fixture
def sit_down(context: BrowserContext, road: Road, signed_in) -> Callable[..., Page]:
    """A page of this person on the office's computer."""

    def sit_down(user: User, path: str) -> Page:
        session = signed_in(user).cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": session, "url": road.url}])
        page = context.new_page()
        page.on("dialog", lambda dialog: dialog.accept())
        page.goto(road.url + path)
        return page

    return sit_down


@pytest.fixture
def stopped(road, sit_down, people, stage) -> Page:
    """The server has stopped, and 陈晓, who had typed two marks after that, has loaded the grid's address again."""
    page = sit_down(people["chenxiao"], f"{reverse('scoring:grid', args=[stage.pk])}?judge=1")
    expect(page.locator("#grid-foot")).to_have_attribute("data-offered", "true")
    road.shut()
    type_in(page, sheet_of(stage), "36")
    page.keyboard.type("35.5")
    page.keyboard.press("Enter")
    expect(page.locator("[data-show=kept]")).to_have_text("未保存的已存在本机 查看未送出的")
    page.reload()
    return page


def test_without_a_server_the_page_lists_what_was_typed_and_sends_it_once_there_is_one(stopped, road, stage):
    page = stopped
    expect(page.get_by_role("heading", level=1)).to_have_text("未送出")
    expect(page.locator("#unsent")).to_have_attribute("data-way", "down")
    rows = page.locator("#unsent tbody tr")
    expect(rows).to_have_count(2)
    expect(rows.first).to_contain_text(
        re.compile(r"茂南区.*第1位 陈志远，1 号评委，.*36陈晓\d+-\d\d \d\d:\d\d等待送出")
    )
    assert Mark.objects.count() == 0
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    road.open()
    expect(page.locator("#unsent")).to_have_attribute("data-way", "done")
    expect(rows.locator("td:last-child")).to_have_text(["已送出", "已送出"])
    assert [marks_of(sheet_of(stage, place)) for place in (1, 2)] == [{"achievement": 3600}, {"achievement": 3550}]
    page.get_by_role("link", name="回到录分").click()
    expect(page.locator("[data-show=note]")).to_have_text("")
    expect(page.locator("#grid-foot")).to_have_attribute("data-read", "0")


def test_what_somebody_else_typed_meanwhile_is_left_to_a_person(stopped, road, stage, people):
    type_sheets(stage, [sheet_of(stage)], by=people["linfang"], marks=MARKS | {"achievement": 3000})
    road.open()
    expect(stopped.locator("#unsent")).to_have_attribute("data-way", "needs")
    expect(stopped.locator("[data-show=state]")).to_have_text("还有 1 格要由您处理。")
    expect(stopped.locator("#unsent tbody tr")).to_contain_text(["林芳填了 30.0。", "已送出"])


def test_drafts_are_sent_and_shown_only_to_whoever_typed_them(stopped, road, context, people, sit_down, stage):
    unsent = reverse("scoring:unsent")
    road.open()
    context.clear_cookies()
    road.shut()
    stopped.close()
    road.open()
    lin = sit_down(people["linfang"], unsent)
    expect(lin.locator("#unsent")).to_have_attribute("data-way", "done")
    expect(lin.get_by_text("没有未送出的分数")).to_be_visible()
    expect(lin.locator("[data-show=others]")).to_contain_text("还有他人的 2 格没有送出")
    expect(lin.locator("#unsent tbody tr")).to_have_count(0)
    # She signs out: the computer forgets who typed last.
    context.clear_cookies()
    lin.goto(road.url + reverse("sign_in"))
    expect(lin.locator("html")).to_have_attribute("data-nobody-types", "true")
    road.shut()
    lin.goto(road.url + unsent)
    expect(lin.locator("#unsent")).to_have_attribute("data-way", "down")
    expect(lin.locator("[data-show=others]")).to_contain_text("还有他人的 2 格没有送出")
    expect(lin.locator("#unsent tbody tr")).to_have_count(0)
    assert Mark.objects.count() == 0
