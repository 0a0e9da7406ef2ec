"""The states of a stage and the moves between them, in one table.

The buttons on the stage's page and the guard behind them read the same table, and `problems` is both the checklist
shown before a button and the guard when it is pressed.

Apps further right add what they know when Django loads them, as system checks are added: `blocks` adds a reason why a
move cannot be made yet, `warns` a note on what it leaves undone, `performs` names the action that makes a move
together with its own work, and `joins` adds work of one more app that is done in every making of the move, whoever
makes it.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import log
from accounts.permissions import Action, may, require, require_pair
from accounts.proposals.paper import Paper, keep_paper, resting_on
from accounts.shown import refuse_unless_shown
from accounts.words import written
from contest.models.stage import Stage, State

if TYPE_CHECKING:
    from accounts.models import Basis, User


@dataclass(frozen=True, slots=True)
class Move:
    """One step of a stage. `note` tells what it changes, before anybody presses the button."""

    name: str
    before: State
    after: State
    action: Action
    label: str | Promise
    note: str | Promise = ""
    needs_reason: bool = False
    # Proposed by one, made when another seconds it (DESIGN 9).
    by_two: bool = False
    # On a recorded decision only (DESIGN 6).
    needs_basis: bool = False
    # A paper can be attached where it is made: a leader's decision is recorded, leaders do not sign in (DESIGN 6).
    takes_basis: bool = False

    @property
    def is_back(self) -> bool:
        order = list(State)
        return order.index(self.after) < order.index(self.before)


# fmt: off
MOVES = {move.name: move for move in (
    Move("open_collecting", State.PREPARING, State.COLLECTING, Action.RUN_STAGE, _("开始征集"),
         _("名册确认后开始征集参赛材料。")),
    Move("close_collecting", State.COLLECTING, State.READY, Action.RUN_STAGE, _("结束征集，进入待赛"),
         _("此后抽签、设置评审团；参赛材料不再变动。")),
    Move("reopen_collecting", State.READY, State.COLLECTING, Action.RUN_STAGE, _("退回征集"),
         _("重新接收材料；须写明原因。"), needs_reason=True),
    Move("open_scoring", State.READY, State.SCORING, Action.RUN_STAGE, _("开始评分"),
         _("评分细则就此冻结，并为每位参赛者和每个评委席发出评分表。")),
    Move("tabulate", State.SCORING, State.TABULATED, Action.TABULATE, _("统分"),
         _("全部评分表核对无误后统分，得出总分、名次和奖次。")),
    Move("reopen_scoring", State.TABULATED, State.SCORING, Action.REOPEN_SCORING, _("退回评分"),
         _("更正评分表后须重新统分；须写明原因。"), needs_reason=True, by_two=True),
    Move("certify", State.TABULATED, State.CERTIFIED, Action.CERTIFY, _("签字确认成绩"),
         _("评委在成绩单上签字并上传后签字确认，奖项就此确定；盖章件两个工作日内补交。"), takes_basis=True),
    Move("withdraw_certification", State.CERTIFIED, State.TABULATED, Action.CERTIFY, _("撤回签字确认"),
         _("成绩有误时撤回；须写明原因。"), needs_reason=True, by_two=True),
    Move("publish", State.CERTIFIED, State.PUBLISHED, Action.PUBLISH, _("公示"),
         _("由签字确认人以外的市级工作人员公示结果，公示期就此开始。"), takes_basis=True),
    Move("withdraw_notice", State.PUBLISHED, State.CERTIFIED, Action.WITHDRAW_NOTICE, _("撤回公示"),
         _("公示内容有误时撤回；须写明原因。"), needs_reason=True, by_two=True),
    Move("close", State.PUBLISHED, State.CLOSED, Action.CLOSE_STAGE, _("生效"),
         _("公示期满后生效；此后只有凭处理决定才能重新打开。")),
    Move("reopen_closed", State.CLOSED, State.PUBLISHED, Action.CLOSE_STAGE, _("凭处理决定重新打开"),
         _("生效之后发现有误，凭处理决定或会议纪要重新打开；须写明原因。"),
         needs_reason=True, by_two=True, needs_basis=True),
)}
# fmt: on


@dataclass(frozen=True, slots=True)
class Problem:
    """What still stands in the way, as a sentence; `url` leads to the page where it is put right."""

    text: str
    url: str = ""


# So many are named where many stand in a move's way or are left behind by it.
MOST_NAMED = 12


class CannotMove(Exception):
    """The stage cannot make this move now; `problems` says why."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = list(problems)
        super().__init__(" ".join(problem.text for problem in self.problems))


