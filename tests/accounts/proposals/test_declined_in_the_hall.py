"""林芳 says no to an absence that 陈晓 wrote down in the hall: whose words are whose, and when there is a way."""

import pytest
from django.urls import reverse

from accounts import verbs
from accounts.log.naming import names
from accounts.log.told import NOTHING, in_words
from accounts.models import LogLine, Proposal
from contest.models import Entry
from tests import hall
from tests.attacks.test_one_person import move, said, second
from tests.scoring.filling import confirm, entries_at, fill, level, opened

NO = "他就在场内"


@pytest.fixture
def stage(maonan, people):
    stage = opened(maonan, entrants=3, judges=4, by=people["chenxiao"])
    fill(stage, level(90, 85, 80, judges=4), typist=people["chenxiao"])
    confirm(stage, checker=people["linfang"])
    return stage


@pytest.fixture
def absent(stage, chen) -> Proposal:
    url = reverse("contest:entry", args=[entries_at(stage, 1)[0]])
    told = {"step": "leave", "status": "absent", "reason": "没有到场", **hall.photographed()}
    assert chen.post(url, told).status_code == 302
    return Proposal.objects.get()


def decline(client, proposal: Proposal):
    return client.post(reverse("decline", args=[proposal.pk]), {"answer": NO})


def as_read(action: str) -> tuple[str, str, str]:
    """Who, what and whose second, as the log's page tells the last line of this act."""
    line = LogLine.objects.select_related("actor", "second", "note").filter(action=action).latest("pk")
    told = in_words(line, names({line.subject}).get(line.subject, NOTHING), verbs.WORDS, verbs.FIELDS)
    return told.who, told.text, told.second


def test_the_line_of_what_is_undone_says_that_it_was_declined(stage, absent, lin):
    assert decline(lin, absent).status_code == 302
    assert Entry.objects.get(stage=stage, order=1).status == "entered"
    assert LogLine.objects.get(action="reinstate").note.text == f"复核不同意，撤销先行办理：{NO}"
    assert LogLine.objects.get(action="decline").note.text == NO


def test_a_long_answer_is_kept_as_far_as_the_tables_take_it(stage, absent, lin):
    answer = "长" * 255
    assert lin.post(reverse("decline", args=[absent.pk]), {"answer": answer}).status_code == 302
    assert (Proposal.objects.get().answer, len(LogLine.objects.get(action="reinstate").note.text)) == (answer, 255)


def test_after_the_tabulation_it_names_the_way(stage, absent, chen, lin):
    move(chen, stage, "tabulate", asked="1")
    answer = decline(lin, absent)
    assert said(answer, "请先按程序退回到可以办理此事的一步（如由两人退回评分），再选“不同意”。") == (409, True)
    assert Entry.objects.get(stage=stage, order=1).status == "absent"


def test_the_line_of_seconding_reads_as_done_by_who_seconded(absent, lin):
    assert second(lin, absent).status_code == 302
    assert as_read("second") == ("林芳", "复核（陈晓提请）", "")
    assert as_read("act_at_once") == ("陈晓", "先行办理", "")
