import csv
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from quota.rules.apportion import (
    METHODS,
    BadHeadcount,
    Explanation,
    NobodyToShare,
    Shares,
    TooFewSeats,
    UnknownMethod,
    apportion,
    explain,
)

from . import oracle

DECREE = {
    "茂南区": (27, 3),
    "电白区": (39, 3),
    "信宜市": (30, 3),
    "高州市": (48, 4),
    "化州市": (61, 5),
    "滨海新区": (3, 1),
    "高新区": (4, 1),
}
HEADCOUNTS = {district: headcount for district, (headcount, _) in DECREE.items()}
SEATS = {district: seats for district, (_, seats) in DECREE.items()}


def seats_by(method, seats, headcounts, minimum=0):
    """Seats in the order of the headcounts, of a table in which nothing is contested."""
    shares = apportion(seats, dict(enumerate(headcounts)), method, minimum)
    assert shares.contested == ()
    return list(shares.seats.values())


# The decree


def test_the_decree_shares_twenty_seats_among_two_hundred_and_twelve():
    assert (sum(HEADCOUNTS.values()), sum(SEATS.values())) == (212, 20)


def test_adams_gives_exactly_the_table_of_the_decree():
    assert apportion(20, HEADCOUNTS, "adams") == Shares(SEATS, (), 0, 0, "adams")


def test_no_other_method_gives_the_table_of_the_decree_even_with_a_seat_for_everybody():
    reproducing = [(each.method, each.minimum) for each in explain(DECREE) if each.reproduces]
    assert reproducing == [("adams", 0), ("adams", 1)]


def test_the_explanation_says_who_gains_and_who_loses_under_each_other_method():
    assert {(each.method, each.minimum): each.differences for each in explain(DECREE)} == {
        ("adams", 0): {},
        ("adams", 1): {},
        ("dean", 0): {"茂南区": -1, "电白区": 1},
        ("dean", 1): {"茂南区": -1, "电白区": 1},
        ("huntington_hill", 0): {"茂南区": -1, "电白区": 1},
        ("huntington_hill", 1): {"茂南区": -1, "电白区": 1},
        ("webster", 0): {"电白区": 1, "化州市": 1, "滨海新区": -1, "高新区": -1},
        ("webster", 1): {"茂南区": -1, "电白区": 1},
        ("jefferson", 0): {"茂南区": -1, "电白区": 1, "高州市": 1, "化州市": 1, "滨海新区": -1, "高新区": -1},
        ("jefferson", 1): {"茂南区": -1, "化州市": 1},
        ("hamilton", 0): {"电白区": 1, "化州市": 1, "滨海新区": -1, "高新区": -1},
        ("hamilton", 1): {"茂南区": -1, "电白区": 1},
    }


# Published tables


