"""The roster's words for who competes, from the opening of scoring on."""

import pytest
from django.db import transaction

from accounts import log
from accounts.models import LogLine, LogNote
from contest.actions.correction import record_correction
from contest.models.stage import State
from contest.reads.identity import entrants_are_named
from registry.models import Secretary, Unit, Village
from tests import cast

NAMED = "参赛 {} 在名册中的姓名、单位或镇村与开始评分时不符"


def faults():
    return [str(fault) for fault in log.verify("2023")[2]]


@pytest.fixture
def opened(maonan, people):
    """陈志远 and 梁秀英, whose scoring has opened: the line commits to who they are."""
    entries = cast.enter_people(maonan, 2, by=people["chenxiao"])
    cast.put(maonan, State.SCORING)
    cast.written_down(maonan)
    told = entrants_are_named(maonan, by=people["chenxiao"], at=cast.later(1), reason="")
    with transaction.atomic():
        log.write("2023", "open_scoring", by=people["chenxiao"], at=cast.later(1), on=maonan, **told)
    assert faults() == []
    return entries


def test_a_name_altered_in_the_roster_is_found(opened):
    Secretary.objects.filter(pk=opened[0].secretary_id).update(name="陈致远")
    assert faults() == [NAMED.format(opened[0].pk)]


def test_a_village_or_a_unit_altered_in_the_roster_is_found(opened):
    Village.objects.filter(pk=opened[1].posting.village_id).update(name="别村")
    assert faults() == [NAMED.format(opened[1].pk)]
    Village.objects.filter(pk=opened[1].posting.village_id).update(name=opened[1].posting.village.name)
    assert faults() == []
    Unit.objects.filter(pk=opened[0].posting.unit_id).update(name="别局")
    assert NAMED.format(opened[0].pk) in faults()


def test_a_name_put_right_by_two_is_lawful_and_altered_afterwards_is_found(opened, people):
    person = opened[0].secretary
    two = {"by": people["chenxiao"], "seconded_by": people["linfang"], "reason": "名册录入有误"}
    record_correction(person, "name", person.name, "陈致远", **two, at=cast.later(2))
    assert faults() == []
    Secretary.objects.filter(pk=person.pk).update(name="陈致远")
    assert faults() == []
    record_correction(person, "name", "陈致远", "陈质远", **two, at=cast.later(3))
    Secretary.objects.filter(pk=person.pk).update(name="陈质远")
    assert faults() == []
    Secretary.objects.filter(pk=person.pk).update(name="陈治远")
    assert faults() == [NAMED.format(opened[0].pk)]


def test_before_scoring_opens_and_once_its_words_were_erased_the_roster_is_free(opened, maonan):
    Secretary.objects.filter(pk=opened[0].secretary_id).update(name="陈致远")
    LogNote.objects.filter(line__action="open_scoring").delete()
    assert faults() == []


def test_the_line_names_nobody(opened):
    assert "陈志远" not in LogLine.objects.get(action="open_scoring").payload
