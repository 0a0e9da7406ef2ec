"""How far each stage has come, measured by the apps that know.

A measure takes stages and returns, for all of them at once, how much of its work is done and how much there is.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from contest.models.stage import Stage


@dataclass(frozen=True, slots=True)
class Progress:
    """`done` of `total` pieces of work, named by `label` (such as sheets confirmed)."""

    label: str
    done: int
    total: int


Measure = Callable[[Iterable[Stage]], dict[int, Progress]]
_measures: list[Measure] = []


def measure(function: Measure) -> Measure:
    """Add a measure; use as a decorator."""
    _measures.append(function)
    return function


def of(stages: Iterable[Stage]) -> dict[int, list[Progress]]:
    """Every stage's measures by stage id; a constant number of queries however many stages."""
    stages = list(stages)
    found: dict[int, list[Progress]] = {stage.pk: [] for stage in stages}
    for each in _measures:
        for pk, progress in each(stages).items():
            found[pk].append(progress)
    return found