def us_house_2020():
    """U.S. Census Bureau, 2020 Census, table 1: apportionment population and number of representatives by state."""
    with (Path(__file__).parent / "us_house_2020.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {row["state"]: int(row["population"]) for row in rows}, {row["state"]: int(row["seats"]) for row in rows}


def test_the_us_table_is_the_one_whose_totals_were_published():
    population, representatives = us_house_2020()
    assert (len(population), sum(population.values()), sum(representatives.values())) == (50, 331_108_434, 435)


@pytest.mark.parametrize("minimum", [0, 1])
def test_huntington_hill_gives_the_us_house_of_2020(minimum):
    population, representatives = us_house_2020()
    assert apportion(435, population, "huntington_hill", minimum).seats == representatives


@pytest.mark.parametrize(("more", "new_york", "minnesota"), [(88, 26, 8), (89, 27, 7)])
def test_new_york_missed_its_next_seat_by_eighty_nine_people(more, new_york, minnesota):
    population, _ = us_house_2020()
    population["New York"] += more
    seats = apportion(435, population, "huntington_hill").seats
    assert (seats["New York"], seats["Minnesota"]) == (new_york, minnesota)


@pytest.mark.parametrize(("fewer", "new_york", "minnesota"), [(25, 26, 8), (26, 27, 7)])
def test_minnesota_kept_its_last_seat_by_twenty_six_people(fewer, new_york, minnesota):
    population, _ = us_house_2020()
    population["Minnesota"] -= fewer
    seats = apportion(435, population, "huntington_hill").seats
    assert (seats["New York"], seats["Minnesota"]) == (new_york, minnesota)


@pytest.mark.parametrize(
    ("method", "seats"),
    [
        ("adams", [10, 9, 7, 5, 3, 2]),
        ("dean", [10, 9, 7, 5, 4, 1]),
        ("huntington_hill", [10, 9, 7, 6, 3, 1]),
        ("webster", [10, 9, 8, 5, 3, 1]),
        ("jefferson", [11, 9, 7, 5, 3, 1]),
        ("hamilton", [10, 9, 7, 5, 4, 1]),
    ],
)
def test_the_six_states_of_balinski_and_young_tell_the_five_divisor_methods_apart(method, seats):
    assert seats_by(method, 36, [27_744, 25_178, 19_951, 14_610, 9_225, 3_292]) == seats


@pytest.mark.parametrize(
    ("method", "seats"),
    [
        ("adams", [9, 7, 5, 3, 2]),
        ("dean", [9, 7, 5, 4, 1]),
        ("huntington_hill", [9, 7, 6, 3, 1]),
        ("webster", [9, 8, 5, 3, 1]),
        ("jefferson", [10, 7, 5, 3, 1]),
        ("hamilton", [9, 7, 5, 4, 1]),
    ],
)
def test_the_five_states_of_their_paper_of_1975_do_so_too(method, seats):
    assert seats_by(method, 26, [9_061, 7_179, 5_259, 3_319, 1_182]) == seats


@pytest.mark.parametrize(
    ("method", "seats"),
    [("hamilton", [51, 44, 2, 2, 1]), ("jefferson", [52, 45, 1, 1, 1]), ("webster", [51, 43, 2, 2, 2])],
)
def test_jefferson_and_webster_leave_the_quota_where_hamilton_keeps_it(method, seats):
    assert seats_by(method, 100, [5_117, 4_400, 162, 161, 160]) == seats


# Ties, minimums and refusals


def test_districts_level_for_the_last_seat_are_shown_and_not_chosen_between():
    shares = apportion(4, {"茂南区": 10, "电白区": 10, "信宜市": 10}, "webster")
    assert shares == Shares({"茂南区": 1, "电白区": 1, "信宜市": 1}, ("茂南区", "电白区", "信宜市"), 1, 0, "webster")


def test_three_districts_may_be_level_for_two_seats():
    shares = apportion(2, {"茂南区": 10, "电白区": 10, "信宜市": 10}, "hamilton")
    assert (shares.seats, shares.contested, shares.unfilled) == (
        {"茂南区": 0, "电白区": 0, "信宜市": 0},
        ("茂南区", "电白区", "信宜市"),
        2,
    )


def test_a_table_that_settled_a_tie_one_way_is_explained_without_differences():
    adams = explain({"茂南区": (10, 2), "电白区": (10, 1)})[0]
    assert adams == Explanation("adams", 0, False, {}, ("茂南区", "电白区"), 1)


def test_a_tie_explains_one_seat_more_and_not_two():
    adams = explain({"茂南区": (10, 3), "电白区": (10, 0)})[0]
    assert adams == Explanation("adams", 0, False, {"茂南区": -2, "电白区": 1}, ("茂南区", "电白区"), 1)


def test_larger_districts_come_first_when_seats_are_fewer_than_districts():
    assert seats_by("adams", 2, [5, 9, 7]) == [0, 1, 1]


def test_the_minimum_of_one_is_not_tried_with_fewer_seats_than_districts():
    table = {"茂南区": (9, 1), "电白区": (5, 0)}
    assert [(each.method, each.minimum) for each in explain(table)] == [(method, 0) for method in METHODS]


def test_a_district_without_entrants_gets_no_seat_not_even_the_minimum():
    assert seats_by("adams", 3, [0, 20, 10], minimum=1) == [0, 2, 1]
    assert seats_by("hamilton", 3, [0, 20, 10], minimum=1) == [0, 2, 1]


def test_hamilton_with_a_minimum_shares_the_rest_anew_among_the_others():
    assert seats_by("hamilton", 10, [80, 15, 4, 1], minimum=1) == [7, 1, 1, 1]


def test_no_seats_at_all_is_a_table_of_noughts():
    assert seats_by("adams", 0, [3, 4]) == [0, 0]
    assert seats_by("hamilton", 0, [3, 4]) == [0, 0]


def test_an_unknown_method_is_refused():
    with pytest.raises(UnknownMethod) as refused:
        apportion(20, HEADCOUNTS, "lots")
    assert refused.value.method == "lots"


def test_a_negative_headcount_is_refused():
    with pytest.raises(BadHeadcount) as refused:
        apportion(20, {"茂南区": 27, "电白区": -1}, "adams")
    assert (refused.value.district, refused.value.headcount) == ("电白区", -1)


@pytest.mark.parametrize("headcounts", [{}, {"茂南区": 0}])
def test_seats_without_anybody_to_take_them_are_refused(headcounts):
    with pytest.raises(NobodyToShare) as refused:
        apportion(1, headcounts, "adams")
    assert refused.value.seats == 1


@pytest.mark.parametrize(("seats", "minimum", "needed"), [(6, 1, 7), (-1, 0, 0), (20, 3, 21), (20, -1, 0)])
def test_fewer_seats_than_the_minimum_asks_for_are_refused(seats, minimum, needed):
    with pytest.raises(TooFewSeats) as refused:
        apportion(seats, HEADCOUNTS, "adams", minimum)
    assert (refused.value.seats, refused.value.minimum, refused.value.needed) == (seats, minimum, needed)


# What holds of every table

methods = st.sampled_from(METHODS)
divisor_methods = st.sampled_from(sorted(oracle.DIVISORS))
few_headcounts = st.lists(st.integers(1, 12), min_size=1, max_size=4)
many_headcounts = st.lists(st.integers(0, 200), min_size=1, max_size=12).filter(any)


@given(methods, st.integers(0, 8), few_headcounts)
@example("adams", 2, [3, 3, 3])
@example("hamilton", 2, [1, 1, 1, 1])
def test_shares_are_those_of_laying_out_every_table(method, seats, headcounts):
    shares = apportion(seats, dict(enumerate(headcounts)), method)
    found = (list(shares.seats.values()), set(shares.contested), shares.unfilled)
    assert found == oracle.shares(seats, headcounts, method)


@given(divisor_methods, st.integers(0, 5), few_headcounts, st.integers(1, 2))
def test_shares_with_a_minimum_are_those_of_laying_out_every_table(method, more, headcounts, minimum):
    seats = more + minimum * len(headcounts)
    shares = apportion(seats, dict(enumerate(headcounts)), method, minimum)
    found = (list(shares.seats.values()), set(shares.contested), shares.unfilled)
    assert found == oracle.shares(seats, headcounts, method, minimum)


@given(methods, st.integers(0, 100), many_headcounts, st.integers(0, 1))
def test_seats_given_and_unfilled_are_all_the_seats(method, more, headcounts, minimum):
    present = sum(1 for headcount in headcounts if headcount)
    seats = more + minimum * present
    shares = apportion(seats, dict(enumerate(headcounts)), method, minimum)
    assert sum(shares.seats.values()) + shares.unfilled == seats
    assert (shares.unfilled == 0) == (shares.contested == ())
    assert 0 <= shares.unfilled < max(1, len(shares.contested))
    least = [minimum if headcount else 0 for headcount in headcounts]
    assert all(given >= at_least for given, at_least in zip(shares.seats.values(), least, strict=True))


@given(methods, st.integers(0, 60), many_headcounts, st.randoms(use_true_random=False))
def test_the_order_in_which_districts_are_listed_changes_nothing(method, seats, headcounts, random):
    listed = dict(enumerate(headcounts))
    shuffled = dict(random.sample(list(listed.items()), len(listed)))
    one, other = apportion(seats, listed, method), apportion(seats, shuffled, method)
    assert (one.seats, set(one.contested), one.unfilled) == (other.seats, set(other.contested), other.unfilled)


@given(divisor_methods, st.integers(0, 60), many_headcounts)
def test_with_one_seat_more_no_district_loses_one_under_a_divisor_method(method, seats, headcounts):
    listed = dict(enumerate(headcounts))
    before, after = apportion(seats, listed, method), apportion(seats + 1, listed, method)
    assert all(after.seats[district] >= held for district, held in before.seats.items())


@given(methods, st.integers(1, 60), many_headcounts, st.integers(2, 9))
def test_only_proportions_count(method, seats, headcounts, times):
    one = apportion(seats, dict(enumerate(headcounts)), method)
    many = apportion(seats, dict(enumerate(times * headcount for headcount in headcounts)), method)
    assert one == many


@given(methods, st.integers(1, 60), many_headcounts)
def test_a_larger_district_never_gets_fewer_seats(method, seats, headcounts):
    held = apportion(seats, dict(enumerate(headcounts)), method).seats.values()
    in_order = sorted(zip(headcounts, held, strict=True))
    assert [seats for _, seats in in_order] == sorted(seats for _, seats in in_order)


@given(st.integers(0, 60), many_headcounts)
def test_hamilton_stays_within_a_seat_of_the_quota(seats, headcounts):
    shares = apportion(seats, dict(enumerate(headcounts)), "hamilton")
    for headcount, held in zip(headcounts, shares.seats.values(), strict=True):
        assert abs(held * sum(headcounts) - headcount * seats) < sum(headcounts)


@given(methods, st.integers(1, 40), many_headcounts, st.integers(0, 1))
def test_a_table_made_by_a_method_is_explained_by_it(method, more, headcounts, minimum):
    seats = more + sum(1 for headcount in headcounts if headcount)
    shares = apportion(seats, dict(enumerate(headcounts)), method, minimum)
    lucky = set(shares.contested[: shares.unfilled])
    table = {key: (headcounts[key], held + (key in lucky)) for key, held in shares.seats.items()}
    (found,) = [each for each in explain(table) if (each.method, each.minimum) == (method, minimum)]
    assert found == Explanation(method, minimum, not shares.contested, {}, shares.contested, shares.unfilled)
