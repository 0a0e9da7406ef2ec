"""One season through the pages, as the notice orders it: seven preliminaries, twenty finalists, the final's prizes."""

from collections.abc import Iterator

import pytest
from django.utils import timezone
from playwright.sync_api import Browser

from bench.season_drill import DAYS_PASS, Desks, differences, play
from contest.models.stage import Kind
from demo.build import JUDGES, PASSWORD, Rehearsal, build
from demo.summary import summary

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture
def ready(monkeypatch) -> Rehearsal:
    """Rosters imported, panels seated, lots drawn: seven preliminaries about to begin, before three judges each."""
    # Every judge's pile costs two pages; `python -m bench.season_drill` goes through all seven, of all 212 entrants.
    monkeypatch.setitem(JUDGES, Kind.PRELIMINARY, 3)
    return build(code="yanlian", until="ready", size="small", now=timezone.now())


@pytest.fixture
def desks(browser: Browser, live_server) -> Iterator[Desks]:
    """Everybody's windows."""
    yield Desks(browser, live_server.url, PASSWORD)
    for context in browser.contexts:
        context.close()


def test_a_season_runs_through_the_pages_to_the_finals_prizes(ready, desks):
    told = play(desks, lambda: exec(DAYS_PASS))  # noqa: S102 - what the drill's own shell runs
    database = summary(ready)
    assert differences(told, database["entrants"]) == []
    assert told.finalists == database["finalists_by_district"]
    assert told.prizes == {each["stage"]: each["prizes"] for each in database["stages"]}
    *preliminaries, final = database["stages"]
    assert ({each["state"] for each in preliminaries}, final["state"]) == ({"published"}, "certified")
    assert told.prizes["滨海新区初赛"] == {"first": 1, "second": 2}
    assert database["log"]["faults"] == 0
