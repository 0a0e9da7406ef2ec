"""Sheets become results: exact, ranked, with prizes, as a new revision each time."""

from fractions import Fraction

import pytest
from django.core.exceptions import PermissionDenied

from accounts import log
from accounts.models import LogLine
from contest.actions.entries import leave
from contest.models import Entry
from contest.models.entry import Status
from contest.models.stage import State
from contest.workflow import CannotMove, perform
from scoring.actions.overtime import TimeChange, time_talks
from scoring.actions.panel import seat_judge, vacate
from scoring.actions.scoring import reopen_scoring
from scoring.actions.tabulate import tabulate
from scoring.actions.votes import SeenVotes, confirm_votes
from scoring.models import Result, Seat, Sheet, Tabulation
from tests import cast
from tests.scoring.filling import board, confirm, confirm_timed, counted, entries_at, fill, level, opened, time, vote

# What the guard says after the count of judges.
WAY_OUT = "可在评审团页面请评委恢复在席，或凭会议纪要、处理决定以现有评委统分。"


def said(refused) -> list[str]:
    return [problem.text for problem in refused.value.problems]


@pytest.fixture
def xiening(people):
    return people["xiening"]


@pytest.fixture
def pangjing(people):
    return people["pangjing"]


def test_binhai_with_three_entrants_gets_one_first_and_two_second_prizes_and_third_stays_unfilled(
    binhai, xiening, pangjing
):
    stage = opened(binhai, entrants=3, by=xiening)
    tabulation = counted(stage, level(88, 92, 90), typist=xiening, checker=pangjing)
    assert board(stage) == [(2, 1, "first"), (3, 2, "second"), (1, 3, "second")]
    assert tabulation.unfilled == {"third": 3}
    assert tabulation.needs_ruling == []
    assert (stage.state, stage.revision, tabulation.revision, tabulation.reason) == (State.TABULATED, 1, 1, "")


def test_five_sheets_lose_the_highest_and_the_lowest_and_overtime_costs(maonan, people):
    stage = opened(maonan, entrants=2, by=people["chenxiao"])
    fill(stage, [[9150, 9500, 8800, 9200, 9050], [9000] * 5], typist=people["chenxiao"])
    time(stage, {1: 335}, typist=people["chenxiao"])
    confirm(stage, checker=people["linfang"])
    tabulate(stage, by=people["chenxiao"], at=cast.later(3))
    chen, liang = Result.objects.filter(tabulation__stage=stage).order_by("position")
    # (91.5 + 92 + 90.5) / 3 - 3 started steps of 0.2
    assert chen.exact == Fraction(27400, 3) - 60
    assert (chen.total, chen.seconds, chen.deduction_c, chen.decided_by) == ("90.73", 335, 60, "total")
    assert chen.working["sheets"] == [
        [1, 9150, "counted"],
        [2, 9500, "highest"],
        [3, 8800, "lowest"],
        [4, 9200, "counted"],
        [5, 9050, "counted"],
    ]
    assert (chen.working["mean"], chen.working["criteria"][0]) == ("27400/3", "4000/1")
    assert (liang.total, liang.seconds, liang.deduction_c, liang.votes) == ("90.00", None, 0, None)


def test_totals_that_look_equal_are_shown_with_more_decimals(maonan, people):
    stage = opened(maonan, entrants=2, judges=3, by=people["chenxiao"])
    counted(stage, [[9000, 9000, 9050], [9000, 9000, 9050]], typist=people["chenxiao"], checker=people["linfang"])
    assert list(Result.objects.values_list("total", "shared")) == [("90.17", True), ("90.17", True)]
    reopen_scoring(stage, by=people["chenxiao"], seconded_by=people["linfang"], at=cast.later(4), reason="补记用时")
    time(stage, {2: 311}, typist=people["chenxiao"])
    confirm_timed(stage, checker=people["linfang"])
    tabulate(stage, by=people["chenxiao"], at=cast.later(5))
    live = Result.objects.filter(tabulation__live=True).order_by("position")
    assert list(live.values_list("total", "shared")) == [("90.17", False), ("89.97", False)]


