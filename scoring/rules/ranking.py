"""From exact totals to places, and what separated the level ones.

Places are counted 1-2-2-4. Chance never decides: entrants that nothing separates share a place until a ruling, made by
people and recorded, names every one of them.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import groupby
from math import lcm

from scoring.rules.ruleset import Ruleset
from scoring.rules.totals import Tally

# What to compare, and its value for each entry: more is better.
Step = tuple[str, Mapping[int, int] | Mapping[int, Fraction]]


class EntryTwice(Exception):
    """One entrant appears twice where each may appear once."""

    def __init__(self, entry: int) -> None:
        super().__init__(entry)
        self.entry = entry


class BadVotes(Exception):
    """A negative number of votes, or votes for someone who has no place by score."""

    def __init__(self, entry: int, votes: int) -> None:
        super().__init__(entry, votes)
        self.entry = entry
        self.votes = votes


@dataclass(frozen=True, slots=True)
class Ruling:
    """People's decision between level entrants: ``order`` best first, ``kind`` how it was made.

    It holds for exactly the level group it was made for: these entrants and nobody else, level at this ``total``
    (hundredths). Raises EntryTwice.
    """

    order: tuple[int, ...]
    kind: str
    total: Fraction

    def __post_init__(self) -> None:
        _refuse_repeats(self.order)


@dataclass(frozen=True, slots=True)
class Placing:
    """One entrant's place.

    ``decided_by`` is the step at which the entrant stood alone: ``total`` (by votes: ``votes``, then ``score``),
    ``criterion:<code>``, ``ruling:<kind>``, or ``shared`` when it never did. ``position`` counts from 0
    and is the first one of its ``group``: all entries level with it, itself included, by number.
    """

    entry: int
    rank: int
    shared: bool
    decided_by: str
    total: Fraction
    position: int
    group: tuple[int, ...]


def rank(tallies: Iterable[Tally], ruleset: Ruleset, rulings: Iterable[Ruling] = ()) -> list[Placing]:
    """Notice V(1) and V(2), order by score from high to low: places from exact totals, best first.

    Equal totals are compared by the criterion means in ``tie_order``; then by the last ruling recorded for exactly
    this level group; else they share the place. The order in which tallies come in changes nothing. Raises EntryTwice.
    """
    by_entry = _by_entry(tallies)
    whole = _whole({entry: tally.total for entry, tally in by_entry.items()})
    column = {criterion.code: index for index, criterion in enumerate(ruleset.criteria)}
    steps: list[Step] = [("total", whole)]
    for code in ruleset.tie_order:
        means = {entry: tally.criterion_means[column[code]] for entry, tally in by_entry.items()}
        steps.append((f"criterion:{code}", means))
    totals = {entry: tally.total for entry, tally in by_entry.items()}
    return _placings(totals, steps, tuple(rulings))


def holding(tallies: Iterable[Tally], ruleset: Ruleset, rulings: Iterable[Ruling]) -> list[bool]:
    """Notice V(1) and V(2) leave ties open: whether each ruling is the one that sets a level group apart.

    One made for other people, for another total, or followed by a later one for the same group does not hold.
    """
    rulings = list(rulings)
    groups = {placing.group: placing.total for placing in rank(tallies, ruleset) if placing.shared}
    told: dict[tuple[int, ...], int] = {}
    for place, ruling in enumerate(rulings):
        group = tuple(sorted(ruling.order))
        if groups.get(group) == ruling.total:
            told[group] = place
    return [place in told.values() for place in range(len(rulings))]


def rank_by_votes(
    votes: Mapping[int, int],
    placings: Iterable[Placing],
    *,
    tie_order: Sequence[str] = (),
    means: Mapping[int, Sequence[Fraction]] | None = None,
) -> list[Placing]:
    """Notice V(1), recommendation by the number of votes: equal votes go by total, then tie order, then ruling.

    ``placings`` are those of rank for the same entrants, in which rulings count already; ``means`` are their criterion
    means in ``tie_order``. One whom no judge named has no votes. In the result ``total`` is the number of votes.
    Raises BadVotes, EntryTwice.
    """
    by_score = list(placings)
    _refuse_repeats([placing.entry for placing in by_score])
    known = {placing.entry: placing for placing in by_score}
    for entry, number in votes.items():
        if number < 0 or entry not in known:
            raise BadVotes(entry, number)
    cast = {entry: votes.get(entry, 0) for entry in known}
    steps: list[Step] = [("votes", cast), ("score", _whole({entry: each.total for entry, each in known.items()}))]
    for index, code in enumerate(tie_order if means else ()):
        steps.append((f"criterion:{code}", {entry: (means or {})[entry][index] for entry in known}))
    # Whoever is level until here is set apart by the ruling that set them apart by score, or by nothing.
    steps.append(("ruling", {entry: -each.rank for entry, each in known.items()}))
    totals = {entry: Fraction(number) for entry, number in cast.items()}
    placed = _placings(totals, steps, ())
    return [
        replace(each, decided_by=known[each.entry].decided_by) if each.decided_by == "ruling" else each
        for each in placed
    ]


def _placings(totals: Mapping[int, Fraction], steps: Sequence[Step], rulings: Sequence[Ruling]) -> list[Placing]:
    placings: list[Placing] = []
    held = {(frozenset(ruling.order), ruling.total): ruling for ruling in rulings}
    for group, decided_by in _settle(sorted(totals), steps, lambda level: _ruled(level, totals, held), steps[0][0]):
        position = len(placings)
        placings += [
            Placing(entry, position + 1, len(group) > 1, decided_by, totals[entry], position, tuple(group))
            for entry in group
        ]
    return placings


def _settle(
    level: list[int], steps: Sequence[Step], ruled: Callable[[list[int]], list[tuple[list[int], str]]], decided_by: str
) -> list[tuple[list[int], str]]:
    """The level entries in groups, best first, each with the step that set it apart. Within a group: by number."""
    if len(level) == 1:
        return [(level, decided_by)]
    if not steps:
        return ruled(level)
    name, values = steps[0]
    settled: list[tuple[list[int], str]] = []
    best_first = sorted(level, key=values.__getitem__, reverse=True)
    for _, alike in groupby(best_first, key=values.__getitem__):
        settled += _settle(list(alike), steps[1:], ruled, name)
    return settled


def _ruled(
    level: list[int], totals: Mapping[int, Fraction], held: Mapping[tuple[frozenset[int], Fraction], Ruling]
) -> list[tuple[list[int], str]]:
    """The level entrants in the order of the ruling made for them at their total, the latest if there are several."""
    if not level:
        return []
    ruling = held.get((frozenset(level), totals[level[0]]))
    if ruling is None:
        return [(level, "shared")]
    return [([entry], f"ruling:{ruling.kind}") for entry in ruling.order]


def _whole(values: Mapping[int, Fraction]) -> dict[int, int]:
    """The values times their common denominator: as exact as before, and integers sort many times faster."""
    common = lcm(*{value.denominator for value in values.values()})
    return {entry: value.numerator * (common // value.denominator) for entry, value in values.items()}


def _by_entry(tallies: Iterable[Tally]) -> dict[int, Tally]:
    tallies = list(tallies)
    _refuse_repeats([tally.entry for tally in tallies])
    return {tally.entry: tally for tally in tallies}


def _refuse_repeats(entries: Sequence[int]) -> None:
    seen: set[int] = set()
    for entry in entries:
        if entry in seen:
            raise EntryTwice(entry)
        seen.add(entry)
