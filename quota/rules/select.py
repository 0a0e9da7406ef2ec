"""From places in a district to finalists and reserves, each with its reason."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from scoring.rules.ranking import Placing
from scoring.rules.ruleset import Facts

Outcome = Literal["finalist", "reserve", "outside", "needs_ruling"]


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of one entrant, and why: a reason code and its facts, which the page puts into words.

    ``place`` is the number among the reserves, from 1; level reserves share it. Reasons: ``within_seats`` (finalist),
    ``level_across_seats`` (needs_ruling), ``next_in_line`` and ``level_with_last_reserve`` (reserve),
    ``beyond_reserves`` (outside). Facts, always: rank, decided_by, level (how many share the place), seats, reserves;
    for level_across_seats also seats_left, the seats its group must be ruled on for.
    """

    entry: int
    outcome: Outcome
    place: int | None
    rank: int
    reason: str
    facts: Facts


class NegativeNumber(Exception):
    """A negative number of seats or reserves."""

    def __init__(self, seats: int, reserves: int) -> None:
        super().__init__(seats, reserves)
        self.seats = seats
        self.reserves = reserves


def select(placings: Iterable[Placing], seats: int, reserves: int) -> list[Decision]:
    """Notice V(1), recommend to the final by the seats allotted: one decision per placing, best first.

    A level group reaching across the last seat waits for a ruling, every member of it; those after it are unaffected.
    A level group reaching across the last reserve place is taken in whole: nobody is cut by chance, and the order
    among level reserves is asked for when one is called up. Raises NegativeNumber.
    """
    if seats < 0 or reserves < 0:
        raise NegativeNumber(seats, reserves)
    in_order = sorted(placings, key=lambda placing: (placing.position, placing.entry))
    return [_decide(placing, seats, reserves) for placing in in_order]


def _decide(placing: Placing, seats: int, reserves: int) -> Decision:
    after = placing.position + len(placing.group)
    facts: Facts = {
        "rank": placing.rank,
        "decided_by": placing.decided_by,
        "level": len(placing.group),
        "seats": seats,
        "reserves": reserves,
    }
    if after <= seats:
        return Decision(placing.entry, "finalist", None, placing.rank, "within_seats", facts)
    if placing.position < seats:
        facts["seats_left"] = seats - placing.position
        return Decision(placing.entry, "needs_ruling", None, placing.rank, "level_across_seats", facts)
    if placing.position < seats + reserves:
        reason = "next_in_line" if after <= seats + reserves else "level_with_last_reserve"
        return Decision(placing.entry, "reserve", placing.position - seats + 1, placing.rank, reason, facts)
    return Decision(placing.entry, "outside", None, placing.rank, "beyond_reserves", facts)
