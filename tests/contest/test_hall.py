"""In the hall minutes count: 陈晓 acts at once on a signed form, 林芳 seconds it afterwards or declines."""

import pytest

from accounts.models import Basis, LogLine, Proposal
from accounts.permissions import NeedsSecond
from accounts.proposals import actions
from contest.actions.entries import leave
from contest.actions.hall import in_hall
from contest.models import Entry, Stage
from contest.models.stage import State
from contest.workflow import CannotMove, perform
from scoring.models import Ruling, Seat, Sheet
from tests import cast, hall
from tests.scoring.filling import board, confirm, counted, entries_at, fill, level, opened, sign

WHY = "现场情况有变"


@pytest.fixture
def stage(maonan, people):
    """茂南区 in scoring, every sheet of three entrants and four judges confirmed."""
    stage = opened(maonan, entrants=3, judges=4, by=people["chenxiao"])
    fill(stage, level(90, 80, 70, judges=4), typist=people["chenxiao"])
    confirm(stage, checker=people["linfang"])
    return stage


@pytest.fixture
def tied(maonan, people):
    stage = opened(maonan, entrants=2, judges=3, by=people["chenxiao"])
    counted(stage, level(90, 90, judges=3), typist=people["chenxiao"], checker=people["linfang"])
    return Stage.objects.whole().get(pk=stage.pk)


def at_once(verb, obj, arguments, people, minutes=10, paper=None):
    told = {"reason": WHY, "paper": paper or hall.form(), "by": people["chenxiao"], "at": cast.later(minutes)}
    return actions.act_at_once(verb, obj, arguments, **told)


def entry_at(stage, place) -> Entry:
    return Entry.objects.whole().get(stage=stage, order=place)


def seat_at(stage, number) -> Seat:
    return Seat.objects.select_related("stage__season", "stage__district").get(stage=stage, number=number)


def certified(stage, people) -> list[str]:
    """What stands in the way when 陈晓 certifies; nothing when it is done."""
    sign(stage, by=people["chenxiao"])
    try:
        perform("certify", Stage.objects.whole().get(pk=stage.pk), by=people["chenxiao"], at=cast.later(30))
    except CannotMove as refused:
        return [problem.text for problem in refused.problems]
    return []


def test_an_absence_takes_effect_at_once_and_holds_up_certification_until_it_is_seconded(stage, people):
    made = at_once("leave", entry_at(stage, 3), {"status": "absent"}, people)
    assert (entry_at(stage, 3).status, made.state) == ("absent", "in_effect")
    perform("tabulate", stage, by=people["chenxiao"], at=cast.later(20))
    assert board(stage) == [(1, 1, "first"), (2, 2, "second")]
    assert certified(stage, people) == ["茂南区初赛：王䶮缺席：已先行办理，须另一人复核。"]
    actions.second(made, by=people["linfang"], at=cast.later(25))
    assert certified(stage, people) == []
    lines = LogLine.objects.filter(action__in=("leave", "act_at_once", "second")).order_by("pk")
    assert [(line.action, line.actor, line.second) for line in lines] == [
        ("leave", people["chenxiao"], None),
        ("act_at_once", people["chenxiao"], None),
        ("second", people["chenxiao"], people["linfang"]),
    ]


def test_declined_the_entrant_is_back_in_the_ranking(stage, people):
    made = at_once("leave", entry_at(stage, 3), {"status": "absent"}, people)
    actions.decline(made, "人已到场", by=people["linfang"], at=cast.later(11))
    assert (entry_at(stage, 3).status, made.state) == ("entered", "declined")


def test_whoever_came_late_competes_at_once_and_leaves_again_when_that_is_declined(stage, people):
    pair = {"by": people["chenxiao"], "seconded_by": people["linfang"]}
    leave(entry_at(stage, 3), "absent", reason="没有到场", at=cast.later(9), **pair)
    made = at_once("reinstate", entry_at(stage, 3), {"status": "absent"}, people)
    assert entry_at(stage, 3).status == "entered"
    actions.decline(made, "迟到超过十分钟", by=people["linfang"], at=cast.later(11))
    left = entry_at(stage, 3)
    assert (left.status, left.status_reason) == ("absent", "复核不同意，撤销先行办理：迟到超过十分钟")