def test_equal_totals_go_by_achievement_and_the_result_says_so(maonan, people):
    stage = opened(maonan, entrants=2, judges=3, by=people["chenxiao"])
    fill(stage, level(80, 80, judges=3), typist=people["chenxiao"])
    # The second speaker's judges give one point less for achievement and one more for slides.
    for sheet in Sheet.objects.filter(stage=stage, entry__order=2):
        sheet.marks.filter(criterion__code="achievement").update(value_c=3900)
        sheet.marks.filter(criterion__code="slides").update(value_c=100)
    confirm(stage, checker=people["linfang"])
    tabulate(stage, by=people["chenxiao"], at=cast.later(3))
    assert list(Result.objects.order_by("position").values_list("entry__order", "rank", "decided_by")) == [
        (1, 1, "criterion:achievement"),
        (2, 2, "criterion:achievement"),
    ]


def test_a_judge_who_left_counts_for_nothing(maonan, people):
    stage = opened(maonan, entrants=1, judges=4, by=people["chenxiao"])
    fill(stage, [[9000, 9000, 9000, 5000]], typist=people["chenxiao"])
    vacate(
        Seat.objects.get(stage=stage, number=4),
        reason="突发疾病",
        by=people["chenxiao"],
        seconded_by=people["linfang"],
        at=cast.later(2),
    )
    confirm(stage, checker=people["linfang"])
    tabulate(stage, by=people["chenxiao"], at=cast.later(3))
    assert Result.objects.get().total == "90.00"


def test_who_left_is_not_ranked_and_is_no_zero(maonan, people):
    stage = opened(maonan, entrants=3, by=people["chenxiao"])
    fill(stage, level(70, 90, 80), typist=people["chenxiao"])
    leave(
        Entry.objects.get(stage=stage, order=2),
        Status.DISQUALIFIED,
        reason="材料失实",
        by=people["chenxiao"],
        seconded_by=people["linfang"],
        at=cast.later(2),
    )
    confirm(stage, checker=people["linfang"])
    tabulate(stage, by=people["chenxiao"], at=cast.later(3))
    assert board(stage) == [(3, 1, "first"), (1, 2, "second")]


def test_the_checklist_counts_what_is_open_and_what_nobody_checked_by_judge(maonan, people):
    stage = opened(maonan, entrants=2, judges=3, by=people["chenxiao"])
    fill(stage, [[9000, 9000]], typist=people["chenxiao"])
    with pytest.raises(CannotMove) as refused:
        tabulate(stage, by=people["chenxiao"], at=cast.later(2))
    assert said(refused) == [
        "1 号评委郭明还有 1 份评分表未录全。",
        "1 号评委郭明还有 1 份评分表待另一人核对。",
        "2 号评委何静还有 1 份评分表未录全。",
        "2 号评委何静还有 1 份评分表待另一人核对。",
        "3 号评委林涛还有 2 份评分表未录全。",
    ]
    stage.refresh_from_db()
    assert (stage.state, stage.revision, Tabulation.objects.count()) == (State.SCORING, 0, 0)


def test_sheets_never_dealt_block_too(maonan, people):
    stage = opened(maonan, entrants=1, judges=3, by=people["chenxiao"])
    Sheet.objects.filter(stage=stage, seat__number=3).delete()
    fill(stage, [[9000, 9000]], typist=people["chenxiao"])
    confirm(stage, checker=people["linfang"])
    with pytest.raises(CannotMove) as refused:
        tabulate(stage, by=people["chenxiao"], at=cast.later(2))
    assert said(refused) == ["有 1 份评分表还没有发出，请在评审团页面补发。"]


def test_with_everybody_gone_there_is_nothing_to_count(maonan, people):
    stage = opened(maonan, entrants=1, judges=3, by=people["chenxiao"])
    leave(
        Entry.objects.get(stage=stage),
        Status.ABSENT,
        reason="未到场",
        by=people["chenxiao"],
        seconded_by=people["linfang"],
        at=cast.later(1),
    )
    for seat in Seat.objects.filter(stage=stage):
        vacate(seat, reason="活动取消", by=people["chenxiao"], seconded_by=people["linfang"], at=cast.later(1))
    with pytest.raises(CannotMove) as refused:
        tabulate(stage, by=people["chenxiao"], at=cast.later(2))
    assert said(refused) == [f"评审团至少 3 位评委，现有 0 位。{WAY_OUT}", "已没有参赛者，无法统分。"]


