"""Certificates that are no longer in force."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from accounts import log
from accounts.models import Grant, LogLine
from accounts.permissions import NeedsSecond
from accounts.proposals import actions as proposals
from certificates import making
from certificates.actions.ending import CannotEnd, replace, revoke
from certificates.facts import changed
from certificates.models import Certificate
from certificates.verification import shown
from contest.models import Award
from contest.models.stage import State
from tests import cast
from tests.certificates.closed import asked, colleague, put_right, released


@pytest.fixture
def first(heya, people, maonan):
    return released(maonan, 2, organizer=people["chenxiao"], office=heya)[0]


def test_a_revoked_certificate_says_who_when_and_why(first, heya):
    revoke(first, reason="材料数据不实", by=heya, seconded_by=colleague(heya), at=cast.later(60))
    first.refresh_from_db()
    assert (first.status, first.reason, first.ended_by, first.ended_at) == (
        "revoked",
        "材料数据不实",
        heya,
        cast.later(60),
    )
    with pytest.raises(CannotEnd):
        revoke(first, reason="再撤一次", by=heya, seconded_by=colleague(heya), at=cast.later(61))


def test_a_name_put_right_is_offered_as_a_replacement(first, heya):
    assert changed(first) == []
    put_right("陈志远", "陈致远")
    again = Certificate.objects.get(pk=first.pk)
    assert changed(again) == [("姓名", "陈志远", "陈致远")]
    new = replace(again, reason="姓名更正", by=heya, seconded_by=colleague(heya), at=cast.later(60))
    first.refresh_from_db()
    assert (first.status, first.facts["name"]) == ("replaced", "陈志远")
    assert (new.facts["name"], new.version, new.serial) == ("陈致远", 2, "演〔2023〕茂南初一001号（换2）")
    assert making.make_due(cast.later(60)) == 1
    assert Certificate.objects.released().filter(status="valid").count() == 2
    assert new.code_hash != first.code_hash


def test_a_replacement_can_be_replaced_but_the_old_paper_cannot(first, heya):
    new = replace(first, reason="破损", by=heya, seconded_by=colleague(heya), at=cast.later(60))
    with pytest.raises(CannotEnd):
        replace(new, reason="还没有做好", by=heya, seconded_by=colleague(heya), at=cast.later(61))
    making.make_due(cast.later(62))
    assert replace(new, reason="又破损", by=heya, seconded_by=colleague(heya), at=cast.later(63)).version == 3
    with pytest.raises(CannotEnd):
        replace(first, reason="旧的", by=heya, seconded_by=colleague(heya), at=cast.later(64))
    assert list(Certificate.objects.order_by("pk").values_list("number", "version", "status")) == [
        (1, 1, "replaced"),
        (1, 1, "valid"),
        (1, 2, "replaced"),
        (1, 3, "valid"),
    ]


def test_what_was_not_released_is_not_ended(heya, people, dianbai):
    asked(dianbai, 1, organizer=people["huangqiang"], office=heya)
    row = Certificate.objects.get()
    with pytest.raises(CannotEnd):
        revoke(row, reason="x", by=heya, seconded_by=colleague(heya), at=cast.NOW)
    row.refresh_from_db()
    assert row.status == "valid"


def test_nothing_is_replaced_while_the_results_are_being_put_right(first, heya, maonan):
    cast.put(maonan, State.CERTIFIED)
    with pytest.raises(CannotEnd, match="正在更正"):
        replace(first, reason="x", by=heya, seconded_by=colleague(heya), at=cast.NOW)
    first.refresh_from_db()
    assert first.status == "valid"


def test_an_end_without_a_reason_is_refused(first, heya):
    with pytest.raises(CannotEnd):
        revoke(first, reason="  ", by=heya, seconded_by=colleague(heya), at=cast.NOW)


def test_nobody_ends_a_certificate_alone(first, heya):
    for second in (None, heya):
        for act in (revoke, replace):
            with pytest.raises(NeedsSecond):
                act(first, reason="x", by=heya, seconded_by=second, at=cast.NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        Certificate.objects.filter(pk=first.pk).update(ended_by=heya, ended_second=heya)
    first.refresh_from_db()
    assert (first.status, Certificate.objects.count()) == ("valid", 2)


@pytest.mark.parametrize("verb", ["revoke_certificate", "replace_certificate"])
def test_what_he_ya_proposes_another_of_the_office_seconds(verb, first, heya, people, dianbai):
    told = {"reason": "其他原因：x", "by": heya, "at": cast.later(40)}
    for name in ("chenxiao", "huangqiang"):
        with pytest.raises(PermissionDenied):
            proposals.propose(verb, first, {}, **told | {"by": people[name]})
    proposal = proposals.propose(verb, first, {}, **told)
    for name in ("chenxiao", "zhengzhi"):
        with pytest.raises(PermissionDenied):
            proposals.second(proposal, by=people[name], at=cast.later(41))
    with pytest.raises(proposals.OwnProposal):
        proposals.second(proposal, by=heya, at=cast.later(41))
    grants = list(Grant.objects.filter(user=heya))
    Grant.objects.filter(user=heya).delete()
    with pytest.raises(proposals.ProposerLostRight):
        proposals.second(proposal, by=people["luoping"], at=cast.later(41))
    Grant.objects.bulk_create(grants)
    Certificate.objects.filter(pk=first.pk).update(sha256="0" * 64)
    with pytest.raises(proposals.Changed):
        proposals.second(proposal, by=people["luoping"], at=cast.later(41))
    Certificate.objects.filter(pk=first.pk).update(sha256=first.sha256)
    proposals.second(proposal, by=people["luoping"], at=cast.later(41))
    line = LogLine.objects.get(action=verb)
    assert (line.actor, line.second, line.note.text) == (heya, people["luoping"], "其他原因：x")
    with pytest.raises(proposals.Obstructed):
        proposals.propose(verb, first, {}, **told)


def test_a_name_put_right_after_the_proposal_needs_another_one(first, heya, people):
    proposal = proposals.propose("replace_certificate", first, {}, reason="x", by=heya, at=cast.later(40))
    put_right("陈志远", "陈致远")
    with pytest.raises(proposals.Changed):
        proposals.second(proposal, by=people["luoping"], at=cast.later(41))


def test_only_the_office_ends_certificates(first, people):
    for name in ("chenxiao", "zhengzhi"):
        with pytest.raises(PermissionDenied):
            revoke(first, reason="x", by=people[name], seconded_by=colleague(people[name]), at=cast.NOW)


def test_one_revoked_by_mistake_is_given_again_by_two_while_its_award_stands(first, heya):
    revoke(first, reason="误发：看错了人", by=heya, seconded_by=colleague(heya), at=cast.later(60))
    again = Certificate.objects.get(pk=first.pk)
    with pytest.raises(NeedsSecond):
        replace(again, reason="撤错了", by=heya, seconded_by=None, at=cast.later(61))
    new = replace(again, reason="其他原因：撤错了", by=heya, seconded_by=colleague(heya), at=cast.later(61))
    making.make_due(cast.later(62))
    again.refresh_from_db()
    assert (again.status, new.version, new.number, shown(again).newer.serial) == ("replaced", 2, 1, new.serial)
    assert [shown(each).is_valid for each in (again, Certificate.objects.get(pk=new.pk))] == [False, True]
    told = LogLine.objects.filter(action__in=("revoke_certificate", "replace_certificate")).order_by("seq")
    assert [line.note.text for line in told] == ["误发：看错了人", "其他原因：撤错了"]
    assert log.verify(first.batch.stage.season.code)[2] == []
    with pytest.raises(CannotEnd):
        replace(again, reason="再换一次", by=heya, seconded_by=colleague(heya), at=cast.later(63))


def test_one_revoked_with_its_award_gone_is_not_given_again(first, heya):
    revoke(first, reason="奖项撤销：x", by=heya, seconded_by=colleague(heya), at=cast.later(60))
    Award.objects.filter(pk=first.award_id).update(live=False, superseded_at=cast.NOW, superseded_reason="x")
    with pytest.raises(CannotEnd):
        replace(first, reason="x", by=heya, seconded_by=colleague(heya), at=cast.later(61))
    assert Certificate.objects.filter(award=first.award_id).count() == 1
