"""Of three judges one falls ill for good: 茂南区 counts with two, on minutes, by two people, and the sheet says so."""

import pytest
from django.urls import reverse

from accounts.log import verify
from accounts.models import LogLine, Proposal
from accounts.permissions import NeedsSecond
from contest.models import Stage
from scoring.actions.panel import SeatRefused, allow_fewer
from scoring.models import FewerJudges
from tests import cast, hall
from tests.attacks.test_one_person import move, said, second, vacating
from tests.scoring.filling import board, confirm, fill, level, opened

WHY = "评委突发疾病，评审团会议决定由两位评委继续"


@pytest.fixture
def clients(people, signed_in):
    return signed_in(people["chenxiao"]), signed_in(people["linfang"])


@pytest.fixture
def two_left(maonan, people, clients):
    chen, lin = clients
    stage = opened(maonan, entrants=2, judges=3, by=people["chenxiao"])
    fill(stage, level(90, 85, judges=3), typist=people["chenxiao"])
    confirm(stage, checker=people["linfang"])
    assert chen.post(vacating(stage, 3), {"reason": "突发疾病", "way": "propose"}).status_code == 302
    assert second(lin, Proposal.objects.get()).status_code == 302
    return stage


def asking(stage) -> str:
    return reverse("scoring:allow_fewer", args=[stage.pk])


def minutes(**told):
    return {
        "reason": WHY,
        **hall.photographed(),
        "paper_kind": "minutes",
        "paper_number": "茂南乡振纪〔2023〕3号",
        **told,
    }


def test_too_few_judges_count_nothing_and_the_pages_say_what_helps(two_left, clients):
    chen, _lin = clients
    answer = move(chen, two_left, "tabulate", asked="1")
    assert said(answer, "评审团至少 3 位评委，现有 2 位。可在评审团页面请评委恢复在席，或凭会议纪要") == (409, True)
    assert asking(two_left) in chen.get(reverse("scoring:panel", args=[two_left.pk])).content.decode()


def test_on_minutes_and_by_two_they_count_and_the_sheet_says_so(two_left, clients, people):
    chen, lin = clients
    assert chen.post(asking(two_left), {"reason": WHY}).status_code == 400
    assert chen.post(asking(two_left), minutes()).status_code == 302
    made = Proposal.objects.get(verb="allow_fewer")
    assert made.changes == [["至少几位评委才能统分", "3 位", "2 位；写在成绩单上"]]
    assert second(chen, made).status_code == 409
    assert move(chen, two_left, "tabulate", asked="1").status_code == 409
    assert second(lin, made).status_code == 302
    line = LogLine.objects.get(action="allow_fewer")
    assert (line.actor, line.second) == (people["chenxiao"], people["linfang"])
    assert move(chen, two_left, "tabulate", asked="1").status_code == 302
    assert [row[0] for row in board(two_left)] == [1, 2]
    sheet = chen.get(reverse("scoring:result_sheet", args=[two_left.pk])).content.decode()
    assert "评委人数：依据会议纪要 茂南乡振纪〔2023〕3号（2023年11月25日），以 2 位评委统分。" + WHY in sheet
    assert verify("2023")[2] == []


def test_a_decision_for_two_is_none_for_one(two_left, clients):
    chen, lin = clients
    chen.post(asking(two_left), minutes())
    assert second(lin, Proposal.objects.get(verb="allow_fewer")).status_code == 302
    chen.post(vacating(two_left, 2), {"reason": "临时公务", "way": "propose"})
    leaving = Proposal.objects.get(state="open")
    assert ["在席评委", "2 位", "1 位，少于统分所需的至少 2 位：届时不能统分"] in leaving.changes
    assert second(lin, leaving).status_code == 302
    assert said(move(chen, two_left, "tabulate", asked="1"), "评审团至少 2 位评委，现有 1 位。") == (409, True)


def test_a_panel_that_changed_meanwhile_is_not_what_was_decided_on(two_left, clients):
    chen, lin = clients
    chen.post(asking(two_left), minutes())
    chen.post(reverse("scoring:unvacate", args=[two_left.seats.get(number=3).pk]), {"reason": "已回到现场"})
    back, fewer = Proposal.objects.get(verb="unvacate"), Proposal.objects.get(verb="allow_fewer")
    assert second(lin, back).status_code == 302
    assert second(lin, fewer).status_code == 409
    assert said(chen.post(asking(two_left), minutes()), "在席的评委已经够数，可以统分。") == (409, True)
    assert move(chen, two_left, "tabulate", asked="1").status_code == 302
    assert "评委人数：" not in chen.get(reverse("scoring:result_sheet", args=[two_left.pk])).content.decode()


def test_nor_does_the_action_itself_let_one_decide_it_or_two_without_a_paper(two_left, people):
    stage = Stage.objects.whole().get(pk=two_left.pk)
    told = {"reason": WHY, "basis": None, "by": people["chenxiao"], "at": cast.later(9)}
    with pytest.raises(NeedsSecond):
        allow_fewer(stage, 2, **told)
    with pytest.raises(SeatRefused, match="须写明原因，并附会议纪要或处理决定"):
        allow_fewer(stage, 2, seconded_by=people["linfang"], **told)
    with pytest.raises(SeatRefused, match="在席的评委现有 2 位"):
        allow_fewer(stage, 1, seconded_by=people["linfang"], **told)
    assert FewerJudges.objects.count() == 0


def test_a_minimum_lowered_beside_the_log_is_found(two_left, clients):
    chen, lin = clients
    chen.post(asking(two_left), minutes())
    assert second(lin, Proposal.objects.get(verb="allow_fewer")).status_code == 302
    seq = LogLine.objects.get(action="allow_fewer").seq
    FewerJudges.objects.update(least=1)
    assert [(fault.seq, str(fault)) for fault in verify("2023")[2]] == [
        (seq, f"统分人数的决定 {FewerJudges.objects.get().pk} 与日志不符")
    ]
    FewerJudges.objects.update(least=2, at=cast.later(500))
    assert [fault.seq for fault in verify("2023")[2]] == [seq]
    FewerJudges.objects.all().delete()
    assert [fault.seq for fault in verify("2023")[2]] == [seq]
