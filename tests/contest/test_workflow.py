"""The states of a stage, the moves between them, and what stands in their way."""

import json
from collections import Counter, defaultdict
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts import log
from accounts.models import LogLine
from accounts.proposals.paper import Paper, keep_paper
from contest import workflow
from contest.actions.documents import upload_signed_result
from contest.actions.entries import leave
from contest.actions.season import schedule
from contest.blockers import notice_period_runs
from contest.models import Entry, Stage
from contest.models.entry import Status
from contest.models.stage import State
from contest.workflow import MOVES, CannotMove, Problem
from demo.paper import blank_scan
from tests import cast
from tests.races import in_processes
from tests.scans import PDF

PLAIN = [name for name, move in MOVES.items() if not move.needs_reason]
BACK = [name for name, move in MOVES.items() if move.needs_reason]


@pytest.fixture
def unhindered(monkeypatch):
    """The bare table: nothing blocks a move and nothing else happens with it."""
    monkeypatch.setattr(workflow, "_blockers", defaultdict(list))
    monkeypatch.setattr(workflow, "_performers", {})
    monkeypatch.setattr(workflow, "_joiners", defaultdict(list))


def pair_for(name, people):
    """罗平 stands behind what 何雅 alone may not do, and where it takes one there is a paper."""
    move = MOVES[name]
    told = {"by": people["heya"], "seconded_by": people["luoping"] if move.by_two else None}
    if move.needs_basis:
        paper = Paper("decision", cast.NOW.date(), "", [("处理决定.png", blank_scan("decision"))])
        told["basis"] = keep_paper(paper, chain="2023", district_id=None, by=people["heya"], at=cast.NOW)
    return told


def lines(stage):
    return list(
        LogLine.objects.filter(subject=f"contest.stage:{stage.pk}").order_by("seq").values_list("action", flat=True)
    )


def state(stage):
    return Stage.objects.get(pk=stage.pk).state


# The table.


def test_every_state_but_the_last_has_one_way_forward():
    forward = Counter(move.before for move in MOVES.values() if not move.is_back)
    assert forward == Counter([each for each in State if each != State.CLOSED])


def test_forward_is_one_step_and_back_is_one_step_with_a_reason():
    order = list(State)
    for move in MOVES.values():
        step = order.index(move.after) - order.index(move.before)
        assert (step, move.needs_reason) == ((-1, True) if move.is_back else (1, False)), move.name


def test_a_closed_stage_is_opened_again_by_two_on_a_recorded_decision_only():
    assert [move.name for move in MOVES.values() if move.before == State.CLOSED] == ["reopen_closed"]
    assert [move.name for move in MOVES.values() if move.needs_basis] == ["reopen_closed"]
    assert MOVES["reopen_closed"].by_two


def test_forward_from_the_beginning_leads_to_the_end(maonan):
    seen = []
    while (move := workflow.next_move(maonan)) is not None:
        seen.append(move.name)
        maonan.state = move.after
    assert seen == [
        "open_collecting",
        "close_collecting",
        "open_scoring",
        "tabulate",
        "certify",
        "publish",
        "close",
    ]


def test_every_move_says_what_it_does_before_anybody_presses_the_button():
    assert [move.name for move in MOVES.values() if not (str(move.label) and str(move.note))] == []


# Making a move.


@pytest.mark.parametrize("name", list(MOVES))
def test_a_move_changes_the_state_and_writes_one_line(maonan, people, unhindered, name):
    move = MOVES[name]
    cast.put(maonan, move.before)
    reason = "写错了日期" if move.needs_reason else ""
    pair = pair_for(name, people)
    workflow.make(name, maonan, at=cast.later(3), reason=reason, **pair)
    here = Stage.objects.get(pk=maonan.pk)
    assert (here.state, here.moved_at) == (move.after, cast.later(3))
    assert maonan.state == move.after
    line = LogLine.objects.get(subject=f"contest.stage:{maonan.pk}")
    assert (line.action, line.actor, line.at) == (name, people["heya"], cast.later(3))
    told = json.loads(line.payload)["facts"]
    assert (told["before"], told["after"]) == (move.before, move.after)


