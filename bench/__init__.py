"""Benchmarks as ratios: the work, measured against the least that could do it, in the same run and in turns.

A machine's milliseconds say little on another machine; a ratio to a floor says how much of the cost is ours.
A benchmark is a module of this package with a function `run()`; `script/bench` runs all of them or those it is given.
"""

import gc
import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True)
class Ratio:
    """CPU time of the work over CPU time of its floor: the least, the middle and the greatest of the rounds."""

    name: str
    least: float
    middle: float
    greatest: float
    # Milliseconds of CPU, medians; for orientation only.
    work_ms: float
    floor_ms: float

    def __str__(self) -> str:
        ratios = f"{self.middle:9.2f} × ({self.least:.2f} … {self.greatest:.2f})"
        return f"{self.name:52} {ratios:32} {self.work_ms:9.3f} ms over {self.floor_ms:.3f} ms"


def ratio(name: str, work: Callable[[], object], floor: Callable[[], object], rounds: int = 15) -> Ratio:
    """Measure, print and return how many times its floor the work costs in CPU time of this process.

    Each round runs both, the floor first in every other one, so that a machine that slows down slows both.
    """
    work()
    floor()
    spent: list[tuple[float, float]] = []
    for number in range(rounds):
        if number % 2:
            at_work = cpu(work)
            spent.append((at_work, cpu(floor)))
        else:
            at_floor = cpu(floor)
            spent.append((cpu(work), at_floor))
    ratios = [at_work / at_floor for at_work, at_floor in spent]
    found = Ratio(
        name=name,
        least=min(ratios),
        middle=median(ratios),
        greatest=max(ratios),
        work_ms=median(at_work for at_work, _ in spent) * 1000,
        floor_ms=median(at_floor for _, at_floor in spent) * 1000,
    )
    print(found, flush=True)
    return found


def cpu(work: Callable[[], object]) -> float:
    """Seconds of CPU for one call, repeated until the clock's grain no longer shows; without the garbage collector."""
    calls = 0
    gc.collect()
    gc.disable()
    try:
        began = time.process_time()
        while calls == 0 or time.process_time() - began < 0.005:
            work()
            calls += 1
        return (time.process_time() - began) / calls
    finally:
        gc.enable()
