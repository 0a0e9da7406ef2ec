"""Somebody of the office who did not certify puts the results on notice, for whole working days."""

from datetime import UTC, datetime

import pytest
from django.core.exceptions import PermissionDenied

from contest.models.stage import State
from contest.workflow import CannotMove, perform
from scoring.actions.certify import certify
from scoring.actions.publish import CertifierCannotPublish, publish, withdraw_notice
from tests import cast
from tests.scoring.filling import counted, level, opened, sign


@pytest.fixture
def signed(maonan, people):
    stage = opened(maonan, entrants=2, by=people["chenxiao"])
    counted(stage, level(95, 90), typist=people["chenxiao"], checker=people["linfang"])
    sign(stage, by=people["chenxiao"])
    return stage


def test_luo_ping_publishes_what_chen_xiao_certified(signed, people):
    certify(signed, by=people["chenxiao"], at=cast.later(5))
    perform("publish", signed, by=people["luoping"], at=cast.later(6))
    signed.refresh_from_db()
    assert (signed.state, signed.published_by) == (State.PUBLISHED, people["luoping"])
    assert (signed.notice_from, signed.notice_until) == (cast.later(6), datetime(2023, 12, 1, 16, 0, tzinfo=UTC))


def test_who_certified_does_not_publish(signed, people):
    certify(signed, by=people["heya"], at=cast.later(5))
    with pytest.raises(CertifierCannotPublish) as refused:
        publish(signed, by=people["heya"], at=cast.later(6))
    assert [problem.text for problem in refused.value.problems] == ["成绩由您签字确认，须由另一位市级工作人员公示。"]
    signed.refresh_from_db()
    assert (signed.state, signed.notice_from) == (State.CERTIFIED, None)


def test_a_county_organizer_publishes_nothing(signed, people):
    certify(signed, by=people["chenxiao"], at=cast.later(5))
    with pytest.raises(PermissionDenied):
        publish(signed, by=people["linfang"], at=cast.later(6))


def test_publishing_twice_is_refused_and_the_notice_period_stands(signed, people):
    certify(signed, by=people["chenxiao"], at=cast.later(5))
    publish(signed, by=people["luoping"], at=cast.later(6))
    with pytest.raises(CannotMove):
        publish(signed, by=people["heya"], at=cast.later(9))
    signed.refresh_from_db()
    assert signed.notice_from == cast.later(6)


def test_a_notice_taken_down_leaves_no_period_behind(signed, people):
    certify(signed, by=people["chenxiao"], at=cast.later(5))
    publish(signed, by=people["luoping"], at=cast.later(6))
    withdraw_notice(signed, by=people["heya"], seconded_by=people["luoping"], at=cast.later(7), reason="姓名有误")
    signed.refresh_from_db()
    assert (signed.state, signed.published_by, signed.notice_from, signed.notice_until) == (
        State.CERTIFIED,
        None,
        None,
        None,
    )