@pytest.mark.parametrize("name", list(MOVES))
@pytest.mark.parametrize("where", list(State))
def test_a_move_is_made_from_its_own_state_only(maonan, people, unhindered, name, where):
    if where == MOVES[name].before:
        return
    cast.put(maonan, where)
    pair = pair_for(name, people)
    with pytest.raises(CannotMove, match="状态已经变化"):
        workflow.make(name, maonan, at=cast.NOW, reason="写错了日期", **pair)
    assert (state(maonan), lines(maonan)) == (where, [])


@pytest.mark.parametrize("name", BACK)
@pytest.mark.parametrize("reason", ["", " ", "\n\t"])
def test_going_back_wants_a_reason(maonan, people, unhindered, name, reason):
    cast.put(maonan, MOVES[name].before)
    pair = pair_for(name, people)
    with pytest.raises(CannotMove, match="请写明原因"):
        workflow.make(name, maonan, at=cast.NOW, reason=reason, **pair)
    assert (state(maonan), lines(maonan)) == (MOVES[name].before, [])


def test_reopening_what_is_closed_wants_a_paper(maonan, people, unhindered):
    cast.put(maonan, State.CLOSED)
    pair = {"by": people["heya"], "seconded_by": people["luoping"]}
    with pytest.raises(CannotMove, match="请附上处理决定"):
        workflow.make("reopen_closed", maonan, at=cast.NOW, reason="异议成立", **pair)
    assert (state(maonan), lines(maonan)) == (State.CLOSED, [])


def test_the_written_reason_is_kept_beside_the_line(maonan, people, unhindered):
    cast.put(maonan, State.READY)
    workflow.make("reopen_collecting", maonan, by=people["chenxiao"], at=cast.NOW, reason="漏了一位")
    line = LogLine.objects.get(action="reopen_collecting")
    assert line.note.text == "漏了一位"
    assert "漏了一位" not in line.payload


@pytest.mark.parametrize("name", list(MOVES))
@pytest.mark.parametrize("username", ["huangqiang", "zhengzhi"])
def test_the_neighbour_and_the_supervisor_make_no_move(maonan, people, unhindered, name, username):
    cast.put(maonan, MOVES[name].before)
    with pytest.raises(PermissionDenied):
        workflow.make(name, maonan, by=people[username], at=cast.NOW, reason="写错了日期")
    assert (state(maonan), lines(maonan)) == (MOVES[name].before, [])


@pytest.mark.parametrize("name", ["publish", "withdraw_notice", "close"])
def test_publishing_and_closing_are_the_offices(maonan, people, unhindered, name):
    cast.put(maonan, MOVES[name].before)
    with pytest.raises(PermissionDenied):
        workflow.make(name, maonan, by=people["chenxiao"], at=cast.NOW, reason="写错了日期")


def test_fields_that_change_with_the_state_change_in_the_same_step(maonan, people, unhindered):
    cast.put(maonan, State.SCORING)
    workflow.make("tabulate", maonan, by=people["chenxiao"], at=cast.NOW, revision=4)
    assert (maonan.revision, Stage.objects.get(pk=maonan.pk).revision) == (4, 4)


def test_a_problem_is_on_the_checklist_and_guards_the_move(maonan, people, unhindered):
    problem = Problem("礼堂还没有借到。", "/desk/")
    workflow.blocks("open_collecting")(lambda stage, at: [problem])
    assert workflow.problems(maonan, MOVES["open_collecting"], cast.NOW) == [problem]
    assert workflow.problems(maonan, MOVES["close_collecting"], cast.NOW) == []
    with pytest.raises(CannotMove) as refused:
        workflow.make("open_collecting", maonan, by=people["chenxiao"], at=cast.NOW)
    assert refused.value.problems == [problem]
    assert (state(maonan), maonan.state, lines(maonan)) == (State.PREPARING, State.PREPARING, [])


def test_a_move_that_does_not_exist_blocks_nothing():
    with pytest.raises(KeyError):
        workflow.blocks("dance")(lambda stage, at: [])
    with pytest.raises(KeyError):
        workflow.performs("dance")(lambda stage, **told: None)


def test_work_that_belongs_to_a_move_is_done_with_it_or_not_at_all(maonan, people, unhindered):
    @workflow.performs("open_collecting")
    @transaction.atomic
    def open_and_stumble(stage, *, by, at, **told):
        workflow.make("open_collecting", stage, by=by, at=at, **told)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        workflow.perform("open_collecting", maonan, by=people["chenxiao"], at=cast.NOW)
    assert (state(maonan), lines(maonan)) == (State.PREPARING, [])


