from dataclasses import replace
from fractions import Fraction

import pytest

from scoring.rules.ruleset import Criterion, Ruleset
from scoring.rules.totals import (
    BadDeduction,
    BadMark,
    EmptyPanel,
    Incomplete,
    Marks,
    NotOnPanel,
    SecondSheet,
    SheetTotal,
    WrongLength,
    show,
    show_apart,
    tally,
    tally_all,
)

from .stage import CHEN, LI, RULES, even_sheet, sheet

THREE = frozenset({1, 2, 3})
FIVE = frozenset({1, 2, 3, 4, 5})


def test_three_judges_are_all_counted_and_their_mean_is_exact():
    sheets = [even_sheet(1, 9000), even_sheet(2, 9050), even_sheet(3, 9050)]
    chen = tally(CHEN, sheets, RULES, panel=THREE)
    assert chen.total == Fraction(27100, 3)
    assert chen.mean == Fraction(27100, 3)
    assert chen.sheets == (
        SheetTotal(1, 9000, True, "counted"),
        SheetTotal(2, 9050, True, "counted"),
        SheetTotal(3, 9050, True, "counted"),
    )


def test_from_five_judges_up_the_highest_and_the_lowest_sheet_are_left_out():
    sheets = [even_sheet(seat, total) for seat, total in enumerate((9000, 8000, 9500, 8800, 9100), start=1)]
    chen = tally(CHEN, sheets, RULES, panel=FIVE)
    assert chen.total == Fraction(9000 + 8800 + 9100, 3)
    assert [(each.seat, each.why) for each in chen.sheets] == [
        (1, "counted"),
        (2, "lowest"),
        (3, "highest"),
        (4, "counted"),
        (5, "counted"),
    ]


def test_among_equal_extremes_the_highest_seat_is_marked():
    sheets = [even_sheet(seat, total) for seat, total in enumerate((8000, 8000, 9000, 9500, 9500), start=1)]
    chen = tally(CHEN, sheets, RULES, panel=FIVE)
    assert [each.why for each in chen.sheets] == ["counted", "lowest", "counted", "counted", "highest"]
    assert chen.total == Fraction(8000 + 9000 + 9500, 3)


def test_when_all_judges_agree_one_sheet_is_the_highest_and_another_the_lowest():
    chen = tally(CHEN, [even_sheet(seat, 9000) for seat in FIVE], RULES, panel=FIVE)
    assert [each.why for each in chen.sheets] == ["counted", "counted", "counted", "lowest", "highest"]
    assert chen.total == 9000


def test_two_of_each_are_left_out_when_the_ruleset_says_so():
    sheets = [even_sheet(seat, total) for seat, total in enumerate((8000, 8500, 9000, 9500, 10000), start=1)]
    chen = tally(CHEN, sheets, replace(RULES, drop=2), panel=FIVE)
    assert chen.total == 9000
    assert [each.counted for each in chen.sheets] == [False, False, True, False, False]


def test_nothing_is_left_out_where_nothing_would_remain():
    careless = replace(RULES, drop=2, min_panel_to_drop=1)
    sheets = [even_sheet(1, 9000), even_sheet(2, 8000), even_sheet(3, 7000)]
    assert tally(CHEN, sheets, careless, panel=THREE).total == 8000
    assert tally(CHEN, sheets[:2], replace(careless, drop=1), panel=frozenset({1, 2})).total == 8500


def test_criterion_means_are_over_all_sheets_dropped_ones_too():
    sheets = [sheet(seat, 1000 * seat - 1000, 0, 0, 0, 0) for seat in sorted(FIVE)]
    chen = tally(CHEN, sheets, RULES, panel=FIVE)
    assert [each.why for each in chen.sheets] == ["lowest", "counted", "counted", "counted", "highest"]
    assert chen.criterion_means == (2000, 0, 0, 0, 0)


def test_the_deduction_is_taken_from_the_mean():
    chen = tally(CHEN, [even_sheet(seat, 9000) for seat in THREE], RULES, panel=THREE, deduction_c=40)
    assert (chen.mean, chen.deduction_c, chen.total) == (9000, 40, 8960)


def test_a_total_never_falls_below_zero():
    chen = tally(CHEN, [even_sheet(seat, 100) for seat in THREE], RULES, panel=THREE, deduction_c=200)
    assert (chen.mean, chen.total) == (100, 0)


def test_a_missing_mark_is_never_zero():
    sheets = [even_sheet(1, 9000), sheet(2, 3500, None, 1800, 900, None), even_sheet(3, 9000)]
    with pytest.raises(Incomplete) as refused:
        tally(CHEN, sheets, RULES, panel=THREE)
    assert refused.value.entry == CHEN
    assert refused.value.missing == ((2, "ideas"), (2, "bearing"))


