"""How long each entrant spoke is typed by one, confirmed by another; the deduction follows from the table."""

import json
import re

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.models import LogLine
from contest.models import Entry
from scoring.actions.hold import WrongState
from scoring.actions.overtime import (
    RefusedTime,
    SeenTime,
    StaleTime,
    TimeChange,
    Timed,
    UnconfirmedTime,
    confirm_times,
    time_talk,
    time_talks,
)
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


# The second person


def confirm(stage, *seen, by):
    return confirm_times(stage, [SeenTime(*each) for each in seen], by=by, at=cast.later(5))


def test_lin_fang_confirms_all_times_in_one_go_but_her_own(stage, chenxiao, linfang):
    first, second, third = Entry.objects.filter(stage=stage).order_by("order")
    time_talks(stage, [TimeChange(each.pk, 0, 320) for each in (first, second)], by=chenxiao, at=cast.later(1))
    time_talks(stage, [TimeChange(third.pk, 0, 300)], by=linfang, at=cast.later(1))
    assert confirm(stage, (first.pk, 1), (second.pk, 1), (third.pk, 1), by=linfang) == [
        UnconfirmedTime(third.pk, "这个用时是您录入的，须由另一人核对。")
    ]
    assert list(Overtime.objects.order_by("entry__order").values_list("confirmed_by", "confirmed_at", "edit")) == [
        (linfang.pk, cast.later(5), 2),
        (linfang.pk, cast.later(5), 2),
        (None, None, 1),
    ]
    line = LogLine.objects.latest("id")
    assert (line.action, line.actor, json.loads(line.payload)["facts"]) == (
        "confirm_times",
        linfang,
        {"entries": {str(first.pk): 2, str(second.pk): 2}},
    )
    assert confirm(stage, (third.pk, 1), by=chenxiao) == []


def test_a_confirmed_time_typed_anew_waits_again_and_the_log_says_old_and_new(stage, entry, chenxiao, linfang):
    talk(entry, 332, by=chenxiao)
    confirm(stage, (entry.pk, 1), by=linfang)
    assert talk(entry, 7199, edit=1, by=chenxiao) == StaleTime(entry.pk, 2, 332, 60, "陈晓")
    assert talk(entry, 7199, edit=2, by=chenxiao) == Timed(entry.pk, 3, 7199, 200)
    assert list(Overtime.objects.values_list("confirmed_by", "confirmed_at")) == [(None, None)]
    line = LogLine.objects.select_related("note").latest("id")
    assert line.note.words == {"陈志远": ["5:32", "119:59"]}
    assert json.loads(line.payload)["facts"]["entries"][str(entry.pk)]["before"] == 332
    assert confirm(stage, (entry.pk, 1), by=linfang) == [
        UnconfirmedTime(entry.pk, "您打开页面之后，这个用时又有改动，请对照计时记录重新核对。")
    ]


def test_a_time_is_confirmed_once_and_one_that_never_was_not_at_all(stage, entry, chenxiao, linfang, heya):
    talk(entry, 300, by=chenxiao)
    assert confirm(stage, (entry.pk, 1), by=linfang) == []
    other = Entry.objects.get(stage=stage, order=2)
    assert confirm(stage, (entry.pk, 2), (other.pk, 1), by=heya) == [
        UnconfirmedTime(entry.pk, "这个用时已由林芳核对。"),
        UnconfirmedTime(other.pk, "没有登记这位参赛者的用时，请刷新页面。"),
    ]


def test_the_database_too_refuses_a_typist_who_confirms_a_time(entry, chenxiao):
    talk(entry, 300, by=chenxiao)
    with pytest.raises(IntegrityError), transaction.atomic():
        Overtime.objects.update(confirmed_by=chenxiao, confirmed_at=cast.NOW)


@pytest.mark.parametrize("username", ["wumin", "zhengzhi"])
def test_nobody_else_confirms_times_here(stage, entry, chenxiao, people, username):
    talk(entry, 300, by=chenxiao)
    with pytest.raises(PermissionDenied):
        confirm(stage, (entry.pk, 1), by=people[username])


def test_times_of_another_stage_are_not_confirmed_here(stage, entry, chenxiao, linfang, dianbai, heya, people):
    there = deal(dianbai, by=heya)
    stranger = Entry.objects.select_related("stage__season", "stage__district").get(stage=there, order=1)
    talk(stranger, 300, by=people["wumin"])
    assert confirm(stage, (stranger.pk, 1), by=linfang) == [
        UnconfirmedTime(stranger.pk, "没有登记这位参赛者的用时，请刷新页面。")
    ]


def test_no_time_is_confirmed_after_tabulation(stage, entry, chenxiao, linfang):
    talk(entry, 300, by=chenxiao)
    cast.put(stage, "tabulated")
    with pytest.raises(WrongState):
        confirm(stage, (entry.pk, 1), by=linfang)


# The pages


def times_page(stage):
    return reverse("scoring:times", args=[stage.pk])


def test_lin_fang_compares_the_times_with_the_timekeepers_sheet(stage, entry, signed_in, chenxiao, linfang, people):
    talk(entry, 332, by=chenxiao)
    lin, chen = signed_in(linfang), signed_in(chenxiao)
    page = lin.get(times_page(stage)).content.decode()
    assert re.findall(r'name="time" value="([\d:]+)"', page) == [f"{entry.pk}:1"]
    assert ("待核对 1 · 已核对 0 · 未登记 2" in page, "核对这 1 个用时" in page) == (True, True)
    own = chen.get(times_page(stage)).content.decode()
    assert ('name="time"' in own, "您录入过，须由另一人核对" in own) == (False, True)
    answer = lin.post(times_page(stage), {"time": f"{entry.pk}:1"}, follow=True)
    assert answer.redirect_chain == [(times_page(stage), 302)]
    assert "已核对 1 个用时。" in answer.content.decode()
    again = lin.post(times_page(stage), {"time": f"{entry.pk}:1"})
    assert (again.status_code, "陈志远：这个用时已由林芳核对。" in again.content.decode()) == (409, True)
    assert lin.post(times_page(stage), {"time": "٣:١"}).status_code == 400
    assert signed_in(people["zhengzhi"]).post(times_page(stage), {"time": f"{entry.pk}:2"}).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_the_times_take_as_many_queries_for_three_entrants_as_for_one(
    maonan, heya, chenxiao, signed_in, linfang, django_assert_num_queries, count
):
    stage = deal(maonan, entrants=count, by=heya)
    changes = [TimeChange(pk, 0, 300) for pk in Entry.objects.filter(stage=stage).values_list("pk", flat=True)]
    time_talks(stage, changes, by=chenxiao, at=cast.later(1))
    lin = signed_in(linfang)
    lin.get(times_page(stage))
    with django_assert_num_queries(7):
        lin.get(times_page(stage))


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
