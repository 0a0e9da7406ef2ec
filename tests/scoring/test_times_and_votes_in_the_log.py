"""Times and votes altered beside the log are found from the tables."""

import pytest
from django.db import connection

from accounts import log
from contest.models import Entry
from scoring.actions.overtime import SeenTime, TimeChange, confirm_times, time_talks
from scoring.actions.votes import SeenVotes, cast_votes, confirm_votes
from scoring.models import Ballot, Overtime, Seat, Vote
from tests import cast
from tests.scoring.dealing import deal

PEOPLE = "用时的录入人或核对人"


@pytest.fixture
def stage(people, maonan):
    """Two times typed and confirmed, the second taken back and typed anew; two ballots confirmed, one of them empty."""
    chenxiao, linfang = people["chenxiao"], people["linfang"]
    stage = deal(maonan, entrants=3, judges=3, by=chenxiao, basis="votes", votes_each=2)
    first, second, _third = entries = list(Entry.objects.order_by("order"))
    times = [TimeChange(each.pk, 0, 330) for each in (first, second)]
    time_talks(stage, times, by=chenxiao, at=cast.later(1))
    assert confirm_times(stage, [SeenTime(each.pk, 1) for each in (first, second)], by=linfang, at=cast.later(2)) == []
    time_talks(stage, [TimeChange(second.pk, 2, None)], by=linfang, at=cast.later(3))
    seats = list(Seat.objects.select_related("stage__season", "stage__district").order_by("number"))
    for seat, named in zip(seats, (entries[:2], [], entries[1:]), strict=True):
        cast_votes(seat, named, seen=[], by=chenxiao, at=cast.later(4))
    seen = [SeenVotes(seat.pk, 1) for seat in seats[:2]]
    assert confirm_votes(stage, seen, by=linfang, at=cast.later(5)) == []
    return stage


def found():
    return [str(fault) for fault in log.verify("2023")[2]]


def alter(sql, *args):
    with connection.cursor() as cursor:
        cursor.execute(sql, args)
        assert cursor.rowcount == 1


def test_times_and_votes_nobody_altered_say_what_the_log_says(stage):
    assert (Overtime.objects.count(), Ballot.objects.count(), Vote.objects.count()) == (2, 3, 4)
    assert found() == []


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ("UPDATE scoring_overtime SET seconds = 310 WHERE entry_id = %s", "的用时或扣分"),
        ("UPDATE scoring_overtime SET points_c = points_c + 20 WHERE entry_id = %s", "的用时或扣分"),
        (
            "UPDATE scoring_overtime SET confirmed_by_id = confirmed_by_id + 2 WHERE entry_id = %s",
            "用时的录入人或核对人",
        ),
        ("UPDATE scoring_overtime SET typed_by_id = typed_by_id + 2 WHERE entry_id = %s", "用时的录入人或核对人"),
        ("UPDATE scoring_overtime SET edit = edit + 1 WHERE entry_id = %s", "用时的录入人或核对人"),
    ],
)
def test_an_altered_time_shows(stage, change, what):
    entry = Entry.objects.get(order=1)
    alter(change, entry.pk)
    assert found() == [f"参赛 {entry.pk} {what}与日志不符"]


def test_a_time_put_in_or_taken_away_beside_the_log_shows(stage, people):
    first, _second, third = Entry.objects.order_by("order")
    Overtime.objects.filter(entry=first).delete()
    Overtime.objects.create(entry=third, seconds=400, points_c=180, typed_by=people["chenxiao"], typed_at=cast.NOW)
    assert found() == [f"参赛 {third.pk} 的用时没有对应的日志", f"参赛 {first.pk} 的用时不见了"]


def test_a_vote_moved_to_another_entrant_shows(stage):
    _first, second, third = Entry.objects.order_by("order")
    seat = Seat.objects.get(number=1)
    alter("UPDATE scoring_vote SET entry_id = %s WHERE entry_id = %s AND seat_id = %s", third.pk, second.pk, seat.pk)
    assert found() == [f"评委席 {seat.pk} 的推荐票与日志不符"]


def test_a_vote_put_into_an_empty_ballot_shows(stage):
    seat = Seat.objects.get(number=2)
    Vote.objects.create(seat=seat, entry=Entry.objects.get(order=1))
    assert found() == [f"评委席 {seat.pk} 的推荐票与日志不符"]


def test_a_ballot_confirmed_beside_the_log_shows(stage, people):
    seat = Seat.objects.get(number=3)
    Ballot.objects.filter(seat=seat).update(confirmed_by=people["linfang"], confirmed_at=cast.NOW)
    assert found() == [f"评委席 {seat.pk} 推荐票的录入人或核对人与日志不符"]


def test_ballots_taken_away_show(stage):
    seats = list(Seat.objects.order_by("number").values_list("pk", flat=True))
    Vote.objects.all().delete()
    Ballot.objects.all().delete()
    assert found() == [f"评委席 {pk} 的推荐票不见了" for pk in seats]