def test_one_remaining_judge_decides_nothing(maonan, people):
    stage = opened(maonan, entrants=2, judges=4, by=people["chenxiao"], rules={"basis": "score", "min_panel": 4})
    fill(stage, level(90, 80, judges=4), typist=people["chenxiao"])
    confirm(stage, checker=people["linfang"])
    for seat in Seat.objects.filter(stage=stage, number__gt=1):
        vacate(seat, reason="临时公务", by=people["chenxiao"], seconded_by=people["linfang"], at=cast.later(3))
        with pytest.raises(CannotMove) as refused:
            tabulate(stage, by=people["chenxiao"], at=cast.later(4))
        assert said(refused) == [f"评审团至少 4 位评委，现有 {5 - seat.number} 位。{WAY_OUT}"]
    assert Tabulation.objects.count() == 0


def test_by_votes_every_ballot_is_typed_and_confirmed_and_an_empty_one_is_a_ballot(maonan, people):
    chenxiao, linfang = people["chenxiao"], people["linfang"]
    stage = opened(maonan, entrants=3, judges=4, by=chenxiao, rules={"basis": "votes"}, votes_each=1)
    fill(stage, level(90, 80, 70, judges=4), typist=chenxiao)
    confirm(stage, checker=linfang)
    vote(stage, {1: [2], 2: [2]}, typist=chenxiao, checker=linfang)
    vote(stage, {3: []}, typist=linfang)
    with pytest.raises(CannotMove) as refused:
        tabulate(stage, by=chenxiao, at=cast.later(3))
    assert said(refused) == ["3 号评委林涛的推荐票待另一人核对。", "4 号评委宋洁的推荐票还没有录入。"]
    vote(stage, {4: [1]}, typist=chenxiao, checker=linfang)
    seen = [SeenVotes(Seat.objects.get(stage=stage, number=3).pk, 1)]
    assert confirm_votes(stage, seen, by=chenxiao, at=cast.later(3)) == []
    tabulate(stage, by=chenxiao, at=cast.later(3))
    assert list(Result.objects.order_by("position").values_list("entry__order", "votes")) == [(1, 1), (2, 2), (3, 0)]


def test_prizes_go_by_score_whatever_the_votes(maonan, people):
    stage = opened(maonan, entrants=2, judges=3, by=people["chenxiao"], rules={"basis": "votes"}, votes_each=1)
    fill(stage, level(90, 80, judges=3), typist=people["chenxiao"])
    confirm(stage, checker=people["linfang"])
    vote(stage, {1: [2], 2: [2], 3: [2]}, typist=people["chenxiao"], checker=people["linfang"])
    tabulate(stage, by=people["chenxiao"], at=cast.later(3))
    assert board(stage) == [(1, 1, "first"), (2, 2, "second")]


def test_a_time_that_one_person_alone_wrote_or_took_back_stops_the_counting(maonan, people):
    stage = opened(maonan, entrants=2, judges=3, by=people["chenxiao"])
    fill(stage, level(90, 80, judges=3), typist=people["chenxiao"])
    confirm(stage, checker=people["linfang"])
    time(stage, {1: 7199}, typist=people["chenxiao"])
    waits = ["有 1 个用时待另一人核对。"]
    with pytest.raises(CannotMove) as refused:
        tabulate(stage, by=people["chenxiao"], at=cast.later(3))
    assert said(refused) == waits
    confirm_timed(stage, checker=people["linfang"])
    change = TimeChange(entries_at(stage, 1)[0], 2, None)
    time_talks(stage, [change], by=people["chenxiao"], at=cast.later(4))
    with pytest.raises(CannotMove) as refused:
        tabulate(stage, by=people["chenxiao"], at=cast.later(5))
    assert said(refused) == waits
    confirm_timed(stage, checker=people["linfang"])
    tabulate(stage, by=people["chenxiao"], at=cast.later(6))
    assert list(Result.objects.values_list("seconds", "deduction_c")) == [(None, 0), (None, 0)]


