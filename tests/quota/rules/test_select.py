from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quota.rules.select import Decision, NegativeNumber, select
from scoring.rules.ranking import Placing, Ruling
from tests.scoring.rules import oracle
from tests.scoring.rules.stage import CHEN, HUANG, LI, LIANG, WANG, WU, ZHOU, placings


def outcomes(decisions):
    return [(each.entry, each.outcome, each.place) for each in decisions]


def test_the_best_are_finalists_the_next_reserves_and_the_others_outside():
    placed = placings({CHEN: 9900, LI: 9800, WANG: 9700, HUANG: 9600})
    assert outcomes(select(placed, seats=1, reserves=2)) == [
        (CHEN, "finalist", None),
        (LI, "reserve", 1),
        (WANG, "reserve", 2),
        (HUANG, "outside", None),
    ]


def test_every_decision_carries_its_reason():
    placed = placings({CHEN: 9900, LI: 9800, WANG: 9700})
    facts = {"decided_by": "total", "level": 1, "seats": 1, "reserves": 1}
    assert select(placed, seats=1, reserves=1) == [
        Decision(CHEN, "finalist", None, 1, "within_seats", {"rank": 1, **facts}),
        Decision(LI, "reserve", 1, 2, "next_in_line", {"rank": 2, **facts}),
        Decision(WANG, "outside", None, 3, "beyond_reserves", {"rank": 3, **facts}),
    ]


def test_level_entrants_across_the_last_seat_all_wait_for_a_ruling():
    totals = {CHEN: 9900, LI: 9800, WANG: 9800, HUANG: 9800, LIANG: 9000}
    waiting = select(placings(totals), seats=3, reserves=2)
    assert outcomes(waiting) == [
        (CHEN, "finalist", None),
        (LI, "needs_ruling", None),
        (WANG, "needs_ruling", None),
        (HUANG, "needs_ruling", None),
        (LIANG, "reserve", 2),
    ]
    facts = {"rank": 2, "decided_by": "shared", "level": 3, "seats": 3, "reserves": 2, "seats_left": 2}
    assert waiting[1] == Decision(LI, "needs_ruling", None, 2, "level_across_seats", facts)


def test_the_ruling_settles_the_last_seat():
    totals = {CHEN: 9900, LI: 9800, WANG: 9800, HUANG: 9800, LIANG: 9000}
    ruling = Ruling((HUANG, LI, WANG), "chief_judge", Fraction(9800))
    assert outcomes(select(placings(totals, ruling), seats=3, reserves=2)) == [
        (CHEN, "finalist", None),
        (HUANG, "finalist", None),
        (LI, "finalist", None),
        (WANG, "reserve", 1),
        (LIANG, "reserve", 2),
    ]


def test_level_entrants_who_all_have_a_seat_need_no_ruling():
    placed = placings({CHEN: 9900, LI: 9900, WANG: 9800})
    assert outcomes(select(placed, seats=2, reserves=0)) == [
        (CHEN, "finalist", None),
        (LI, "finalist", None),
        (WANG, "outside", None),
    ]


def test_level_reserves_share_their_number():
    placed = placings({CHEN: 9900, LI: 9800, WANG: 9800, HUANG: 9700})
    assert outcomes(select(placed, seats=1, reserves=3)) == [
        (CHEN, "finalist", None),
        (LI, "reserve", 1),
        (WANG, "reserve", 1),
        (HUANG, "reserve", 3),
    ]


def test_level_entrants_across_the_last_reserve_place_are_all_reserves():
    decisions = select(placings({CHEN: 9900, LI: 9800, WANG: 9800, HUANG: 9700}), seats=1, reserves=1)
    assert outcomes(decisions) == [
        (CHEN, "finalist", None),
        (LI, "reserve", 1),
        (WANG, "reserve", 1),
        (HUANG, "outside", None),
    ]
    assert [each.reason for each in decisions] == [
        "within_seats",
        "level_with_last_reserve",
        "level_with_last_reserve",
        "beyond_reserves",
    ]


def test_a_district_with_fewer_entrants_than_seats_sends_them_all():
    placed = placings({CHEN: 9900, LI: 9800})
    assert outcomes(select(placed, seats=3, reserves=2)) == [(CHEN, "finalist", None), (LI, "finalist", None)]


def test_without_seats_and_reserves_everybody_is_outside():
    placed = placings({CHEN: 9900, LI: 9900})
    assert outcomes(select(placed, seats=0, reserves=0)) == [(CHEN, "outside", None), (LI, "outside", None)]


def test_without_reserves_level_entrants_after_the_seats_are_outside():
    placed = placings({CHEN: 9900, WU: 9800, ZHOU: 9800})
    assert outcomes(select(reversed(placed), seats=1, reserves=0)) == [
        (CHEN, "finalist", None),
        (WU, "outside", None),
        (ZHOU, "outside", None),
    ]


@pytest.mark.parametrize(("seats", "reserves"), [(-1, 0), (0, -1)])
def test_negative_numbers_are_refused(seats, reserves):
    with pytest.raises(NegativeNumber) as refused:
        select([], seats, reserves)
    assert (refused.value.seats, refused.value.reserves) == (seats, reserves)


@st.composite
def levels(draw):
    """Placings made of level groups, without going through the ranking."""
    placed, following = [], 1
    for size in draw(st.lists(st.integers(1, 4), max_size=5)):
        group = tuple(range(following, following + size))
        decided_by = "shared" if size > 1 else "total"
        placed += [
            Placing(entry, group[0], size > 1, decided_by, Fraction(100 - following), group[0] - 1, group)
            for entry in group
        ]
        following += size
    return placed


@given(levels(), st.integers(0, 6), st.integers(0, 6))
def test_outcomes_are_those_of_the_oracle(placed, seats, reserves):
    found = {each.entry: each.outcome for each in select(placed, seats, reserves)}
    assert found == oracle.outcomes({each.entry: (each.rank, len(each.group)) for each in placed}, seats, reserves)


@given(levels(), st.integers(0, 6), st.integers(0, 6))
def test_seats_taken_and_seats_awaiting_a_ruling_are_all_the_seats(placed, seats, reserves):
    decisions = select(placed, seats, reserves)
    taken = sum(1 for each in decisions if each.outcome == "finalist")
    awaiting = {each.facts["seats_left"] for each in decisions if each.outcome == "needs_ruling"}
    assert taken + sum(awaiting) == min(seats, len(placed))
