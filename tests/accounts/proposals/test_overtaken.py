"""What 陈晓 did in the hall is seconded or taken back only while it stands; what two decided since stays decided."""

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts import log
from accounts.actions import set_active
from accounts.models import EmergencyAct, LogLine, Proposal
from accounts.proposals import actions
from accounts.proposals.deputies import name_deputy
from accounts.proposals.registry import all_verbs
from contest.models import Entry
from scoring.actions.corrections import correct_sheet
from scoring.models import Ruling, Seat, Sheet
from tests import cast, hall
from tests.accounts.emergency.world import opened as unsealed
from tests.attacks.test_one_person import move, ruling, second, signed, vacating
from tests.scoring.filling import board, confirm, counted, entries_at, fill, level, marks_of, opened


@pytest.fixture
def scored(maonan, people):
    stage = opened(maonan, entrants=3, judges=4, by=people["chenxiao"])
    fill(stage, level(90, 85, 80, judges=4), typist=people["chenxiao"])
    confirm(stage, checker=people["linfang"])
    return stage


@pytest.fixture
def tied(maonan, people):
    stage = opened(maonan, entrants=2, judges=3, by=people["chenxiao"])
    counted(stage, level(90, 90, judges=3), typist=people["chenxiao"], checker=people["linfang"])
    return stage


def decline(client, proposal):
    return client.post(reverse("decline", args=[proposal.pk]), {"answer": "不同意"})


def end(client, proposal):
    return client.post(reverse("withdraw_proposal", args=[proposal.pk]))


def first_of(stage) -> str:
    return reverse("contest:entry", args=[entries_at(stage, 1)[0]])


def by_two(chen, lin, url, told) -> Proposal:
    """陈晓 proposes it and 林芳 seconds it."""
    assert chen.post(url, {**told, "way": "propose"}).status_code == 302
    made = Proposal.objects.latest("pk")
    assert second(lin, made).status_code == 302
    return made


def absent_at_once(chen, stage) -> Proposal:
    told = {"step": "leave", "status": "absent", "reason": "没有到场", **hall.photographed()}
    assert chen.post(first_of(stage), told).status_code == 302
    return Proposal.objects.get()


def back_by_two(chen, lin, stage) -> None:
    by_two(chen, lin, first_of(stage), {"step": "return", "reason": "到场了"})


def ended(proposal) -> tuple[str, str, int]:
    """How the proposal ended, by whom, and how many lines of the log say that it was overtaken."""
    proposal.refresh_from_db()
    return proposal.state, proposal.closed_by.username, LogLine.objects.filter(action="overtaken").count()


def test_what_can_be_done_in_the_hall_says_what_it_leaves_behind_and_how_it_is_taken_back():
    at_once = [verb.name for verb in all_verbs() if verb.effect is not None or verb.undo is not None]
    assert at_once == ["leave", "record_ruling", "reinstate", "vacate"]
    assert all(verb.effect and verb.undo for verb in all_verbs() if verb.name in at_once)


@pytest.mark.parametrize("status", ["disqualified", "absent"])
def test_declining_an_old_absence_does_not_bring_back_whom_two_took_out_since(scored, chen, lin, status):
    made = absent_at_once(chen, scored)
    back_by_two(chen, lin, scored)
    by_two(chen, lin, first_of(scored), {"step": "leave", "status": status, "reason": "材料造假"})
    assert decline(lin, made).status_code == 302
    assert Entry.objects.get(stage=scored, order=1).status == status
    assert ended(made) == ("overtaken", "linfang", 1)
    assert log.verify("2023")[2] == []


def test_declining_an_old_ruling_does_not_take_back_the_same_order_that_two_settled_since(tied, chen, lin):
    url, at = reverse("scoring:ruling", args=[tied.pk]), f"g{min(entries_at(tied, 1, 2))}-"
    assert chen.post(url, ruling(tied, 2, 1) | hall.photographed(at)).status_code == 302
    made = Proposal.objects.get()
    old = reverse("scoring:withdraw_ruling", args=[Ruling.objects.get(live=True).pk])
    by_two(chen, lin, old, {"reason": "没有按抽签写"})
    by_two(chen, lin, url, ruling(tied, 2, 1) | {f"{at}kind": "extra_vote"})
    assert decline(lin, made).status_code == 302
    assert board(tied) == [(2, 1, "first"), (1, 2, "second")]
    assert ended(made)[0] == "overtaken"


