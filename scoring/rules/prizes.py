"""From places to prizes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from scoring.rules.ranking import Placing
from scoring.rules.ruleset import Tier


@dataclass(frozen=True, slots=True)
class Prizes:
    """Who won which tier (by code), how many of a tier found nobody, and which level groups people must rule on."""

    won: dict[int, str]
    unfilled: dict[str, int]
    needs_ruling: tuple[tuple[int, ...], ...]


def award(placings: Iterable[Placing], tiers: Sequence[Tier]) -> Prizes:
    """Notice V(1) and V(2), first, second and third prizes and 优秀: prizes by position, from the top.

    Tiers take up positions in their order; one with ``count`` None takes all that are left. A level group whose
    positions lie in different tiers (or partly beyond all of them) wins nothing before a ruling; those after it are
    unaffected. Prizes for which there are too few entrants are reported as unfilled, those awaiting a ruling are not.
    """
    placings = sorted(placings, key=lambda placing: (placing.position, placing.entry))
    tier_at = _tier_at_each_position(tiers, len(placings))
    won: dict[int, str] = {}
    needs_ruling: dict[tuple[int, ...], None] = {}
    for placing in placings:
        first = tier_at[placing.position]
        last = tier_at[placing.position + len(placing.group) - 1]
        if first is not last:
            needs_ruling[placing.group] = None
        elif first is not None:
            won[placing.entry] = first.code
    unfilled = {
        tier.code: tier.count - tier_at.count(tier)
        for tier in tiers
        if tier.count is not None and tier.count > tier_at.count(tier)
    }
    return Prizes(won, unfilled, tuple(needs_ruling))


def _tier_at_each_position(tiers: Sequence[Tier], entrants: int) -> list[Tier | None]:
    tier_at: list[Tier | None] = []
    for tier in tiers:
        free = entrants - len(tier_at)
        tier_at += [tier] * (free if tier.count is None else min(tier.count, free))
    return tier_at + [None] * (entrants - len(tier_at))
