"""The way back (更正程序, DESIGN 6): what must be undone, in which order, before results can be put right."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import log, verbs
from accounts.models import Proposal
from accounts.permissions import POLICY, may
from accounts.proposals import reads as proposals
from accounts.roles import Role
from contest import workflow
from contest.models import Stage
from contest.models.stage import State
from contest.workflow import Problem

if TYPE_CHECKING:
    from accounts.models import User

WITH_RESULTS = (State.TABULATED, State.CERTIFIED, State.PUBLISHED, State.CLOSED)
# Where results that are being put right can stand, from the first to the last.
UNDER_WAY = (State.SCORING, State.TABULATED, State.CERTIFIED, State.PUBLISHED)
BACK = [move.name for move in workflow.MOVES.values() if move.is_back and move.by_two]


@dataclass(frozen=True, slots=True)
class Step:
    """One move back. `url` is where it is proposed, by somebody who may, once nothing stands before it."""

    label: str
    note: str
    who: str
    url: str
    waiting: Proposal | None


@dataclass(frozen=True, slots=True)
class WayBack:
    """`first` must be undone before anything moves, `steps` follow in this order, `resting` becomes superseded.

    `waits` is what else about the stage waits to be seconded, such as undoing what stands before.
    """

    waits: Sequence[proposals.Line]
    first: Sequence[Problem]
    steps: Sequence[Step]
    resting: Sequence[Problem]


@dataclass(frozen=True, slots=True)
class PutRight:
    """Results that are being put right (正在更正): because of what, and what comes next.

    `since` is the newest act that led back, with both people and the reason; `done` says what it was, `then` what to do
    now. `further` is the next move back where nothing was done since, so that it may go on; None where it goes forward.
    """

    since: Proposal
    done: str
    then: str
    further: workflow.Move | None


def way_back(stage: Stage, user: "User", at: datetime) -> WayBack:
    """From where the stage stands to the scoring, as this person meets it."""
    moves = workflow.back_from(State(stage.state))
    first = [problem for move in moves for problem in workflow.problems(stage, move, at)]
    proposed = {proposal.verb: proposal for proposal in proposals.about(log.subject(stage), at)}
    others = [proposal for verb, proposal in proposed.items() if verb not in BACK]
    steps = []
    for place, move in enumerate(moves):
        is_next = place == 0 and not first and move.name not in proposed and may(user, move.action, stage)
        url = reverse("contest:move", args=[stage.pk, move.name]) if is_next else ""
        steps.append(Step(str(move.label), str(move.note), _whose(stage, move), url, proposed.get(move.name)))
    waits = proposals.lines(others, at)
    return WayBack(waits, list(dict.fromkeys(first)), steps, workflow.what_rests_on(stage, at))


def being_put_right(stages: Iterable[Stage]) -> dict[int, PutRight]:
    """Those of the stages whose results are being put right, by id; one query, none before the first scoring.

    It begins with a step back, or another act that leads there (`starts`), and lasts until the stage is again as far
    as it was; what is published again has been put right.
    """
    about = {log.subject(stage): stage for stage in stages if stage.state in UNDER_WAY}
    if not about:
        return {}
    begun = Proposal.objects.whole().filter(about__in=about, verb__in=_leads_back, state=Proposal.State.SECONDED)
    found: dict[int, PutRight] = {}
    for each in begun.order_by("closed_at"):
        stage = about[each.about]
        moved_by_it = each.closed_at == stage.moved_at
        if stage.state in _leads_back[each.verb] and (stage.state != State.PUBLISHED or moved_by_it):
            found[stage.pk] = _put_right(stage, each, goes_back=moved_by_it and each.verb in BACK)
    return found


def starts(verb: str) -> None:
    """Name an act of two, other than a move, that takes a stage back to its results; apps say so when they load."""
    _leads_back[verb] = (State.SCORING, State.TABULATED)


def _put_right(stage: Stage, since: Proposal, *, goes_back: bool) -> PutRight:
    move = workflow.MOVES.get(since.verb)
    done = str(move.label if move else verbs.WORDS.get(since.verb, since.verb))
    further = next(iter(workflow.back_from(State(stage.state))), None) if goes_back else None
    forward = workflow.next_move(stage)
    if stage.state == State.SCORING:
        then = _("请先更正分数、由另一人核对，再重新统分。")
    elif further:
        then = _("成绩有误的，继续走更正程序；不用再退的，才办下面的“下一步”。")
    else:
        then = _("现为第 %(revision)d 版成绩。接下来：%(move)s。") % {
            "revision": stage.revision,
            "move": forward.label if forward else "",
        }
    return PutRight(since, done, then, further)


def _ahead_of(state: State) -> tuple[State, ...]:
    """The states in which a stage that was taken back from this one has not come so far again."""
    return UNDER_WAY[: UNDER_WAY.index(state)] if state in UNDER_WAY else UNDER_WAY


_leads_back = {name: _ahead_of(workflow.MOVES[name].before) for name in BACK}


def _whose(stage: Stage, move: workflow.Move) -> str:
    if Role.ORGANIZER in POLICY[move.action] and not stage.is_final:
        return _("由县级组织者办理。")
    return _("由市级工作人员办理。")