def test_declining_an_old_departure_leaves_the_seat_as_two_left_it(scored, chen, lin):
    assert chen.post(vacating(scored, 4), {"reason": "临时公务", **hall.photographed()}).status_code == 302
    made = Proposal.objects.get()
    Seat.objects.filter(stage=scored, number=4).update(vacated_at=None, vacated_reason="")
    by_two(chen, lin, vacating(scored, 4), {"reason": "突发疾病"})
    assert decline(lin, made).status_code == 302
    assert Seat.objects.get(stage=scored, number=4).vacated_reason == "突发疾病"
    assert ended(made)[0] == "overtaken"


def test_a_disqualification_by_the_city_overtakes_the_return_in_the_hall(scored, chen, lin, people, signed_in):
    by_two(chen, lin, first_of(scored), {"step": "leave", "status": "absent", "reason": "没有到场"})
    chen.post(first_of(scored), {"step": "return", "reason": "到场了", **hall.photographed()})
    made = Proposal.objects.get(state="in_effect")
    assert move(chen, scored, "tabulate", asked="1").status_code == 302
    url = reverse("scoring:disqualify", args=[entries_at(scored, 1)[0]])
    decision = hall.photographed() | {"paper_kind": "decision"}
    assert signed_in(people["heya"]).post(url, {"reason": "材料造假", **decision}).status_code == 302
    assert second(signed_in(people["luoping"]), Proposal.objects.latest("pk")).status_code == 302
    assert decline(lin, made).status_code == 302
    assert (Entry.objects.get(stage=scored, order=1).status, ended(made)[0]) == ("disqualified", "overtaken")


def test_what_two_put_right_is_not_seconded_but_ended_and_certification_goes_on(scored, chen, lin):
    made = absent_at_once(chen, scored)
    back_by_two(chen, lin, scored)
    assert second(lin, made).status_code == 409
    assert move(chen, scored, "tabulate", asked="1").status_code == 302
    signed(chen, scored)
    waits = move(chen, scored, "certify", asked="1")
    assert (waits.status_code, "结果已被后来的决定取代" in waits.content.decode()) == (409, True)
    assert end(chen, made).status_code == 302
    assert ended(made) == ("overtaken", "chenxiao", 1)
    assert move(chen, scored, "certify", asked="1").status_code == 302


@pytest.mark.parametrize("who", ["chenxiao", "linfang"])
def test_either_of_the_two_ends_it_on_its_page_which_offers_nothing_else(scored, chen, lin, people, signed_in, who):
    made = absent_at_once(chen, scored)
    back_by_two(chen, lin, scored)
    page = signed_in(people[who]).get(made.get_absolute_url()).content.decode()
    assert ("注明已被取代，结束此项" in page, "复核无误，同意" in page) == (True, False)
    assert end(signed_in(people[who]), made).status_code == 302
    assert ended(made) == ("overtaken", who, 1)


def test_the_same_is_recorded_again_in_the_hall_before_anybody_ended_it(scored, chen, lin):
    absent_at_once(chen, scored)
    told = {"step": "leave", "status": "absent", "reason": "又走了"}
    back_by_two(chen, lin, scored)
    assert chen.post(first_of(scored), told | hall.photographed()).status_code == 302
    assert Entry.objects.get(stage=scored, order=1).status == "absent"
    assert Proposal.objects.filter(verb="leave", state="in_effect").count() == 2


def test_the_neighbour_ends_nothing_and_a_supervisor_sees_no_button(scored, chen, lin, people, signed_in):
    made = absent_at_once(chen, scored)
    back_by_two(chen, lin, scored)
    assert end(signed_in(people["wumin"]), made).status_code == 404
    zheng = signed_in(people["zhengzhi"])
    assert "注明已被取代" not in zheng.get(made.get_absolute_url()).content.decode()
    assert end(zheng, made).status_code == 403
    made.refresh_from_db()
    assert made.state == "in_effect"


