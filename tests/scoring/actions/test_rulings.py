"""A tie that cuts a prize stops and asks; people's recorded ruling settles it, and can be taken back."""

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import LogLine, User
from contest.models.stage import State
from contest.workflow import CannotMove
from scoring.actions.certify import certify
from scoring.actions.hold import WrongState
from scoring.actions.rulings import BadRuling, record_ruling, withdraw_ruling
from scoring.actions.scoring import reopen_scoring
from scoring.actions.tabulate import tabulate
from scoring.models import Result, Ruling, Tabulation
from scoring.rulings import ruled
from tests import cast
from tests.scoring.filling import board, confirm_timed, counted, entries_at, level, opened, sign, time


@pytest.fixture
def tied(maonan, people):
    """Seven entrants of 茂南区; the third, fourth and fifth speaker are level across the end of the second prize."""
    stage = opened(maonan, entrants=7, by=people["chenxiao"])
    counted(stage, level(95, 90, 85, 85, 85, 70, 60), typist=people["chenxiao"], checker=people["linfang"])
    return stage


def rule(stage, *places, by, minutes=5, kind="chief_judge", reason="评审团负责人当场裁定"):
    order = entries_at(stage, *places)
    other = User.objects.get(username="linfang" if by.username == "chenxiao" else "chenxiao")
    told = {"kind": kind, "reason": reason, "by": by, "seconded_by": other, "at": cast.later(minutes)}
    return record_ruling(stage, order=order, **told)


def test_a_three_way_tie_across_a_prize_boundary_stops_and_asks(tied, people):
    assert board(tied) == [
        (1, 1, "first"),
        (2, 2, "second"),
        (3, 3, ""),
        (4, 3, ""),
        (5, 3, ""),
        (6, 6, "third"),
        (7, 7, "merit"),
    ]
    assert [sorted(group) for group in Tabulation.objects.get().needs_ruling] == [sorted(entries_at(tied, 3, 4, 5))]
    sign(tied, by=people["chenxiao"])
    with pytest.raises(CannotMove) as refused:
        certify(tied, by=people["chenxiao"], at=cast.later(5))
    (problem,) = refused.value.problems
    assert problem.text == "王䶮、李㛃、黄𬱖 并列第 3 名，跨越奖次界线，须先登记裁定。"
    assert problem.url == f"/desk/stages/{tied.pk}/ruling/"


def test_the_ruling_settles_places_and_prizes_as_a_new_revision(tied, people):
    ruling = rule(tied, 5, 3, 4, by=people["linfang"])
    assert board(tied)[1:6] == [(2, 2, "second"), (5, 3, "second"), (3, 4, "third"), (4, 5, "third"), (6, 6, "third")]
    live = Tabulation.objects.get(live=True)
    assert (live.revision, tied.revision, live.needs_ruling) == (2, 2, [])
    assert live.reason == "登记裁定：评审团负责人当场裁定"
    decided = Result.objects.filter(tabulation=live, entry__in=ruling.order)
    assert set(decided.values_list("decided_by", "shared")) == {("ruling:chief_judge", False)}
    assert [line.action for line in LogLine.objects.filter(action__contains="ruling")] == ["record_ruling"]


def test_a_scan_of_the_earlier_revision_no_longer_serves(tied, people):
    sign(tied, by=people["chenxiao"])
    rule(tied, 3, 4, 5, by=people["chenxiao"])
    with pytest.raises(CannotMove) as refused:
        certify(tied, by=people["chenxiao"], at=cast.later(6))
    assert [problem.text for problem in refused.value.problems] == ["请上传评委签字的成绩单扫描件或照片（本版成绩）。"]
    sign(tied, by=people["chenxiao"])
    certify(tied, by=people["chenxiao"], at=cast.later(7))
    assert tied.state == State.CERTIFIED


@pytest.mark.parametrize("places", [(3, 4), (3, 4, 5, 6), (3, 4, 4), (1, 2), (), (3, 4, 5, 5)])
def test_an_order_that_is_not_exactly_the_level_group_is_refused(tied, people, places):
    with pytest.raises(BadRuling):
        rule(tied, *places, by=people["chenxiao"])
    assert (Ruling.objects.count(), Tabulation.objects.count()) == (0, 1)


def test_a_ruling_says_how_and_why(tied, people):
    for kind, reason in [("dice", "掷骰子"), ("lots", "   "), ("lots", "长" * 256)]:
        with pytest.raises(BadRuling):
            rule(tied, 3, 4, 5, by=people["chenxiao"], kind=kind, reason=reason)
    assert not Ruling.objects.exists()


def test_a_group_is_ruled_on_once_and_the_second_ruling_is_refused(tied, people):
    rule(tied, 3, 4, 5, by=people["chenxiao"])
    with pytest.raises(BadRuling):
        rule(tied, 5, 4, 3, by=people["linfang"], minutes=6)
    assert board(tied)[2] == (3, 3, "second")


