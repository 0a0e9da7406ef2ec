"""The way back (更正程序, DESIGN 6): what must be undone, in which order, before results can be put right."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import CharField, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Concat
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import log
from accounts.models import Proposal
from accounts.models.proposal import ProposalQuerySet
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


def last_step_back(stage: Stage) -> Proposal | None:
    """The step of the way back that was the stage's last move, with both people; None once it moved forward again."""
    return _steps_back().whole().filter(about=log.subject(stage), closed_at=stage.moved_at).first()


def with_step_back(stages: QuerySet[Stage]) -> QuerySet[Stage]:
    """The stages, each with `step_back`: the name of such a last move, None where there is none. No further query."""
    about = Concat(Value(f"{Stage._meta.label_lower}:"), Cast(OuterRef("pk"), CharField()))
    last = _steps_back().filter(about=about, closed_at=OuterRef("moved_at"))
    return stages.annotate(step_back=Subquery(last.values("verb")[:1]))


def _steps_back() -> ProposalQuerySet:
    return Proposal.objects.filter(verb__in=BACK, state=Proposal.State.SECONDED)


def _whose(stage: Stage, move: workflow.Move) -> str:
    if Role.ORGANIZER in POLICY[move.action] and not stage.is_final:
        return _("由县级组织者办理。")
    return _("由市级工作人员办理。")