# The same order at another total is another ruling.


def level_anew(stage, points_c, chen, lin, people, minute) -> None:
    """Every sheet is put right so that both stand level again, at another total; and they are counted."""
    by_two(chen, lin, reverse("contest:move", args=[stage.pk, "reopen_scoring"]), {"reason": "与纸质评分表不符"})
    for sheet in Sheet.objects.live().filter(stage=stage).select_related("stage__season"):
        told = {"by": people["chenxiao"], "at": cast.later(minute)}
        correct_sheet(sheet, marks_of(points_c), "与纸质评分表核对", **told)
    confirm(stage, checker=people["linfang"])
    assert move(chen, stage, "tabulate", asked="1").status_code == 302


def ruled_at_once(client, stage) -> Proposal:
    told = ruling(stage, 2, 1) | hall.photographed(f"g{min(entries_at(stage, 1, 2))}-")
    assert client.post(reverse("scoring:ruling", args=[stage.pk]), told).status_code == 302
    return Proposal.objects.latest("pk")


def live_rulings() -> list[bool]:
    return list(Ruling.objects.order_by("pk").values_list("live", flat=True))


@pytest.fixture
def ruled_twice(tied, chen, lin, people):
    """陈晓 records by lots, at 90 points and then at 80, that 2 goes before 1; nobody seconded either."""
    first = ruled_at_once(chen, tied)
    level_anew(tied, 8000, chen, lin, people, 20)
    return first, ruled_at_once(chen, tied)


def test_a_ruling_by_one_that_holds_at_another_total_is_not_ended_but_waits(tied, chen, lin, people, ruled_twice):
    first, other = ruled_twice
    assert (end(chen, first).status_code, decline(lin, other).status_code) == (409, 302)
    assert live_rulings() == [True, False]
    level_anew(tied, 9000, chen, lin, people, 30)
    assert board(tied) == [(2, 1, "first"), (1, 2, "second")]
    assert signed(chen, tied) == 302
    answer = move(chen, tied, "certify", asked="1")
    assert (answer.status_code, "（当场抽签）：已先行办理，须另一人复核。" in answer.content.decode()) == (409, True)
    assert decline(lin, first).status_code == 302
    assert (live_rulings(), board(tied)) == ([False, False], [(1, 1, ""), (2, 1, "")])


def test_declining_the_first_ruling_leaves_the_one_recorded_since(tied, lin, ruled_twice):
    first, other = ruled_twice
    assert decline(lin, first).status_code == 302
    assert (live_rulings(), board(tied)) == ([False, True], [(2, 1, "first"), (1, 2, "second")])
    assert [decline(lin, other).status_code, live_rulings()] == [302, [False, False]]


# What one does in the hall overtakes nothing for good: it waits itself.


def there(stage) -> tuple[str, list[tuple[str, str]]]:
    """Where 陈志远 stands, and what was done about that in the hall, in order."""
    told = Proposal.objects.exclude(state="seconded").order_by("pk").values_list("verb", "state")
    return Entry.objects.get(stage=stage, order=1).status, list(told)


def back_at_once(client, stage) -> Proposal:
    told = {"step": "return", "reason": "人在现场", **hall.photographed()}
    assert client.post(first_of(stage), told).status_code == 302
    return Proposal.objects.latest("pk")


def test_what_a_colleague_undid_in_the_hall_is_not_ended_before_somebody_looked_at_that(scored, chen, lin):
    out, back = absent_at_once(chen, scored), back_at_once(lin, scored)
    for refused in (end(chen, out), second(lin, out), decline(lin, out)):
        assert (refused.status_code, "请先处理那一项" in refused.content.decode()) == (409, True)
    page = lin.get(out.get_absolute_url()).content.decode()
    assert (back.get_absolute_url() in page, "结束此项" in page, "复核无误，同意" in page) == (True, False, False)
    assert there(scored) == ("entered", [("leave", "in_effect"), ("reinstate", "in_effect")])


