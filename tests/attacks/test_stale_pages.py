"""The second half of what takes two, pressed on a page that somebody opened before things changed.

何雅 and 罗平 of the office decide; meanwhile 陈晓 and 林芳 of 茂南区, or a colleague next to them, went on.
"""

import re

import pytest
from django.urls import reverse

from contest.models import Stage
from contest.models.stage import State
from quota.models import Substitution
from scoring.models import Publication
from tests.attacks.test_two_substitutions import approved as approved
from tests.attacks.test_two_substitutions import desk as offices
from tests.attacks.test_two_substitutions import in_the_final, leaves
from tests.attacks.test_way_back import WHY, Desk, raise_the_second
from tests.attacks.test_way_back import sent as sent
from tests.scoring.filling import sign

offices = offices


def kept(client, page, action="") -> dict[str, str]:
    """What the form on a page sends back of what it showed."""
    text = client.get(page).content.decode()
    form = text[text.index(f'action="{action}"') :] if action else text
    found = re.search(r'name="shown" value="([^"]*)"', form)
    assert found is not None
    return {"shown": found[1]}


@pytest.fixture
def pressed(sent, people, signed_in):
    """何雅's page shows the certified revision 1; her button is pressed when it is given back."""
    desk, there = Desk(people, signed_in), reverse("contest:stage", args=[sent.pk])
    desk.press("chenxiao", "contest:move", sent.pk, "certify", asked="1")
    publish = reverse("contest:move", args=[sent.pk, "publish"])
    told = kept(desk.clients["heya"], there, publish)
    return desk, lambda: desk.clients["heya"].post(publish, told)


def certified_anew(desk, stage, people) -> None:
    desk.pair("chenxiao", "linfang", "contest:move", stage.pk, "withdraw_certification", reason=WHY)
    desk.pair("chenxiao", "linfang", "contest:move", stage.pk, "reopen_scoring", reason=WHY)
    raise_the_second(stage, people)
    desk.press("chenxiao", "contest:move", stage.pk, "tabulate", asked="1")
    sign(Stage.objects.whole().get(pk=stage.pk), by=people["chenxiao"])
    desk.press("chenxiao", "contest:move", stage.pk, "certify", asked="1")


def test_the_page_of_revision_1_does_not_publish_revision_2(sent, people, pressed):
    desk, press = pressed
    certified_anew(desk, sent, people)
    answer = press()
    assert (answer.status_code, "第 2 版成绩。请核对后再办理。" in answer.content.decode()) == (409, True)
    assert (Stage.objects.get(pk=sent.pk).state, Publication.objects.count()) == (State.CERTIFIED, 0)
    publish = reverse("contest:move", args=[sent.pk, "publish"])
    told = kept(desk.clients["heya"], reverse("contest:stage", args=[sent.pk]), publish)
    assert desk.clients["heya"].post(publish, told).status_code == 302


def test_nor_what_was_certified_anew_without_another_revision(sent, people, pressed):
    desk, press = pressed
    desk.pair("chenxiao", "linfang", "contest:move", sent.pk, "withdraw_certification", reason=WHY)
    desk.press("chenxiao", "contest:move", sent.pk, "certify", asked="1")
    assert (press().status_code, Stage.objects.get(pk=sent.pk).state) == (409, State.CERTIFIED)


def test_the_page_publishes_what_it_showed(sent, pressed):
    _desk, press = pressed
    assert (press().status_code, Stage.objects.get(pk=sent.pk).state) == (302, State.PUBLISHED)


@pytest.mark.parametrize(("totals", "now"), [([95, 90, 88], "空缺"), ([95, 90, 88, 85], "递补第 2 位")])
def test_a_page_that_said_that_one_comes_lets_neither_another_come_nor_nobody(approved, offices, totals, now):
    shortlist = approved(totals)
    one, two = leaves(offices, shortlist, "陈志远"), leaves(offices, shortlist, "梁秀英")
    there = reverse("quota:approve_substitution", args=[two.pk])
    told = kept(offices["luoping"], there)
    first = reverse("quota:approve_substitution", args=[one.pk])
    assert offices["heya"].post(first, kept(offices["heya"], first)).status_code == 302
    answer = offices["luoping"].post(there, told)
    text = answer.content.decode()
    assert (answer.status_code, "由谁递补有变化" in text, now in text) == (409, True, True)
    assert Substitution.objects.get(pk=two.pk).state == "proposed"
    assert in_the_final() == [("陈志远", "replaced"), ("梁秀英", "entered"), ("王䶮", "entered")]
    assert offices["luoping"].post(there, kept(offices["luoping"], there)).status_code == 302
    assert Substitution.objects.get(pk=two.pk).state == "approved"
