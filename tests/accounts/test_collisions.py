"""Whoever ran into somebody else's act is told to send it again; nothing of it was written."""

import sqlite3

import pytest
from django.db import OperationalError, connection
from django.urls import reverse

from accounts import log
from accounts.collisions import collided
from accounts.models import LogLine
from contest.models import Stage
from quota.actions import shortlist as lists
from quota.actions import table as tables
from quota.models import Shortlist
from tests import cast, races
from tests.attacks.test_lock_order import Crossing, correct_seats, the_table_alone
from tests.quota.lists import held, table

SENTENCE = "同时办理的人较多，这一步没有办成，也没有写入任何数据，请稍候再试。"
PAGE, SCRIPT = {"accept": "text/html,*/*"}, {"accept": "*/*"}


def schedule(client, stage, headers):
    told = {"held_on": "2023-11-28", "venue": "白石镇礼堂", "once_key": "k"}
    return client.post(reverse("contest:schedule", args=[stage.pk]), told, headers=headers)


def state_of(stage) -> tuple[str, int]:
    return Stage.objects.get(pk=stage.pk).venue, LogLine.objects.filter(action="schedule").count()


@pytest.mark.django_db(transaction=True)
@pytest.mark.race
@pytest.mark.skipif(connection.vendor != "sqlite", reason="one writer holds the whole file on SQLite only")
def test_while_another_program_writes_chenxiao_is_told_to_try_again_and_then_it_is_saved(
    maonan, people, signed_in, monkeypatch
):
    client = signed_in(people["chenxiao"])
    monkeypatch.setitem(connection.settings_dict["OPTIONS"], "timeout", 0.1)
    connection.close()
    other = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)
    try:
        other.execute("BEGIN IMMEDIATE")
        page, script = schedule(client, maonan, PAGE), schedule(client, maonan, SCRIPT)
        other.execute("ROLLBACK")
    finally:
        other.close()
    assert (page.status_code, page["Retry-After"], SENTENCE in page.content.decode()) == (503, "2", True)
    assert (script.status_code, script["Retry-After"], script.json()) == (503, "2", {"stop": SENTENCE})
    assert state_of(maonan) == ("", 0)
    assert (schedule(client, maonan, PAGE).status_code, state_of(maonan)) == (302, ("白石镇礼堂", 1))


@pytest.mark.django_db(transaction=True)
@pytest.mark.race
@pytest.mark.skipif(connection.vendor != "postgresql", reason="single rows are held on PostgreSQL only")
def test_of_two_that_wait_for_each_other_one_is_told_to_try_again(maonan, season, people, signed_in, monkeypatch):
    """The order of the locks is taken away, so that a list that is sent in and the seats' correction do meet."""
    table(season, by=people["heya"])
    held(maonan, [90, 80, 70, 60, 50], by=people["chenxiao"], votes=[5, 4, 3, 2, 1])
    drawn = lists.draw_up(Stage.objects.whole().get(pk=maonan.pk), by=people["chenxiao"], at=cast.later(10))
    client, answers, meeting = signed_in(people["chenxiao"]), [], Crossing(patience_s=20)
    monkeypatch.setattr(tables, "_hold", the_table_alone)
    monkeypatch.setattr(lists, "hold", meeting.at("one", lists.hold, before=False))
    monkeypatch.setattr(tables, "_follow", meeting.at("other", tables._follow))

    def submit() -> None:
        answers.append(client.post(reverse("quota:submit", args=[drawn.pk]), headers=PAGE))

    outcome = races.at_once(submit, lambda: correct_seats(season))
    (answer,) = answers
    if outcome[1] == "done":
        assert (answer.status_code, answer["Retry-After"], SENTENCE in answer.content.decode()) == (503, "2", True)
        assert Shortlist.objects.get(pk=drawn.pk).state == Shortlist.State.DRAFT
    else:
        assert (answer.status_code, outcome[1]) == (302, "OperationalError")


def test_a_place_in_the_log_that_another_took_is_such_a_meeting_and_a_fault_of_the_program_is_none():
    assert [collided(each) for each in (log.LogMoved("2023"), OperationalError("no such table"), ValueError())] == [
        True,
        False,
        False,
    ]
