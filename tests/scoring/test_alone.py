"""What one organizer tried alone to move a first prize, over the pages; and how two people do it lawfully."""

import json

import pytest
from django.urls import reverse

from contest.models import Stage
from contest.models.stage import State
from scoring.actions.panel import vacate
from scoring.models import Overtime, Seat
from tests import cast
from tests.scoring.filling import board, confirm, entries_at, fill, level, opened


@pytest.fixture
def stage(maonan, people):
    """Everybody scored and confirmed: 陈志远 leads by five points."""
    stage = opened(maonan, entrants=3, judges=4, by=people["chenxiao"])
    fill(stage, level(90, 85, 80, judges=4), typist=people["chenxiao"])
    confirm(stage, checker=people["linfang"])
    return stage


def send_time(client, stage, place, text, *, edit=0, user):
    payload = {"user": user.pk, "times": [{"entry": entries_at(stage, place)[0], "edit": edit, "time": text}]}
    return client.post(reverse("scoring:save_times", args=[stage.pk]), {"payload": json.dumps(payload)})


def tabulate(client, stage):
    return client.post(reverse("contest:move", args=[stage.pk, "tabulate"]))


def test_a_time_that_chen_xiao_wrote_alone_costs_the_winner_nothing(stage, people, signed_in):
    chen = signed_in(people["chenxiao"])
    assert send_time(chen, stage, 1, "1:59:59", user=people["chenxiao"]).status_code == 422
    assert send_time(chen, stage, 1, "119:59", user=people["chenxiao"]).status_code == 200
    times = reverse("scoring:times", args=[stage.pk])
    own = chen.post(times, {"time": f"{entries_at(stage, 1)[0]}:1"})
    assert (own.status_code, "陈志远：这个用时是您录入的，须由另一人核对。" in own.content.decode()) == (409, True)
    refused = tabulate(chen, stage)
    assert (refused.status_code, "有 1 个用时待另一人核对。" in refused.content.decode()) == (409, True)
    assert Stage.objects.get(pk=stage.pk).state == State.SCORING


def test_chen_xiao_types_and_lin_fang_compares_with_the_timekeepers_sheet(stage, people, signed_in):
    chen, lin = signed_in(people["chenxiao"]), signed_in(people["linfang"])
    send_time(chen, stage, 1, "119:59", user=people["chenxiao"])
    # The sheet says 5:20: 林芳 types what it says, and 陈晓 compares.
    assert send_time(lin, stage, 1, "5:20", edit=1, user=people["linfang"]).status_code == 200
    seen = f"{entries_at(stage, 1)[0]}:2"
    assert chen.post(reverse("scoring:times", args=[stage.pk]), {"time": seen}).status_code == 302
    assert tabulate(lin, stage).status_code == 302
    assert [place for place, _rank, _tier in board(stage)] == [1, 2, 3]
    time = Overtime.objects.get()
    assert (time.seconds, time.typed_by, time.confirmed_by) == (320, people["linfang"], people["chenxiao"])


def test_the_two_judges_who_are_left_decide_nothing(stage, people, signed_in):
    for seat in Seat.objects.filter(stage=stage, number__gt=2):
        vacate(seat, reason="临时公务", by=people["chenxiao"], seconded_by=people["linfang"], at=cast.later(3))
    refused = tabulate(signed_in(people["chenxiao"]), stage)
    assert (refused.status_code, "评审团至少 3 位评委，现有 2 位。" in refused.content.decode()) == (409, True)
    assert Stage.objects.get(pk=stage.pk).state == State.SCORING
