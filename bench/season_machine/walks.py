"""Letting the machine walk."""

from typing import Any

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from bench.season_machine.desk import Tally
from bench.season_machine.hands import ManyHands
from bench.season_machine.world import World


def walk(
    world: World, tally: Tally, *, examples: int, steps: int, seed: int = 0, shrink: bool = False, **other: Any
) -> None:
    """So many walks of at most so many steps; raises what broke a promise, with the steps that lead there."""

    class Here(ManyHands):
        pass

    Here.world, Here.tally = world, tally
    told: dict[str, Any] = {
        "max_examples": examples,
        "stateful_step_count": steps,
        "deadline": None,
        "database": None,
        "print_blob": False,
        "report_multiple_bugs": False,
        # Looking for the shortest walk takes minutes.
        "phases": [Phase.generate, *([Phase.shrink] if shrink else [])],
        "suppress_health_check": list(HealthCheck),
    }
    if seed:
        _seeded(Here, seed)
    run_state_machine_as_test(Here, settings=settings(**told | other))


def _seeded(machine: type[ManyHands], number: int) -> None:
    seed(number)(machine)
