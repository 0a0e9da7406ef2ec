"""Somebody of the office who did not certify puts the results on notice, for whole working days."""

import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from accounts.models import LogLine
from contest.actions.season_changes import correct_season, details_of
from contest.models import Season, Stage
from contest.models.stage import State
from contest.reads.working_days import end_of_notice
from contest.workflow import CannotMove, perform
from scoring.actions.certify import certify
from scoring.actions.publish import CertifierCannotPublish, publish, withdraw_notice
from scoring.models import Publication, Tabulation
from tests import cast
from tests.scoring.filling import counted, level, opened, sign
from tests.scoring.publishing import WHY, published, put_on_notice, take_back, take_out_the_winner


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


def frozen(stage):
    """The publications of a stage, oldest first, each with its text read."""
    rows = Publication.objects.filter(stage=stage).order_by("version")
    return [(row, json.loads(row.text)) for row in rows]


def test_what_stands_on_notice_is_frozen_and_no_name_is_in_it(maonan, people):
    stage = published(maonan, people)
    ((row, told),) = frozen(stage)
    assert (row.version, row.revision, row.by, row.at, row.is_live) == (1, 1, people["luoping"], cast.later(6), True)
    assert [(each["rank"], each["shown"], each["tier"]) for each in told["results"]] == [
        (1, "89.40", "first"),
        (2, "80.00", "second"),
        (3, "70.00", "second"),
    ]
    assert [each["tier_name"] for each in told["awards"]] == ["一等奖", "二等奖", "二等奖"]
    assert [each["status"] for each in told["gone"]] == ["absent"]
    assert told["stage"]["title"] == "茂南区初赛"
    assert told["panel"] == {"judges": 3, "left": 0}
    assert told["notice"] == {
        "from": "2023-11-25T01:06:00+00:00",
        "until": "2023-12-01T16:00:00+00:00",
        "provisional": False,
        "working_days": 5,
    }
    assert told["counted"] == Tabulation.objects.get(stage=stage).digests
    names = [value["name"] for key, (_salt, value) in row.leaves.items() if key.startswith("person:")]
    assert sorted(names) == sorted(["陈志远", "梁秀英", "王䶮", "李㛃"])
    assert [name for name in names if name in row.text] == []
    assert "因公出差" in [value for _salt, value in row.leaves.values()]


def test_the_line_commits_to_the_text(maonan, people):
    stage = published(maonan, people)
    row = Publication.objects.get(stage=stage)
    facts = json.loads(LogLine.objects.get(action="publish").payload)["facts"]
    assert facts["snapshot"] == hashlib.sha256(row.text.encode()).hexdigest()
    assert (facts["version"], facts["revision"], facts["replaces"]) == (1, 1, [])


def test_a_notice_withdrawn_is_kept_and_names_both_who_took_it_down_and_why(maonan, people):
    stage = take_back(published(maonan, people), people, at=7)
    row = Publication.objects.get(stage=stage)
    assert (row.withdrawn_at, row.withdrawn_reason) == (cast.later(7), "姓名有误")
    assert (row.withdrawn_by, row.withdrawn_second) == (people["heya"], people["luoping"])
    assert (row.replaced_by, Publication.objects.live().count()) == (None, 0)


def test_a_disqualification_takes_the_publication_back_and_the_next_one_replaces_it(maonan, people):
    stage = published(maonan, people)
    before = Publication.objects.get(stage=stage).text
    stage = put_on_notice(take_out_the_winner(stage, people, at=8), people, at=9)
    (first, told), (second, later) = frozen(stage)
    assert first.text == before
    assert (first.withdrawn_reason, first.replaced_by, first.is_live) == (WHY, second, False)
    assert (second.version, second.revision, second.is_live) == (2, 2, True)
    assert [each["rank"] for each in told["results"]] == [1, 2, 3]
    assert [(each["status"]) for each in later["gone"]] == ["disqualified", "absent"]


def test_a_version_that_was_never_replaced_stays_so_beside_the_next_but_one(maonan, people):
    """Each is replaced by the one that came after it, not by the newest."""
    stage = published(maonan, people)
    for at in (7, 9):
        perform("publish", take_back(stage, people, at=at), by=people["luoping"], at=cast.later(at + 1))
        stage.refresh_from_db()
    rows = Publication.objects.filter(stage=stage).order_by("version")
    assert [(row.version, row.replaced_by and row.replaced_by.version) for row in rows] == [(1, 2), (2, 3), (3, None)]


def test_publishing_that_is_refused_freezes_nothing(signed, people):
    certify(signed, by=people["heya"], at=cast.later(5))
    with pytest.raises(CertifierCannotPublish):
        publish(signed, by=people["heya"], at=cast.later(6))
    assert Publication.objects.count() == 0


def test_a_stage_has_one_live_publication(maonan, people):
    stage = published(maonan, people)
    with pytest.raises(IntegrityError), transaction.atomic():
        Publication.objects.create(stage=stage, version=2, revision=1, by=people["heya"], at=cast.later(8), text="{}")


def test_a_notice_put_up_before_publications_were_kept_can_be_taken_down(maonan, people):
    stage = published(maonan, people)
    Publication.objects.all().delete()
    assert take_back(stage, people, at=7).state == State.CERTIFIED
    assert Publication.objects.count() == 0


# What is written is reckoned from the tables as they stand, not as the page of whoever presses read them.


def test_the_notice_hangs_by_the_days_corrected_after_its_page_was_opened(signed, season, people):
    certify(signed, by=people["chenxiao"], at=cast.later(5))
    opened_before = Stage.objects.whole().get(pk=signed.pk)
    here = Season.objects.get(pk=season.pk)
    new = replace(details_of(here), notice_working_days=7)
    correct_season(here, new, by=people["luoping"], at=cast.later(6))
    perform("publish", opened_before, by=people["heya"], at=cast.later(7))
    signed.refresh_from_db()
    assert signed.notice_until == end_of_notice(here, cast.later(7)).at
    assert json.loads(Publication.objects.get().text)["notice"]["working_days"] == 7


def test_a_notice_made_longer_after_the_page_was_opened_is_not_closed_by_its_earlier_end(signed, people):
    certify(signed, by=people["chenxiao"], at=cast.later(5))
    publish(signed, by=people["luoping"], at=cast.later(6))
    opened_before = Stage.objects.whole().get(pk=signed.pk)
    after = opened_before.notice_until
    new = replace(details_of(opened_before.season), notice_working_days=7)
    correct_season(Season.objects.get(), new, by=people["luoping"], seconded_by=people["heya"], at=cast.later(7))
    with pytest.raises(CannotMove, match="公示期尚未结束"):
        perform("close", opened_before, by=people["heya"], at=after)
    signed.refresh_from_db()
    assert (signed.state, signed.notice_until > after) == (State.PUBLISHED, True)
