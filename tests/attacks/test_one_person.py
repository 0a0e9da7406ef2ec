"""What one person tried alone with a first prize, over the pages; and how two people do the same lawfully.

陈晓 of 茂南区 signs in; 林芳 is her colleague, 吴敏 organizes next door.
"""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import Proposal
from contest.models import Entry, Stage, StageDocument
from contest.models.stage import State
from scoring.models import Ruling, Seat
from tests import hall, scans
from tests.scoring.filling import board, confirm, counted, entries_at, fill, level, opened

NO_PICTURE = b"\x89PNG\r\n\x1a\n<html>"
# What can be typed as a reason and read by nobody.
UNREADABLE = ["\u200b", "\u3164 \u2800", "\u200b\u200d"]


@pytest.fixture
def scored(maonan, people):
    """Everybody scored and confirmed: 陈志远 leads by five points before four judges."""
    stage = opened(maonan, entrants=3, judges=4, by=people["chenxiao"])
    fill(stage, level(90, 85, 80, judges=4), typist=people["chenxiao"])
    confirm(stage, checker=people["linfang"])
    return stage


@pytest.fixture
def tied(maonan, people):
    stage = opened(maonan, entrants=2, judges=3, by=people["chenxiao"])
    counted(stage, level(90, 90, judges=3), typist=people["chenxiao"], checker=people["linfang"])
    return stage


def move(client, stage, name, **told):
    return client.post(reverse("contest:move", args=[stage.pk, name]), told)


def vacating(stage, number) -> str:
    return reverse("scoring:vacate", args=[Seat.objects.get(stage=stage, number=number).pk])


def winner(stage) -> str:
    return reverse("contest:entry", args=[entries_at(stage, 1)[0]])


def second(client, proposal):
    return client.post(reverse("second", args=[proposal.pk]))


def ruling(stage, *places) -> dict[str, object]:
    entries = entries_at(stage, *places)
    at = f"g{min(entries)}-"
    told = {f"{at}place_{entry}": str(rank) for rank, entry in enumerate(entries, start=1)}
    return {"group": str(min(entries)), f"{at}kind": "lots", f"{at}reason": "当场抽签", **told}


def signed(client, stage) -> int:
    page = SimpleUploadedFile("成绩单.png", scans.PNG, "image/png")
    return client.post(reverse("contest:documents", args=[stage.pk]), {"pages": page, "sealed": ""}).status_code


def said(answer, sentence) -> tuple[int, bool]:
    return answer.status_code, sentence in answer.content.decode()


def state_of(stage) -> str:
    return Stage.objects.get(pk=stage.pk).state


# Attack 3, step by step.


def test_alone_she_does_not_reopen_the_scoring_of_what_was_counted(scored, chen, lin):
    move(chen, scored, "tabulate", asked="1")
    assert move(chen, scored, "reopen_scoring", reason="再看看").status_code == 302
    mine = Proposal.objects.get()
    assert said(second(chen, mine), "这是您自己提请的，须由另一人复核。") == (409, True)
    assert state_of(scored) == State.TABULATED
    assert (second(lin, mine).status_code, state_of(scored)) == (302, State.SCORING)


def test_alone_she_lets_no_judge_leave(scored, chen, lin, people, signed_in):
    for number in (2, 3, 4):
        assert chen.post(vacating(scored, number), {"reason": "临时公务", "way": "propose"}).status_code == 302
    assert Seat.objects.sitting().filter(stage=scored).count() == 4
    mine = Proposal.objects.order_by("pk")[0]
    assert said(second(chen, mine), "须由另一人复核") == (409, True)
    assert second(signed_in(people["wumin"]), mine).status_code == 404
    assert second(lin, mine).status_code == 302
    assert list(Seat.objects.sitting().filter(stage=scored).values_list("number", flat=True)) == [1, 3, 4]


def test_alone_she_does_not_mark_the_winner_absent(scored, chen, lin):
    told = {"step": "leave", "status": "absent", "reason": "没有到场", "way": "propose"}
    assert chen.post(winner(scored), told).status_code == 302
    assert Entry.objects.get(stage=scored, order=1).status == "entered"
    move(chen, scored, "tabulate", asked="1")
    assert board(scored)[0] == (1, 1, "first")


@pytest.mark.parametrize("data", [NO_PICTURE, b"", b"<html>signed</html>"])
def test_what_is_no_picture_is_neither_a_hall_form_nor_a_signed_sheet(scored, chen, data):
    form = hall.photographed() | {"paper_pages": SimpleUploadedFile("表.png", data, "image/png")}
    assert chen.post(vacating(scored, 4), {"reason": "临时公务", **form}).status_code == 400
    move(chen, scored, "tabulate", asked="1")
    sheet = SimpleUploadedFile("成绩单.png", data, "image/png")
    answer = chen.post(reverse("contest:documents", args=[scored.pk]), {"pages": sheet, "sealed": ""})
    assert answer.status_code == 400
    assert (Seat.objects.sitting().filter(stage=scored).count(), StageDocument.objects.count()) == (4, 0)


