"""Counting a stage from its kept inputs, and stating what came out: the same functions the first time and for ever.

Inputs and outcome are plain data as JSON has them; docs/kept.md describes both. Nothing here asks a database.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from scoring.rules.prizes import Prizes, award
from scoring.rules.ranking import Placing, Ruling, holding, rank
from scoring.rules.ruleset import Criterion, OvertimeTable, Ruleset, Tier
from scoring.rules.totals import Marks, Tally, show_apart, tally_all

FORMAT = 1


@dataclass(frozen=True, slots=True)
class Entrant:
    """What is known of an entrant besides the sheets; an untimed one (seconds None) has no deduction."""

    pk: int
    seconds: int | None
    deduction_c: int


@dataclass(frozen=True, slots=True)
class Paper:
    """Everything a tabulation counts: the rules and what is on the sheets. Seats go by their numbers."""

    ruleset: Ruleset
    panel: frozenset[int]
    entrants: Sequence[Entrant]
    marks: dict[int, list[Marks]]
    votes: dict[int, int] | None
    rulings: Sequence[Ruling]
    ruling_ids: Sequence[int]


@dataclass(frozen=True, slots=True)
class Counted:
    """What the rules make of the paper, best first; `shown` are the totals as printed, in the order of placings.

    `holding` are the ids of the rulings that set a level group apart.
    """

    tallies: dict[int, Tally]
    placings: Sequence[Placing]
    prizes: Prizes
    shown: Sequence[str]
    holding: Sequence[int]


def paper_of(inputs: Mapping[str, Any]) -> Paper:
    """Notice VII(2), open to be checked: what kept inputs say was on the sheets."""
    votes = inputs["votes"]
    return Paper(
        ruleset=_ruleset(inputs["rules"]),
        panel=frozenset(seat["seat"] for seat in inputs["panel"] if seat["left"] is None),
        entrants=[Entrant(each["entry"], each["seconds"], each["deduction_c"]) for each in inputs["entrants"]],
        marks={
            int(entry): [Marks(int(seat), tuple(values)) for seat, values in sheets.items()]
            for entry, sheets in inputs["marks"].items()
        },
        votes=None if votes is None else dict(Counter(entry for _seat, entry in votes)),
        rulings=[Ruling(tuple(each["order"]), each["kind"], Fraction(each["total"])) for each in inputs["rulings"]],
        ruling_ids=[each["ruling"] for each in inputs["rulings"]],
    )


def count(paper: Paper) -> Counted:
    """Notice V(1), V(2): totals, places and prizes from the paper alone. Raises CannotTally."""
    sheets = ((entrant.pk, paper.marks.get(entrant.pk, []), entrant.deduction_c) for entrant in paper.entrants)
    tallies = tally_all(sheets, paper.ruleset, paper.panel)
    placings = rank(tallies, paper.ruleset, paper.rulings)
    holds_now = holding(tallies, paper.ruleset, paper.rulings)
    return Counted(
        tallies={tally.entry: tally for tally in tallies},
        placings=placings,
        prizes=award(placings, paper.ruleset.tiers),
        shown=show_apart([placing.total for placing in placings], paper.ruleset.decimals),
        holding=[pk for pk, holds in zip(paper.ruling_ids, holds_now, strict=True) if holds],
    )


def outcome_of(paper: Paper, counted: Counted) -> dict[str, Any]:
    """Notice VII(2), open to be checked: what was found, as data; exact values are "num/den" in hundredths."""
    entrants = {entrant.pk: entrant for entrant in paper.entrants}
    return {
        "format": FORMAT,
        "results": [
            _result(placing, shown, entrants[placing.entry], counted, paper.votes)
            for placing, shown in zip(counted.placings, counted.shown, strict=True)
        ],
        "needs_ruling": [list(group) for group in counted.prizes.needs_ruling],
        "unfilled": dict(counted.prizes.unfilled),
        "holding": list(counted.holding),
    }


def recount(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Notice V(1), V(2), VII(2): the outcome of kept inputs, counted anew. Raises CannotTally."""
    paper = paper_of(inputs)
    return outcome_of(paper, count(paper))


def written(value: Fraction) -> str:
    """Notice VII(2), exact: a value as "num/den"."""
    return f"{value.numerator}/{value.denominator}"


def _result(
    placing: Placing, shown: str, entrant: Entrant, counted: Counted, votes: Mapping[int, int] | None
) -> dict[str, Any]:
    tally = counted.tallies[placing.entry]
    return {
        "entry": placing.entry,
        "rank": placing.rank,
        "position": placing.position,
        "shared": placing.shared,
        "decided_by": placing.decided_by,
        "total": written(placing.total),
        "shown": shown,
        "seconds": entrant.seconds,
        "deduction_c": tally.deduction_c,
        "votes": None if votes is None else votes.get(placing.entry, 0),
        "tier": counted.prizes.won.get(placing.entry, ""),
        "working": {
            "sheets": [[sheet.seat, sheet.total_c, sheet.why] for sheet in tally.sheets],
            "mean": written(tally.mean),
            "criteria": [written(mean) for mean in tally.criterion_means],
        },
    }


def _ruleset(told: Mapping[str, Any]) -> Ruleset:
    return Ruleset(
        criteria=tuple(Criterion(**each) for each in told["criteria"]),
        tie_order=tuple(told["tie_order"]),
        drop=told["drop"],
        min_panel_to_drop=told["min_panel_to_drop"],
        decimals=told["decimals"],
        overtime=OvertimeTable(**told["overtime"]),
        tiers=tuple(Tier(**each) for each in told["tiers"]),
    )
