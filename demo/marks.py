"""Marks that look like a panel's: each entrant has a level, each judge strays a little from it."""

import random
from collections.abc import Iterable

from scoring.models import Criterion

# How far a judge strays from the entrant's level, in percent of a criterion's maximum.
STRAY = 6


def marks_for(criteria: Iterable[Criterion], talent: int, dice: random.Random) -> dict[str, int]:
    """One sheet's marks in hundredths, on the criteria's steps; `talent` is the entrant's level in percent."""
    return {criterion.code: _mark(criterion, talent, dice) for criterion in criteria}


def _mark(criterion: Criterion, talent: int, dice: random.Random) -> int:
    percent = min(100, max(0, talent + dice.randint(-STRAY, STRAY)))
    return criterion.max_c * percent // 100 // criterion.step_c * criterion.step_c
