"""Judges take their seats, and leave them with a reason."""

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import LogLine
from accounts.permissions import NeedsSecond
from contest.models.stage import State
from scoring.actions.hold import WrongState
from scoring.actions.panel import (
    Judge,
    SeatRefused,
    change_judge,
    judges_from,
    remove_seat,
    seat_judge,
    seat_judges,
    vacate,
)
from scoring.models import Seat, Sheet
from tests import cast
from tests.scoring.filling import JUDGES, fill, level, opened


@pytest.mark.parametrize(
    ("text", "judges"),
    [
        ("郭明 区指挥办主任", [Judge("郭明", "区指挥办主任")]),
        (
            "1. 郭明，区指挥办主任\n2、何静：组织部 副部长",
            [Judge("郭明", "区指挥办主任"), Judge("何静", "组织部 副部长")],
        ),
        ("张 三\t宣传部", [Judge("张三", "宣传部")]),
        ("（3）欧阳明", [Judge("欧阳明", "")]),
        ("\n  \n郭明\u3000农业农村局\r\n\n", [Judge("郭明", "农业农村局")]),
        ("", []),
    ],
)
def test_a_list_as_offices_write_it_is_read_line_by_line(text, judges):
    assert judges_from(text) == judges


def test_chen_xiao_seats_five_judges_in_order_and_one_line_is_logged(maonan, people):
    seats = seat_judges(maonan, JUDGES[:5], by=people["chenxiao"], at=cast.NOW)
    assert [(seat.number, seat.judge) for seat in seats] == [
        (1, "郭明"),
        (2, "何静"),
        (3, "林涛"),
        (4, "宋洁"),
        (5, "许强"),
    ]
    assert [line.action for line in LogLine.objects.filter(action__contains="seat")] == ["seat_judges"]


def test_one_bad_line_and_nobody_is_seated(maonan, people):
    with pytest.raises(SeatRefused):
        seat_judges(maonan, [JUDGES[0], Judge("评" * 65)], by=people["chenxiao"], at=cast.NOW)
    assert not Seat.objects.filter(stage=maonan).exists()


def test_wu_min_of_dianbai_seats_nobody_in_maonan(maonan, people):
    seat = seat_judge(maonan, judge="郭明", by=people["chenxiao"], at=cast.NOW)
    for act in (
        lambda: seat_judge(maonan, judge="何静", by=people["wumin"], at=cast.NOW),
        lambda: change_judge(seat, Judge("何静"), by=people["wumin"], at=cast.NOW),
        lambda: remove_seat(seat, by=people["wumin"], at=cast.NOW),
        lambda: vacate(seat, reason="生病", by=people["wumin"], at=cast.NOW),
    ):
        with pytest.raises(PermissionDenied):
            act()
    assert list(Seat.objects.values_list("judge", flat=True)) == ["郭明"]


def test_the_chief_is_one_person_and_the_flag_moves(maonan, people):
    first = seat_judge(maonan, judge="郭明", is_chief=True, by=people["chenxiao"], at=cast.NOW)
    second = seat_judge(maonan, judge="何静", is_chief=True, by=people["chenxiao"], at=cast.NOW)
    assert list(Seat.objects.filter(is_chief=True).values_list("judge", flat=True)) == ["何静"]
    change_judge(first, Judge("郭明", "主任", is_chief=True), by=people["chenxiao"], at=cast.NOW)
    second.refresh_from_db()
    assert list(Seat.objects.filter(is_chief=True).values_list("judge", "duty")) == [("郭明", "主任")]
    with pytest.raises(SeatRefused):
        seat_judges(maonan, [Judge("甲", "", True), Judge("乙", "", True)], by=people["chenxiao"], at=cast.NOW)


def test_before_scoring_a_seat_is_simply_removed_and_only_once(maonan, people):
    seat = seat_judge(maonan, judge="郭明", by=people["chenxiao"], at=cast.NOW)
    again = Seat.objects.get(pk=seat.pk)
    remove_seat(seat, by=people["chenxiao"], at=cast.NOW)
    assert not Seat.objects.exists()
    with pytest.raises(SeatRefused):
        remove_seat(again, by=people["chenxiao"], at=cast.NOW)


def test_while_scoring_a_judge_leaves_with_a_reason_and_the_sheets_stop_counting(maonan, people):
    stage = opened(maonan, entrants=2, judges=5, by=people["chenxiao"])
    fill(stage, level(90, 80), typist=people["chenxiao"])
    seat = Seat.objects.get(stage=stage, number=2)
    with pytest.raises(WrongState):
        remove_seat(seat, by=people["chenxiao"], at=cast.later(1))
    with pytest.raises(SeatRefused):
        vacate(seat, reason="  ", by=people["chenxiao"], seconded_by=people["linfang"], at=cast.later(1))
    vacate(seat, reason="突发疾病", by=people["chenxiao"], seconded_by=people["linfang"], at=cast.later(2))
    assert Sheet.objects.filter(stage=stage, seat=seat, live=True).count() == 2
    assert Sheet.objects.counting().filter(stage=stage).count() == 8
    with pytest.raises(SeatRefused):
        vacate(seat, reason="再次离席", by=people["chenxiao"], seconded_by=people["linfang"], at=cast.later(3))
    seat.refresh_from_db()
    assert (seat.vacated_at, seat.vacated_reason) == (cast.later(2), "突发疾病")


