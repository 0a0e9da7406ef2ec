"""Whatever people press, in whatever order, a stage keeps its promises."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from accounts import log
from accounts.models import LogLine, User
from contest.actions.documents import DocumentRefused, upload_signed_result
from contest.actions.entries import EntryRefused, leave, reinstate
from contest.models import Award, Entry, Stage
from contest.models.entry import Status
from contest.models.stage import State
from contest.workflow import MOVES, CannotMove, Move, next_move, perform
from scoring.actions.hold import WrongState
from scoring.actions.panel import SeatRefused, seat_judge, vacate
from scoring.actions.rulings import BadRuling, level_groups, record_ruling, withdraw_ruling
from scoring.actions.scoring import deal_missing
from scoring.actions.sheets import Change, save_marks
from scoring.models import Result, Ruling, Seat, Sheet, Tabulation
from tests import cast
from tests.scans import PDF
from tests.scoring.filling import confirm, make_ready, marks_of

WHO = ["chenxiao", "linfang", "heya", "luoping", "wumin", "zhengzhi"]
REFUSALS = (CannotMove, PermissionDenied, WrongState, SeatRefused, EntryRefused, BadRuling, DocumentRefused)

ON_THE_WAY = [State.SCORING, State.TABULATED, State.CERTIFIED, State.PUBLISHED]
# Where the runs came; a machine that never left the first state would promise nothing.
REACHED: set[State] = set()


class ManyHands(RuleBasedStateMachine):
    """The people of 茂南区, the office, a neighbour and the supervisor all press buttons on one stage."""

    people: dict[str, User]
    stage: Stage
    far: int

    def __init__(self) -> None:
        super().__init__()
        self.whole = transaction.atomic()
        self.whole.__enter__()
        self.minute = 10
        self.seen_revision = 0

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.whole.__exit__(None, None, None)

    @property
    def here(self) -> Stage:
        return Stage.objects.whole().get(pk=self.stage.pk)

    def at(self) -> Any:
        self.minute += 1
        return cast.later(self.minute)

    def attempt(self, act, *args: Any, **kwargs: Any) -> bool:
        """Do it; a refusal must leave nothing behind, a success exactly one line in the log."""
        before = LogLine.objects.count(), self.trace()
        try:
            act(*args, **kwargs)
        except REFUSALS:
            assert (LogLine.objects.count(), self.trace()) == before
            return False
        assert LogLine.objects.count() == before[0] + 1
        return True

    def trace(self) -> tuple:
        here = self.here
        return (
            here.state,
            here.revision,
            here.certified_by_id,
            here.published_by_id,
            Tabulation.objects.count(),
            Award.objects.live().count(),
            Sheet.objects.count(),
            Ruling.objects.filter(live=True).count(),
            Entry.objects.competing().count(),
            Seat.objects.sitting().count(),
        )

    @initialize(points=st.lists(st.sampled_from([80, 85, 90]), min_size=6, max_size=6))
    def the_stage_has_come_some_way(self, points: list[int]) -> None:
        """Otherwise most runs would end before anything is tabulated; ties would end many before the certificate."""
        for _step in range(self.far):
            move = next_move(self.here)
            assert move is not None
            self.everything_is_scored_and_checked(points if self.far < 3 else [95, 90, 85, 80, 75, 70])
            self.press(move, "luoping" if move.name == "publish" else "chenxiao")
            self.the_paper_is_signed()

    @rule(who=st.sampled_from(WHO))
    def take_the_next_step(self, who: str) -> None:
        if (move := next_move(self.here)) is not None:
            self.press(move, who)

    @rule(move=st.sampled_from(list(MOVES.values())), who=st.sampled_from(WHO))
    def press_any_button(self, move: Move, who: str) -> None:
        self.press(move, who)

    def press(self, move: Move, who: str) -> None:
        before = self.here.state
        if self.attempt(perform, move.name, self.here, by=self.people[who], at=self.at(), reason="有误"):
            assert (before, self.here.state) == (move.before, move.after)
            assert who not in ("wumin", "zhengzhi")
            REACHED.add(move.after)

    @rule(points=st.lists(st.sampled_from([80, 85, 90]), min_size=6, max_size=6))
    def everything_is_scored_and_checked(self, points: list[int]) -> None:
        here = self.here
        if here.state != State.SCORING:
            return
        deal_missing(here, by=self.people["chenxiao"], at=self.at())
        blank = Sheet.objects.counting().filter(stage=here, state="open").values_list("pk", "edit", "entry__order")
        changes = [Change(pk, edit, marks_of(points[(order or 1) - 1] * 100)) for pk, edit, order in blank]
        save_marks(here, changes, by=self.people["chenxiao"], at=self.at())
        confirm(here, checker=self.people["linfang"])

    @rule(place=st.integers(1, 6))
    def somebody_leaves(self, place: int) -> None:
        entry = Entry.objects.select_related("stage__season", "stage__district").get(stage=self.stage, order=place)
        self.attempt(leave, entry, Status.ABSENT, reason="未到场", by=self.people["chenxiao"], at=self.at())

    @rule(place=st.integers(1, 6))
    def somebody_comes_back(self, place: int) -> None:
        entry = Entry.objects.select_related("stage__season", "stage__district").get(stage=self.stage, order=place)
        self.attempt(reinstate, entry, reason="已到场", by=self.people["chenxiao"], at=self.at())

    @rule(number=st.integers(1, 5))
    def a_judge_leaves(self, number: int) -> None:
        seat = Seat.objects.select_related("stage__season", "stage__district").get(stage=self.stage, number=number)
        if Seat.objects.sitting().count() > 3:
            self.attempt(vacate, seat, reason="急事", by=self.people["chenxiao"], at=self.at())

    @rule()
    def a_judge_comes_late(self) -> None:
        if Seat.objects.count() < 6:
            self.attempt(seat_judge, self.here, judge="邓丽", by=self.people["chenxiao"], at=self.at())

    @rule()
    def the_paper_is_signed(self) -> None:
        self.attempt(
            upload_signed_result,
            self.here,
            files=[("a.pdf", PDF)],
            by=self.people["chenxiao"],
            at=self.at(),
        )

    @rule(data=st.data())
    def a_tie_is_ruled_on(self, data: st.DataObject) -> None:
        for group in level_groups(self.stage):
            order = data.draw(st.permutations(group))
            self.attempt(
                record_ruling,
                self.here,
                order=order,
                kind="lots",
                reason="当场抽签",
                by=self.people["linfang"],
                at=self.at(),
            )

    @rule()
    def a_ruling_is_withdrawn(self) -> None:
        ruling = Ruling.objects.select_related("stage__season", "stage__district").first()
        if ruling is not None:
            self.attempt(withdraw_ruling, ruling, reason="写反", by=self.people["linfang"], at=self.at())

    @invariant()
    def revisions_only_grow_and_one_is_live(self) -> None:
        here = self.here
        assert here.revision >= self.seen_revision
        self.seen_revision = here.revision
        assert Tabulation.objects.count() == here.revision
        assert list(Tabulation.objects.filter(live=True).values_list("revision", flat=True)) == (
            [here.revision] if here.revision else []
        )

    @invariant()
    def awards_are_there_exactly_while_the_results_are_certified(self) -> None:
        here = self.here
        certified = here.state in (State.CERTIFIED, State.PUBLISHED, State.CLOSED)
        live = Result.objects.filter(tabulation__live=True)
        assert Award.objects.live().count() == (live.count() if certified else 0)
        assert (here.certified_by_id is not None) == certified
        if certified:
            assert set(Award.objects.live().values_list("entry", "rank", "tier")) == set(
                live.values_list("entry", "rank", "tier")
            )
            assert set(live.values_list("entry", flat=True)) == set(
                Entry.objects.competing().values_list("pk", flat=True)
            )

    @invariant()
    def who_published_did_not_certify(self) -> None:
        here = self.here
        on_notice = here.state in (State.PUBLISHED, State.CLOSED)
        assert (here.published_by_id is not None) == on_notice == (here.notice_until is not None)
        assert not on_notice or here.published_by_id != here.certified_by_id

    @invariant()
    def results_are_complete_once_tabulated(self) -> None:
        if self.here.state in (State.TABULATED, State.CERTIFIED, State.PUBLISHED, State.CLOSED):
            assert not Sheet.objects.counting().exclude(state="confirmed").exists()

    @invariant()
    def the_log_is_whole(self) -> None:
        assert log.verify("2023")[2] == []


@pytest.mark.slow
@pytest.mark.parametrize("far", range(5))
def test_a_stage_keeps_its_promises_whatever_people_press(maonan, people, far):
    class Here(ManyHands):
        pass

    Here.people, Here.far = people, far
    Here.stage = cast.written_down(make_ready(maonan, entrants=6, judges=5, by=people["chenxiao"]))
    REACHED.clear()
    run_state_machine_as_test(
        Here,
        settings=settings(max_examples=5, stateful_step_count=25, suppress_health_check=list(HealthCheck)),
    )
    assert set(ON_THE_WAY[:far]) <= REACHED
