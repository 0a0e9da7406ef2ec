"""From confirmed sheets to the stage's results: totals, places, prizes."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext as _

from accounts.log import subject
from accounts.models import LogLine
from contest.models import Entry, Stage
from contest.models.person import COLUMNS, Person, person_from
from contest.workflow import make
from scoring.actions.hold import hold
from scoring.actions.rules import as_ruleset, ruleset_of
from scoring.models import Mark, Result, Ruling, Seat, Tabulation, Vote
from scoring.models.ruleset import Basis
from scoring.rules import ranking
from scoring.rules.prizes import Prizes, award
from scoring.rules.ranking import Placing, holding, rank
from scoring.rules.ruleset import Ruleset
from scoring.rules.totals import Marks, Tally, show_apart, tally_all

if TYPE_CHECKING:
    from accounts.models import Basis as Grounds
    from accounts.models import User

LONGEST_REASON = 255


@dataclass(frozen=True, slots=True)
class Entrant:
    """What is known of an entrant besides the sheets; an untimed one (seconds None) has no deduction."""

    pk: int
    person: Person
    seconds: int | None
    deduction_c: int


@dataclass(frozen=True, slots=True)
class Paper:
    """Everything a tabulation reads, once: the rules and what is on the sheets. Seats go by their numbers."""

    ruleset: Ruleset
    panel: frozenset[int]
    entrants: Sequence[Entrant]
    marks: dict[int, list[Marks]]
    votes: dict[int, int] | None
    rulings: Sequence[ranking.Ruling]
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


@transaction.atomic
def tabulate(
    stage: Stage,
    *,
    by: "User",
    at: datetime,
    reason: str = "",
    seconded_by: "User | None" = None,
    basis: "Grounds | None" = None,
) -> Tabulation:
    """Notice V(1), V(2): count the sheets, rank the entrants and award the prizes, as a new revision of the results.

    A later revision takes the reason that scoring was reopened for, unless it is told another.
    Raises CannotMove, PermissionDenied.
    """
    revision = hold(stage).revision + 1
    make(
        "tabulate",
        stage,
        by=by,
        at=at,
        reason=reason,
        seconded_by=seconded_by,
        basis=basis,
        facts={"revision": revision},
        revision=revision,
    )
    return write_results(stage, revision, reason=reason or _why_reopened(stage, revision), by=by, at=at)


def write_results(stage: Stage, revision: int, *, reason: str, by: "User", at: datetime) -> Tabulation:
    """Count what stands on the sheets now and store it as the live results; the number of queries is constant.

    Part of an action that holds the stage and writes its log line. Raises CannotTally if the sheets are not in order,
    which the blockers of "tabulate" have seen to.
    """
    paper = read_paper(stage)
    counted = count(paper)
    Tabulation.objects.filter(stage=stage, live=True).update(live=False)
    tabulation = Tabulation.objects.create(
        stage=stage,
        revision=revision,
        at=at,
        by=by,
        reason=reason[:LONGEST_REASON],
        needs_ruling=[list(group) for group in counted.prizes.needs_ruling],
        unfilled=counted.prizes.unfilled,
        holding=list(counted.holding),
    )
    Result.objects.bulk_create(_rows(tabulation, paper, counted))
    return tabulation


def read_paper(stage: Stage) -> Paper:
    """Read a stage's rules, panel, entrants, marks, votes and rulings in eight queries."""
    stored = ruleset_of(stage)
    ruleset = as_ruleset(stored)
    column = {criterion.pk: place for place, criterion in enumerate(stored.criteria.all())}
    seats = Seat.objects.sitting().filter(stage=stage).values_list("number", flat=True)
    entrants = (
        Entry.objects.competing()
        .filter(stage=stage)
        .order_by("pk")
        .values_list("pk", "overtime__seconds", "overtime__points_c", *COLUMNS.values())
    )
    recorded = list(Ruling.objects.filter(stage=stage, live=True).order_by("at", "pk"))
    return Paper(
        ruleset=ruleset,
        panel=frozenset(seats),
        entrants=[
            Entrant(pk, person_from(person), seconds, points_c or 0) for pk, seconds, points_c, *person in entrants
        ],
        marks=_marks(stage, column),
        votes=_votes(stage) if stored.basis == Basis.VOTES else None,
        rulings=[ranking.Ruling(tuple(each.order), each.kind, each.total) for each in recorded],
        ruling_ids=[each.pk for each in recorded],
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


def _marks(stage: Stage, column: dict[int, int]) -> dict[int, list[Marks]]:
    """The marks that count, by entry. A sheet without any mark is left out, and the rules miss it."""
    sheets: dict[tuple[int, int], list[int | None]] = defaultdict(lambda: [None] * len(column))
    counting = Mark.objects.filter(
        sheet__stage=stage, sheet__live=True, sheet__seat__vacated_at=None, sheet__entry__status="entered"
    )
    for entry, seat, criterion, value_c in counting.values_list(
        "sheet__entry_id", "sheet__seat__number", "criterion_id", "value_c"
    ).order_by():
        sheets[entry, seat][column[criterion]] = value_c
    marks: dict[int, list[Marks]] = defaultdict(list)
    for (entry, seat), values in sheets.items():
        marks[entry].append(Marks(seat, tuple(values)))
    return marks


def _votes(stage: Stage) -> dict[int, int]:
    """How many sitting judges named each competing entrant."""
    cast = Vote.objects.filter(entry__stage=stage, entry__status="entered", seat__vacated_at=None)
    return dict(cast.order_by("entry").values_list("entry").annotate(Count("pk")))


def _rows(tabulation: Tabulation, paper: Paper, counted: Counted) -> Iterable[Result]:
    entrants = {entrant.pk: entrant for entrant in paper.entrants}
    for placing, total in zip(counted.placings, counted.shown, strict=True):
        entrant, tally = entrants[placing.entry], counted.tallies[placing.entry]
        yield Result(
            tabulation=tabulation,
            entry_id=placing.entry,
            person=entrant.person,
            rank=placing.rank,
            position=placing.position,
            shared=placing.shared,
            decided_by=placing.decided_by,
            total_num=placing.total.numerator,
            total_den=placing.total.denominator,
            total=total,
            seconds=entrant.seconds,
            deduction_c=tally.deduction_c,
            votes=paper.votes.get(placing.entry, 0) if paper.votes is not None else None,
            tier=counted.prizes.won.get(placing.entry, ""),
            working=_working(tally),
        )


def _working(tally: Tally) -> dict[str, object]:
    """The shape that `Result.working` documents."""
    return {
        "sheets": [[sheet.seat, sheet.total_c, sheet.why] for sheet in tally.sheets],
        "mean": f"{tally.mean.numerator}/{tally.mean.denominator}",
        "criteria": [f"{mean.numerator}/{mean.denominator}" for mean in tally.criterion_means],
    }


def _why_reopened(stage: Stage, revision: int) -> str:
    """The reason written when scoring was last reopened; a first revision needs none."""
    if revision == 1:
        return ""
    line = (
        LogLine.objects.filter(chain=stage.season.code, subject=subject(stage), action="reopen_scoring")
        .order_by("-seq")
        .select_related("note")
        .first()
    )
    return line.note.text if line is not None and hasattr(line, "note") else _("重新统分")
