from fractions import Fraction

import pytest

from scoring.rules.ranking import BadVotes, EntryTwice, Placing, Ruling, holding, rank, rank_by_votes

from .stage import CHEN, HUANG, LI, LIANG, RULES, WANG, WU, placings, tally_of

# The total at which the entrants of most examples stand level.
NINETY = Fraction(9000)


def lines(placed):
    return [(each.entry, each.rank, each.decided_by) for each in placed]


def test_the_higher_total_is_placed_before_the_lower():
    assert placings({CHEN: 8800, LI: 9100, WANG: 9000}) == [
        Placing(LI, 1, False, "total", Fraction(9100), 0, (LI,)),
        Placing(WANG, 2, False, "total", Fraction(9000), 1, (WANG,)),
        Placing(CHEN, 3, False, "total", Fraction(8800), 2, (CHEN,)),
    ]


def test_two_level_entrants_share_the_second_place_and_the_next_is_fourth():
    assert placings({CHEN: 9000, LI: 9100, WANG: 9000, HUANG: 8000}) == [
        Placing(LI, 1, False, "total", Fraction(9100), 0, (LI,)),
        Placing(CHEN, 2, True, "shared", Fraction(9000), 1, (CHEN, WANG)),
        Placing(WANG, 2, True, "shared", Fraction(9000), 1, (CHEN, WANG)),
        Placing(HUANG, 4, False, "total", Fraction(8000), 3, (HUANG,)),
    ]


def test_totals_that_print_alike_are_not_level():
    placed = rank([tally_of(CHEN, Fraction(27001, 3)), tally_of(LI, Fraction(9000))], RULES)
    assert lines(placed) == [(CHEN, 1, "total"), (LI, 2, "total")]


def test_equal_totals_are_decided_by_the_first_criterion_that_differs():
    placed = rank(
        [
            tally_of(CHEN, 9000, 3500, 1800, 1900, 900, 900),
            tally_of(LI, 9000, 3500, 1900, 1800, 900, 900),
            tally_of(WANG, 9000, 3600, 1700, 1900, 900, 900),
        ],
        RULES,
    )
    assert lines(placed) == [(WANG, 1, "criterion:work"), (LI, 2, "criterion:ideas"), (CHEN, 3, "criterion:ideas")]


def test_criteria_outside_the_tie_order_decide_nothing():
    placed = rank(
        [tally_of(CHEN, 9000, 3500, 1800, 2000, 700, 1000), tally_of(LI, 9000, 3500, 1800, 1900, 900, 900)], RULES
    )
    assert lines(placed) == [(CHEN, 1, "shared"), (LI, 1, "shared")]


def test_a_criterion_does_not_count_where_totals_differ():
    placed = rank([tally_of(CHEN, 9001, 100, 0, 0, 0, 0), tally_of(LI, 9000, 4000, 0, 0, 0, 0)], RULES)
    assert lines(placed) == [(CHEN, 1, "total"), (LI, 2, "total")]


def test_a_ruling_settles_the_level_group_it_names_in_full():
    placed = placings({CHEN: 9000, LI: 9000, WANG: 9000, HUANG: 9500}, Ruling((WANG, CHEN, LI), "lots", NINETY))
    assert lines(placed) == [
        (HUANG, 1, "total"),
        (WANG, 2, "ruling:lots"),
        (CHEN, 3, "ruling:lots"),
        (LI, 4, "ruling:lots"),
    ]
    assert [each.group for each in placed] == [(HUANG,), (WANG,), (CHEN,), (LI,)]


def test_a_ruling_that_leaves_one_of_the_group_out_settles_nothing():
    placed = placings({CHEN: 9000, LI: 9000, WANG: 9000}, Ruling((WANG, CHEN), "lots", NINETY))
    assert lines(placed) == [(CHEN, 1, "shared"), (LI, 1, "shared"), (WANG, 1, "shared")]


def test_an_old_ruling_among_three_settles_nothing_between_the_two_who_are_left():
    ruling = Ruling((LI, CHEN, WANG), "chief_judge", NINETY)
    assert lines(placings({CHEN: 9000, LI: 9000, WANG: 9500}, ruling)) == [
        (WANG, 1, "total"),
        (CHEN, 2, "shared"),
        (LI, 2, "shared"),
    ]


def test_a_ruling_made_at_another_total_settles_nothing():
    placed = placings({CHEN: 9100, LI: 9100}, Ruling((LI, CHEN), "lots", NINETY))
    assert lines(placed) == [(CHEN, 1, "shared"), (LI, 1, "shared")]


def test_which_rulings_hold_is_told_one_by_one():
    tallies = [tally_of(entry, total) for entry, total in {CHEN: 9000, LI: 9000, WANG: 8000, HUANG: 8000}.items()]
    rulings = [
        Ruling((CHEN, LI), "extra_vote", NINETY),
        Ruling((CHEN, LI, WANG), "lots", NINETY),
        Ruling((LI, CHEN), "lots", NINETY),
        Ruling((WANG, HUANG), "lots", NINETY),
    ]
    assert holding(tallies, RULES, rulings) == [False, False, True, False]