def test_a_seat_without_a_sheet_misses_every_mark():
    with pytest.raises(Incomplete) as refused:
        tally(CHEN, [even_sheet(1, 9000), even_sheet(3, 9000)], RULES, panel=THREE)
    assert refused.value.missing == ((2, "work"), (2, "ideas"), (2, "speech"), (2, "slides"), (2, "bearing"))


@pytest.mark.parametrize("value", [4050, -50, 3525, 3500.0, True])
def test_a_mark_out_of_range_off_the_step_or_not_whole_is_refused(value):
    with pytest.raises(BadMark) as refused:
        tally(CHEN, [even_sheet(1, 9000), sheet(2, value, 0, 0, 0, 0), even_sheet(3, 9000)], RULES, panel=THREE)
    assert (refused.value.entry, refused.value.seat, refused.value.criterion) == (CHEN, 2, "work")
    assert refused.value.value is value


def test_the_maximum_and_zero_are_marks():
    chen = tally(CHEN, [sheet(1, 4000, 0, 2000, 0, 1000)], RULES, panel=frozenset({1}))
    assert chen.total == 7000


def test_a_sheet_from_outside_the_panel_is_refused():
    with pytest.raises(NotOnPanel) as refused:
        tally(CHEN, [even_sheet(seat, 9000) for seat in (1, 2, 3, 4)], RULES, panel=THREE)
    assert refused.value.seat == 4


def test_two_sheets_from_one_seat_are_refused_even_when_they_agree():
    with pytest.raises(SecondSheet) as refused:
        tally(CHEN, [even_sheet(seat, 9000) for seat in (1, 2, 3, 2)], RULES, panel=THREE)
    assert refused.value.seat == 2


@pytest.mark.parametrize("values", [(4000,), (4000, 2000, 2000, 1000, 1000, 1000)])
def test_a_sheet_must_have_as_many_marks_as_there_are_criteria(values):
    with pytest.raises(WrongLength) as refused:
        tally(CHEN, [Marks(1, values)], RULES, panel=frozenset({1}))
    assert refused.value.seat == 1


def test_an_empty_panel_gives_no_total():
    with pytest.raises(EmptyPanel):
        tally(CHEN, [], RULES, panel=frozenset())


@pytest.mark.parametrize("deduction_c", [-1, 0.5])
def test_a_deduction_is_a_whole_number_and_not_negative(deduction_c):
    with pytest.raises(BadDeduction) as refused:
        tally(CHEN, [even_sheet(1, 9000)], RULES, panel=frozenset({1}), deduction_c=deduction_c)
    assert refused.value.deduction_c == deduction_c


def test_tally_all_is_tally_for_each_in_the_order_given():
    of_li = [even_sheet(seat, 8000) for seat in THREE]
    of_chen = [even_sheet(seat, 9000) for seat in THREE]
    assert tally_all([(LI, of_li, 20), (CHEN, of_chen, 0)], RULES, THREE) == [
        tally(LI, of_li, RULES, panel=THREE, deduction_c=20),
        tally(CHEN, of_chen, RULES, panel=THREE),
    ]


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (Fraction(9000), 2, "90.00"),
        (Fraction(27100, 3), 2, "90.33"),
        (Fraction(27100, 3), 4, "90.3333"),
        (Fraction(90125, 10), 2, "90.13"),
        (Fraction(90125, 10), 3, "90.125"),
        (Fraction(9049), 0, "90"),
        (Fraction(9050), 0, "91"),
        (Fraction(5), 1, "0.1"),
        (0, 2, "0.00"),
        (9950, 2, "99.50"),
        (Fraction(99995, 10), 2, "100.00"),
        (Fraction(-125, 10), 2, "-0.13"),
        (Fraction(-1, 10), 2, "0.00"),
    ],
)
def test_points_are_rounded_half_up_from_the_exact_value(value, decimals, text):
    assert show(value, decimals) == text


def test_a_total_that_binary_fractions_would_round_down_is_rounded_up():
    assert f"{2.675:.2f}" == "2.67"
    assert show(Fraction(2675, 10), 2) == "2.68"


def test_totals_that_look_level_but_are_not_are_shown_with_more_decimals():
    totals = [Fraction(27001, 3), Fraction(9000), Fraction(9000), Fraction(8750)]
    assert show_apart(totals, 2) == ["90.003", "90.000", "90.000", "87.50"]


def test_totals_that_are_level_are_shown_alike():
    assert show_apart([Fraction(27001, 3)] * 2, 2) == ["90.00", "90.00"]


def test_beyond_six_decimals_nothing_is_shown_apart():
    assert show_apart([Fraction(9000), Fraction(9000) + Fraction(1, 10**6)], 2) == ["90.000000", "90.000000"]


def test_a_judge_may_have_one_criterion_only():
    one = Ruleset(criteria=(Criterion("all", "总评", 10000, 1),))
    assert tally(CHEN, [sheet(1, 9137)], one, panel=frozenset({1})).total == 9137
