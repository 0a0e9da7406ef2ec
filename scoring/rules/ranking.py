"""From exact totals to places, and what separated the level ones.

Places are counted 1-2-2-4. Chance never decides: entrants that nothing separates share a place until a ruling, made by
people and recorded, names every one of them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
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
    """People's decision between level entrants: ``order`` best first, ``kind`` how it was made. Raises EntryTwice."""

    order: tuple[int, ...]
    kind: str

    def __post_init__(self) -> None:
        _refuse_repeats(self.order)


@dataclass(frozen=True, slots=True)
class Placing:
    """One entrant's place.

    ``decided_by`` is the step at which the entrant stood alone: ``total``, ``criterion:<code>``, ``ruling:<kind>``
    (by votes: ``votes``, ``score``, ``ruling:<kind>``), or ``shared`` when it never did. ``position`` counts from 0
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

    Equal totals are compared by the criterion means in ``tie_order``; then by the last recorded ruling that names
    every member of the level group (it may name others too); else they share the place. The order in which tallies
    come in changes nothing. Raises EntryTwice.
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


def rank_by_votes(
    votes: Mapping[int, int], placings: Iterable[Placing], rulings: Iterable[Ruling] = ()
) -> list[Placing]:
    """Notice V(1), recommendation by the number of votes: places by votes, then by score, then by ruling.

    ``placings`` are those of rank for the same entrants; one whom no judge named has no votes. In the result
    ``total`` is the number of votes. Raises BadVotes, EntryTwice.
    """
    placings = list(placings)
    _refuse_repeats([placing.entry for placing in placings])
    by_score = {placing.entry: -placing.rank for placing in placings}
    for entry, number in votes.items():
        if number < 0 or entry not in by_score:
            raise BadVotes(entry, number)
    cast = {entry: votes.get(entry, 0) for entry in by_score}
    totals = {entry: Fraction(number) for entry, number in cast.items()}
    return _placings(totals, [("votes", cast), ("score", by_score)], tuple(rulings))


def _placings(totals: Mapping[int, Fraction], steps: Sequence[Step], rulings: Sequence[Ruling]) -> list[Placing]:
    placings: list[Placing] = []
    for group, decided_by in _settle(sorted(totals), steps, rulings, steps[0][0]):
        position = len(placings)
        placings += [
            Placing(entry, position + 1, len(group) > 1, decided_by, totals[entry], position, tuple(group))
            for entry in group
        ]
    return placings


def _settle(
    level: list[int], steps: Sequence[Step], rulings: Sequence[Ruling], decided_by: str
) -> list[tuple[list[int], str]]:
    """The level entries in groups, best first, each with the step that set it apart. Within a group: by number."""
    if len(level) == 1:
        return [(level, decided_by)]
    if not steps:
        return _ruled(level, rulings)
    name, values = steps[0]
    settled: list[tuple[list[int], str]] = []
    best_first = sorted(level, key=values.__getitem__, reverse=True)
    for _, alike in groupby(best_first, key=values.__getitem__):
        settled += _settle(list(alike), steps[1:], rulings, name)
    return settled


def _ruled(level: list[int], rulings: Sequence[Ruling]) -> list[tuple[list[int], str]]:
    for ruling in reversed(rulings):
        if set(level).issubset(ruling.order):
            return [([entry], f"ruling:{ruling.kind}") for entry in ruling.order if entry in level]
    return [(level, "shared")] if level else []


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