def test_the_time_of_somebody_who_left_waits_for_nobody(maonan, people):
    stage = opened(maonan, entrants=2, judges=3, by=people["chenxiao"])
    fill(stage, level(90, 80, judges=3), typist=people["chenxiao"])
    confirm(stage, checker=people["linfang"])
    time(stage, {1: 300}, typist=people["chenxiao"])
    leaver = Entry.objects.get(stage=stage, order=1)
    leave(
        leaver, Status.WITHDRAWN, reason="因病", by=people["chenxiao"], seconded_by=people["linfang"], at=cast.later(3)
    )
    tabulate(stage, by=people["chenxiao"], at=cast.later(4))
    assert board(stage) == [(2, 1, "first")]


def test_a_later_revision_carries_the_reason_for_which_scoring_was_reopened(maonan, people):
    stage = opened(maonan, entrants=2, by=people["chenxiao"])
    counted(stage, level(90, 80), typist=people["chenxiao"], checker=people["linfang"])
    reopen_scoring(stage, by=people["chenxiao"], seconded_by=people["linfang"], at=cast.later(4), reason="用时漏登")
    time(stage, {1: 700}, typist=people["chenxiao"])
    confirm_timed(stage, checker=people["linfang"])
    perform("tabulate", stage, by=people["linfang"], at=cast.later(5))
    assert list(Tabulation.objects.order_by("revision").values_list("revision", "live", "reason", "by__name")) == [
        (1, False, "", "陈晓"),
        (2, True, "用时漏登", "林芳"),
    ]
    assert stage.revision == 2
    assert list(Result.objects.filter(entry__order=1).order_by("tabulation__revision").values_list("total")) == [
        ("90.00",),
        ("88.00",),
    ]


def test_tabulating_twice_is_refused_and_the_first_results_stay(maonan, people):
    stage = opened(maonan, entrants=2, by=people["chenxiao"])
    counted(stage, level(90, 80), typist=people["chenxiao"], checker=people["linfang"])
    with pytest.raises(CannotMove):
        tabulate(stage, by=people["linfang"], at=cast.later(4))
    assert (Tabulation.objects.count(), Result.objects.count()) == (1, 2)


def test_wu_min_of_dianbai_tabulates_nothing_in_maonan(maonan, people):
    stage = opened(maonan, entrants=2, by=people["chenxiao"])
    with pytest.raises(PermissionDenied):
        tabulate(stage, by=people["wumin"], at=cast.later(4))


def test_when_writing_the_results_fails_the_stage_is_still_in_scoring(maonan, people, monkeypatch):
    stage = opened(maonan, entrants=2, by=people["chenxiao"])
    fill(stage, level(90, 80), typist=people["chenxiao"])
    confirm(stage, checker=people["linfang"])
    monkeypatch.setattr("scoring.actions.tabulate._rows", lambda *args: 1 // 0)
    with pytest.raises(ZeroDivisionError):
        tabulate(stage, by=people["chenxiao"], at=cast.later(3))
    stage.refresh_from_db()
    assert (stage.state, stage.revision, Tabulation.objects.count()) == (State.SCORING, 0, 0)
    assert not LogLine.objects.filter(action="tabulate").exists()
    assert log.verify("2023")[2] == []


@pytest.mark.parametrize("entrants", [3, 12])
def test_tabulating_asks_the_database_as_often_for_three_entrants_as_for_twelve(
    maonan, people, entrants, django_assert_num_queries
):
    stage = opened(maonan, entrants=entrants, by=people["chenxiao"])
    fill(stage, level(*range(60, 60 + entrants)), typist=people["chenxiao"])
    confirm(stage, checker=people["linfang"])
    with django_assert_num_queries(34):
        tabulate(stage, by=people["chenxiao"], at=cast.later(3))
    assert Result.objects.count() == entrants


def test_a_judge_seated_before_the_first_mark_must_have_scored_before_anything_is_counted(maonan, people):
    stage = opened(maonan, entrants=1, judges=3, by=people["chenxiao"])
    pair = {"by": people["chenxiao"], "seconded_by": people["linfang"]}
    seat_judge(stage, judge="邓丽", at=cast.later(1), **pair)
    fill(stage, level(90, judges=3), typist=people["chenxiao"])
    confirm(stage, checker=people["linfang"])
    with pytest.raises(CannotMove) as refused:
        tabulate(stage, by=people["chenxiao"], at=cast.later(4))
    assert said(refused) == ["4 号评委邓丽还有 1 份评分表未录全。"]
