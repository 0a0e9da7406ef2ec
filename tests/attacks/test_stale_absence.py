"""陈晓 and 林芳 both have an entrant's page open and write down one absence: the second brings nobody back."""

import pytest
from django.urls import reverse

from accounts.models import Proposal
from contest.models import Entry
from tests import hall
from tests.attacks.test_one_person import said
from tests.scoring.filling import confirm, entries_at, fill, level, make_ready, opened

ABSENT = {"step": "leave", "status": "absent", "reason": "没有到场"}
BACK = {"step": "return", "reason": "人在现场"}


@pytest.fixture
def scored(maonan, people):
    stage = opened(maonan, entrants=3, judges=4, by=people["chenxiao"])
    fill(stage, level(90, 85, 80, judges=4), typist=people["chenxiao"])
    confirm(stage, checker=people["linfang"])
    return stage


def page_of(entry: int) -> str:
    return reverse("contest:entry", args=[entry])


def sent_by_page(client, url: str) -> str:
    """The step that the page's own form names."""
    return "leave" if 'name="step" value="leave"' in client.get(url).content.decode() else "return"


def test_before_scoring_the_second_absence_saves_nothing_and_says_why(maonan, people, chen, lin):
    stage = make_ready(maonan, entrants=3, judges=3, by=people["chenxiao"])
    entry = Entry.objects.get(stage=stage, order=1)
    assert chen.post(page_of(entry.pk), ABSENT).status_code == 302
    answer = lin.post(page_of(entry.pk), ABSENT)
    assert said(answer, "现在是“缺席”。请核对后再办。") == (409, True)
    assert Entry.objects.get(pk=entry.pk).status == "absent"
    assert sent_by_page(lin, page_of(entry.pk)) == "return"


def test_in_the_hall_the_second_form_brings_nobody_back_at_once(scored, chen, lin):
    entry = entries_at(scored, 1)[0]
    assert chen.post(page_of(entry), ABSENT | hall.photographed()).status_code == 302
    assert lin.post(page_of(entry), ABSENT | hall.photographed()).status_code == 409
    assert Entry.objects.get(pk=entry).status == "absent"
    assert [(each.verb, each.state) for each in Proposal.objects.all()] == [("leave", "in_effect")]


def test_the_second_form_does_not_propose_the_return_either(scored, chen, lin):
    entry = entries_at(scored, 1)[0]
    chen.post(page_of(entry), ABSENT | hall.photographed())
    assert lin.post(page_of(entry), ABSENT | {"way": "propose"}).status_code == 409
    assert [each.verb for each in Proposal.objects.all()] == ["leave"]


def test_two_returns_of_one_person_take_nobody_out(maonan, people, chen, lin):
    stage = make_ready(maonan, entrants=3, judges=3, by=people["chenxiao"])
    entry = Entry.objects.get(stage=stage, order=1).pk
    chen.post(page_of(entry), ABSENT)
    assert chen.post(page_of(entry), BACK).status_code == 302
    answer = lin.post(page_of(entry), BACK | {"status": "absent"})
    assert (answer.status_code, Entry.objects.get(pk=entry).status) == (409, "entered")