def test_the_later_of_two_rulings_wins():
    placed = placings(
        {CHEN: 9000, LI: 9000}, Ruling((CHEN, LI), "extra_vote", NINETY), Ruling((LI, CHEN), "lots", NINETY)
    )
    assert lines(placed) == [(LI, 1, "ruling:lots"), (CHEN, 2, "ruling:lots")]


def test_a_later_ruling_that_does_not_apply_leaves_the_earlier_one_standing():
    placed = placings(
        {CHEN: 9000, LI: 9000}, Ruling((LI, CHEN), "extra_vote", NINETY), Ruling((CHEN, WANG), "lots", NINETY)
    )
    assert lines(placed) == [(LI, 1, "ruling:extra_vote"), (CHEN, 2, "ruling:extra_vote")]


def test_only_those_whom_the_criteria_left_level_need_the_ruling():
    tallies = [
        tally_of(WANG, 9000, 3600, 0, 0, 0, 0),
        tally_of(CHEN, 9000, 3500, 0, 0, 0, 0),
        tally_of(LI, 9000, 3500, 0, 0, 0, 0),
    ]
    placed = rank(tallies, RULES, [Ruling((LI, CHEN), "lots", NINETY)])
    assert lines(placed) == [(WANG, 1, "criterion:work"), (LI, 2, "ruling:lots"), (CHEN, 3, "ruling:lots")]


def test_a_ruling_names_nobody_twice():
    with pytest.raises(EntryTwice) as refused:
        Ruling((CHEN, LI, CHEN), "lots", NINETY)
    assert refused.value.entry == CHEN


def test_an_entrant_with_two_tallies_is_refused():
    with pytest.raises(EntryTwice) as refused:
        rank([tally_of(CHEN, 9000), tally_of(CHEN, 9100)], RULES)
    assert refused.value.entry == CHEN


def test_a_stage_without_entrants_has_no_places():
    assert rank([], RULES) == []


def test_a_lone_entrant_is_first():
    assert lines(placings({CHEN: 0})) == [(CHEN, 1, "total")]


def test_votes_come_before_score_in_a_recommendation():
    placed = rank_by_votes({CHEN: 2, LI: 5}, placings({CHEN: 9500, LI: 9000}))
    assert placed == [
        Placing(LI, 1, False, "votes", Fraction(5), 0, (LI,)),
        Placing(CHEN, 2, False, "votes", Fraction(2), 1, (CHEN,)),
    ]


def test_equal_votes_are_decided_by_the_total():
    placed = rank_by_votes({CHEN: 3, LI: 3, WANG: 4}, placings({CHEN: 9500, LI: 9000, WANG: 8000}))
    assert lines(placed) == [(WANG, 1, "votes"), (CHEN, 2, "score"), (LI, 3, "score")]


def test_equal_votes_and_totals_are_decided_by_the_tie_order_and_then_by_the_ruling():
    tallies = [
        tally_of(CHEN, 9000, 3600, 1700, 0, 0, 0),
        tally_of(LI, 9000, 3500, 1900, 0, 0, 0),
        tally_of(WANG, 9000, 3500, 1800, 0, 0, 0),
        tally_of(HUANG, 9000, 3500, 1800, 0, 0, 0),
    ]
    placed = rank(tallies, RULES, [Ruling((HUANG, WANG), "lots", NINETY)])
    means = {each.entry: each.criterion_means[:2] for each in tallies}
    told = {"tie_order": ("work", "ideas"), "means": means}
    assert lines(rank_by_votes({CHEN: 1, LI: 2, WANG: 2, HUANG: 2}, placed, **told)) == [
        (LI, 1, "criterion:ideas"),
        (HUANG, 2, "ruling:lots"),
        (WANG, 3, "ruling:lots"),
        (CHEN, 4, "votes"),
    ]
    # Between these two it is the first criterion that differs, though the ruling set one of them apart by score.
    assert lines(rank_by_votes({CHEN: 2, HUANG: 2, WANG: 1}, placed, **told))[:2] == [
        (CHEN, 1, "criterion:work"),
        (HUANG, 2, "criterion:work"),
    ]


def test_an_entrant_whom_no_judge_named_has_no_votes():
    placed = rank_by_votes({LI: 1}, placings({CHEN: 9500, LI: 9000}))
    assert [(each.entry, each.total) for each in placed] == [(LI, 1), (CHEN, 0)]


def test_entrants_level_by_votes_and_by_score_wait_for_a_ruling_on_all_who_are_level_by_score():
    totals = {CHEN: 9000, LI: 9000, WANG: 9000}
    votes = {CHEN: 3, LI: 3, WANG: 5}
    assert lines(rank_by_votes(votes, placings(totals))) == [(WANG, 1, "votes"), (CHEN, 2, "shared"), (LI, 2, "shared")]
    settled = rank_by_votes(votes, placings(totals, Ruling((LI, WANG, CHEN), "extra_vote", NINETY)))
    assert lines(settled) == [(WANG, 1, "votes"), (LI, 2, "ruling:extra_vote"), (CHEN, 3, "ruling:extra_vote")]


@pytest.mark.parametrize("votes", [{WU: 1}, {CHEN: -1}])
def test_votes_for_a_stranger_and_negative_votes_are_refused(votes):
    with pytest.raises(BadVotes) as refused:
        rank_by_votes(votes, placings({CHEN: 9000, LIANG: 8000}))
    assert {refused.value.entry: refused.value.votes} == votes