def test_several_apps_take_part_in_a_move_in_turn_and_their_words_stand_in_its_line(maonan, people, unhindered):
    seen = []

    @workflow.joins("open_collecting")
    def hall(stage, *, by, at, reason):
        seen.append(("hall", stage.state))
        return {"hall": "白石镇礼堂"}

    @workflow.joins("open_collecting", "close_collecting")
    def chairs(stage, *, by, at, reason):
        seen.append(("chairs", stage.state))

    workflow.perform("open_collecting", maonan, by=people["chenxiao"], at=cast.NOW)
    assert seen == [("hall", State.PREPARING), ("chairs", State.PREPARING)]
    line = LogLine.objects.get(chain="2023", action="open_collecting")
    assert json.loads(line.payload)["facts"]["hall"] == "白石镇礼堂"
    workflow.make("close_collecting", maonan, by=people["chenxiao"], at=cast.NOW)
    assert seen[2:] == [("chairs", State.COLLECTING)]


def test_when_one_app_stumbles_in_its_part_nobodys_part_is_done(maonan, people, unhindered):
    @workflow.joins("open_collecting")
    def write_something(stage, *, by, at, reason):
        Stage.objects.filter(pk=stage.pk).update(venue="白石镇礼堂")

    @workflow.joins("open_collecting")
    def stumble(stage, *, by, at, reason):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        workflow.perform("open_collecting", maonan, by=people["chenxiao"], at=cast.NOW)
    assert (state(maonan), Stage.objects.get(pk=maonan.pk).venue, lines(maonan)) == (State.PREPARING, "", [])


def test_the_moves_open_to_somebody_are_those_they_may_make_from_here(maonan, people, unhindered):
    def names(username):
        return [move.name for move in workflow.open_to(maonan, people[username])]

    cast.put(maonan, State.CERTIFIED)
    assert names("heya") == ["publish", "withdraw_certification"]
    assert names("chenxiao") == ["withdraw_certification"]
    assert names("huangqiang") == names("zhengzhi") == []


# Two at once. The careless move below is `make` without its claim: it reads, then writes.

SETTING = """
import time
from django.db import transaction
from accounts import log
from accounts.models import User
from contest.models import Stage
from contest.workflow import CannotMove, make, _blockers
from demo.paper import blank_scan
from tests import cast
from tests.scans import PDF
_blockers.clear()
heya, stage = User.objects.get(username="heya"), Stage.objects.whole().get(district__code="maonan")
heya.granted

def careless():
    if Stage.objects.get(pk=stage.pk).state != "preparing":
        raise CannotMove([])
    time.sleep(1)
    with transaction.atomic():
        Stage.objects.filter(pk=stage.pk).update(state="collecting")
        log.write("2023", "open_collecting", by=heya, at=cast.NOW, on=stage)
"""


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_processes_make_a_move_once(maonan, people):
    act = 'make("open_collecting", stage, by=heya, at=cast.NOW)'
    assert in_processes(SETTING, act, act) == ["CannotMove", "done"]
    assert lines(maonan) == ["open_collecting"]
    assert log.verify("2023")[2] == []


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_without_the_claim_two_processes_make_it_twice(maonan, people):
    """The control: this is what the test above would see if the protection were gone."""
    assert in_processes(SETTING, "careless()", "careless()") == ["done", "done"]
    assert lines(maonan) == ["open_collecting", "open_collecting"]


# What the contest itself knows to stand in the way.


def told(stage, name, at=cast.NOW):
    stage.refresh_from_db()
    own = [blocker for blocker in workflow._blockers[name] if blocker.__module__ == "contest.blockers"]
    return [problem.text for blocker in own for problem in blocker(stage, at)]


def test_nobody_is_collected_from_and_nobody_scored_before_somebody_entered(maonan, people):
    for name in ("open_collecting", "close_collecting", "open_scoring"):
        assert "还没有参赛者。" in told(maonan, name)
    entries = cast.enter_people(maonan, 1, by=people["chenxiao"])
    assert told(maonan, "open_collecting") == told(maonan, "close_collecting") == told(maonan, "open_scoring") == []
    leave(
        entries[0], Status.WITHDRAWN, reason="生病", by=people["chenxiao"], seconded_by=people["linfang"], at=cast.NOW
    )
    assert "还没有参赛者。" in told(maonan, "open_scoring")


