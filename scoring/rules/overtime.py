"""What speaking longer than five minutes costs."""

from dataclasses import dataclass

from scoring.rules.ruleset import OvertimeTable


@dataclass(frozen=True, slots=True)
class Deduction:
    """How long someone spoke, by how much that was over the limit, and what it costs.

    ``over_s`` counts from the limit itself; ``steps`` are those that cost points; ``capped`` says that the table's
    most was reached and more steps were run up than it charges for.
    """

    seconds: int
    over_s: int
    steps: int
    points_c: int
    capped: bool


class NegativeTime(Exception):
    """Nobody speaks for less than no time."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


def deduction(seconds: int, table: OvertimeTable) -> Deduction:
    """Notice IV, no longer than five minutes: the points (hundredths) lost by speaking for whole ``seconds``.

    Free up to and including ``limit_s + free_s``; then ``per_step_c`` for each *started* ``step_s``; at most
    ``most_c``. Raises NegativeTime.
    """
    if seconds < 0:
        raise NegativeTime(seconds)
    charged_s = max(0, seconds - table.limit_s - table.free_s)
    steps = (charged_s + table.step_s - 1) // table.step_s
    full_c = steps * table.per_step_c
    return Deduction(
        seconds=seconds,
        over_s=max(0, seconds - table.limit_s),
        steps=steps,
        points_c=min(full_c, table.most_c),
        capped=full_c > table.most_c,
    )