def test_declined_a_judge_has_the_seat_back_and_the_sheets_count_again(stage, people):
    made = at_once("vacate", seat_at(stage, 4), {}, people)
    assert Sheet.objects.counting().filter(stage=stage).count() == 9
    actions.decline(made, "评委只是离开片刻", by=people["linfang"], at=cast.later(11))
    seat = seat_at(stage, 4)
    assert (seat.vacated_at, seat.vacated_reason) == (None, "")
    assert Sheet.objects.counting().filter(stage=stage).count() == 12
    assert LogLine.objects.filter(action="unvacate").count() == 1


def test_a_chief_who_comes_back_is_chief_unless_another_was_named(stage, people):
    Seat.objects.filter(stage=stage, number=4).update(is_chief=True)
    made = at_once("vacate", seat_at(stage, 4), {}, people)
    Seat.objects.filter(stage=stage, number=1).update(is_chief=True)
    actions.decline(made, "评委只是离开片刻", by=people["linfang"], at=cast.later(11))
    assert [seat.number for seat in Seat.objects.sitting().filter(stage=stage, is_chief=True)] == [1]


def test_once_counted_a_departure_is_declined_only_after_scoring_is_reopened(stage, people):
    made = at_once("vacate", seat_at(stage, 4), {}, people)
    perform("tabulate", stage, by=people["chenxiao"], at=cast.later(20))
    with pytest.raises(actions.Obstructed, match="只能在“评分”时进行"):
        actions.decline(made, "评委只是离开片刻", by=people["linfang"], at=cast.later(21))
    assert Proposal.objects.get().state == "in_effect"
    pair = {"by": people["linfang"], "seconded_by": people["chenxiao"]}
    perform("reopen_scoring", stage, reason="评委没有离席", at=cast.later(22), **pair)
    actions.decline(made, "评委只是离开片刻", by=people["linfang"], at=cast.later(23))
    assert seat_at(stage, 4).vacated_at is None


def test_declined_a_ruling_is_withdrawn_and_they_stand_level_again(tied, people):
    made = at_once("record_ruling", tied, {"order": entries_at(tied, 2, 1), "kind": "lots"}, people)
    assert board(tied) == [(2, 1, "first"), (1, 2, "second")]
    assert certified(tied, people) == ["茂南区初赛：裁定 梁秀英 › 陈志远（当场抽签）：已先行办理，须另一人复核。"]
    actions.decline(made, "抽签顺序写反", by=people["linfang"], at=cast.later(40))
    assert board(tied) == [(1, 1, ""), (2, 1, "")]
    assert list(Ruling.objects.values_list("live", flat=True)) == [False]


@pytest.mark.parametrize("kind", ["minutes", "instruction"])
def test_no_other_paper_stands_in_for_the_form_signed_in_the_hall(stage, people, kind):
    form = hall.form()
    other = type(form)(kind, form.dated, form.number, form.pages)
    with pytest.raises(actions.NotInHall):
        at_once("vacate", seat_at(stage, 4), {}, people, paper=other)
    assert seat_at(stage, 4).vacated_at is None


def test_nothing_is_done_at_once_before_scoring_or_after_it(stage, people):
    for state in (State.READY, State.CERTIFIED):
        cast.put(stage, state)
        with pytest.raises(actions.NotInHall):
            at_once("leave", entry_at(stage, 3), {"status": "absent"}, people)
    assert Proposal.objects.count() == 0


def test_a_form_signed_in_another_season_stands_in_for_nobody(stage, people):
    basis = Basis(kind="hall_form", dated=cast.NOW.date(), chain="2022", kept_by=people["chenxiao"], kept_at=cast.NOW)
    basis.save()
    assert not in_hall(stage, basis)
    with pytest.raises(NeedsSecond):
        leave(entry_at(stage, 3), "absent", reason=WHY, basis=basis, by=people["chenxiao"], at=cast.NOW)


def test_what_waits_to_be_seconded_keeps_a_stage_from_closing(stage, people):
    perform("tabulate", stage, by=people["chenxiao"], at=cast.later(20))
    sign(stage, by=people["chenxiao"])
    perform("certify", stage, by=people["chenxiao"], at=cast.later(21))
    perform("publish", stage, by=people["heya"], at=cast.later(22))
    over = stage.notice_until
    told = {"reason": "村名写错", "by": people["heya"], "at": over}
    made = actions.propose("withdraw_notice", stage, {}, **told)
    with pytest.raises(CannotMove, match="尚待另一人复核"):
        perform("close", stage, by=people["heya"], at=over)
    actions.withdraw(made, by=people["heya"], at=over)
    perform("close", stage, by=people["heya"], at=over)
    assert stage.state == "closed"
