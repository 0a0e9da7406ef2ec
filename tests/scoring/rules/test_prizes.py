from fractions import Fraction

from scoring.rules.prizes import Prizes, award
from scoring.rules.ranking import Ruling
from scoring.rules.ruleset import Tier

from .stage import CHEN, FIRST, HUANG, LI, LIANG, MERIT, SECOND, THIRD, WANG, WU, ZHOU, placings

PRELIMINARY = (FIRST, SECOND, THIRD, MERIT)


def test_prizes_go_by_place_and_everybody_else_is_commended():
    placed = placings({CHEN: 9900, LI: 9800, WANG: 9700, HUANG: 9600, LIANG: 9500, WU: 9400, ZHOU: 9300})
    assert award(placed, PRELIMINARY) == Prizes(
        won={CHEN: "first", LI: "second", WANG: "second", HUANG: "third", LIANG: "third", WU: "third", ZHOU: "merit"},
        unfilled={},
        needs_ruling=(),
    )


def test_three_entrants_take_the_first_and_both_second_prizes_and_no_third():
    placed = placings({CHEN: 9900, LI: 9800, WANG: 9700})
    assert award(placed, PRELIMINARY) == Prizes(
        won={CHEN: "first", LI: "second", WANG: "second"}, unfilled={"third": 3}, needs_ruling=()
    )


def test_nobody_competed_and_every_numbered_prize_is_unfilled():
    assert award([], PRELIMINARY) == Prizes(won={}, unfilled={"first": 1, "second": 2, "third": 3}, needs_ruling=())


def test_level_entrants_inside_one_tier_both_win_it():
    placed = placings({CHEN: 9900, LI: 9800, WANG: 9800})
    assert award(placed, PRELIMINARY).won == {CHEN: "first", LI: "second", WANG: "second"}


def test_level_entrants_across_two_tiers_win_nothing_until_people_rule():
    totals = {CHEN: 9900, LI: 9900, WANG: 9800, HUANG: 9700}
    waiting = award(placings(totals), PRELIMINARY)
    assert waiting == Prizes(won={WANG: "second", HUANG: "third"}, unfilled={"third": 2}, needs_ruling=((CHEN, LI),))
    settled = award(placings(totals, Ruling((LI, CHEN), "lots", Fraction(9900))), PRELIMINARY)
    assert settled == Prizes(
        won={LI: "first", CHEN: "second", WANG: "second", HUANG: "third"}, unfilled={"third": 2}, needs_ruling=()
    )


def test_level_entrants_between_the_last_prize_and_everyone_else_need_a_ruling_too():
    placed = placings({CHEN: 9900, LI: 9800, WANG: 9800})
    prizes = award(placed, (FIRST, Tier("second", "二等奖", 1), MERIT))
    assert prizes == Prizes(won={CHEN: "first"}, unfilled={}, needs_ruling=((LI, WANG),))


def test_without_a_tier_for_everyone_else_those_beyond_win_nothing():
    placed = placings({CHEN: 9900, LI: 9800})
    assert award(placed, (FIRST,)) == Prizes(won={CHEN: "first"}, unfilled={}, needs_ruling=())


def test_level_entrants_between_the_last_prize_and_none_need_a_ruling():
    placed = placings({CHEN: 9900, LI: 9900})
    assert award(placed, (FIRST,)) == Prizes(won={}, unfilled={}, needs_ruling=((CHEN, LI),))


def test_two_groups_across_boundaries_are_listed_from_the_top():
    placed = placings({ZHOU: 9900, WU: 9900, LIANG: 9800, HUANG: 9800, CHEN: 9700})
    prizes = award(reversed(placed), (FIRST, SECOND, MERIT))
    assert prizes == Prizes(won={CHEN: "merit"}, unfilled={}, needs_ruling=((WU, ZHOU), (HUANG, LIANG)))


def test_a_tier_of_no_prizes_is_passed_over():
    placed = placings({CHEN: 9900, LI: 9800})
    assert award(placed, (Tier("grand", "特等奖", 0), FIRST, MERIT)).won == {CHEN: "first", LI: "merit"}
