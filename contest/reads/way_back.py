"""The way back (更正程序, DESIGN 6): what must be undone, in which order, before results can be put right."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.urls import reverse

from accounts import log
from accounts.models import Proposal
from accounts.permissions import may
from accounts.proposals import reads as proposals
from contest import workflow
from contest.models import Stage
from contest.models.stage import State
from contest.workflow import Problem

if TYPE_CHECKING:
    from accounts.models import User

WITH_RESULTS = (State.TABULATED, State.CERTIFIED, State.PUBLISHED, State.CLOSED)


@dataclass(frozen=True, slots=True)
class Step:
    """One move back. `url` is where it is proposed, by somebody who may, once nothing stands before it."""

    label: str
    note: str
    url: str
    waiting: Proposal | None


@dataclass(frozen=True, slots=True)
class WayBack:
    """`first` must be undone before anything moves, `steps` follow in this order, `resting` becomes superseded."""

    first: Sequence[Problem]
    steps: Sequence[Step]
    resting: Sequence[Problem]


def way_back(stage: Stage, user: "User", at: datetime) -> WayBack:
    """From where the stage stands to the scoring, as this person meets it."""
    moves = workflow.back_from(State(stage.state))
    first = [problem for move in moves for problem in workflow.problems(stage, move, at)]
    proposed = {proposal.verb: proposal for proposal in proposals.about(log.subject(stage), at)}
    steps = []
    for place, move in enumerate(moves):
        is_next = place == 0 and not first and move.name not in proposed and may(user, move.action, stage)
        url = reverse("contest:move", args=[stage.pk, move.name]) if is_next else ""
        steps.append(Step(str(move.label), str(move.note), url, proposed.get(move.name)))
    return WayBack(list(dict.fromkeys(first)), steps, workflow.what_rests_on(stage, at))
