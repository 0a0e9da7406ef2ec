"""From confirmed sheets to the stage's results: totals, places, prizes."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import log
from contest.models import Stage
from contest.workflow import joins, make
from scoring.actions.hold import hold
from scoring.models import Result, Tabulation
from scoring.reads.kept import Leaves, read_inputs
from scoring.rules.recount import Paper, paper_of, recount

if TYPE_CHECKING:
    from accounts.models import Basis as Grounds
    from accounts.models import User

LONGEST_REASON = 255
# What a result row says as the outcome does.
SAME = "rank", "position", "shared", "decided_by", "seconds", "deduction_c", "votes", "tier", "working"


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
    held = hold(stage)
    stage.revision, stage.reopened_reason = held.revision, held.reopened_reason
    revision = held.revision + 1
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
    return Tabulation.objects.get(stage=stage, live=True)


@joins("tabulate")
def results_of_the_move(stage: Stage, *, by: "User", at: datetime, reason: str) -> Mapping[str, Any]:
    """The results, written before the line that commits to them."""
    revision = stage.revision + 1
    why = "" if revision == 1 else stage.reopened_reason or _("重新统分")
    return write_results(stage, revision, reason=reason or why, by=by, at=at).digests


def write_results(stage: Stage, revision: int, *, reason: str, by: "User", at: datetime) -> Tabulation:
    """Count what stands on the sheets now and store it as the live results; the number of queries is constant.

    What was counted is kept (DESIGN 5): the inputs as one text, from which the results are counted, and the outcome.
    Part of an action that holds the stage and writes its log line with the tabulation's digests. Raises CannotTally if
    the sheets are not in order, which the blockers of "tabulate" have seen to.
    """
    leaves = Leaves()
    inputs = read_inputs(stage, leaves)
    outcome = recount(inputs)
    Tabulation.objects.filter(stage=stage, live=True).update(live=False)
    tabulation = Tabulation.objects.create(
        stage=stage,
        revision=revision,
        at=at,
        by=by,
        reason=reason[:LONGEST_REASON],
        needs_ruling=outcome["needs_ruling"],
        unfilled=outcome["unfilled"],
        holding=outcome["holding"],
        inputs=log.canonical(inputs),
        outcome=log.canonical(outcome),
        leaves=leaves.opened,
    )
    Result.objects.bulk_create(_rows(tabulation, outcome, leaves))
    return tabulation


def read_paper(stage: Stage) -> Paper:
    """What a stage's tabulation would count now. Eight queries."""
    return paper_of(read_inputs(stage, Leaves()))


def _rows(tabulation: Tabulation, outcome: Mapping[str, Any], leaves: Leaves) -> Iterable[Result]:
    for found in outcome["results"]:
        total = Fraction(found["total"])
        yield Result(
            tabulation=tabulation,
            entry_id=found["entry"],
            person=leaves.opened[f"person:{found['entry']}"][1],
            total_num=total.numerator,
            total_den=total.denominator,
            total=found["shown"],
            **{field: found[field] for field in SAME},
        )
