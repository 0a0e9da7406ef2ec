"""What holds of every stage, whoever scored it: against the oracle, and on its own."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.rules.overtime import deduction
from scoring.rules.prizes import award
from scoring.rules.ranking import Ruling, holding, rank, rank_by_votes
from scoring.rules.ruleset import OvertimeTable, problems
from scoring.rules.totals import Marks, show, show_apart, tally

from . import oracle
from .strategies import scored_stages


def tallies_of(stage):
    return [
        tally(entry, sheets, stage.ruleset, panel=stage.panel, deduction_c=stage.deductions_c[entry])
        for entry, sheets in stage.sheets.items()
    ]


def standings_of(stage):
    return {
        entry: oracle.standing(sheets, stage.ruleset, stage.deductions_c[entry])
        for entry, sheets in stage.sheets.items()
    }


@given(scored_stages())
def test_made_up_rulesets_are_such_as_the_portal_accepts(stage):
    assert problems(stage.ruleset) == []


@given(scored_stages())
def test_totals_are_those_of_the_oracle_to_the_last_digit(stage):
    counted = {each.entry: each.total for each in tallies_of(stage)}
    assert counted == {entry: 100 * standing[0] for entry, standing in standings_of(stage).items()}


@given(scored_stages())
def test_the_total_can_be_recounted_from_the_sheets_marked_as_counted(stage):
    for each in tallies_of(stage):
        counted = [sheet.total_c for sheet in each.sheets if sheet.counted]
        assert each.mean == Fraction(sum(counted), len(counted))
        assert each.total == max(0, each.mean - each.deduction_c)
        assert [sheet.seat for sheet in each.sheets] == sorted(stage.panel)
        whys = [sheet.why for sheet in each.sheets]
        assert whys.count("highest") == whys.count("lowest")
        assert whys.count("counted") == len(counted)


@given(scored_stages(), st.randoms(use_true_random=False))
def test_the_order_in_which_sheets_come_in_changes_nothing(stage, random):
    shuffled = {entry: random.sample(sheets, len(sheets)) for entry, sheets in stage.sheets.items()}
    assert tallies_of(replace(stage, sheets=shuffled)) == tallies_of(stage)


@given(scored_stages(), st.randoms(use_true_random=False))
def test_who_sits_on_which_seat_changes_no_total_and_no_place(stage, random):
    seats = random.sample(sorted(stage.panel), len(stage.panel))
    moved = {
        entry: [Marks(seat, sheet.values) for seat, sheet in zip(seats, sheets, strict=True)]
        for entry, sheets in stage.sheets.items()
    }
    before, after = tallies_of(stage), tallies_of(replace(stage, sheets=moved))
    assert [each.total for each in after] == [each.total for each in before]
    assert rank(after, stage.ruleset, stage.rulings) == rank(before, stage.ruleset, stage.rulings)


@given(scored_stages(), st.randoms(use_true_random=False))
def test_the_order_in_which_entrants_are_listed_changes_nothing(stage, random):
    tallies = tallies_of(stage)
    shuffled = random.sample(tallies, len(tallies))
    placed = rank(tallies, stage.ruleset, stage.rulings)
    assert rank(shuffled, stage.ruleset, stage.rulings) == placed
    assert award(random.sample(placed, len(placed)), stage.ruleset.tiers) == award(placed, stage.ruleset.tiers)


@given(scored_stages())
def test_places_are_those_of_the_oracle(stage):
    placed = rank(tallies_of(stage), stage.ruleset, stage.rulings)
    found = {each.entry: (each.rank, len(each.group)) for each in placed}
    assert found == oracle.places(standings_of(stage), stage.rulings)


@given(scored_stages())
def test_what_decided_a_place_is_what_the_oracle_says(stage):
    standings = standings_of(stage)
    placed = rank(tallies_of(stage), stage.ruleset, stage.rulings)
    assert {each.entry: each.decided_by for each in placed} == {
        entry: oracle.decided_by(entry, standings, stage.ruleset.tie_order, stage.rulings) for entry in standings
    }


@given(scored_stages())
def test_groups_positions_and_ranks_fit_together(stage):
    placed = rank(tallies_of(stage), stage.ruleset, stage.rulings)
    for index, each in enumerate(placed):
        assert each.rank == each.position + 1
        assert each.shared == (len(each.group) > 1) == (each.decided_by == "shared")
        assert each.group == tuple(sorted(other.entry for other in placed if other.position == each.position))
        assert each.position <= index < each.position + len(each.group)


@given(scored_stages(), st.data())
def test_one_higher_mark_never_costs_its_entrant_a_place(stage, data):
    entry = data.draw(st.sampled_from(sorted(stage.sheets)))
    seat = data.draw(st.sampled_from(sorted(stage.panel)))
    index = data.draw(st.integers(0, len(stage.ruleset.criteria) - 1))
    sheet = stage.sheets[entry][seat - 1]
    best = stage.ruleset.criteria[index].max_c
    better = Marks(seat, (*sheet.values[:index], best, *sheet.values[index + 1 :]))
    sheets = [better if each.seat == seat else each for each in stage.sheets[entry]]
    before = {each.entry: each.rank for each in rank(tallies_of(stage), stage.ruleset)}
    raised = replace(stage, sheets={**stage.sheets, entry: sheets})
    after = {each.entry: each.rank for each in rank(tallies_of(raised), stage.ruleset)}
    assert after[entry] <= before[entry]


@given(scored_stages())
def test_prizes_are_those_of_the_oracle(stage):
    placed = rank(tallies_of(stage), stage.ruleset, stage.rulings)
    prizes = award(placed, stage.ruleset.tiers)
    waiting = {entry for group in prizes.needs_ruling for entry in group}
    assert (prizes.won, waiting) == oracle.prizes(
        oracle.places(standings_of(stage), stage.rulings), stage.ruleset.tiers
    )


@given(scored_stages())
def test_every_numbered_prize_is_won_or_unfilled_or_waiting_for_a_ruling(stage):
    placed = rank(tallies_of(stage), stage.ruleset, stage.rulings)
    prizes = award(placed, stage.ruleset.tiers)
    waiting = {entry for group in prizes.needs_ruling for entry in group}
    start = 0
    for tier in stage.ruleset.tiers:
        if tier.count is not None:
            won = sum(1 for code in prizes.won.values() if code == tier.code)
            held_back = sum(1 for each in placed[start : start + tier.count] if each.entry in waiting)
            assert won + prizes.unfilled.get(tier.code, 0) + held_back == tier.count
            start += tier.count


@given(scored_stages())
def test_a_ruling_on_every_level_group_leaves_nobody_level_and_no_prize_waiting(stage):
    level = {each.group: each.total for each in rank(tallies_of(stage), stage.ruleset)}
    rulings = [*stage.rulings, *(Ruling(group, "lots", total) for group, total in level.items())]
    placed = rank(tallies_of(stage), stage.ruleset, rulings)
    assert [each.rank for each in placed] == list(range(1, len(placed) + 1))
    assert award(placed, stage.ruleset.tiers).needs_ruling == ()


@given(scored_stages())
def test_the_rulings_that_hold_are_those_without_which_somebody_else_would_be_placed(stage):
    tallies = tallies_of(stage)
    holds = holding(tallies, stage.ruleset, stage.rulings)
    held = [ruling for ruling, holds_now in zip(stage.rulings, holds, strict=True) if holds_now]
    placed = rank(tallies, stage.ruleset, stage.rulings)
    assert rank(tallies, stage.ruleset, held) == placed
    settled = {each.entry for each in placed if each.decided_by.startswith("ruling:")}
    assert settled == {entry for ruling in held for entry in ruling.order}


@given(scored_stages(), st.data())
def test_votes_rank_as_the_oracle_ranks_votes_before_total_and_tie_order_and_ruling(stage, data):
    tallies = tallies_of(stage)
    placed = rank(tallies, stage.ruleset, stage.rulings)
    votes = {each.entry: data.draw(st.integers(0, 3)) for each in placed}
    column = [criterion.code for criterion in stage.ruleset.criteria]
    order = stage.ruleset.tie_order
    means = {each.entry: [each.criterion_means[column.index(code)] for code in order] for each in tallies}
    by_votes = rank_by_votes(votes, placed, tie_order=order, means=means)
    ruled = {each.entry: each.rank for each in placed}
    standings = {entry: [votes[entry], *mine, -ruled[entry]] for entry, mine in standings_of(stage).items()}
    assert {each.entry: (each.rank, len(each.group)) for each in by_votes} == oracle.places(standings, [])
    # What is said to decide is what differs from the last of those who equalled the entrant until there.
    told = {each.entry: each.decided_by.partition(":")[0] for each in by_votes}
    assert told == {entry: _step(entry, standings, len(order)) for entry in standings}


def _step(entry, standings, criteria):
    """The name of the step at which the last rival falls away; "votes" for whoever never had one."""
    names = ["votes", "score", *["criterion"] * criteria, "ruling"]
    rivals = [theirs for other, theirs in standings.items() if other != entry]
    last = "votes"
    for index, name in enumerate(names):
        if rivals:
            last = name
        rivals = [theirs for theirs in rivals if theirs[index] == standings[entry][index]]
    return "shared" if rivals else last


hundredths = st.fractions(min_value=0, max_value=10_000, max_denominator=10_000)


@given(hundredths, st.integers(0, 6))
def test_display_rounds_as_decimal_does(value, decimals):
    assert show(value, decimals) == oracle.rounded(value, decimals)


@given(st.integers(0, 200_000).map(lambda half_steps: Fraction(half_steps, 20)), st.integers(0, 3))
def test_display_rounds_halves_up_as_decimal_does(value, decimals):
    assert show(value, decimals) == oracle.rounded(value, decimals)


@given(st.lists(st.integers(899_999, 900_003).map(lambda c: Fraction(c, 100)), min_size=1))
def test_totals_shown_apart_look_alike_only_if_they_are_level(values):
    shown = show_apart(values, 2)
    assert len(set(shown)) == len(set(values))
    assert [float(text) for text in shown] == [pytest.approx(float(value) / 100, abs=0.005) for value in values]


@given(st.integers(0, 900), st.integers(0, 900))
def test_speaking_longer_never_costs_less(seconds, longer):
    table = OvertimeTable()
    shorter, longer = sorted((seconds, longer))
    assert deduction(shorter, table).points_c <= deduction(longer, table).points_c <= table.most_c


@given(st.integers(0, 900))
def test_overtime_is_what_counting_second_by_second_gives(seconds):
    table = OvertimeTable()
    started = {(second - 311) // 10 for second in range(311, seconds + 1)}
    assert deduction(seconds, table).points_c == min(200, 20 * len(started))