def test_the_winner_stays_not_out_by_declining_a_colleagues_word(scored, chen, lin):
    out, back = absent_at_once(chen, scored), back_at_once(lin, scored)
    assert decline(chen, back).status_code == 302
    assert there(scored) == ("absent", [("leave", "in_effect"), ("reinstate", "declined")])
    assert move(chen, scored, "tabulate", asked="1").status_code == 302
    signed(chen, scored)
    answer = move(chen, scored, "certify", asked="1")
    assert (answer.status_code, "陈志远缺席：已先行办理，须另一人复核。" in answer.content.decode()) == (409, True)
    assert end(chen, out).status_code == 409
    assert second(lin, out).status_code == 302
    assert move(chen, scored, "certify", asked="1").status_code == 302


def test_certification_waits_for_both_and_goes_on_once_the_later_is_seconded(scored, chen, lin):
    out, back = absent_at_once(chen, scored), back_at_once(lin, scored)
    assert move(chen, scored, "tabulate", asked="1").status_code == 302
    signed(chen, scored)
    answer = move(chen, scored, "certify", asked="1")
    assert (answer.status_code, "此后现场又先行办理了另一项" in answer.content.decode()) == (409, True)
    assert (second(chen, back).status_code, end(chen, out).status_code) == (302, 302)
    assert ended(out)[0] == "overtaken"
    assert move(chen, scored, "certify", asked="1").status_code == 302
    assert Entry.objects.get(stage=scored, order=1).status == "entered"


def test_nor_is_anybody_back_by_one_whom_two_took_out(scored, chen, lin):
    by_two(chen, lin, first_of(scored), {"step": "leave", "status": "absent", "reason": "没有到场"})
    back = back_at_once(chen, scored)
    told = {"step": "leave", "status": "absent", "reason": "没有到", **hall.photographed()}
    assert lin.post(first_of(scored), told).status_code == 302
    again = Proposal.objects.latest("pk")
    assert (end(chen, back).status_code, decline(chen, again).status_code) == (409, 302)
    assert there(scored) == ("entered", [("reinstate", "in_effect"), ("leave", "declined")])
    assert decline(lin, back).status_code == 302
    assert there(scored) == ("absent", [("reinstate", "declined"), ("leave", "declined")])


def test_three_in_a_row_are_taken_back_one_by_one(scored, chen, lin):
    out, back = absent_at_once(chen, scored), back_at_once(lin, scored)
    told = {"step": "leave", "status": "withdrawn", "reason": "又走了", **hall.photographed()}
    assert chen.post(first_of(scored), told).status_code == 302
    last = Proposal.objects.latest("pk")
    assert [decline(chen, back).status_code, decline(lin, last).status_code] == [409, 302]
    assert there(scored)[0] == "entered"
    assert [decline(lin, out).status_code, decline(chen, back).status_code] == [409, 302]
    assert there(scored)[0] == "absent"
    assert decline(lin, out).status_code == 302
    assert there(scored) == ("entered", [("leave", "declined"), ("reinstate", "declined"), ("leave", "declined")])


def test_what_two_decided_over_both_lets_them_end_the_later_first(scored, chen, lin):
    out, back = absent_at_once(chen, scored), back_at_once(lin, scored)
    by_two(chen, lin, first_of(scored), {"step": "leave", "status": "disqualified", "reason": "材料造假"})
    assert [end(chen, each).status_code for each in (out, back, out)] == [409, 302, 302]
    assert there(scored) == ("disqualified", [("leave", "overtaken"), ("reinstate", "overtaken")])


def test_what_still_stands_is_not_withdrawn_and_the_page_says_so(scored, chen, lin):
    made = absent_at_once(chen, scored)
    answer = end(chen, made)
    assert (answer.status_code, "此项已经先行办理，不能撤回" in answer.content.decode()) == (409, True)
    assert Entry.objects.get(stage=scored, order=1).status == "absent"


def test_whoever_declines_is_logged_beside_whose_act_it_was(scored, chen, lin, people):
    made = absent_at_once(chen, scored)
    assert decline(lin, made).status_code == 302
    line = LogLine.objects.select_related("note").get(action="decline")
    assert (line.actor, line.note.words) == (people["linfang"], {"proposed_by": ["", "陈晓"]})


