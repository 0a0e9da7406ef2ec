"""Tabulating one stage of 212 entrants, 9 judges and 5 criteria, against reading its 9,540 marks alone."""

import random

from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from bench import ratio
from contest.models import Stage
from scoring.actions.tabulate import read_paper, tabulate
from scoring.models import Mark, Sheet
from scoring.rules.recount import count
from tests import cast
from tests.scoring.filling import CRITERIA, JUDGES, opened

ENTRANTS = 212


def run() -> None:
    office = cast.first_office()
    cast.season(office)
    checker = cast.colleagues(office)["luoping"]
    stages = {}
    for place, entrants in (("binhai", 3), ("maonan", ENTRANTS)):
        stage = Stage.objects.whole().get(district__code=place)
        stages[entrants] = opened(stage, entrants=entrants, judges=len(JUDGES), by=office)
        score(stages[entrants], typist=office, checker=checker)
        print(f"{queries(stages[entrants], office):3} statements to tabulate {entrants} entrants")
    stage = stages[ENTRANTS]
    ratio("tabulate: blockers, count, store, log", lambda: rehearse(stage, office), lambda: read(stage))
    paper = read_paper(stage)
    ratio("read the whole paper", lambda: read_paper(stage), lambda: read(stage))
    ratio("count: totals, ranks, prizes, no database", lambda: count(paper), lambda: read(stage))


def read(stage: Stage) -> list[tuple[int, int, int, int]]:
    """The floor: every mark that counts, as bare rows."""
    rows = Mark.objects.filter(sheet__stage=stage, sheet__live=True).order_by()
    return list(rows.values_list("sheet__entry_id", "sheet__seat_id", "criterion_id", "value_c"))


def rehearse(stage: Stage, by: User) -> None:
    """Tabulate and take it back, so that it can be done again."""
    with transaction.atomic():
        tabulate(Stage.objects.whole().get(pk=stage.pk), by=by, at=cast.later(9))
        transaction.set_rollback(True)


def queries(stage: Stage, by: User) -> int:
    """How many statements one tabulation sends, its transaction's own included."""
    with CaptureQueriesContext(connection) as sent:
        rehearse(stage, by)
    return len(sent)


def score(stage: Stage, *, typist: User, checker: User) -> None:
    """Confirmed sheets with marks between 60 and 100 percent, in steps of half a point."""
    dice = random.Random(stage.pk)
    criteria = {criterion.code: criterion for criterion in stage.ruleset.criteria.all()}
    sheets = list(Sheet.objects.filter(stage=stage))
    marks = []
    for sheet in sheets:
        values = {code: 50 * dice.randint(most // 50 * 3 // 5, most // 50) for code, most in CRITERIA.items()}
        sheet.state, sheet.total_c = Sheet.State.CONFIRMED, sum(values.values())
        sheet.typed_by, sheet.typed_at = typist, cast.NOW
        sheet.confirmed_by, sheet.confirmed_at = checker, cast.NOW
        marks += [
            Mark(
                sheet=sheet,
                criterion=criteria[code],
                value_c=value,
                max_c=CRITERIA[code],
                typed_by=typist,
                confirmed_by=checker,
            )
            for code, value in values.items()
        ]
    written = ["state", "total_c", "typed_by", "typed_at", "confirmed_by", "confirmed_at"]
    Sheet.objects.bulk_update(sheets, written, batch_size=100)
    Mark.objects.bulk_create(marks)
