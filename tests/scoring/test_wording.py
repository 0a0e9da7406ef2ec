"""Figures in words."""

from fractions import Fraction

import pytest

from scoring.rules.ruleset import OvertimeTable, Problem, Ruleset, Tier, problems
from scoring.wording import (
    RULE_PROBLEMS,
    decided,
    exact,
    mean_steps,
    rule_problem,
    spoken,
    spoken_and_deducted,
    unfilled,
)


@pytest.mark.parametrize(("seconds", "words"), [(0, "0 秒"), (59, "59 秒"), (300, "5 分钟"), (312, "5 分 12 秒")])
def test_a_time_is_said_as_people_say_it(seconds, words):
    assert spoken(seconds) == words


@pytest.mark.parametrize(
    ("total", "shown", "whole"),
    [
        (Fraction(9073), "90.73", ""),
        (Fraction(9000), "90.00", ""),
        (Fraction(27220, 3), "90.73", "1361/15"),
        (Fraction(18145, 2), "90.73", "90.725"),
        (Fraction(0), "0.00", ""),
    ],
)
def test_a_rounded_total_shows_the_whole_one_beside_it(total, shown, whole):
    assert exact(total, shown) == whole


@pytest.mark.parametrize(
    ("seconds", "points_c", "words"),
    [
        (None, 0, "没有登记用时，不扣分。"),
        (300, 0, "用时 5 分钟，没有超时。"),
        (310, 0, "用时 5 分 10 秒，超时 10 秒，在宽限之内，不扣分。"),
        (311, 20, "用时 5 分 11 秒，超时 11 秒，计 1 次，每次 0.2 分，共扣 0.2 分。"),
        (900, 200, "用时 15 分钟，超时 10 分钟，扣到上限 2 分。"),
        (311, 50, "用时 5 分 11 秒，超时 11 秒，扣 0.5 分。"),
    ],
)
def test_overtime_says_how_it_was_counted(seconds, points_c, words):
    assert spoken_and_deducted(seconds, points_c, OvertimeTable()) == words


def test_the_mean_is_written_out():
    assert mean_steps([(1, 9150, "counted"), (2, 9200, "counted")], Fraction(9175), 2) == [
        "2 份评分表，全部计入。",
        "平均分＝（91.5＋92）÷2＝91.75。",
    ]


@pytest.mark.parametrize(
    ("decided_by", "words"),
    [
        ("total", "总分"),
        ("shared", "并列，未分先后"),
        ("criterion:work", "总分相同，比较“工作成效”平均分"),
        ("criterion:gone", "总分相同，比较“gone”平均分"),
        ("ruling:lots", "并列后裁定：当场抽签"),
    ],
)
def test_what_decided_a_place_is_named(decided_by, words):
    assert decided(decided_by, {"work": "工作成效"}) == words


def test_unfilled_prizes_are_named_in_the_order_of_the_prizes():
    tiers = [Tier("first", "一等奖", 1), Tier("second", "二等奖", 2), Tier("third", "三等奖", 3)]
    assert unfilled(tiers, {"third": 3, "second": 1}) == "参赛人数少于奖项名额：二等奖空缺 1 名，三等奖空缺 3 名。"
    assert unfilled(tiers, {}) == ""


def test_every_problem_the_rules_can_report_has_its_sentence():
    codes = set(problems.__doc__.split("Codes:")[1].split(".")[0].replace("\n", " ").replace(" ", "").split(","))
    assert codes == set(RULE_PROBLEMS)
    wrong = Ruleset(criteria=(), tie_order=("x", "x"), drop=-1, decimals=9, overtime=OvertimeTable(0, -1, 0, -1, -1))
    assert all(rule_problem(problem) for problem in problems(wrong))
    assert rule_problem(Problem("blank_tier", {"place": 2})) == "第 2 个奖次没有代码。"