def test_a_withdrawn_ruling_leaves_them_level_again(tied, people):
    ruling = rule(tied, 5, 3, 4, by=people["linfang"])
    withdraw_ruling(
        ruling, reason="登记时顺序写反", by=people["chenxiao"], seconded_by=people["linfang"], at=cast.later(6)
    )
    assert board(tied)[2:5] == [(3, 3, ""), (4, 3, ""), (5, 3, "")]
    assert (tied.revision, Tabulation.objects.get(live=True).revision) == (3, 3)
    with pytest.raises(BadRuling):
        withdraw_ruling(
            Ruling.objects.select_related("stage__season").get(),
            reason="再撤",
            by=people["chenxiao"],
            seconded_by=people["linfang"],
            at=cast.later(7),
        )
    rule(tied, 4, 3, 5, by=people["linfang"], minutes=8)
    assert board(tied)[2] == (4, 3, "second")


def test_a_ruling_outlives_a_recount_that_changes_nothing_between_them(tied, people):
    rule(tied, 5, 3, 4, by=people["linfang"])
    reopen_scoring(tied, by=people["chenxiao"], seconded_by=people["linfang"], at=cast.later(6), reason="核对用时")
    with pytest.raises(WrongState):
        rule(tied, 3, 4, 5, by=people["linfang"], minutes=7)
    tabulate(tied, by=people["chenxiao"], at=cast.later(8))
    assert board(tied)[2:5] == [(5, 3, "second"), (3, 4, "third"), (4, 5, "third")]


def overtime(stage, place, seconds, *, people):
    """Scoring is reopened, and the time of the entrant at this place written down and confirmed."""
    reopen_scoring(stage, by=people["chenxiao"], seconded_by=people["linfang"], at=cast.later(6), reason="用时漏登")
    time(stage, {place: seconds}, typist=people["chenxiao"])
    confirm_timed(stage, checker=people["linfang"])
    tabulate(stage, by=people["chenxiao"], at=cast.later(8))


def test_an_old_ruling_among_three_is_not_used_for_the_two_who_are_left(tied, people):
    first = rule(tied, 5, 3, 4, by=people["linfang"])
    assert [(each.pk, each.holds) for each in ruled(tied)] == [(first.pk, True)]
    overtime(tied, 4, 320, people=people)
    assert board(tied)[2:5] == [(3, 3, ""), (5, 3, ""), (4, 5, "third")]
    assert [(each.pk, each.live, each.holds) for each in ruled(tied)] == [(first.pk, True, False)]
    second = rule(tied, 3, 5, by=people["linfang"], minutes=9)
    assert board(tied)[2:5] == [(3, 3, "second"), (5, 4, "third"), (4, 5, "third")]
    assert [(each.pk, each.holds) for each in ruled(tied)] == [(second.pk, True), (first.pk, False)]


def test_a_ruling_made_at_another_total_is_asked_for_anew(maonan, people):
    stage = opened(maonan, entrants=3, by=people["chenxiao"])
    counted(stage, level(90, 90, 80), typist=people["chenxiao"], checker=people["linfang"])
    rule(stage, 2, 1, by=people["linfang"])
    assert board(stage)[:2] == [(2, 1, "first"), (1, 2, "second")]
    reopen_scoring(stage, by=people["chenxiao"], seconded_by=people["linfang"], at=cast.later(6), reason="用时漏登")
    time(stage, {1: 320, 2: 320}, typist=people["chenxiao"])
    confirm_timed(stage, checker=people["linfang"])
    assert tabulate(stage, by=people["chenxiao"], at=cast.later(8)).needs_ruling == [entries_at(stage, 1, 2)]


def test_the_second_person_of_a_ruling_stands_in_its_line(tied, people):
    order = entries_at(tied, 5, 3, 4)
    told = {"by": people["chenxiao"], "seconded_by": people["linfang"]}
    ruling = record_ruling(tied, order=order, kind="lots", reason="当场抽签", at=cast.later(5), **told)
    withdraw_ruling(ruling, reason="写反了", at=cast.later(6), **told)
    lines = LogLine.objects.filter(action__contains="ruling").order_by("seq").values_list("action", "actor", "second")
    pair = (people["chenxiao"].pk, people["linfang"].pk)
    assert list(lines) == [("record_ruling", *pair), ("withdraw_ruling", *pair)]


def test_wu_min_of_dianbai_rules_on_nothing_in_maonan(tied, people):
    with pytest.raises(PermissionDenied):
        rule(tied, 3, 4, 5, by=people["wumin"])
    ruling = rule(tied, 3, 4, 5, by=people["chenxiao"])
    with pytest.raises(PermissionDenied):
        withdraw_ruling(ruling, reason="不服", by=people["wumin"], at=cast.later(6))
    assert Ruling.objects.get().live


def test_when_the_recount_fails_the_ruling_is_not_recorded(tied, people, monkeypatch):
    monkeypatch.setattr("scoring.actions.rulings.write_results", lambda *args, **kwargs: 1 // 0)
    with pytest.raises(ZeroDivisionError):
        rule(tied, 3, 4, 5, by=people["chenxiao"])
    assert not Ruling.objects.exists()


def test_a_tie_that_cuts_no_prize_may_be_ruled_on_too(maonan, people):
    stage = opened(maonan, entrants=3, by=people["chenxiao"])
    tabulation = counted(stage, level(95, 90, 90), typist=people["chenxiao"], checker=people["linfang"])
    assert (board(stage), tabulation.needs_ruling) == ([(1, 1, "first"), (2, 2, "second"), (3, 2, "second")], [])
    rule(stage, 3, 2, by=people["chenxiao"])
    assert board(stage) == [(1, 1, "first"), (3, 2, "second"), (2, 3, "second")]
