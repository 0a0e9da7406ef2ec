"""Who may come into a stage, leave it, or come back, as far as other apps know: asked by the page and by the action.

Apps further right add what they know when Django loads them, as blockers of moves are added.
"""

from collections.abc import Callable, Collection, Iterable
from enum import StrEnum

from contest.models import Stage
from contest.workflow import Problem


class Way(StrEnum):
    ENTER = "enter"
    LEAVE = "leave"
    RETURN = "return"


Guard = Callable[[Stage, Way, Collection[int]], Iterable[Problem]]
_guards: list[Guard] = []


def guards(guard: Guard) -> Guard:
    """Add a source of problems; use as a decorator. It gets the ids of the secretaries who are about to go that way."""
    _guards.append(guard)
    return guard


def in_the_way(stage: Stage, way: Way, people: Collection[int]) -> list[Problem]:
    """Why these people may not go this way now; the stage's row is locked when it is an action that asks."""
    return [problem for guard in _guards for problem in guard(stage, way, people)]