def test_an_act_in_the_hall_by_somebody_whose_account_was_closed_since_is_still_seconded(
    scored, chen, lin, people, signed_in
):
    assert chen.post(vacating(scored, 4), {"reason": "临时公务", **hall.photographed()}).status_code == 302
    made = Proposal.objects.get()
    assert move(chen, scored, "tabulate", asked="1").status_code == 302
    closing = signed_in(people["heya"]).post(reverse("set_active", args=[people["chenxiao"].pk]), {"active": "0"})
    assert closing.status_code == 302
    assert second(lin, made).status_code == 302
    assert Proposal.objects.get().state == "seconded"


# Who may second may decline.


@pytest.fixture
def wu(people, maonan, signed_in):
    """吴敏 of next door, 茂南区's deputy for a day."""
    name_deputy(people["wumin"], maonan.district, reason="县里无人", by=people["luoping"], at=timezone.now())
    return signed_in(people["wumin"])


def pair_of(action) -> tuple[str, str]:
    line = LogLine.objects.get(action=action)
    assert line.actor
    assert line.second
    return line.actor.username, line.second.username


def test_a_deputy_declines_an_absence_and_both_are_named(scored, chen, wu):
    made = absent_at_once(chen, scored)
    assert decline(wu, made).status_code == 302
    assert there(scored) == ("entered", [("leave", "declined")])
    assert (pair_of("reinstate"), ended(made)) == (("chenxiao", "wumin"), ("declined", "wumin", 0))


def test_a_deputy_declines_that_somebody_is_back(scored, chen, lin, wu):
    by_two(chen, lin, first_of(scored), {"step": "leave", "status": "withdrawn", "reason": "有事"})
    assert decline(wu, back_at_once(chen, scored)).status_code == 302
    assert there(scored) == ("withdrawn", [("reinstate", "declined")])


def test_a_deputy_declines_a_departure(scored, chen, wu):
    assert chen.post(vacating(scored, 4), {"reason": "临时公务", **hall.photographed()}).status_code == 302
    assert decline(wu, Proposal.objects.get()).status_code == 302
    assert Seat.objects.sitting().filter(stage=scored).count() == 4
    assert pair_of("unvacate") == ("chenxiao", "wumin")


def test_a_deputy_declines_a_ruling(tied, chen, wu):
    assert decline(wu, ruled_at_once(chen, tied)).status_code == 302
    assert (live_rulings(), board(tied)) == ([False], [(1, 1, ""), (2, 1, "")])
    assert pair_of("withdraw_ruling") == ("chenxiao", "wumin")


def test_the_emergency_account_declines_too_and_that_is_reviewed(scored, chen, people):
    made = absent_at_once(chen, scored)
    account = unsealed(people)
    actions.decline(made, "人在现场", by=account, at=cast.later(41))
    assert there(scored) == ("entered", [("leave", "declined")])
    assert list(EmergencyAct.objects.order_by("pk").values_list("line__action", flat=True)) == ["reinstate", "decline"]


def test_a_deputy_named_by_whoever_did_it_declines_nothing(scored, chen, people, maonan, signed_in):
    entry = Entry.objects.whole().get(stage=scored, order=1)
    told = {"reason": "没有到场", "paper": hall.form(), "by": people["luoping"], "at": timezone.now()}
    made = actions.act_at_once("leave", entry, {"status": "absent"}, **told)
    name_deputy(people["wumin"], maonan.district, reason="县里无人", by=people["luoping"], at=timezone.now())
    assert decline(signed_in(people["wumin"]), made).status_code == 403
    assert there(scored) == ("absent", [("leave", "in_effect")])


def test_the_act_of_somebody_who_lost_the_right_is_declined_by_a_colleague_and_not_by_a_deputy(
    scored, chen, lin, wu, people
):
    made = absent_at_once(chen, scored)
    set_active(people["chenxiao"], False, by=people["heya"], at=timezone.now())
    answer = decline(wu, made)
    assert (answer.status_code, "办理人陈晓已没有办理此事的权限" in answer.content.decode()) == (409, True)
    assert there(scored) == ("absent", [("leave", "in_effect")])
    assert decline(lin, made).status_code == 302
    line = LogLine.objects.get(action="reinstate")
    assert (there(scored)[0], line.actor, line.second) == ("entered", people["linfang"], None)
