"""陈志远, first of 茂南区, is taken out of results that stand: by two of the office, on a recorded decision."""

from datetime import date

import pytest

from accounts.models import LogLine
from accounts.permissions import NeedsSecond
from accounts.proposals import actions as proposals
from accounts.proposals.paper import Paper, keep_paper
from contest.models import Award, Entry, Stage
from contest.models.stage import State
from contest.waiting import next_steps
from contest.workflow import perform
from demo.paper import blank_scan
from scoring.actions.disqualify import CannotDisqualify, disqualify
from scoring.models import Result
from tests import cast
from tests.scoring.filling import counted, level, opened, sign

WHY = "材料数据不实"
PAPER = Paper("decision", date(2023, 11, 25), "茂乡振处〔2023〕1号", [("处理决定.png", blank_scan("decision"))])


@pytest.fixture
def certified(maonan, people):
    stage = opened(maonan, entrants=4, judges=3, by=people["chenxiao"])
    totals = level(90, 80, 70, 60, judges=3)
    counted(stage, totals, typist=people["chenxiao"], checker=people["linfang"])
    sign(stage, by=people["chenxiao"])
    perform("certify", stage, by=people["chenxiao"], at=cast.later(5))
    return Stage.objects.whole().get(pk=stage.pk)


def standing(stage):
    live = Result.objects.filter(tabulation__stage=stage, tabulation__live=True).order_by("position")
    return [(result.entry.order, result.rank, result.tier) for result in live.select_related("entry")]


def pair(people):
    return {"by": people["heya"], "seconded_by": people["luoping"]}


def basis(people):
    return keep_paper(PAPER, chain="2023", district_id=None, by=people["heya"], at=cast.later(6))


def test_all_after_the_winner_move_up_in_a_new_revision_and_the_awards_are_superseded(certified, people):
    first = certified.entries.get(order=1)
    disqualify(first, reason=WHY, basis=basis(people), at=cast.later(7), **pair(people))
    certified.refresh_from_db()
    assert (certified.state, certified.revision) == (State.TABULATED, 2)
    assert standing(certified) == [(2, 1, "first"), (3, 2, "second"), (4, 3, "second")]
    assert {(award.live, award.superseded_reason) for award in Award.objects.all()} == {(False, WHY)}
    lines = LogLine.objects.filter(chain="2023").order_by("-seq")[:2]
    assert [(line.action, line.actor, line.second) for line in lines] == [
        ("disqualify", people["heya"], people["luoping"]),
        ("withdraw_certification", people["heya"], people["luoping"]),
    ]


def test_proposed_by_one_and_seconded_by_the_other(certified, people):
    first = Entry.objects.whole().get(stage=certified, order=1)
    made = proposals.propose("disqualify", first, {}, reason=WHY, paper=PAPER, by=people["heya"], at=cast.later(6))
    assert standing(certified)[0] == (1, 1, "first")
    proposals.second(made, by=people["luoping"], at=cast.later(7))
    assert standing(certified)[0] == (2, 1, "first")


def test_without_a_paper_it_is_not_proposed(certified, people):
    first = Entry.objects.whole().get(stage=certified, order=1)
    with pytest.raises(proposals.NeedsBasis):
        proposals.propose("disqualify", first, {}, reason=WHY, by=people["heya"], at=cast.later(6))


@pytest.mark.parametrize("second", [None, "heya"])
def test_one_person_disqualifies_nobody(certified, people, second):
    first = certified.entries.get(order=1)
    alone = {"by": people["heya"], "seconded_by": people.get(second)}
    with pytest.raises(NeedsSecond):
        disqualify(first, reason=WHY, basis=basis(people), at=cast.later(7), **alone)
    assert standing(certified)[0] == (1, 1, "first")


def test_who_left_already_is_not_taken_out_again_and_nothing_is_half_done(certified, people):
    first = certified.entries.get(order=1)
    disqualify(first, reason=WHY, basis=basis(people), at=cast.later(7), **pair(people))
    sign(certified, by=people["chenxiao"])
    perform("certify", certified, by=people["chenxiao"], at=cast.later(8))
    with pytest.raises(CannotDisqualify):
        disqualify(first, reason=WHY, basis=basis(people), at=cast.later(9), **pair(people))
    certified.refresh_from_db()
    assert (certified.state, certified.revision, Award.objects.live().count()) == (State.CERTIFIED, 2, 3)


def test_the_stage_and_the_desks_of_county_and_office_say_that_it_is_put_right(certified, people, signed_in):
    first = certified.entries.get(order=1)
    made = proposals.propose("disqualify", first, {}, reason=WHY, paper=PAPER, by=people["heya"], at=cast.later(6))
    proposals.second(made, by=people["luoping"], at=cast.later(7))
    page = signed_in(people["chenxiao"]).get(certified.get_absolute_url()).content.decode()
    for each in (
        "正在更正：何雅 提请、罗平 复核",
        "已取消资格，重新核分。",
        WHY,
        "现为第 2 版成绩。接下来：签字确认成绩。",
    ):
        assert each in page
    todos = [(todo.text, todo.detail, todo.urgent) for todo in next_steps(people["chenxiao"])]
    assert todos == [("茂南区初赛正在更正：接下来签字确认成绩", f"已取消资格，重新核分，原因：{WHY}", True)]
    assert "<strong>正在更正</strong>" in signed_in(people["heya"]).get("/desk/").content.decode()
