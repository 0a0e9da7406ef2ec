"""Two colleagues who confirm at the same moment: one import each time, and nobody twice."""

import threading
from collections.abc import Callable
from contextlib import suppress

import pytest
from django.db import connection, connections
from django.utils import timezone

from contest.actions import roster as actions
from contest.models import RosterImport
from registry.models import Posting
from tests import cast
from tests.contest.rosters import HEADER, LI, ZHANG, uploaded
from tests.registry.excel.office import xlsx

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]


def together(*acts: Callable[[], object]) -> list[str]:
    """Do all of these in threads of their own; the name of what each raised, '' for what went well."""
    outcomes = [""] * len(acts)

    def run(place: int, act: Callable[[], object]) -> None:
        try:
            act()
        except (actions.AlreadyDone, actions.PlanMoved) as error:
            outcomes[place] = type(error).__name__
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(place, act)) for place, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return sorted(outcomes)


def confirming(upload: RosterImport, username: str, people) -> Callable[[], object]:
    mine = RosterImport.objects.select_related("season", "district").get(pk=upload.pk)
    seen = actions.planned_now(mine, on=timezone.localdate(cast.later(1)))
    return lambda: actions.confirm_roster(mine, seen=seen, by=people[username], at=cast.later(1))


@pytest.fixture
def slow_writing(monkeypatch):
    """Whoever has planned waits for the other to have planned too, if the other can, before writing."""
    meeting, carry_out = threading.Barrier(2), actions.carry_out

    def wait_and_write(rows, rehearsal, **told):
        with suppress(threading.BrokenBarrierError):
            meeting.wait(1.5)
        carry_out(rows, rehearsal, **told)

    monkeypatch.setattr(actions, "carry_out", wait_and_write)


def test_the_same_upload_confirmed_at_once_is_imported_once(season, people, slow_writing):
    upload = uploaded(season, xlsx(HEADER, ZHANG, LI), by=people["heya"])
    acts = [confirming(upload, username, people) for username in ("heya", "luoping")]
    assert together(*acts) == ["", "AlreadyDone"]
    assert Posting.objects.count() == 2


def test_two_files_with_the_same_person_confirmed_at_once_add_them_once(season, people, slow_writing):
    uploads = {name: uploaded(season, xlsx(HEADER, ZHANG), by=people[name]) for name in ("heya", "luoping")}
    acts = [confirming(upload, username, people) for username, upload in uploads.items()]
    assert together(*acts) == ["", "PlanMoved"]
    assert Posting.objects.count() == 1


def test_without_the_lock_they_would_be_added_twice(season, people, slow_writing, monkeypatch):
    if connection.vendor == "sqlite":
        pytest.skip("SQLite writes one transaction at a time; the lock is for PostgreSQL")
    monkeypatch.setattr(actions, "_lock", lambda season: None)
    uploads = {name: uploaded(season, xlsx(HEADER, ZHANG), by=people[name]) for name in ("heya", "luoping")}
    acts = [confirming(upload, username, people) for username, upload in uploads.items()]
    together(*acts)
    assert Posting.objects.count() == 2