def test_with_a_form_she_signed_herself_she_gets_as_far_as_the_certification_and_no_further(scored, chen, lin):
    told = {"step": "leave", "status": "absent", "reason": "没有到场", **hall.photographed()}
    assert chen.post(winner(scored), told).status_code == 302
    assert chen.post(vacating(scored, 4), {"reason": "临时公务", **hall.photographed()}).status_code == 302
    move(chen, scored, "tabulate", asked="1")
    assert (state_of(scored), signed(chen, scored)) == (State.TABULATED, 302)
    answer = move(chen, scored, "certify", asked="1")
    assert said(answer, "陈志远缺席：已先行办理，须另一人复核。") == (409, True)
    assert said(answer, "4 号评委宋洁离席：已先行办理，须另一人复核。") == (409, True)
    assert state_of(scored) == State.TABULATED


def test_with_such_forms_for_two_judges_too_few_are_left_to_count(scored, chen):
    for number in (3, 4):
        assert chen.post(vacating(scored, number), {"reason": "临时公务", **hall.photographed()}).status_code == 302
    answer = move(chen, scored, "tabulate", asked="1")
    assert said(answer, "评审团至少 3 位评委，现有 2 位。") == (409, True)


def test_two_people_do_it_lawfully_at_once_on_the_signed_form_and_seconded_before_certification(scored, chen, lin):
    absent = reverse("contest:entry", args=[entries_at(scored, 3)[0]])
    chen.post(absent, {"step": "leave", "status": "absent", "reason": "没有到场", **hall.photographed()})
    chen.post(vacating(scored, 4), {"reason": "突发疾病", **hall.photographed()})
    move(chen, scored, "tabulate", asked="1")
    assert [second(lin, each).status_code for each in Proposal.objects.all()] == [302, 302]
    assert signed(chen, scored) == 302
    assert move(chen, scored, "certify", asked="1").status_code == 302
    assert (state_of(scored), board(scored)) == (State.CERTIFIED, [(1, 1, "first"), (2, 2, "second")])


# Attack 5: a reason that nobody can read.


@pytest.mark.parametrize("reason", UNREADABLE)
def test_a_reason_that_nobody_can_read_moves_nothing_in_the_hall(scored, chen, reason):
    for way in ("propose", "at_once"):
        told = {"reason": reason, **hall.photographed(way=way)}
        assert chen.post(vacating(scored, 4), told).status_code == 400
        assert chen.post(winner(scored), {"step": "leave", "status": "absent", **told}).status_code == 400
    move(chen, scored, "tabulate", asked="1")
    assert move(chen, scored, "reopen_scoring", reason=reason).status_code == 400
    assert Proposal.objects.count() == 0


@pytest.mark.parametrize("reason", UNREADABLE)
def test_nor_does_it_carry_a_ruling(tied, chen, reason):
    told = ruling(tied, 2, 1)
    told |= {name: reason for name in told if name.endswith("-reason")}
    assert chen.post(reverse("scoring:ruling", args=[tied.pk]), told).status_code == 400
    assert Proposal.objects.count() == 0


# Attack 6: a ruling by one.


def test_alone_she_does_not_decide_between_two_who_stand_level(tied, chen, lin):
    page = reverse("scoring:ruling", args=[tied.pk])
    assert chen.post(page, ruling(tied, 2, 1)).status_code == 302
    mine = Proposal.objects.get()
    assert said(second(chen, mine), "须由另一人复核") == (409, True)
    assert (Ruling.objects.count(), board(tied)) == (0, [(1, 1, ""), (2, 1, "")])
    assert second(lin, mine).status_code == 302
    assert board(tied) == [(2, 1, "first"), (1, 2, "second")]


def test_on_a_form_from_the_hall_it_is_recorded_at_once_and_certified_only_when_seconded(tied, chen, lin):
    at = f"g{min(entries_at(tied, 1, 2))}-"
    told = ruling(tied, 2, 1) | hall.photographed(at)
    assert chen.post(reverse("scoring:ruling", args=[tied.pk]), told).status_code == 302
    assert board(tied) == [(2, 1, "first"), (1, 2, "second")]
    assert signed(chen, tied) == 302
    answer = move(chen, tied, "certify", asked="1")
    assert said(answer, "（当场抽签）：已先行办理，须另一人复核。") == (409, True)
    assert second(lin, Proposal.objects.get()).status_code == 302
    assert move(chen, tied, "certify", asked="1").status_code == 302
    assert state_of(tied) == State.CERTIFIED


def test_alone_she_does_not_take_a_ruling_back(tied, chen, lin):
    chen.post(reverse("scoring:ruling", args=[tied.pk]), ruling(tied, 2, 1))
    second(lin, Proposal.objects.get())
    there = reverse("scoring:withdraw_ruling", args=[Ruling.objects.get().pk])
    assert chen.post(there, {"reason": "写反了"}).status_code == 302
    mine = Proposal.objects.get(verb="withdraw_ruling")
    assert said(second(chen, mine), "须由另一人复核") == (409, True)
    assert board(tied) == [(2, 1, "first"), (1, 2, "second")]
    assert second(lin, mine).status_code == 302
    assert board(tied) == [(1, 1, ""), (2, 1, "")]
