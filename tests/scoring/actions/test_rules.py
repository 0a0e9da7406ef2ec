"""The rules of a stage are adopted once, changed while scoring has not opened, and frozen then."""

from dataclasses import fields, replace

import pytest
from django.core.exceptions import PermissionDenied

from accounts import log
from accounts.models import LogLine
from contest.models.stage import State
from scoring.actions.rules import (
    DEFAULT_RULES,
    AlreadyAdopted,
    BadRules,
    RulesFrozen,
    StaleRules,
    adopt_rules,
    as_ruleset,
    change_rules,
    in_words,
    read_rules,
    rules_from,
    rules_text,
    ruleset_of,
)
from scoring.actions.scoring import open_scoring
from scoring.models import Criterion, Ruleset
from scoring.rules.ruleset import Criterion as Line
from scoring.rules.ruleset import OvertimeTable, Tier, problems
from scoring.rules.ruleset import Ruleset as Decided
from tests import cast
from tests.scoring.filling import make_ready


@pytest.fixture
def adopted(maonan, people) -> Ruleset:
    return adopt_rules(maonan, by=people["chenxiao"], at=cast.NOW)


def rules_of(stage):
    return read_rules(ruleset_of(stage))


def test_chen_xiao_adopts_the_default_rules_of_the_design(maonan, adopted):
    rules = as_ruleset(ruleset_of(maonan))
    assert [(each.name, each.max_c, each.step_c) for each in rules.criteria] == [
        ("工作成效", 4000, 50),
        ("思路举措", 2000, 50),
        ("语言表达", 2000, 50),
        ("PPT/视频", 1000, 50),
        ("时间仪态", 1000, 50),
    ]
    assert sum(each.max_c for each in rules.criteria) == 10000
    assert rules.tie_order == ("achievement", "approach")
    assert (rules.drop, rules.min_panel_to_drop, rules.decimals) == (1, 5, 2)
    assert rules.overtime == OvertimeTable(300, 10, 10, 20, 200)
    assert [(tier.name, tier.count) for tier in rules.tiers] == [
        ("一等奖", 1),
        ("二等奖", 2),
        ("三等奖", 3),
        ("优秀", None),
    ]
    assert problems(rules) == []


def test_the_final_has_one_three_and_five_prizes_and_nobody_to_recommend(final, people):
    ruleset = adopt_rules(final, by=people["heya"], at=cast.NOW)
    assert [tier.count for tier in ruleset.tiers.all()] == [1, 3, 5, None]
    assert ruleset.basis == "score"


def test_a_preliminary_starts_without_a_basis_because_the_notice_says_both(adopted):
    assert adopted.basis == ""


def test_a_season_may_bring_its_own_figures(maonan, people):
    ruleset = adopt_rules(
        maonan,
        rules={"basis": "votes", "drop": 2, "min_panel_to_drop": 7},
        votes_each=3,
        by=people["heya"],
        at=cast.NOW,
    )
    assert (ruleset.basis, ruleset.votes_each, ruleset.drop, ruleset.min_panel_to_drop) == ("votes", 3, 2, 7)


def test_rules_are_adopted_once(maonan, people, adopted):
    with pytest.raises(AlreadyAdopted):
        adopt_rules(maonan, by=people["chenxiao"], at=cast.NOW)
    assert Ruleset.objects.filter(stage=maonan).count() == 1


def test_wu_min_of_dianbai_cannot_adopt_or_change_the_rules_of_maonan(maonan, people, adopted):
    with pytest.raises(PermissionDenied):
        adopt_rules(maonan, by=people["wumin"], at=cast.NOW)
    with pytest.raises(PermissionDenied):
        change_rules(maonan, rules_of(maonan), by=people["wumin"], at=cast.NOW)


def test_chen_xiao_changes_the_rules_and_one_line_says_from_what_to_what(maonan, people, adopted):
    before = rules_of(maonan)
    after = replace(before, basis="votes", votes_each=3)
    change_rules(maonan, after, seen=before.fingerprint, by=people["chenxiao"], at=cast.later(1))
    assert rules_of(maonan) == after
    line = LogLine.objects.filter(action="change_rules").get()
    assert f'"before":"{before.fingerprint}"' in line.payload
    assert f'"rules":"{after.fingerprint}"' in line.payload


def test_what_lin_fang_saw_before_chen_xiaos_change_is_stale(maonan, people, adopted):
    seen = rules_of(maonan)
    hers = replace(seen, votes_each=5)
    change_rules(maonan, hers, seen=seen.fingerprint, by=people["chenxiao"], at=cast.later(1))
    with pytest.raises(StaleRules) as stale:
        change_rules(maonan, replace(seen, votes_each=7), seen=seen.fingerprint, by=people["linfang"], at=cast.later(2))
    assert stale.value.now == hers
    assert rules_of(maonan) == hers


@pytest.mark.parametrize("sent", ["", "x"])
def test_a_page_that_does_not_say_what_it_saw_overwrites_nothing(sent, maonan, people, adopted):
    rules = rules_of(maonan)
    with pytest.raises(StaleRules):
        change_rules(maonan, replace(rules, votes_each=7), seen=sent, by=people["linfang"], at=cast.later(2))
    assert rules_of(maonan) == rules


OTHERWISE = {
    "criteria": (Line("work", "工作", 10000, 100),), "tie_order": ("approach",), "min_panel": 5, "drop": 2,
    "min_panel_to_drop": 7, "decimals": 3, "overtime": OvertimeTable(330, 0, 30, 50, 100),
    "tiers": (Tier("first", "一等奖", 2),),
}  # fmt: skip


