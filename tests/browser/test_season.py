"""One season through the pages, as the notice orders it: seven preliminaries, twenty finalists, the final's prizes."""

from collections.abc import Iterator

import pytest
from django.utils import timezone
from playwright.sync_api import Browser

from bench.season_drill import Desks, differences, play
from demo.build import PASSWORD, Rehearsal, build
from demo.summary import summary

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture
def ready() -> Rehearsal:
    """Rosters imported, panels seated, lots drawn: seven preliminaries about to begin."""
    return build(code="yanlian", until="ready", size="small", now=timezone.now())


@pytest.fixture
def desks(browser: Browser, live_server) -> Iterator[Desks]:
    """Everybody's windows."""
    desks = Desks(browser, live_server.url, PASSWORD)
    yield desks
    desks.close()


def test_a_season_runs_through_the_pages_to_the_finals_prizes(ready, desks):
    told = play(desks)
    database = summary(ready)
    assert differences(told, database["entrants"]) == []
    assert told.finalists == database["finalists_by_district"]
    assert told.prizes == {each["stage"]: each["prizes"] for each in database["stages"]}
    assert {each["state"] for each in database["stages"]} == {"certified"}
    assert told.prizes["滨海新区初赛"] == {"first": 1, "second": 2}
    assert database["log"]["faults"] == 0
