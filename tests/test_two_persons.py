"""Every registered verb, one by one: nothing that decides is done by one person (DESIGN 9).

A verb registered later fails here until it has its example.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db.models import Model

from accounts.models import Grant, LogLine, Proposal, User
from accounts.permissions import NeedsSecond
from accounts.proposals import actions
from accounts.proposals.paper import Paper
from accounts.proposals.registry import all_verbs, verb_named
from contest.models import Entry, Stage
from contest.models.stage import State
from contest.workflow import perform
from demo.paper import blank_scan
from scoring.models import Seat
from tests import cast
from tests.scoring.filling import counted, entries_at, fill, level, opened, sign

WHY = "现场情况有变"
DECISION = Paper("decision", date(2023, 11, 25), "茂乡振处〔2023〕1号", [("处理决定.png", blank_scan("decision"))])


@dataclass(frozen=True)
class Example:
    """A verb at work in 茂南区: what it is about, its arguments, what can happen before it is seconded."""

    made: Callable[[Stage, dict[str, User]], tuple[Model, dict[str, Any]]]
    meanwhile: Callable[[Any], Any]
    pair: tuple[str, str] = ("chenxiao", "linfang")


def scoring(stage: Stage, people: dict[str, User]) -> Stage:
    return opened(stage, entrants=2, judges=4, by=people["chenxiao"])


def tied(stage: Stage, people: dict[str, User]) -> Stage:
    """Tabulated; the two at the top stand level."""
    stage = opened(stage, entrants=2, judges=3, by=people["chenxiao"])
    counted(stage, level(90, 90, judges=3), typist=people["chenxiao"], checker=people["linfang"])
    return Stage.objects.whole().get(pk=stage.pk)


def ruled(stage: Stage, people: dict[str, User]) -> Model:
    stage = tied(stage, people)
    told = {"order": entries_at(stage, 2, 1), "kind": "lots", "reason": "当场抽签", "basis": None}
    pair = {"by": people["chenxiao"], "seconded_by": people["linfang"]}
    ruling: Model = verb_named("record_ruling").act(stage, at=cast.later(5), **told, **pair)
    return verb_named("withdraw_ruling").rows().get(pk=ruling.pk)


def certified(stage: Stage, people: dict[str, User]) -> Stage:
    stage = opened(stage, entrants=2, judges=3, by=people["chenxiao"])
    counted(stage, level(90, 80, judges=3), typist=people["chenxiao"], checker=people["linfang"])
    stage = Stage.objects.whole().get(pk=stage.pk)
    sign(stage, by=people["chenxiao"])
    perform("certify", stage, by=people["chenxiao"], at=cast.later(5))
    return stage


def published(stage: Stage, people: dict[str, User]) -> Stage:
    stage = certified(stage, people)
    perform("publish", stage, by=people["heya"], at=cast.later(6))
    return stage


def closed(stage: Stage, people: dict[str, User]) -> Stage:
    return cast.put(published(stage, people), State.CLOSED)


def winner(stage: Stage, people: dict[str, User]) -> Entry:
    return Entry.objects.whole().get(stage=certified(stage, people), order=1)


def an_entry(stage: Stage, people: dict[str, User]) -> Entry:
    return Entry.objects.whole().get(stage=scoring(stage, people), order=1)


def gone(stage: Stage, people: dict[str, User]) -> Entry:
    entry = an_entry(stage, people)
    Entry.objects.filter(pk=entry.pk).update(status="absent", status_reason="没有到场")
    return Entry.objects.whole().get(pk=entry.pk)


def a_seat(stage: Stage, people: dict[str, User]) -> Model:
    seat = Seat.objects.get(stage=scoring(stage, people), number=4)
    return verb_named("vacate").rows().get(pk=seat.pk)


def a_vacated_seat(stage: Stage, people: dict[str, User]) -> Model:
    seat = a_seat(stage, people)
    Seat.objects.filter(pk=seat.pk).update(vacated_at=cast.NOW, vacated_reason="误办")
    return verb_named("unvacate").rows().get(pk=seat.pk)


def a_chief(stage: Stage, people: dict[str, User]) -> tuple[Model, dict[str, Any]]:
    seat: Any = a_seat(stage, people)
    return seat, {"name": seat.judge, "duty": seat.duty, "is_chief": True}


def moved(stage: Stage) -> None:
    """The stage went on and came back."""
    Stage.objects.filter(pk=stage.pk).update(moved_at=cast.later(59))


def left(entry: Entry) -> None:
    Entry.objects.filter(pk=entry.pk).update(status="withdrawn", status_reason="生病")


def typed(stage: Stage) -> None:
    fill(stage, [[9000]], typist=User.objects.get(username="chenxiao"))


def corrected(stage: Stage) -> None:
    """The stage is tabulated again, and those who stood level stand no longer."""
    stage.tabulations.get(live=True).results.filter(entry__order=1).update(shared=False, total_num=1)


EXAMPLES = {
    "reopen_scoring": Example(lambda stage, people: (tied(stage, people), {}), moved),
    "withdraw_certification": Example(lambda stage, people: (certified(stage, people), {}), moved),
    "withdraw_notice": Example(lambda stage, people: (published(stage, people), {}), moved, ("heya", "luoping")),
    "reopen_closed": Example(lambda stage, people: (closed(stage, people), {}), moved, ("heya", "luoping")),
    "disqualify": Example(lambda stage, people: (winner(stage, people), {}), left, ("heya", "luoping")),
    "leave": Example(lambda stage, people: (an_entry(stage, people), {"status": "absent"}), left),
    "reinstate": Example(lambda stage, people: (gone(stage, people), {"status": "absent"}), left),
    "vacate": Example(
        lambda stage, people: (a_seat(stage, people), {}),
        lambda seat: Seat.objects.filter(pk=seat.pk).update(vacated_at=cast.NOW, vacated_reason="生病"),
    ),
    "unvacate": Example(
        lambda stage, people: (a_vacated_seat(stage, people), {}),
        lambda seat: Seat.objects.filter(pk=seat.pk).update(vacated_at=cast.later(30)),
    ),
    "change_judge": Example(
        a_chief, lambda seat: Seat.objects.filter(stage=seat.stage_id, number=1).update(is_chief=True)
    ),
    "seat_judges": Example(
        lambda stage, people: (scoring(stage, people), {"judges": [["邓丽", "妇联主席", False]]}),
        lambda stage: Seat.objects.create(stage=stage, number=9, judge="曹军"),
    ),
    "record_ruling": Example(
        lambda stage, people: (tied(stage, people), {"order": entries_at(stage, 2, 1), "kind": "lots"}), corrected
    ),
    "withdraw_ruling": Example(
        lambda stage, people: (ruled(stage, people), {}), lambda ruling: type(ruling).objects.update(live=False)
    ),
}
# Verbs whose examples take more than a stage are walked beside their actions.
ELSEWHERE = {
    "revoke_certificate": "certificates/test_ending.py",
    "replace_certificate": "certificates/test_ending.py",
    "open_account": "accounts/proposals/test_accounts.py",
    "change_grants": "accounts/proposals/test_accounts.py",
    "reset_password": "accounts/proposals/test_accounts.py",
    "reopen_account": "accounts/proposals/test_accounts.py",
    "reinstate_disqualified": "attacks/test_back_after_decision.py",
    "allow_fewer": "scoring/views/test_fewer_judges.py",
    "correct_person": "contest/test_names_by_two.py",
    "enter_order": "contest/test_draw.py",
    "swap_places": "contest/test_draw.py",
    "void_draw": "contest/test_draw.py",
    "import_roster": "contest/test_names_by_two.py",
    "correct_season": "contest/test_season_changes.py",
    "set_calendar": "contest/test_season_changes.py",
    "set_levels": "contest/test_levels.py",
    "change_quota_table": "quota/views/test_table.py",
    "revoke_approval": "quota/actions/test_approval.py",
    "approve_shortlist": "quota/actions/test_approval.py",
}
NAMES = sorted(verb.name for verb in all_verbs())
HERE = [name for name in NAMES if name in EXAMPLES]


def test_every_verb_is_walked_here_or_beside_its_action():
    assert set(NAMES) == {*EXAMPLES, *ELSEWHERE}
    for name, path in ELSEWHERE.items():
        assert name in (Path(__file__).parent / path).read_text(encoding="utf-8")


@pytest.fixture
def example(request, maonan, people):
    """The verb, what it is about, its arguments, the pair of people, and how often it was done before."""
    name = request.param
    told = EXAMPLES[name]
    obj, arguments = told.made(maonan, people)
    first, second = (people[username] for username in told.pair)
    return name, obj, arguments, first, second


def done(name: str) -> int:
    return LogLine.objects.filter(action=name).count()


def proposed(name, obj, arguments, by) -> Proposal:
    return actions.propose(name, obj, arguments, reason=WHY, paper=DECISION, by=by, at=cast.later(20))


each_verb = pytest.mark.parametrize("example", HERE, indirect=True)


@each_verb
def test_nobody_does_it_alone(example, people):
    name, obj, arguments, first, _second = example
    verb, before = verb_named(name), done(name)
    for other in (None, first):
        with pytest.raises(NeedsSecond):
            verb.act(obj, by=first, at=cast.later(20), seconded_by=other, reason=WHY, basis=None, **arguments)
    proposal = proposed(name, obj, arguments, first)
    with pytest.raises(actions.OwnProposal):
        actions.second(proposal, by=first, at=cast.later(21))
    for stranger in ("wumin", "zhengzhi"):
        with pytest.raises(PermissionDenied):
            actions.second(proposal, by=people[stranger], at=cast.later(21))
        with pytest.raises(PermissionDenied):
            proposed(name, obj, arguments, people[stranger])
    proposal.refresh_from_db()
    assert (proposal.state, done(name)) == ("open", before)


@each_verb
def test_what_changed_meanwhile_and_whoever_lost_the_right_is_not_seconded(example):
    name, obj, arguments, first, second = example
    before, proposal = done(name), proposed(name, obj, arguments, first)
    grants = list(Grant.objects.filter(user=first))
    Grant.objects.filter(user=first).delete()
    with pytest.raises(actions.ProposerLostRight):
        actions.second(proposal, by=second, at=cast.later(21))
    Grant.objects.bulk_create(grants)
    EXAMPLES[name].meanwhile(obj)
    with pytest.raises(actions.Changed):
        actions.second(proposal, by=second, at=cast.later(22))
    proposal.refresh_from_db()
    assert (proposal.state, done(name)) == ("open", before)


@each_verb
def test_seconded_it_is_done_and_the_log_names_both(example):
    name, obj, arguments, first, second = example
    before, proposal = done(name), proposed(name, obj, arguments, first)
    actions.second(proposal, by=second, at=cast.later(21))
    line = LogLine.objects.filter(action=name).latest("pk")
    assert (done(name), line.actor, line.second) == (before + 1, first, second)
    assert (proposal.state, proposal.closed_by) == ("seconded", second)