@pytest.mark.parametrize("field", [field.name for field in fields(Decided)])
def test_whatever_of_the_rules_changes_has_words_in_the_log(field, maonan, people, adopted):
    rules = rules_of(maonan)
    other = replace(rules, ruleset=replace(rules.ruleset, **{field: OTHERWISE[field]}))
    assert log.changed(in_words(rules), in_words(other)) != {}


def test_once_scoring_opens_the_rules_stay(maonan, people):
    stage = make_ready(maonan, entrants=3, by=people["chenxiao"])
    rules = rules_of(stage)
    open_scoring(stage, by=people["chenxiao"], at=cast.later(1))
    assert ruleset_of(stage).frozen_at == cast.later(1)
    with pytest.raises(RulesFrozen):
        change_rules(stage, replace(rules, votes_each=9), by=people["chenxiao"], at=cast.later(2))
    assert rules_of(stage) == rules


def test_rules_that_nobody_could_score_by_are_refused_whole(maonan, people, adopted):
    rules = rules_of(maonan)
    criteria = (*rules.ruleset.criteria, Line("extra", "加分", 1000, 300))
    with pytest.raises(BadRules) as bad:
        change_rules(
            maonan,
            replace(rules, ruleset=replace(rules.ruleset, criteria=criteria, decimals=5)),
            by=people["chenxiao"],
            at=cast.later(1),
        )
    assert bad.value.problems == [
        "评分项“extra”的满分 10 须大于 0，并且是档距 3 的整数倍。",
        "显示的小数位数须在 0 到 4 之间。",
    ]
    assert Criterion.objects.filter(ruleset__stage=maonan).count() == 5
    assert rules_of(maonan) == rules


def test_equal_rules_have_equal_fingerprints_and_any_change_another():
    rules = rules_from(DEFAULT_RULES, "preliminary")
    assert rules.fingerprint == rules_from(DEFAULT_RULES, "preliminary").fingerprint
    others = {
        replace(rules, basis="score").fingerprint,
        replace(rules, hints={**rules.hints, "poise": "站姿"}).fingerprint,
        replace(rules, ruleset=replace(rules.ruleset, drop=0)).fingerprint,
        rules.fingerprint,
    }
    assert len(others) == 4


def test_the_rules_in_words_carry_every_figure(maonan, adopted):
    assert rules_text(ruleset_of(maonan)) == [
        "满分 100 分：工作成效 40 分、思路举措 20 分、语言表达 20 分、PPT/视频 10 分、时间仪态 10 分。"
        "打分以 0.5 分为一档。",
        "评审团至少 3 位评委，统分时在席的不足此数，不能统分。"
        "评委满 5 位时，去掉 1 份最高和 1 份最低的评分表，其余合计分取平均；不足 5 位时全部计入。",
        "讲解时间不超过 5 分钟。超时 10 秒以内不扣分；此后每超 10 秒扣 0.2 分，不足 10 秒按 10 秒计，最多扣 2 分。",
        "总分＝平均分－超时扣分。名次按精确值比较；显示时四舍五入到 2 位小数，"
        "显示相同而实际不同的，多显示几位以示区别。",
        "总分相同时，依次比较全体评委在工作成效、思路举措上的平均分；仍相同的并列。"
        "涉及奖次或决赛名额时由评审团裁定并记录，系统不代为决定。",
        "按总分从高到低评定：一等奖 1 名、二等奖 2 名、三等奖 3 名，其余参赛者为优秀。"
        "参赛人数少于名额时从高到低评满为止，其余空缺。",
        "参加决赛的人选按总得分还是按总票数推荐，尚未选定。",
    ]


def test_other_readings_read_differently(maonan, people, adopted):
    rules = rules_of(maonan)
    ruleset = replace(
        rules.ruleset,
        criteria=(Line("work", "工作", 6000, 100), Line("talk", "表达", 4000, 50)),
        tie_order=(),
        drop=0,
        decimals=3,
        overtime=OvertimeTable(330, 0, 30, 50, 100),
        tiers=(Tier("first", "一等奖", 2),),
    )
    change_rules(
        maonan, replace(rules, ruleset=ruleset, hints={}, basis="votes", votes_each=3), by=people["heya"], at=cast.NOW
    )
    told = rules_text(ruleset_of(maonan))
    assert told[0] == "满分 100 分：工作 60 分、表达 40 分。各项打分的档距：工作 1 分、表达 0.5 分。"
    assert (
        told[1]
        == "评审团至少 3 位评委，统分时在席的不足此数，不能统分。全部评委的评分表合计分取平均，不去掉最高分和最低分。"
    )
    assert told[2] == "讲解时间不超过 5 分 30 秒。每超 30 秒扣 0.5 分，不足 30 秒按 30 秒计，最多扣 1 分。"
    assert told[4] == "总分相同的并列。涉及奖次或决赛名额时由评审团裁定并记录，系统不代为决定。"
    assert told[5] == "按总分从高到低评定：一等奖 2 名。参赛人数少于名额时从高到低评满为止，其余空缺。"
    assert told[6] == (
        "参加决赛的人选按总票数从高到低推荐：每位评委至多推荐 3 名，可以少于此数，也可以不推荐。"
        "票数相同时比较总得分；仍相同的，按裁定的先后。"
    )


def test_a_stage_that_has_begun_to_score_takes_no_first_rules_either(maonan, people):
    cast.put(maonan, State.SCORING)
    with pytest.raises(RulesFrozen):
        adopt_rules(maonan, by=people["chenxiao"], at=cast.NOW)
