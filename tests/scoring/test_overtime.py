"""How long each entrant spoke is typed once; the deduction follows from the stage's table."""

import json

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from accounts.models import LogLine
from contest.models import Entry
from scoring.actions.hold import WrongState
from scoring.actions.overtime import RefusedTime, StaleTime, TimeChange, Timed, time_talk, time_talks
from scoring.models import Overtime
from tests import cast
from tests.scoring.dealing import deal


@pytest.fixture
def stage(maonan, heya):
    return deal(maonan, by=heya)


@pytest.fixture
def chenxiao(people):
    return people["chenxiao"]


@pytest.fixture
def linfang(people):
    return people["linfang"]


@pytest.fixture
def entry(stage):
    return Entry.objects.select_related("stage__season", "stage__district").get(stage=stage, order=1)


def talk(entry, seconds, edit=0, *, by):
    return time_talk(entry, seconds, edit=edit, by=by, at=cast.later(1))


@pytest.mark.parametrize(("seconds", "points_c"), [(299, 0), (310, 0), (311, 20), (332, 60), (600, 200)])
def test_the_deduction_follows_the_table(entry, chenxiao, seconds, points_c):
    assert talk(entry, seconds, by=chenxiao) == Timed(entry.pk, 1, seconds, points_c)
    row = Overtime.objects.get(entry=entry)
    assert (row.seconds, row.points_c, row.edit, row.typed_by) == (seconds, points_c, 1, chenxiao)
    line = LogLine.objects.latest("id")
    assert (line.action, json.loads(line.payload)["facts"]) == (
        "time_talks",
        {"entries": {str(entry.pk): {"edit": 1, "seconds": seconds, "points_c": points_c}}},
    )


def test_lin_fang_who_saw_no_time_yet_does_not_write_over_chen_xiaos(entry, chenxiao, linfang):
    talk(entry, 332, by=chenxiao)
    assert talk(entry, 300, by=linfang) == StaleTime(entry.pk, 1, 332, 60, "陈晓")
    assert talk(entry, 300, edit=1, by=linfang) == Timed(entry.pk, 2, 300, 0)
    assert talk(entry, 299, edit=1, by=chenxiao) == StaleTime(entry.pk, 2, 300, 0, "林芳")


def test_the_same_time_again_is_saved_already(entry, chenxiao, linfang):
    talk(entry, 332, by=chenxiao)
    lines = LogLine.objects.count()
    assert talk(entry, 332, by=linfang) == Timed(entry.pk, 1, 332, 60)
    assert (Overtime.objects.get().typed_by, LogLine.objects.count()) == (chenxiao, lines)


def test_a_time_taken_back_keeps_counting_its_edits(entry, chenxiao):
    talk(entry, 332, by=chenxiao)
    assert talk(entry, None, edit=1, by=chenxiao) == Timed(entry.pk, 2, None, 0)
    assert talk(entry, 320, edit=1, by=chenxiao) == StaleTime(entry.pk, 2, None, 0, "陈晓")
    assert talk(entry, 320, edit=0, by=chenxiao) == StaleTime(entry.pk, 2, None, 0, "陈晓")
    assert talk(entry, 320, edit=2, by=chenxiao) == Timed(entry.pk, 3, 320, 20)


def test_an_edit_that_never_was_is_stale(entry, chenxiao):
    assert talk(entry, 320, edit=7, by=chenxiao) == StaleTime(entry.pk, 0, None, 0, "")
    assert Overtime.objects.count() == 0


def test_many_times_are_one_save(stage, chenxiao):
    entries = list(Entry.objects.filter(stage=stage).order_by("order"))
    lines = LogLine.objects.count()
    outcomes = time_talks(
        stage, [TimeChange(entry.pk, 0, 300 + entry.order * 10) for entry in entries], by=chenxiao, at=cast.later(1)
    )
    assert [outcome.points_c for outcome in outcomes] == [0, 20, 40]
    assert LogLine.objects.count() == lines + 1


def test_who_withdrew_has_no_time(entry, chenxiao, dianbai):
    Entry.objects.filter(pk=entry.pk).update(status="withdrawn", status_reason="因病")
    assert talk(entry, 300, by=chenxiao) == RefusedTime(entry.pk, "这位参赛者不在评比之列，请刷新页面。")


@pytest.mark.parametrize("username", ["wumin", "zhengzhi"])
def test_nobody_else_times_here(entry, people, username):
    with pytest.raises(PermissionDenied):
        talk(entry, 300, by=people[username])


def test_no_time_is_written_after_tabulation(stage, entry, chenxiao):
    cast.put(stage, "tabulated")
    with pytest.raises(WrongState):
        talk(entry, 300, by=chenxiao)


# The page


def test_the_plain_form_takes_the_time_as_it_is_written(entry, signed_in, chenxiao, linfang):
    there = reverse("scoring:time", args=[entry.pk])
    client = signed_in(chenxiao)
    assert client.post(there, {"edit": 0, "seconds": "五分"}).status_code == 400
    answer = client.post(there, {"edit": 0, "seconds": "５分３２秒"})
    assert (answer.status_code, answer.url) == (302, reverse("scoring:grid", args=[entry.stage_id]))
    assert 'value="5:32"' in client.get(there).content.decode()
    stale = signed_in(linfang).post(there, {"edit": 0, "seconds": "5:00"})
    page = stale.content.decode()
    assert (stale.status_code, "5:32" in page, "5:00" in page, "陈晓" in page) == (409, True, True, True)
    assert signed_in(linfang).post(there, {"edit": 1, "seconds": ""}).status_code == 302
    assert Overtime.objects.get().seconds is None


def test_the_neighbours_find_no_time(entry, signed_in, people):
    assert signed_in(people["wumin"]).get(reverse("scoring:time", args=[entry.pk])).status_code == 404