def test_a_judge_seated_while_scoring_runs_gets_a_sheet_for_everybody(maonan, people):
    stage = opened(maonan, entrants=3, judges=3, by=people["chenxiao"])
    pair = {"by": people["chenxiao"], "seconded_by": people["linfang"]}
    seat = seat_judge(stage, judge="邓丽", at=cast.later(1), **pair)
    assert (seat.number, Sheet.objects.filter(seat=seat).count()) == (4, 3)


def test_once_there_is_a_mark_nobody_joins_the_panel(maonan, people):
    stage = opened(maonan, entrants=3, judges=3, by=people["chenxiao"])
    fill(stage, [[9000]], typist=people["chenxiao"])
    with pytest.raises(SeatRefused, match="中途不能加入"):
        seat_judge(stage, judge="邓丽", by=people["chenxiao"], at=cast.later(1))
    assert Seat.objects.filter(stage=stage).count() == 3


def test_a_second_person_stands_in_the_line_of_a_departure(maonan, people):
    stage = opened(maonan, entrants=1, judges=4, by=people["chenxiao"])
    vacate(
        Seat.objects.get(stage=stage, number=4),
        reason="\u200b突发疾病",
        by=people["chenxiao"],
        seconded_by=people["linfang"],
        at=cast.later(1),
    )
    line = LogLine.objects.select_related("note").latest("id")
    assert (line.action, line.actor, line.second, line.note.text) == (
        "vacate",
        people["chenxiao"],
        people["linfang"],
        "突发疾病",
    )


@pytest.mark.parametrize("reason", ["", "  ", "\u200b", "\u3164\u2800"])
def test_a_reason_that_nobody_can_read_is_none(maonan, people, reason):
    stage = opened(maonan, entrants=1, judges=4, by=people["chenxiao"])
    pair = {"by": people["chenxiao"], "seconded_by": people["linfang"]}
    with pytest.raises(SeatRefused, match="请写明离席原因"):
        vacate(Seat.objects.get(stage=stage, number=4), reason=reason, at=cast.later(1), **pair)


def test_while_scoring_a_name_is_not_swapped_for_another(maonan, people):
    stage = opened(maonan, entrants=1, judges=3, by=people["chenxiao"])
    seat = Seat.objects.select_related("stage__season", "stage__district").get(stage=stage, number=1)
    pair = {"by": people["chenxiao"], "seconded_by": people["linfang"], "reason": "职务写错", "at": cast.later(1)}
    with pytest.raises(SeatRefused):
        change_judge(seat, Judge("换人"), **pair)
    with pytest.raises(NeedsSecond):
        change_judge(seat, Judge("郭明", "区指挥办常务副主任", True), by=people["chenxiao"], at=cast.later(1))
    change_judge(seat, Judge("郭明", "区指挥办常务副主任", True), **pair)
    seat.refresh_from_db()
    assert (seat.judge, seat.duty, seat.is_chief) == ("郭明", "区指挥办常务副主任", True)


def test_no_judge_comes_back_while_scoring_runs_through_a_page_that_was_opened_before(maonan, people):
    seat = seat_judge(maonan, judge="郭明", by=people["chenxiao"], at=cast.NOW)
    opened_before = Seat.objects.select_related("stage__season").get(pk=seat.pk)
    change_judge(seat, Judge("何静"), by=people["chenxiao"], at=cast.NOW)
    cast.put(maonan, State.SCORING)
    pair = {"by": people["chenxiao"], "seconded_by": people["linfang"], "reason": "写错", "at": cast.later(1)}
    with pytest.raises(SeatRefused, match="换"):
        change_judge(opened_before, Judge("郭明"), **pair)
    assert Seat.objects.get().judge == "何静"


def test_after_the_results_the_panel_stays_as_it_is(maonan, people):
    seat = seat_judge(maonan, judge="郭明", by=people["chenxiao"], at=cast.NOW)
    cast.put(maonan, State.TABULATED)
    for act in (
        lambda: seat_judge(maonan, judge="何静", by=people["chenxiao"], at=cast.NOW),
        lambda: change_judge(seat, Judge("何静"), by=people["chenxiao"], at=cast.NOW),
        lambda: remove_seat(seat, by=people["chenxiao"], at=cast.NOW),
        lambda: vacate(seat, reason="生病", by=people["chenxiao"], seconded_by=people["linfang"], at=cast.NOW),
    ):
        with pytest.raises(WrongState):
            act()