class Blocker(Protocol):
    def __call__(self, stage: Stage, at: datetime) -> Iterable[Problem]: ...


class Performer(Protocol):
    def __call__(
        self,
        stage: Stage,
        *,
        by: "User",
        at: datetime,
        reason: str,
        seconded_by: "User | None",
        basis: "Basis | None",
    ) -> Any: ...


Resting = Callable[[Stage, datetime], Iterable[Problem]]


class Joiner(Protocol):
    def __call__(self, stage: Stage, *, by: "User", at: datetime, reason: str) -> Mapping[str, Any] | None: ...


_blockers: dict[str, list[Blocker]] = defaultdict(list)
_warners: dict[str, list[Blocker]] = defaultdict(list)
_last: set[Blocker] = set()
_performers: dict[str, Performer] = {}
_joiners: dict[str, list[Joiner]] = defaultdict(list)
_resting: list[Resting] = []


def blocks(*moves: str, last: bool = False) -> Callable[[Blocker], Blocker]:
    """Add a source of problems for these moves; use as a decorator. `last` is for what is done when all else is."""

    def add(blocker: Blocker) -> Blocker:
        for move in moves:
            _blockers[MOVES[move].name].append(blocker)
        if last:
            _last.add(blocker)
        return blocker

    return add


def warns(*moves: str) -> Callable[[Blocker], Blocker]:
    """Add a source of notes on what these moves leave undone; use as a decorator.

    They are shown before the button, and asked about once; they stop nobody (DESIGN 6).
    """

    def add(warner: Blocker) -> Blocker:
        for move in moves:
            _warners[MOVES[move].name].append(warner)
        return warner

    return add


def performs(move: str) -> Callable[[Performer], Performer]:
    """Name the action that makes this move together with its own work; use as a decorator."""

    def add(performer: Performer) -> Performer:
        _performers[MOVES[move].name] = performer
        return performer

    return add


def joins(*moves: str) -> Callable[[Joiner], Joiner]:
    """Add an app's own part of these moves; use as a decorator.

    It runs inside `make`, after the claim and the problems and before the log line, in the order of the apps; what it
    returns stands in the move's log line. `stage` still has the state that it had before.
    """

    def add(joiner: Joiner) -> Joiner:
        for move in moves:
            _joiners[MOVES[move].name].append(joiner)
        return joiner

    return add


def rests(function: Resting) -> Resting:
    """Add a source of what rests on a stage's results, a sentence each: awards, certificates, letters, lists."""
    _resting.append(function)
    return function


def what_rests_on(stage: Stage, at: datetime) -> list[Problem]:
    """Everything that has to be undone, or becomes superseded, when the stage's results are put right."""
    return [problem for function in _resting for problem in function(stage, at)]


def back_from(state: State) -> list[Move]:
    """The moves from here back to the scoring, in the order in which they are made (DESIGN 6, the way back)."""
    back = {move.before: move for move in MOVES.values() if move.is_back}
    moves: list[Move] = []
    while state != State.SCORING and (move := back.get(state)) and move.by_two:
        moves.append(move)
        state = move.after
    return moves


def problems(stage: Stage, move: Move, at: datetime) -> list[Problem]:
    """Everything that stands in the way of `move` at the moment `at`, for the checklist and for the guard."""
    in_turn = sorted(_blockers[move.name], key=lambda blocker: blocker in _last)
    return [problem for blocker in in_turn for problem in blocker(stage, at)]


def undone(stage: Stage, move: Move, at: datetime) -> list[Problem]:
    """What `move` would leave undone at the moment `at`, in the order of the apps."""
    return [note for warner in _warners[move.name] for note in warner(stage, at)]


def named(names: Sequence[str]) -> str:
    """People in one sentence: the first of them by name, the rest as a number."""
    if len(names) <= MOST_NAMED:
        return gettext("、").join(names)
    told = {"names": gettext("、").join(names[:MOST_NAMED]), "rest": len(names) - MOST_NAMED}
    return gettext("%(names)s 等，另有 %(rest)d 人") % told


def open_to(stage: Stage, user: "User") -> list[Move]:
    """The moves this person may make from where the stage stands: forwards first."""
    moves = (move for move in MOVES.values() if move.before == stage.state and may(user, move.action, stage))
    return sorted(moves, key=lambda move: move.is_back)