def test_scoring_waits_for_the_draw_of_everybody_who_competes(maonan, people):
    entries = cast.enter_people(maonan, 3, by=people["chenxiao"])
    Entry.objects.filter(pk__in=[entries[0].pk, entries[1].pk]).update(order=None)
    assert told(maonan, "open_scoring") == ["还有 2 位参赛者没有出场顺序，请先抽签。"]
    leave(
        entries[0], Status.ABSENT, reason="没有到场", by=people["chenxiao"], seconded_by=people["linfang"], at=cast.NOW
    )
    assert told(maonan, "open_scoring") == ["还有 1 位参赛者没有出场顺序，请先抽签。"]


def test_certifying_waits_for_the_signed_sheet_of_these_results(maonan, people, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    schedule(maonan, held_on=cast.NOW.date(), venue="白石镇礼堂", by=people["chenxiao"], at=cast.NOW)
    Stage.objects.filter(pk=maonan.pk).update(revision=1, state=State.TABULATED)
    assert told(maonan, "certify") == ["请上传评委签字的成绩单扫描件或照片（本版成绩）。"]
    upload_signed_result(maonan, files=[("a.pdf", PDF)], by=people["chenxiao"], at=cast.NOW)
    assert told(maonan, "certify") == []
    Stage.objects.filter(pk=maonan.pk).update(revision=2)
    assert told(maonan, "certify") == ["请上传评委签字的成绩单扫描件或照片（本版成绩）。"]


@pytest.mark.parametrize(("held_on", "venue"), [(None, "白石镇礼堂"), (cast.NOW.date(), ""), (None, "")])
def test_certifying_waits_for_the_day_and_the_place_on_the_signed_sheet(maonan, people, held_on, venue):
    schedule(maonan, held_on=held_on, venue=venue, by=people["chenxiao"], at=cast.NOW)
    wanted, _paper = workflow.problems(Stage.objects.get(pk=maonan.pk), MOVES["certify"], cast.NOW)
    assert wanted == Problem(
        "成绩单上要写明举办日期和地点，请先填写，再打印成绩单。", f"/desk/stages/{maonan.pk}/schedule/"
    )


def test_closing_waits_for_the_end_of_the_notice_to_the_microsecond(maonan, people, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    cast.put(maonan, State.PUBLISHED)
    files = [("a.pdf", PDF)]
    upload_signed_result(maonan, files=files, sealed=True, by=people["chenxiao"], at=cast.NOW)
    assert told(maonan, "close") == ["公示期尚未结束：公示至 —。"]
    Stage.objects.filter(pk=maonan.pk).update(notice_from=cast.NOW, notice_until=cast.later(60))
    assert told(maonan, "close", cast.later(60) - timedelta(microseconds=1)) == [
        "公示期尚未结束：公示至 2023-11-25 10:00。"
    ]
    assert told(maonan, "close", cast.later(60)) == []


def test_closing_waits_for_the_sealed_sheet_of_these_results(maonan, people):
    cast.put(maonan, State.PUBLISHED)
    Stage.objects.filter(pk=maonan.pk).update(notice_from=cast.NOW, notice_until=cast.later(60))
    assert told(maonan, "close", cast.later(60)) == ["请上传签字并盖章的成绩单扫描件（本版成绩）。"]


def test_closing_believes_the_moment_it_is_handed_and_not_the_clock(maonan, people, unhindered):
    """The notice ended years ago by the clock of this machine; at the moment handed in it still hangs."""
    workflow.blocks("close")(notice_period_runs)
    cast.put(maonan, State.PUBLISHED)
    Stage.objects.filter(pk=maonan.pk).update(notice_from=cast.NOW, notice_until=cast.later(60))
    maonan.refresh_from_db()
    with pytest.raises(CannotMove):
        workflow.make("close", maonan, by=people["heya"], at=cast.later(59))
    assert state(maonan) == State.PUBLISHED
    workflow.make("close", maonan, by=people["heya"], at=cast.later(60))
    assert state(maonan) == State.CLOSED
