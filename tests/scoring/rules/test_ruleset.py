from dataclasses import replace

from scoring.rules.ruleset import Criterion, OvertimeTable, Problem, Ruleset, Tier, problems

from .stage import FIRST, MERIT, RULES, SECOND, WORK


def test_the_default_reading_of_the_notice_has_no_problems():
    assert problems(RULES) == []


def test_the_sheet_of_the_default_reading_adds_up_to_a_hundred_points():
    assert sum(criterion.max_c for criterion in RULES.criteria) == 100_00


def test_a_ruleset_without_criteria_is_refused():
    assert problems(Ruleset(criteria=())) == [Problem("no_criteria", {})]


def test_a_maximum_between_two_steps_is_refused():
    odd = replace(RULES, criteria=(Criterion("work", "工作成效", 4020),), tie_order=())
    assert problems(odd) == [Problem("bad_max", {"criterion": "work", "max_c": 4020, "step_c": 50})]


def test_a_maximum_of_nothing_is_refused():
    nothing = replace(RULES, criteria=(Criterion("work", "工作成效", 0),), tie_order=())
    assert problems(nothing) == [Problem("bad_max", {"criterion": "work", "max_c": 0, "step_c": 50})]


def test_a_step_of_nothing_is_refused_before_anything_is_divided_by_it():
    stuck = replace(RULES, criteria=(Criterion("work", "工作成效", 4000, 0),), tie_order=())
    assert problems(stuck) == [Problem("bad_step", {"criterion": "work", "max_c": 4000, "step_c": 0})]


def test_two_criteria_of_one_code_are_named_once():
    twice = replace(RULES, criteria=(WORK, WORK, WORK), tie_order=("work",))
    assert problems(twice) == [Problem("duplicate_criterion", {"criterion": "work"})]


def test_a_blank_code_is_refused():
    blank = replace(RULES, criteria=(Criterion(" ", "工作成效", 4000),), tie_order=())
    assert problems(blank) == [Problem("blank_criterion", {"criterion": " ", "max_c": 4000, "step_c": 50})]


def test_a_tie_order_names_known_criteria_once_each():
    assert problems(replace(RULES, tie_order=("work", "charm", "work"))) == [
        Problem("unknown_tie_code", {"criterion": "charm"}),
        Problem("duplicate_tie_code", {"criterion": "work"}),
    ]


def test_dropping_must_leave_a_sheet_in_the_smallest_panel_that_drops():
    assert problems(replace(RULES, drop=2, min_panel_to_drop=4)) == [
        Problem("drop_leaves_nothing", {"drop": 2, "min_panel_to_drop": 4})
    ]
    assert problems(replace(RULES, drop=2, min_panel_to_drop=5)) == []
    assert problems(replace(RULES, drop=0, min_panel_to_drop=0)) == []


def test_a_negative_drop_is_refused():
    assert problems(replace(RULES, drop=-1)) == [Problem("negative_drop", {"drop": -1})]


def test_decimals_run_from_none_to_six():
    assert problems(replace(RULES, decimals=7)) == [Problem("bad_decimals", {"decimals": 7, "most": 6})]
    assert problems(replace(RULES, decimals=-1)) == [Problem("bad_decimals", {"decimals": -1, "most": 6})]
    assert problems(replace(RULES, decimals=0)) == []


def test_every_wrong_figure_of_the_overtime_table_is_named():
    table = OvertimeTable(limit_s=0, free_s=-1, step_s=0, per_step_c=-20, most_c=-1)
    assert problems(replace(RULES, overtime=table)) == [
        Problem("bad_overtime", {"field": "limit_s", "value": 0, "at_least": 1}),
        Problem("bad_overtime", {"field": "free_s", "value": -1, "at_least": 0}),
        Problem("bad_overtime", {"field": "step_s", "value": 0, "at_least": 1}),
        Problem("bad_overtime", {"field": "per_step_c", "value": -20, "at_least": 0}),
        Problem("bad_overtime", {"field": "most_c", "value": -1, "at_least": 0}),
    ]


def test_the_tier_for_everyone_else_comes_last():
    assert problems(replace(RULES, tiers=(FIRST, MERIT, SECOND))) == [Problem("rest_not_last", {"tier": "merit"})]


def test_a_tier_cannot_have_fewer_than_no_prizes_or_a_blank_or_repeated_code():
    tiers = (FIRST, Tier("second", "二等奖", -1), Tier("", "三等奖", 3), FIRST)
    assert problems(replace(RULES, tiers=tiers)) == [
        Problem("negative_count", {"tier": "second", "count": -1}),
        Problem("blank_tier", {"place": 3}),
        Problem("duplicate_tier", {"tier": "first"}),
    ]
