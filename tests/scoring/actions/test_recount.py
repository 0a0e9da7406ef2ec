"""Two routes, one result: the tabulation, and SQL windows over the same sheets that share no code with it."""

from fractions import Fraction

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contest.models import Entry
from scoring.actions.tabulate import write_results
from scoring.models import Mark, Overtime, Result, Seat, Sheet, Tabulation
from tests import cast
from tests.scoring.by_windows import by_windows
from tests.scoring.filling import CRITERIA, fill, level, opened

ENTRANTS, JUDGES = 6, 6

# Few different marks, so that totals, criteria and whole sheets often come out level.
halves = st.integers(0, 4).map(lambda halves: 50 * halves)
sheets = st.lists(
    st.lists(st.tuples(halves, halves, halves, halves, halves), min_size=JUDGES, max_size=JUDGES),
    min_size=ENTRANTS,
    max_size=ENTRANTS,
)
spoken = st.lists(st.sampled_from([0, 0, 0, 20, 100, 200]), min_size=ENTRANTS, max_size=ENTRANTS)
gone = st.sets(st.integers(1, ENTRANTS), max_size=3)
vacant = st.sets(st.integers(1, JUDGES), max_size=3)


@pytest.fixture
def stage(maonan, people):
    stage = opened(maonan, entrants=ENTRANTS, judges=JUDGES, by=people["chenxiao"])
    fill(stage, level(*[90] * ENTRANTS, judges=JUDGES), typist=people["chenxiao"])
    return stage


def rewrite(stage, marks_c, deductions_c, left, vacated, by):
    """Put these marks on the sheets, whoever typed them: what is compared is only how they are counted."""
    written = {
        (order, number): sheet
        for sheet, order, number in (
            (sheet, sheet.entry.order, sheet.seat.number)
            for sheet in Sheet.objects.filter(stage=stage).select_related("entry", "seat")
        )
    }
    for (order, number), sheet in written.items():
        sheet.total_c = sum(marks_c[order - 1][number - 1])
    Sheet.objects.bulk_update(written.values(), ["total_c"])
    marks = list(Mark.objects.filter(sheet__stage=stage).select_related("criterion", "sheet__entry", "sheet__seat"))
    column = {code: place for place, code in enumerate(CRITERIA)}
    for mark in marks:
        on = mark.sheet
        mark.value_c = marks_c[on.entry.order - 1][on.seat.number - 1][column[mark.criterion.code]]
    Mark.objects.bulk_update(marks, ["value_c"])
    entries = list(Entry.objects.filter(stage=stage).order_by("order"))
    Overtime.objects.bulk_create(
        Overtime(entry=entry, seconds=300, points_c=points_c, typed_by=by, typed_at=cast.NOW)
        for entry, points_c in zip(entries, deductions_c, strict=True)
        if points_c
    )
    Entry.objects.filter(stage=stage, order__in=left).update(status="withdrawn", status_reason="退出")
    Seat.objects.filter(stage=stage, number__in=vacated).update(vacated_at=cast.NOW, vacated_reason="离席")


def prizes_by(ranks: dict[int, tuple[int, int]]) -> tuple[dict[int, str], set[int]]:
    """Prizes 1 / 2 / 3 and 优秀 from (rank, how many share it): who wins what, and who must be ruled on."""
    tier_at = {1: "first", 2: "second", 3: "second", 4: "third", 5: "third", 6: "third"}
    won, must = {}, set()
    for entry, (rank, sharing) in ranks.items():
        tiers = {tier_at.get(place, "merit") for place in range(rank, rank + sharing)}
        if len(tiers) == 1:
            won[entry] = tiers.pop()
        else:
            must.add(entry)
    return won, must


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(marks_c=sheets, deductions_c=spoken, left=gone, vacated=vacant)
def test_the_tabulation_and_sql_windows_agree_on_every_total_rank_and_prize(
    stage, people, marks_c, deductions_c, left, vacated
):
    with transaction.atomic():
        rewrite(stage, marks_c, deductions_c, left, vacated, people["chenxiao"])
        write_results(stage, 1, reason="", by=people["chenxiao"], at=cast.later(1))
        other = by_windows(stage, tie_order=("achievement", "approach"), drop=1, panel=5)
        results = {result.entry_id: result for result in Result.objects.all()}

        assert {entry: result.exact for entry, result in results.items()} == {
            entry: Fraction(total, n) for entry, total, n, _rank, _level in other
        }
        ranks = {entry: (rank, sharing) for entry, _total, _n, rank, sharing in other}
        assert {entry: result.rank for entry, result in results.items()} == {e: rank for e, (rank, _n) in ranks.items()}
        assert {entry for entry, result in results.items() if result.shared} == {
            entry for entry, (_rank, sharing) in ranks.items() if sharing > 1
        }
        won, must = prizes_by(ranks)
        assert {entry: result.tier for entry, result in results.items() if result.tier} == won
        assert {entry for group in Tabulation.objects.get().needs_ruling for entry in group} == must
        transaction.set_rollback(True)
