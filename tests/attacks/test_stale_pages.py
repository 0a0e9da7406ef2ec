"""The second half of what takes two, pressed on a page that somebody opened before things changed.

何雅 and 罗平 of the office decide; meanwhile 陈晓 and 林芳 of 茂南区, or a colleague next to them, went on.
"""

import re

import pytest
from django.urls import reverse

from accounts.models import Proposal
from accounts.proposals.actions import propose as propose_act
from certificates.making import make_due
from certificates.models import Batch, Certificate
from contest.models import NameCorrection, Season, Stage
from contest.models.stage import State
from quota.actions.shortlist import draw_up, submit, take_back
from quota.actions.substitution import propose
from quota.models import Pick, Shortlist, Substitution
from scoring.models import Publication
from tests import cast
from tests.attacks.test_two_substitutions import approved as approved
from tests.attacks.test_two_substitutions import desk as offices
from tests.attacks.test_two_substitutions import in_the_final, leaves
from tests.attacks.test_way_back import WHY, Desk, raise_the_second
from tests.attacks.test_way_back import sent as sent
from tests.certificates.closed import asked
from tests.clients import blindly
from tests.quota.lists import held, table
from tests.scoring.filling import sign

offices = offices
UNSAID = "这张表单没有写明您打开页面时看到的情况，没有办理。"


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


@pytest.fixture
def submitted(maonan, people) -> Shortlist:
    """茂南区's list, sent in by 陈晓."""
    table(maonan.season, by=people["heya"])
    held(maonan, [95, 90, 88, 85], by=people["heya"])
    here = draw_up(maonan, by=people["chenxiao"], at=cast.later(1))
    submit(here, by=people["chenxiao"], at=cast.later(2))
    return here


@pytest.fixture
def leaving(approved, people) -> Substitution:
    shortlist = approved([95, 90, 88])
    first = Pick.objects.with_people().get(shortlist=shortlist, rank=1)
    return propose(shortlist, first, "因病", by=people["chenxiao"], at=cast.later(4))


@pytest.fixture
def waiting(sent, people) -> Proposal:
    made = propose_act("reopen_scoring", sent, {}, reason=WHY, by=people["chenxiao"], at=cast.later(0))
    Proposal.objects.update(proposed_at="2999-01-01T00:00Z")
    return made


@pytest.fixture
def batch(maonan, people, settings, tmp_path) -> Batch:
    """茂南区's certificates, made and not released; 何雅 asked for them. A rehearsal needs no seals."""
    settings.MEDIA_ROOT = tmp_path
    Season.objects.update(is_rehearsal=True)
    maonan.refresh_from_db()
    made = asked(maonan, 3, organizer=people["chenxiao"], office=people["heya"])
    make_due(cast.NOW)
    return made


# Who decides what: the fixture, the person, the form's address, the page it stands on, and what is typed.
DECIDED = [
    ("sent", "chenxiao", "contest:move", "certify", {}),
    ("waiting", "linfang", "second", "proposal", {}),
    ("waiting", "linfang", "decline", "proposal", {"answer": "纸质表无误"}),
    ("submitted", "luoping", "quota:approve", "", {}),
    ("submitted", "luoping", "quota:return", "", {"reason": "缺少签字"}),
    ("leaving", "luoping", "quota:approve_substitution", "", {}),
    ("leaving", "luoping", "quota:refuse_substitution", "", {"reason": "缺少证明"}),
    ("batch", "luoping", "certificates:release", "", {}),
]


@pytest.fixture
def decided(request, people, signed_in):
    """A form on which somebody decides: its page, and how it is sent with what the page showed, or said to have."""
    fixture, who, name, page, typed = request.param
    here = request.getfixturevalue(fixture)
    told = [here.pk, page] if name == "contest:move" else [here.pk]
    there = reverse(name, args=told)
    shows = reverse(page, args=[here.pk]) if page == "proposal" else there
    return here, signed_in(people[who]), there, shows, typed


@pytest.mark.parametrize("decided", DECIDED, indirect=True, ids=[each[2] for each in DECIDED])
def test_who_decides_without_saying_what_the_page_showed_decides_nothing(decided):
    here, browser, there, shows, typed = decided
    before = type(here).objects.filter(pk=here.pk).values().get()
    answer = blindly(browser, there, typed)
    assert (answer.status_code, UNSAID in answer.content.decode()) == (409, True)
    older = browser.post(there, {**typed, "shown": "older"})
    assert (older.status_code, "您打开页面之后" in older.content.decode()) == (409, True)
    assert type(here).objects.filter(pk=here.pk).values().get() == before
    action = there if shows != there else ""
    assert blindly(browser, there, typed | kept(browser, shows, action)).status_code == 302
    assert type(here).objects.filter(pk=here.pk).values().get() != before


def test_a_list_that_was_taken_back_and_sent_in_again_is_looked_at_again(submitted, people, signed_in):
    browser, there = signed_in(people["luoping"]), reverse("quota:approve", args=[submitted.pk])
    told = kept(browser, there)
    take_back(submitted, by=people["chenxiao"], at=cast.later(5))
    submit(submitted, by=people["chenxiao"], at=cast.later(6))
    answer = browser.post(there, told)
    assert (answer.status_code, "名单在您打开页面之后有变化" in answer.content.decode()) == (409, True)
    assert browser.post(there, kept(browser, there)).status_code == 302


def test_so_is_one_on_which_a_name_was_put_right(submitted, people, signed_in):
    browser, there = signed_in(people["luoping"]), reverse("quota:return", args=[submitted.pk])
    told = kept(browser, there)
    first = submitted.picks.select_related("entry").get(rank=1)
    two = {"by": people["chenxiao"], "seconded_by": people["linfang"], "at": cast.later(5), "reason": WHY}
    change = {"field": "name", "old": "陈志远", "new": "陈志沅"}
    NameCorrection.objects.create(secretary_id=first.entry.secretary_id, **change, **two)
    assert "陈志沅" in browser.get(reverse("quota:approve", args=[submitted.pk])).content.decode()
    assert browser.post(there, {**told, "reason": "缺少签字"}).status_code == 409


def test_a_batch_of_which_a_certificate_was_made_anew_is_looked_at_again(batch, people, signed_in):
    browser, there = signed_in(people["luoping"]), reverse("certificates:release", args=[batch.pk])
    told = kept(browser, there)
    Certificate.objects.filter(batch=batch, series__endswith="一").update(sha256="0" * 64)
    answer = browser.post(there, told)
    assert (answer.status_code, "证书在您打开页面之后有变化" in answer.content.decode()) == (409, True)
    assert Certificate.objects.released().count() == 0
