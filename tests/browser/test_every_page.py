"""Every page of the portal, on an office PC and on a phone: whole, quiet, accessible, and as wide as the window.

What a page must be says `faults`, which pages there are the resolver: a new page fails here until tour.py passes it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.conf import settings
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from django.urls.converters import IntConverter
from django.utils import timezone
from playwright.sync_api import Browser, ConsoleMessage, Page, Response

from accounts.guessing.actions import LIMITS
from accounts.models import SignInCount, User
from certificates.actions import guess
from tests import cast
from tests.addresses import patterns
from tests.browser.tour import Stop, beginning, everywhere, stops

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

SIZES = {"PC": (1366, 768), "phone": (390, 844)}

# What gives no page of its own to a GET, and why.
TAKES_FORMS_ONLY = {
    "scoring:look_again",
    "sign_out",
    "set_language",
    "unlock_account",
    "review_emergency",
    "check_log",
    "second",
    "decline",
    "withdraw_proposal",
    "contest:choose_season",
    "contest:commit_draw",
    "contest:draw_lots",
    "scoring:adopt_rules",
    "scoring:deal_missing",
    "scoring:save_cells",
    "scoring:save_times",
    "quota:read_decree",
    "quota:draw_up",
    "quota:submit",
    "certificates:retry",
    "materials:withdraw_late",
    "materials:carry",
    "materials:recheck",
}
LEADS_ELSEWHERE = {"certificates:newest", "certificates:progress", "materials:mine", "materials:status"}
SHOWS_THE_PREVIEW = {
    *("contest:roster_columns", "contest:roster_confirm", "contest:roster_discard"),
    *("contest:roster_answer", "contest:roster_row", "contest:roster_add"),
}
GIVES_A_FILE = {
    "export_log",
    "export_access",
    "basis_page",
    "certificates:letters_zip",
    "certificates:letters_print",
    "certificates:letter_pdf",
    "certificates:letter_word",
    "certificates:circular",
    "certificates:circular_word",
    "certificates:assessment",
    "certificates:media_zip",
    "certificates:county_zip",
    "certificates:profile_photo",
    "contest:export_entries",
    "contest:document",
    "contest:export_roster",
    "contest:roster_template",
    "scoring:export_results",
    "scoring:unsent_worker",
    "quota:export",
    "certificates:export_certificates",
    "certificates:download",
    "certificates:zip",
    "certificates:district",
    "certificates:print",
    "certificates:preview",
    "certificates:seal",
    "materials:download",
    "materials:play",
    "materials:poster",
    "materials:page",
    "materials:evidence",
    "materials:hall_zip",
    "materials:export",
}
GIVES_JSON = {"scoring:grid_state", "scoring:unsent_who"}
SPEAKS_TUS = {"materials:uploads", "materials:upload"}
# The tour's season has something decided in it; the page stands in `beginning`, which is walked too.
ONLY_WHILE_EMPTY = {"contest:delete_season"}
NOT_PAGES = SPEAKS_TUS | TAKES_FORMS_ONLY | LEADS_ELSEWHERE | SHOWS_THE_PREVIEW | GIVES_A_FILE | GIVES_JSON
NOT_PAGES |= ONLY_WHILE_EMPTY
# Django's own pages, for superusers who look into the tables.
OURS = {name: pattern for name, pattern in patterns() if not name.startswith("admin:")}

LOOK = """() => {
  const isRed = (b) => b.getClientRects().length && !b.matches(".quiet, .danger") && !b.closest(".moves");
  const isBare = (e) => !e.children.length && /^(None|null|undefined|NaN)$/.test(e.textContent.trim());
  const root = document.documentElement;
  // A sheet of paper keeps its shape; on a phone it is moved about like a picture.
  const isPaper = document.querySelector(".paper");
  return {
    headings: document.querySelectorAll("h1").length,
    red: [...document.querySelectorAll(".button")].filter(isRed).map((b) => b.textContent.trim()),
    excess: isPaper ? 0 : root.scrollWidth - root.clientWidth,
    title: document.title.split(" · ")[0].trim(),
    bare: [...document.querySelectorAll("main *")].filter(isBare).map((e) => e.outerHTML),
    code: document.body.innerText.match(/\\b[a-z]+_[a-z_]+\\b/g) || [],
  };
}"""
# Nothing needs skipping where the page itself put the focus, and on a plain page without a navigation.
FIRST_TAB = """() => {
  const told = "[autofocus], [data-error-summary], main .notice-error[role='alert']";
  if (document.querySelector(told) || !document.querySelector("nav")) return "";
  const here = document.activeElement;
  return here.matches(".skip") ? "" : here.outerHTML;
}"""
# axe looks for what WCAG 2.2 forbids; target sizes only when asked, contrast at one size: no width changes a colour.
AXE = """(contrast) => axe
  .run({
    resultTypes: ["violations"],
    rules: { "target-size": { enabled: true }, "color-contrast": { enabled: contrast } },
  })
  .then(({ violations }) => violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`)))"""


@dataclass
class Window:
    """Somebody's browser window, which keeps what its console complains about."""

    page: Page
    size: str = "PC"
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", self.hear)
        self.page.on("pageerror", lambda error: self.complaints.append(f"console: {error}"))

    def hear(self, message: ConsoleMessage) -> None:
        # Chromium repeats the status of the page itself here; `faults` looks at that.
        if message.type == "error" and message.location["url"] != self.page.url:
            self.complaints.append(f"console: {message.text}")

    def faults(self, response: Response | None, status: int = 200) -> list[str]:
        """What is wrong with the page that this window shows, which answered with `response`."""
        found = [] if response and response.status == status else [f"answer: {response and response.status}"]
        self.page.keyboard.press("Tab")
        if reached := self.page.evaluate(FIRST_TAB):
            found.append(f"first Tab: {reached}")
        found += self.look(contrast=True)
        found += self.complaints
        self.complaints = []
        return found

    def look(self, *, contrast: bool) -> list[str]:
        """What is wrong with what stands in the window as it is now."""
        found = []
        seen = self.page.evaluate(LOOK)
        if seen["headings"] != 1:
            found.append(f"h1: {seen['headings']}")
        if len(seen["red"]) > 1:
            found.append(f"red buttons: {seen['red']}")
        if seen["excess"] > 0:
            found.append(f"wider than the window: {seen['excess']} px")
        if not seen["title"]:
            found.append("title: none")
        found += [f"bare value: {value}" for value in seen["bare"]]
        found += [f"code word: {word}" for word in seen["code"]]
        return found + self.page.evaluate(AXE, contrast)

    def turned(self) -> list[str]:
        """What is wrong with the same page at the other size, as when a phone is turned."""
        other = next(size for size in SIZES if size != self.size)
        self.resize(other)
        try:
            return [f"{other}: {fault}" for fault in self.look(contrast=False)]
        finally:
            self.resize(self.size)

    def resize(self, size: str) -> None:
        width, height = SIZES[size]
        self.page.set_viewport_size({"width": width, "height": height})


OpenWindow = Callable[[User | None, str], Window]


@pytest.fixture
def window(browser: Browser, live_server, signed_in: Callable[[User], Client]) -> Iterator[OpenWindow]:
    """A window of a size for a person, the same one each time; for nobody when the person is None."""
    opened: dict[tuple[int | None, str], Window] = {}

    def open_window(user: User | None, size: str) -> Window:
        key = (user.pk if user else None, size)
        if key not in opened:
            width, height = SIZES[size]
            context = browser.new_context(
                base_url=live_server.url, viewport={"width": width, "height": height}, locale="zh-CN"
            )
            context.add_init_script(AXE_SCRIPT)
            if user is not None:
                name = settings.SESSION_COOKIE_NAME
                value = signed_in(user).cookies[name].value
                context.add_cookies([{"name": name, "value": value, "url": live_server.url}])
            opened[key] = Window(context.new_page(), size)
        return opened[key]

    yield open_window
    for each in opened.values():
        each.page.context.close()


# Each part walks its share of the way in one size, and looks at every page in the other one too.
@pytest.mark.looks
@pytest.mark.parametrize(("part", "size"), [(0, "PC"), (1, "phone"), (2, "PC"), (3, "phone")])
def test_every_page_is_fit_to_work_on(window: OpenWindow, subtests, part, size):
    tour = everywhere(timezone.now())
    route = stops(tour)
    with subtests.test("the tour passes every page"):
        assert {stop.name for stop in route} | NOT_PAGES == OURS.keys()
    walk(route[part::4], tour.people, window, subtests, size)


@pytest.mark.looks
def test_every_page_is_fit_before_anything_has_happened(window: OpenWindow, subtests, people, maonan):
    walk(beginning(maonan), people, window, subtests, "phone")


def walk(route: list[Stop], people: dict[str, User], window: OpenWindow, subtests: Any, size: str) -> None:
    for stop in route:
        with subtests.test(str(stop)):
            here = window(people.get(stop.who), size)
            assert here.faults(here.page.goto(stop.path)) + here.turned() == []


def test_a_bad_page_is_seen_through(window: OpenWindow):
    body = """<!doctype html><title></title><nav><a href="/">首页</a></nav><main><h1>一</h1><h1>二</h1>
    <img src="data:,">
    <button class="button">甲</button> <button class="button">乙</button><p>None</p><p>save_marks</p>
    <p style="width: 500px">宽</p></main><script>nothing.here()</script>"""
    here = window(None, "phone")
    here.page.route("**/bad/", lambda route: route.fulfill(content_type="text/html; charset=utf-8", body=body))
    found = [fault.split(":")[0] for fault in here.faults(here.page.goto("/bad/"), 201)]
    own = ["answer", "first Tab", "h1", "red buttons", "wider than the window", "title", "bare value", "code word"]
    assert (found[:8], found[-1]) == (own, "console")
    assert {"image-alt", "html-has-lang", "document-title"} <= set(found)


def test_what_takes_only_forms_says_so(signed_in, heya):
    answers = {}
    for name in TAKES_FORMS_ONLY:
        told = {key: 1 if isinstance(of, IntConverter) else "x" for key, of in OURS[name].pattern.converters.items()}
        answers[name] = signed_in(heya).get(reverse(name, kwargs=told)).status_code
    assert answers == dict.fromkeys(TAKES_FORMS_ONLY, 405)


class TestRefusals:
    """The pages that say no are pages too."""

    def test_a_neighbours_stage(self, window, people, dianbai):
        for here in both(window, people["chenxiao"]):
            assert here.faults(here.page.goto(f"/desk/stages/{dianbai.pk}/"), 404) == []

    def test_somebody_elses_task(self, window, people):
        for here in both(window, people["chenxiao"]):
            assert here.faults(here.page.goto("/desk/accounts/"), 403) == []

    def test_a_form_that_is_not_ours(self, window, people):
        for here in both(window, people["chenxiao"]):
            here.page.goto("/desk/password/")
            assert here.faults(send(here.page, {"once_key": "not a key of ours"}), 400) == []

    def test_a_form_from_another_sign_in(self, window, people):
        for here in both(window, people["chenxiao"]):
            here.page.goto("/desk/password/")
            assert here.faults(send(here.page, {"csrfmiddlewaretoken": "x" * 64}), 403) == []

    def test_a_form_sent_again_with_other_words(self, window, people, maonan):
        for here in both(window, people["chenxiao"]):
            here.page.goto(f"/desk/stages/{maonan.pk}/schedule/")
            key = here.page.locator("main [name=once_key]").input_value()
            send(here.page, {"venue": "区政府礼堂"})
            here.page.goto(f"/desk/stages/{maonan.pk}/schedule/")
            assert here.faults(send(here.page, {"once_key": key, "venue": "区文化馆"}), 409) == []

    def test_a_form_with_mistakes(self, window, people):
        for here in both(window, people["chenxiao"]):
            here.page.goto("/desk/password/")
            assert here.faults(send(here.page, {"old": "", "new": "1", "again": "2"}), 400) == []

    def test_too_many_wrong_passwords(self, window, people):
        for _attempt in range(LIMITS[SignInCount.Kind.PAIR]):
            Client().post("/sign-in/", {"username": "chenxiao", "password": "wrong"})
        for here in both(window, None):
            here.page.goto("/sign-in/")
            assert here.faults(send(here.page, {"username": "chenxiao", "password": cast.PASSWORD}), 429) == []

    def test_a_certificate_that_is_nowhere(self, window, db):
        for here in both(window, None):
            assert here.faults(here.page.goto("/c/nowhere"), 404) == []

    def test_too_many_certificates_that_are_nowhere(self, window, db):
        for _look_up in range(guess.LIMIT):
            Client().get("/c/nowhere")
        for here in both(window, None):
            assert here.faults(here.page.goto("/c/nowhere"), 429) == []

    def test_our_own_mistake(self, window):
        body = render_to_string("500.html")
        for here in both(window, None):
            here.page.route("**/broken/", lambda route: route.fulfill(status=500, content_type="text/html", body=body))
            assert here.faults(here.page.goto("/broken/"), 500) == []


def both(window: OpenWindow, user: User | None) -> Iterator[Window]:
    """The person's window of each size."""
    return (window(user, size) for size in SIZES)


def send(page: Page, told: dict[str, str]) -> Response:
    """Send the page's form with these fields put to these values, hidden ones too."""
    with page.expect_navigation() as answer:
        page.evaluate(
            """told => {
              const form = document.querySelector("main form[method=post]");
              for (const [name, value] of Object.entries(told)) form.elements[name].value = value;
              form.submit();
            }""",
            told,
        )
    assert answer.value
    return answer.value
