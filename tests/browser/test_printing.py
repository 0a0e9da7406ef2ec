"""A page printed from the browser prints all of its rows, unbroken: looked at in the PDF that Chromium makes of it."""

import io
import re
import unicodedata
from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Browser
from pypdf import PdfReader

from accounts.models import User
from contest.models import Entry, Stage
from contest.models.stage import State
from tests import cast
from tests.scoring.filling import counted, opened

pytestmark = [pytest.mark.django_db(transaction=True)]

# As many as a county has, and as many judges as a final.
PEOPLE, JUDGES = 40, 9
Printed = Callable[..., list[str]]


@pytest.fixture
def printed(browser: Browser, live_server, signed_in) -> Printed:
    """The lines of each sheet of paper, one after the other, as somebody prints a page."""

    def print_page(user: User, path: str, without: str = "") -> list[str]:
        context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN")
        session = signed_in(user).cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        page = context.new_page()
        if without:
            page.route(f"**/{without}", lambda route: route.abort())
        page.goto(live_server.url + path)
        paper = page.pdf(prefer_css_page_size=True)
        context.close()
        sheets = PdfReader(io.BytesIO(paper)).pages
        text = "\n".join(sheet.extract_text() for sheet in sheets)
        # A PDF names some characters by their radicals: 文 as ⽂, 黄 as ⻩.
        plain = unicodedata.normalize("NFKC", text).replace("⻩", "黄")
        return [line.strip() for line in plain.splitlines() if line.strip()]

    return print_page


@pytest.fixture
def stage(maonan, people) -> Stage:
    here = opened(maonan, entrants=PEOPLE, judges=JUDGES, by=people["chenxiao"])
    totals = [[9500 - 100 * place - 50 * judge for judge in range(JUDGES)] for place in range(PEOPLE)]
    counted(here, totals, typist=people["chenxiao"], checker=people["linfang"])
    return Stage.objects.whole().get(pk=here.pk)


def names(stage: Stage) -> list[str]:
    return list(Entry.objects.filter(stage=stage).in_order().values_list("secretary__name", flat=True))


def unbroken(lines: list[str], stage: Stage) -> list[str]:
    """The names that stand whole in one line, each as often as it is printed."""
    wanted = set(names(stage))
    return [word for line in lines for word in re.split(r"[\s·，、]+", line) if word in wanted]


def alone(lines: list[str]) -> list[str]:
    """Lines of a single Chinese character: what a column that is too narrow makes of its words."""
    return [line for line in lines if re.fullmatch(r"[一-鿿]", line)]


def test_the_results_are_printed_whole_and_no_word_upright(stage, people, printed):
    lines = printed(people["chenxiao"], reverse("scoring:results", args=[stage.pk]))
    assert (sorted(set(unbroken(lines, stage))), alone(lines)) == (sorted(names(stage)), [])


def test_the_grid_is_printed_whole_and_not_as_far_as_it_was_scrolled(stage, people, printed):
    cast.put(stage, State.SCORING)
    path = reverse("scoring:grid", args=[stage.pk]) + "?judge=1"
    lines = printed(people["chenxiao"], path)
    assert (sorted(set(unbroken(lines, stage))), alone(lines)) == (sorted(names(stage)), [])
    # The control: without the style sheet for paper it is cut where the screen scrolls.
    assert len(set(unbroken(printed(people["chenxiao"], path, without="print.css"), stage))) < PEOPLE


@pytest.mark.parametrize("name", ["contest:entries", "materials:stage"])
def test_so_are_other_long_lists(name, stage, people, printed):
    cast.put(stage, State.SCORING)
    lines = printed(people["chenxiao"], reverse(name, args=[stage.pk]))
    wanted = sorted(names(stage))
    assert (sorted(set(unbroken(lines, stage))), alone(lines)) == (wanted, [])
