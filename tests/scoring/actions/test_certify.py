"""Certifying writes everybody's award; taking it back puts the awards out of force, and keeps them."""

import pytest
from django.core.exceptions import PermissionDenied

from contest.models import Award, Entry
from contest.models.stage import State
from contest.workflow import CannotMove, perform
from registry.models import Secretary
from scoring.actions.certify import certify, withdraw_certification
from tests import cast
from tests.scoring.filling import counted, level, opened, sign


@pytest.fixture
def signed(maonan, people):
    stage = opened(maonan, entrants=7, by=people["chenxiao"])
    counted(stage, level(95, 90, 88, 85, 80, 70, 60), typist=people["chenxiao"], checker=people["linfang"])
    sign(stage, by=people["chenxiao"])
    return stage


def test_everybody_who_competed_has_an_award(signed, people):
    perform("certify", signed, by=people["chenxiao"], at=cast.later(5))
    awards = Award.objects.filter(entry__stage=signed).order_by("rank")
    assert list(awards.values_list("entry__order", "tier", "tier_name", "tier_order", "rank", "revision")) == [
        (1, "first", "一等奖", 1, 1, 1),
        (2, "second", "二等奖", 2, 2, 1),
        (3, "second", "二等奖", 2, 3, 1),
        (4, "third", "三等奖", 3, 4, 1),
        (5, "third", "三等奖", 3, 5, 1),
        (6, "third", "三等奖", 3, 6, 1),
        (7, "merit", "优秀", 4, 7, 1),
    ]
    signed.refresh_from_db()
    assert (signed.state, signed.certified_by, signed.certified_at) == (
        State.CERTIFIED,
        people["chenxiao"],
        cast.later(5),
    )


def test_where_merit_has_a_number_the_others_still_took_part(binhai, people):
    tiers = {
        "preliminary": [{"code": "first", "name": "一等奖", "count": 1}, {"code": "merit", "name": "优秀", "count": 1}]
    }
    stage = opened(binhai, entrants=3, by=people["xiening"], rules={"basis": "score", "tiers": tiers})
    counted(stage, level(90, 80, 70), typist=people["xiening"], checker=people["pangjing"])
    sign(stage, by=people["xiening"])
    certify(stage, by=people["xiening"], at=cast.later(5))
    assert list(Award.objects.order_by("rank").values_list("tier", "tier_name", "tier_order")) == [
        ("first", "一等奖", 1),
        ("merit", "优秀", 2),
        ("took_part", "参加活动", 3),
    ]


def test_without_the_signed_sheet_nothing_is_certified(maonan, people):
    stage = opened(maonan, entrants=2, by=people["chenxiao"])
    counted(stage, level(90, 80), typist=people["chenxiao"], checker=people["linfang"])
    with pytest.raises(CannotMove) as refused:
        certify(stage, by=people["chenxiao"], at=cast.later(5))
    assert [problem.text for problem in refused.value.problems] == ["请上传评委签字的成绩单扫描件或照片（本版成绩）。"]
    assert not Award.objects.exists()


def test_results_that_no_longer_name_the_competitors_are_not_certified(signed, people):
    Entry.objects.filter(stage=signed, order=7).update(status="replaced", status_reason="已递补")
    with pytest.raises(CannotMove) as refused:
        certify(signed, by=people["chenxiao"], at=cast.later(5))
    assert [problem.text for problem in refused.value.problems] == ["统分之后参赛名单有变化，请退回评分并重新统分。"]


def test_certifying_twice_is_refused_and_the_awards_are_the_first_ones(signed, people):
    certify(signed, by=people["chenxiao"], at=cast.later(5))
    with pytest.raises(CannotMove):
        certify(signed, by=people["linfang"], at=cast.later(6))
    assert Award.objects.count() == 7
    signed.refresh_from_db()
    assert signed.certified_by == people["chenxiao"]


def test_taking_it_back_takes_a_reason_and_supersedes_the_awards(signed, people):
    certify(signed, by=people["chenxiao"], at=cast.later(5))
    with pytest.raises(CannotMove):
        withdraw_certification(
            signed, by=people["chenxiao"], seconded_by=people["linfang"], at=cast.later(6), reason=""
        )
    assert Award.objects.live().count() == 7
    withdraw_certification(
        signed, by=people["chenxiao"], seconded_by=people["linfang"], at=cast.later(6), reason="盖章页扫描不清"
    )
    kept = Award.objects.values_list("live", "superseded_at", "superseded_by", "superseded_reason")
    assert list(kept) == [(False, cast.later(6), people["chenxiao"].pk, "盖章页扫描不清")] * 7
    signed.refresh_from_db()
    assert (signed.state, signed.certified_by, signed.certified_at) == (State.TABULATED, None, None)


def test_certifying_again_writes_second_versions_beside_the_first(signed, people):
    certify(signed, by=people["chenxiao"], at=cast.later(5))
    two = {"by": people["chenxiao"], "seconded_by": people["linfang"]}
    withdraw_certification(signed, **two, at=cast.later(6), reason="盖章页扫描不清")
    certify(signed, by=people["chenxiao"], at=cast.later(7))
    first = Award.objects.filter(entry__order=1).order_by("version")
    assert list(first.values_list("version", "live", "tier", "revision")) == [
        (1, False, "first", 1),
        (2, True, "first", 1),
    ]
    assert Award.objects.live().count() == 7


def test_an_award_holds_the_name_that_the_results_hold(signed, people):
    Secretary.objects.filter(entries__stage=signed, entries__order=1).update(name="改过的名字")
    certify(signed, by=people["chenxiao"], at=cast.later(5))
    assert Award.objects.get(entry__order=1).person["name"] == "陈志远"


def test_wu_min_of_dianbai_certifies_nothing_in_maonan(signed, people):
    with pytest.raises(PermissionDenied):
        certify(signed, by=people["wumin"], at=cast.later(5))
    assert not Award.objects.exists()


def test_when_the_awards_cannot_be_written_the_stage_is_not_certified(signed, people, monkeypatch):
    monkeypatch.setattr("scoring.actions.certify.ruleset_of", lambda stage: 1 // 0)
    with pytest.raises(ZeroDivisionError):
        certify(signed, by=people["chenxiao"], at=cast.later(5))
    signed.refresh_from_db()
    assert (signed.state, signed.certified_by) == (State.TABULATED, None)