def next_move(stage: Stage) -> Move | None:
    """The way forward from here, whoever makes it; None when the stage is closed."""
    return next((move for move in MOVES.values() if move.before == stage.state and not move.is_back), None)


def perform(
    name: str,
    stage: Stage,
    *,
    by: "User",
    at: datetime,
    reason: str = "",
    seconded_by: "User | None" = None,
    basis: "Basis | None" = None,
) -> None:
    """Make a move with whatever work belongs to it, on a paper where there is one.

    Raises CannotMove, PermissionDenied, NeedsSecond where the move takes two people.
    """
    performer = _performers.get(name)
    if performer is None:
        make(name, stage, by=by, at=at, reason=reason, seconded_by=seconded_by, basis=basis)
    else:
        performer(stage, by=by, at=at, reason=reason, seconded_by=seconded_by, basis=basis)


def as_shown(stage: Stage) -> str:
    """What a page with a move's button shows: which results, since which move. Its form sends this back."""
    return f"{stage.revision}:{stage.moved_at.isoformat() if stage.moved_at else ''}"


@transaction.atomic
def perform_on(
    paper: Paper | None,
    name: str,
    stage: Stage,
    *,
    by: "User",
    at: datetime,
    reason: str = "",
    shown: str | None = None,
) -> None:
    """Make a move on a paper that is kept with it, where one was attached, as long as it is what was `shown`.

    Whoever does the second half of what takes two, as publishing does, does it to what their page told them.
    Raises PaperRefused, and as `perform`.
    """
    here = Stage.objects.whole().held().get(pk=stage.pk)
    told = gettext("“%(stage)s”在您打开页面之后有变化：现在是%(state)s，第 %(revision)d 版成绩。请核对后再办理。")
    facts = {"stage": here.title, "state": here.get_state_display(), "revision": here.revision}
    refuse_unless_shown(shown, as_shown(here), lambda why: CannotMove([Problem(why)]), told % facts)
    basis = None
    if paper is not None:
        basis = keep_paper(paper, chain=stage.season.code, district_id=stage.district_id, by=by, at=at)
    perform(name, stage, by=by, at=at, reason=reason, basis=basis)


@transaction.atomic
def make(
    name: str,
    stage: Stage,
    *,
    by: "User",
    at: datetime,
    reason: str = "",
    seconded_by: "User | None" = None,
    basis: "Basis | None" = None,
    facts: Mapping[str, Any] | None = None,
    **also: Any,
) -> None:
    """Claim the move, look for problems, let the other apps do their part, write the log line; all of it or nothing.

    The claim comes first: it locks the stage's row, so that nothing the problems look at can change before the commit.
    `also` are fields of the stage that change with its state; `facts` go into the log line with the move's states.
    Raises CannotMove, PermissionDenied and NeedsSecond; `stage` is brought up to date only when the move was made.
    """
    move = MOVES[name]
    if move.by_two or seconded_by is not None:
        require_pair(by, seconded_by, move.action, stage, at=at)
    else:
        require(by, move.action, stage, at=at)
    if move.needs_reason and not written(reason):
        raise CannotMove([Problem(gettext("请写明原因。"))])
    if move.needs_basis and basis is None:
        raise CannotMove([Problem(gettext("请附上处理决定或会议纪要的扫描件。"))])
    claimed = Stage.objects.filter(pk=stage.pk, state=move.before).update(state=move.after, moved_at=at, **also)
    if not claimed:
        raise CannotMove([Problem(gettext("“%(stage)s”的状态已经变化，请刷新页面后再操作。") % {"stage": stage.title})])
    here = _as_claimed(stage, {"state", "moved_at", *also})
    if standing := problems(here, move, at):
        raise CannotMove(standing)
    joined = [joiner(here, by=by, at=at, reason=reason) or {} for joiner in _joiners[name]]
    for field, value in {"state": move.after, "moved_at": at, **also}.items():
        setattr(stage, field, value)
    told = {"before": move.before, "after": move.after, **(facts or {})}
    for part in joined:
        told |= part
    told |= resting_on(basis)
    log.write(stage.season.code, name, by=by, at=at, on=stage, reason=reason, seconded_by=seconded_by, **told)


def _as_claimed(stage: Stage, written: Set[str]) -> Stage:
    """The stage as it stands now that nobody else can write on it, but for what its own move has just written.

    What a page read may be older: a notice that hangs longer meanwhile is not closed by its earlier end.
    """
    here = Stage.objects.whole().get(pk=stage.pk)
    for field in written:
        setattr(here, field, getattr(stage, field))
    return here
