"""Whoever presses whatever, in whatever order: a stage moves along its table, and the log has every step."""

from collections import defaultdict
from dataclasses import replace
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from accounts import log
from accounts.models import LogLine, User
from accounts.proposals.paper import Paper, keep_paper
from contest import workflow
from contest.models import Stage
from contest.models.stage import State
from contest.workflow import MOVES, CannotMove, Problem
from demo.paper import blank_scan
from tests import cast

# The table is Python's; that a step is claimed on either database is tried in test_workflow.py.
pytestmark = pytest.mark.any_database

# What one proposes and another seconds.
BY_TWO = {"reopen_scoring", "withdraw_certification", "withdraw_notice", "reopen_closed"}
# Written out by hand: who may take 茂南区's stage from where to where.
COUNTY = ["chenxiao", "linfang", "heya", "luoping"]
CITY = ["heya", "luoping"]
TABLE = {
    ("preparing", "collecting"): COUNTY,
    ("collecting", "ready"): COUNTY,
    ("ready", "collecting"): COUNTY,
    ("ready", "scoring"): COUNTY,
    ("scoring", "tabulated"): COUNTY,
    ("tabulated", "scoring"): COUNTY,
    ("tabulated", "certified"): COUNTY,
    ("certified", "tabulated"): COUNTY,
    ("certified", "published"): CITY,
    ("published", "certified"): CITY,
    ("published", "closed"): CITY,
    ("closed", "published"): CITY,
}
WHO = [*COUNTY, "huangqiang", "xiening", "zhengzhi"]
MADE: set[str] = set()


class ManyHands(RuleBasedStateMachine):
    """The people of 茂南区, the office, two neighbours and the supervisor press buttons; problems come and go."""

    people: dict[str, User]
    # Where the stage stands before anybody presses anything: told, never drawn, so that no state is left out by chance.
    start: State
    stage: Stage

    def __init__(self) -> None:
        super().__init__()
        self.whole = transaction.atomic()
        self.whole.__enter__()
        self.steps: list[tuple[str, str, str]] = []
        self.minute = 0

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.whole.__exit__(None, None, None)

    @initialize()
    def begin(self) -> None:
        workflow._blockers.clear()
        workflow._performers.clear()
        workflow._joiners.clear()
        self.blocked: set[str] = set()
        paper = Paper("decision", cast.NOW.date(), "", [("处理决定.png", blank_scan("decision"))])
        office = self.people["heya"]
        self.basis = keep_paper(paper, chain="2023", district_id=None, by=office, at=cast.NOW)
        for name in MOVES:
            workflow.blocks(name)(lambda _stage, _at, name=name: [Problem("不行")] if name in self.blocked else [])
        self.stage = Stage.objects.whole().get(district__code="maonan")
        cast.put(self.stage, self.start)
        self.expected = str(self.start)

    @rule(
        who=st.sampled_from(WHO),
        name=st.sampled_from(list(MOVES)),
        reason=st.sampled_from(["", " ", "写错了"]),
        second=st.sampled_from(["", *WHO]),
    )
    def press(self, who: str, name: str, reason: str, second: str) -> None:
        self.minute += 1
        # Everybody has their own page open; some pages are older than the last step.
        stage = Stage.objects.whole().get(pk=self.stage.pk)
        move = MOVES[name]
        pair: dict[str, Any] = {"by": self.people[who], "seconded_by": self.people.get(second), "basis": self.basis}
        allowed = TABLE[move.before, move.after]
        # Whoever is named as the second person has the right and is another, also where one would do.
        seconded = second in allowed and second != who if second else name not in BY_TWO
        may = who in allowed and seconded
        if may and self.expected == move.before and name not in self.blocked and (reason.strip() or not move.is_back):
            workflow.perform(name, stage, at=cast.later(self.minute), reason=reason, **pair)
            self.steps.append((name, who, self.expected))
            self.expected = str(move.after)
            assert stage.state == move.after
        else:
            with pytest.raises(CannotMove if may else PermissionDenied):
                workflow.perform(name, stage, at=cast.later(self.minute), reason=reason, **pair)

    @rule(
        who=st.sampled_from(COUNTY),
        which=st.integers(0, 1),
        reason=st.sampled_from(["写错了", ""]),
        second=st.sampled_from(["", *COUNTY]),
    )
    def press_a_button_that_is_there(self, who: str, which: int, reason: str, second: str) -> None:
        here = [name for name, move in MOVES.items() if move.before == self.expected]
        if here:
            self.press(who, here[which % len(here)], reason, second)

    @rule(name=st.sampled_from(list(MOVES)))
    def a_problem_comes_or_goes(self, name: str) -> None:
        self.blocked ^= {name}

    @invariant()
    def the_state_is_where_the_accepted_steps_lead(self) -> None:
        if hasattr(self, "expected"):
            assert Stage.objects.values_list("state", flat=True).get(pk=self.stage.pk) == self.expected
            MADE.update(name for name, _who, _before in self.steps)

    @invariant()
    def each_accepted_step_has_one_line_and_nothing_else_has(self) -> None:
        written = LogLine.objects.filter(action__in=MOVES).order_by("seq")
        assert list(written.values_list("action", "actor__username")) == [(name, who) for name, who, _ in self.steps]

    @invariant()
    def the_chain_is_whole(self) -> None:
        count, _head, faults = log.verify("2023")
        assert (count, faults) == (1 + len(self.steps), [])


@pytest.fixture
def bare_table(monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine puts in blockers of its own."""
    monkeypatch.setattr(workflow, "_blockers", defaultdict(list))
    monkeypatch.setattr(workflow, "_performers", {})
    monkeypatch.setattr(workflow, "_joiners", defaultdict(list))


HANDS = settings(
    max_examples=10,
    derandomize=True,
    stateful_step_count=20,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
# A planted mistake is to be found, not to be made small.
CARELESS = settings(HANDS, phases=[Phase.generate], max_examples=200)


def hands(people: dict[str, User], start: State) -> type[ManyHands]:
    """The machine for these people and a stage that stands at `start`."""
    return type("ManyHands", (ManyHands,), {"people": people, "start": start})


def test_a_stage_moves_along_its_table_whoever_presses_what(people: dict[str, Any], bare_table: None) -> None:
    assert {(str(move.before), str(move.after)) for move in MOVES.values()} == set(TABLE)
    MADE.clear()
    for start in State:
        run_state_machine_as_test(hands(people, start), settings=HANDS)
    assert set(MOVES) == MADE


def test_a_move_that_one_person_makes_alone_is_found(people: dict[str, Any], bare_table: None, monkeypatch) -> None:
    """The control for two persons: with the pair not asked for the machine must not stay quiet."""
    monkeypatch.setitem(workflow.MOVES, "reopen_scoring", replace(MOVES["reopen_scoring"], by_two=False))
    # The careless move is made, or refused for another reason than the table's.
    with pytest.raises((AssertionError, pytest.fail.Exception, CannotMove)):
        run_state_machine_as_test(hands(people, State.TABULATED), settings=CARELESS)


def test_a_move_that_skips_the_reason_is_found(people: dict[str, Any], bare_table: None, monkeypatch) -> None:
    """The control: with a planted mistake the machine must not stay quiet."""
    careless = replace(MOVES["reopen_collecting"], needs_reason=False)
    monkeypatch.setitem(workflow.MOVES, "reopen_collecting", careless)
    with pytest.raises((AssertionError, pytest.fail.Exception)):
        run_state_machine_as_test(hands(people, State.READY), settings=CARELESS)
