"""Scoring opens when rules and panel are ready, deals every sheet, and opens again with a reason."""

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import LogLine
from contest.actions.entries import leave, reinstate
from contest.models import Entry
from contest.models.entry import Status
from contest.models.stage import State
from contest.workflow import CannotMove, perform
from scoring.actions.hold import WrongState
from scoring.actions.rules import adopt_rules
from scoring.actions.scoring import deal_missing, open_scoring, reopen_scoring, undealt, undealt_count
from scoring.models import Ruleset, Seat, Sheet
from tests import cast
from tests.scoring.filling import BY_SCORE, JUDGES, counted, level, make_ready, opened


def said(refused) -> list[str]:
    return [problem.text for problem in refused.value.problems]


def test_opening_deals_one_empty_sheet_per_entrant_and_judge_and_freezes_the_rules(maonan, people):
    stage = make_ready(maonan, entrants=3, judges=4, by=people["chenxiao"])
    perform("open_scoring", stage, by=people["chenxiao"], at=cast.later(1))
    assert (stage.state, Sheet.objects.filter(stage=stage, live=True, state="open").count()) == (State.SCORING, 12)
    assert Ruleset.objects.get(stage=stage).frozen_at == cast.later(1)
    assert [line.action for line in LogLine.objects.filter(action__contains="scoring")] == ["open_scoring"]


def test_who_has_left_already_gets_no_sheet(maonan, people):
    stage = make_ready(maonan, entrants=3, by=people["chenxiao"])
    leave(
        Entry.objects.get(stage=stage, order=2),
        Status.WITHDRAWN,
        reason="调离",
        by=people["chenxiao"],
        seconded_by=people["linfang"],
        at=cast.NOW,
    )
    open_scoring(stage, by=people["chenxiao"], at=cast.later(1))
    assert set(Sheet.objects.filter(stage=stage).values_list("entry__order", flat=True)) == {1, 3}


def test_without_rules_panel_and_people_the_checklist_says_what_is_missing(maonan, people):
    cast.put(maonan, State.READY)
    with pytest.raises(CannotMove) as refused:
        open_scoring(maonan, by=people["chenxiao"], at=cast.NOW)
    assert said(refused) == ["还没有参赛者。", "还没有评分细则，请先采用或填写。", "评审团至少 3 位评委，现有 0 位。"]
    maonan.refresh_from_db()
    assert (maonan.state, Sheet.objects.count()) == (State.READY, 0)


def test_the_basis_of_recommendation_must_be_chosen_first(maonan, people):
    stage = make_ready(maonan, entrants=3, by=people["chenxiao"], rules={})
    with pytest.raises(CannotMove) as refused:
        open_scoring(stage, by=people["chenxiao"], at=cast.NOW)
    assert said(refused) == ["还没有选定决赛推荐的依据：按总得分还是按总票数。"]


def test_by_votes_each_judge_needs_a_number_of_votes(maonan, people):
    stage = make_ready(maonan, entrants=3, by=people["chenxiao"], rules={"basis": "votes"})
    with pytest.raises(CannotMove) as refused:
        open_scoring(stage, by=people["chenxiao"], at=cast.NOW)
    assert said(refused) == ["按总票数推荐，还须填写每位评委推荐几名。"]


def test_the_final_needs_no_basis(final, people, maonan):
    adopt_rules(final, by=people["heya"], at=cast.NOW)
    cast.put(final, State.READY)
    with pytest.raises(CannotMove) as refused:
        open_scoring(final, by=people["heya"], at=cast.NOW)
    assert said(refused) == ["还没有参赛者。", "评审团至少 3 位评委，现有 0 位。"]


def test_opening_twice_is_refused_and_deals_nothing_more(maonan, people):
    stage = opened(maonan, entrants=2, judges=3, by=people["chenxiao"])
    with pytest.raises(CannotMove):
        open_scoring(stage, by=people["chenxiao"], at=cast.later(2))
    assert Sheet.objects.filter(stage=stage).count() == 6


def test_wu_min_of_dianbai_opens_nothing_in_maonan(maonan, people):
    stage = make_ready(maonan, entrants=2, by=people["chenxiao"])
    with pytest.raises(PermissionDenied):
        open_scoring(stage, by=people["wumin"], at=cast.NOW)
    stage.refresh_from_db()
    assert stage.state == State.READY


def test_when_dealing_fails_scoring_has_not_opened(maonan, people, monkeypatch):
    stage = make_ready(maonan, entrants=2, by=people["chenxiao"])
    monkeypatch.setattr("scoring.actions.scoring.deal", lambda stage: 1 // 0)
    with pytest.raises(ZeroDivisionError):
        open_scoring(stage, by=people["chenxiao"], at=cast.NOW)
    stage.refresh_from_db()
    assert (stage.state, Ruleset.objects.get(stage=stage).frozen_at) == (State.READY, None)
    assert not LogLine.objects.filter(action="open_scoring").exists()


def test_somebody_who_comes_back_is_dealt_the_missing_sheets(maonan, people):
    stage = make_ready(maonan, entrants=3, judges=3, by=people["chenxiao"])
    back = Entry.objects.get(stage=stage, order=2)
    leave(back, Status.WITHDRAWN, reason="调离", by=people["chenxiao"], seconded_by=people["linfang"], at=cast.NOW)
    open_scoring(stage, by=people["chenxiao"], at=cast.later(1))
    reinstate(back, reason="暂缓调离", by=people["chenxiao"], seconded_by=people["linfang"], at=cast.later(2))
    assert [entry for entry, _seat in undealt(stage)] == [back.pk] * 3
    assert undealt_count(stage) == 3
    assert deal_missing(stage, by=people["linfang"], at=cast.later(3)) == 3
    assert (undealt(stage), undealt_count(stage)) == ([], 0)
    assert deal_missing(stage, by=people["linfang"], at=cast.later(4)) == 0


def test_nothing_is_dealt_before_scoring_opens(maonan, people):
    stage = make_ready(maonan, entrants=3, by=people["chenxiao"])
    with pytest.raises(WrongState):
        deal_missing(stage, by=people["chenxiao"], at=cast.NOW)


def test_reopening_takes_a_reason_and_keeps_the_results_on_record(maonan, people):
    stage = opened(maonan, entrants=2, by=people["chenxiao"])
    counted(stage, level(90, 80), typist=people["chenxiao"], checker=people["linfang"])
    with pytest.raises(CannotMove) as refused:
        reopen_scoring(stage, by=people["chenxiao"], seconded_by=people["linfang"], at=cast.later(4), reason=" ")
    assert said(refused) == ["请写明原因。"]
    reopen_scoring(
        stage, by=people["chenxiao"], seconded_by=people["linfang"], at=cast.later(4), reason="3 号评委的评分表录错一格"
    )
    line = LogLine.objects.latest("id")
    assert (line.action, line.actor, line.second) == ("reopen_scoring", people["chenxiao"], people["linfang"])
    assert (stage.state, stage.revision, stage.tabulations.filter(live=True).count()) == (State.SCORING, 1, 1)


def test_a_stage_is_ready_for_its_panel_of_nine(maonan, people):
    stage = opened(maonan, entrants=2, judges=9, by=people["chenxiao"], rules=BY_SCORE)
    assert list(Seat.objects.filter(stage=stage).values_list("judge", flat=True)) == [judge.name for judge in JUDGES]
    assert Sheet.objects.filter(stage=stage).count() == 18
