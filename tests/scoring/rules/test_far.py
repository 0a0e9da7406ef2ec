"""Which totals ask for a second look at the paper: five of forty beside thirty-fives, and nothing merely strict."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.rules.far import far_off

WHOLE_C = 4000
PANELS = st.dictionaries(st.integers(1, 15), st.integers(0, WHOLE_C), min_size=0, max_size=15)


def far(*points: float, percent: int = 20) -> list[int]:
    """The judges, from 1 on, who gave totals far from the others', of 40 points."""
    totals_c = {seat: int(each * 100) for seat, each in enumerate(points, start=1)}
    return sorted(far_off(totals_c, whole_c=WHOLE_C, far_percent=percent))


@pytest.mark.parametrize(
    ("points", "asked"),
    [
        ((5, 35, 35), [1]),
        ((35, 35, 5), [3]),
        ((5, 30, 38), [1]),
        ((35, 35, 35), []),
        ((0, 0, 0), []),
        ((40, 40, 31.5), [3]),
        # Eight points are twenty percent of forty: not more.
        ((35, 35, 27), []),
        ((35, 35, 26.5), [3]),
        ((35, 36, 34, 33, 5, 37, 35, 36, 34), [5]),
        # Two slips among five move the median no further than to a neighbour.
        ((5, 3, 35, 36, 34), [1, 2]),
        # A panel of four that is of two minds: the paper of each is looked at.
        ((10, 10, 35, 35), [1, 2, 3, 4]),
        # An entrant whom everybody finds weak.
        ((8, 10, 9), []),
    ],
)
def test_a_total_far_from_the_panels_median_is_asked_about(points, asked):
    assert far(*points) == asked


@pytest.mark.parametrize("points", [(), (5,), (5, 35)])
def test_of_fewer_than_three_sheets_nobody_can_say_which_is_the_odd_one(points):
    assert far(*points) == []


def test_nought_percent_asks_nobody_and_a_hundred_cannot_be_exceeded():
    assert far(0, 40, 40, percent=0) == far(0, 40, 40, percent=100) == []


def test_the_median_of_an_even_panel_is_exact():
    assert far_off({1: 0, 2: 3050, 3: 3055, 4: 3500}, whole_c=WHOLE_C, far_percent=20) == {1: Fraction(6105, 2)}


@given(PANELS, st.integers(0, 100))
def test_the_order_in_which_sheets_came_decides_nothing(totals_c, percent):
    again = dict(reversed(totals_c.items()))
    told = far_off(totals_c, whole_c=WHOLE_C, far_percent=percent)
    assert told == far_off(again, whole_c=WHOLE_C, far_percent=percent)
    assert set(told) <= set(totals_c)


@given(PANELS.filter(lambda panel: len(panel) >= 3), st.integers(0, WHOLE_C))
def test_how_wild_one_total_is_does_not_move_what_the_others_are_measured_by(totals_c, other_c):
    """Whatever stands on the far side of the median stands there: only its side counts."""
    seat = max(totals_c, key=lambda each: totals_c[each])
    wilder = {**totals_c, seat: max(other_c, totals_c[seat])}
    others = {each for each in totals_c if each != seat}
    limits = {"whole_c": WHOLE_C, "far_percent": 20}
    assert {each: m for each, m in far_off(totals_c, **limits).items() if each in others} == {
        each: m for each, m in far_off(wilder, **limits).items() if each in others
    }
