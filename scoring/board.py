"""A tabulation as people read it: rows of ready strings, and what stands beside them.

A constant number of queries and no model object in a row: a board may have hundreds of them.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from contest.charts import written
from contest.models import NameCorrection, Stage
from contest.models.person import Shown
from scoring import wording
from scoring.actions.rules import ruleset_of
from scoring.models import Result, Ruleset, Tabulation
from scoring.reads.as_counted import Gone, KeptSeat, gone_of, seats_of
from scoring.rules.ruleset import Tier
from scoring.rules.totals import show
from scoring.typed import shown_seconds

COLUMNS = (
    "entry_id",
    "rank",
    "position",
    "shared",
    "decided_by",
    "total",
    "total_num",
    "total_den",
    "seconds",
    "deduction_c",
    "votes",
    "tier",
    "working",
    "entry__order",
    "person",
)
NOTHING = "—"


@dataclass(frozen=True, slots=True)
class Cell:
    """One judge's total for one entrant; `why` says whether it counted: "counted", "highest", "lowest".

    A judge who had no sheet for this entrant has an "absent" cell without a value.
    """

    judge: str
    text: str
    why: str
    value_c: int | None

    @property
    def dropped(self) -> bool:
        return self.why in ("highest", "lowest")


@dataclass(frozen=True, slots=True)
class Row:
    """One entrant's line. `exact` is the whole total where the printed one is rounded; `cut` ends a prize."""

    entry: int
    rank: int
    shared: bool
    order: str
    who: Shown
    cells: Sequence[Cell]
    mean: str
    time: str
    deduction: str
    total: str
    exact: str
    votes: str
    decided: str
    tier: str
    tier_name: str
    waits: bool
    cut: bool


@dataclass(frozen=True, slots=True)
class Board:
    """One tabulation, its people as it kept them. `seats` are (number, judge) of the seats that counted, `panel` all of
    them, `vacated` those whose judges had left, `left` who was not in the ranking.

    `unfilled` is a sentence or empty; `waiting` are sentences, one for each group that must be ruled on; `level` is how
    many groups share a place; `untimed` how many entrants' times nobody wrote down (they lose nothing).
    """

    tabulation: Tabulation
    ruleset: Ruleset
    seats: Sequence[tuple[int, str]]
    rows: Sequence[Row]
    unfilled: str
    waiting: Sequence[str]
    level: int
    untimed: int
    by_votes: bool
    panel: Sequence[KeptSeat]
    vacated: Sequence[KeptSeat]
    left: Sequence[Gone]


def board_of(stage: Stage, revision: int | None = None) -> Board | None:
    """The live tabulation, or an earlier one by its revision; None when there is none. Seven queries."""
    found = Tabulation.objects.filter(stage=stage).select_related("by")
    tabulation = (found.filter(live=True) if revision is None else found.filter(revision=revision)).first()
    if tabulation is None:
        return None
    results = Result.objects.filter(tabulation=tabulation).order_by("position", "entry__order", "entry_id")
    read = [dict(zip(COLUMNS, values, strict=True)) for values in results.values_list(*COLUMNS)]
    corrections = NameCorrection.objects.so_far()
    for result in read:
        result["who"] = corrections.show(result["person"], result["entry_id"])
    judges = {seat.number: seat for seat in seats_of(tabulation)}
    counted = sorted({seat for result in read for seat, _total, _why in result["working"]["sheets"]})
    seats = [(number, judges[number].judge) for number in counted]
    ruleset = ruleset_of(stage)
    return Board(
        tabulation=tabulation,
        ruleset=ruleset,
        seats=seats,
        rows=list(_rows(read, seats, ruleset, tabulation)),
        unfilled=wording.unfilled(_tiers(ruleset), tabulation.unfilled),
        waiting=[_waits(group, read) for group in tabulation.needs_ruling],
        level=sum(1 for held in Counter(result["position"] for result in read).values() if held > 1),
        untimed=sum(1 for result in read if result["seconds"] is None),
        by_votes=any(result["votes"] is not None for result in read),
        panel=list(judges.values()),
        vacated=[seat for seat in judges.values() if seat.vacated_at is not None],
        left=gone_of(tabulation, corrections),
    )


def _rows(
    read: Sequence[Mapping[str, Any]], seats: Sequence[tuple[int, str]], ruleset: Ruleset, tabulation: Tabulation
) -> Iterator[Row]:
    criteria = {criterion.code: criterion.name for criterion in ruleset.criteria.all()}
    tiers = {tier.code: tier.name for tier in ruleset.tiers.all()}
    waiting = {entry for group in tabulation.needs_ruling for entry in group}
    following = [*(result["tier"] for result in read[1:]), None]
    for result, next_tier in zip(read, following, strict=True):
        total = Fraction(result["total_num"], result["total_den"])
        yield Row(
            entry=result["entry_id"],
            rank=result["rank"],
            shared=result["shared"],
            order=_text(result["entry__order"]),
            who=result["who"],
            cells=_cells(result["working"]["sheets"], seats),
            mean=show(Fraction(result["working"]["mean"]), ruleset.decimals),
            time=shown_seconds(result["seconds"]) or NOTHING,
            deduction=f"−{written(result['deduction_c'])}" if result["deduction_c"] else NOTHING,
            total=result["total"],
            exact=wording.exact(total, result["total"]),
            votes=_text(result["votes"]),
            decided=wording.decided(result["decided_by"], criteria),
            tier=result["tier"],
            tier_name=tiers.get(result["tier"], ""),
            waits=result["entry_id"] in waiting,
            cut=next_tier is not None and next_tier != result["tier"],
        )


def _cells(sheets: Sequence[tuple[int, int, str]], seats: Sequence[tuple[int, str]]) -> list[Cell]:
    """One cell a seat, in the order of the seats."""
    by_seat = {seat: (written(total_c), why, total_c) for seat, total_c, why in sheets}
    return [Cell(f"{number} {judge}", *by_seat.get(number, (NOTHING, "absent", None))) for number, judge in seats]


def _tiers(ruleset: Ruleset) -> list[Tier]:
    return [Tier(tier.code, tier.name, tier.count) for tier in ruleset.tiers.all()]


def _waits(group: Sequence[int], read: Sequence[Mapping[str, Any]]) -> str:
    members = [result for result in read if result["entry_id"] in group]
    names = _("、").join(result["who"].name for result in members)
    return _("%(names)s 并列第 %(rank)d 名，跨越奖次界线。") % {"names": names, "rank": members[0]["rank"]}


def _text(value: int | None) -> str:
    return NOTHING if value is None else str(value)
