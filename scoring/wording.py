"""What the codes and figures of scoring say in words: rules, their faults, places, deductions."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from contest.charts import written
from contest.models.stage import Kind
from scoring.models import Ruling
from scoring.models.ruleset import Basis
from scoring.rules.overtime import deduction
from scoring.rules.ruleset import OvertimeTable, Problem, Ruleset, Tier
from scoring.rules.totals import show

if TYPE_CHECKING:
    from scoring.actions.rules import Rules

# A longer decimal explains less than the fraction does.
LONGEST_DECIMAL = 6


def sentences(rules: "Rules", kind: str) -> dict[str, str]:
    """Notice IV, V(1), V(2) with a stage's own figures, by what each sentence is about; `kind` is the stage's."""
    told = {
        _("评分项"): _criteria(rules.ruleset),
        _("计分"): _mean(rules.ruleset),
        _("时限"): _overtime(rules.ruleset.overtime),
        _("总分"): _rounding(rules.ruleset),
        _("同分"): _ties(rules.ruleset),
        _("奖次"): _prizes(rules.ruleset),
        _("再看"): _second_look(rules.far_percent),
    }
    if kind == Kind.PRELIMINARY:
        told[_("推荐")] = recommendation(rules)
    return told


def rule_problem(problem: Problem) -> str:
    """One thing that is wrong with a ruleset, as a sentence that says what to do."""
    facts = {key: value for key, value in problem.facts.items() if value is not None}
    points = {f"{key}_points": written(int(value)) for key, value in facts.items() if key.endswith("_c")}
    return RULE_PROBLEMS[problem.code]() % {**facts, **points}


def decided(decided_by: str, criteria: Mapping[str, str]) -> str:
    """What set an entrant apart (`Result.decided_by`); `criteria` are names by code."""
    step, _colon, code = decided_by.partition(":")
    if step == "criterion":
        return _("总分相同，比较“%(criterion)s”平均分") % {"criterion": criteria.get(code, code)}
    if step == "ruling":
        return _("并列后裁定：%(kind)s") % {"kind": Ruling.Kind(code).label}
    return {"total": _("总分"), "shared": _("并列，未分先后")}[step]


def spoken(seconds: int) -> str:
    """A time span as people say it: 312 is 5 分 12 秒."""
    minutes, rest = divmod(seconds, 60)
    if not minutes:
        return _("%(s)d 秒") % {"s": rest}
    return _("%(m)d 分 %(s)d 秒") % {"m": minutes, "s": rest} if rest else _("%(m)d 分钟") % {"m": minutes}


def unfilled(tiers: Iterable[Tier], missing: Mapping[str, int]) -> str:
    """Which prizes found nobody to win them; empty when there is none."""
    told = [
        _("%(tier)s空缺 %(count)d 名") % {"tier": tier.name, "count": missing[tier.code]}
        for tier in tiers
        if tier.code in missing
    ]
    return _("参赛人数少于奖项名额：%(told)s。") % {"told": _("，").join(told)} if told else ""


def exact(total: Fraction, shown: str) -> str:
    """A total (hundredths) whole, where the printed one is rounded: "91.125" or, without end, "274/3"; else empty."""
    points = total / 100
    if points == Fraction(shown):
        return ""
    return terminating(points) or f"{points.numerator}/{points.denominator}"


def terminating(value: Fraction) -> str:
    """A fraction as the decimal that is exactly it; empty when no decimal is."""
    for decimals in range(LONGEST_DECIMAL + 1):
        if (value * 10**decimals).denominator == 1:
            return show(value * 100, decimals)
    return ""


def mean_steps(sheets: Sequence[tuple[int, int, str]], mean: Fraction, decimals: int) -> list[str]:
    """How the sheets' totals made the mean; `sheets` and `mean` as `Result.working` has them, in hundredths."""
    counted = [total_c for _seat, total_c, why in sheets if why == "counted"]
    dropped = [
        _("%(seat)d 号评委的%(which)s %(total)s")
        % {"seat": seat, "which": _("最高分") if why == "highest" else _("最低分"), "total": written(total_c)}
        for seat, total_c, why in sheets
        if why != "counted"
    ]
    told = {"count": len(sheets), "dropped": _("、").join(dropped)}
    first = _("%(count)d 份评分表，去掉 %(dropped)s。") if dropped else _("%(count)d 份评分表，全部计入。")
    shown = show(mean, decimals)
    whole = exact(mean, shown)
    return [
        first % told,
        _("平均分＝（%(sum)s）÷%(count)d＝%(mean)s%(exact)s。")
        % {
            "sum": _("＋").join(written(total_c) for total_c in counted),
            "count": len(counted),
            "mean": shown,
            "exact": _("（精确值 %(exact)s）") % {"exact": whole} if whole else "",
        },
    ]


def spoken_and_deducted(seconds: int | None, deduction_c: int, table: OvertimeTable) -> str:
    """How long an entrant spoke, and what that cost."""
    if seconds is None:
        return _("没有登记用时，不扣分。")
    told = {"time": spoken(seconds), "points": written(deduction_c)}
    if seconds <= table.limit_s:
        return _("用时 %(time)s，没有超时。") % told
    counted = deduction(seconds, table)
    told |= {"over": spoken(counted.over_s), "steps": str(counted.steps), "each": written(table.per_step_c)}
    if not deduction_c:
        return _("用时 %(time)s，超时 %(over)s，在宽限之内，不扣分。") % told
    if counted.points_c != deduction_c:
        return _("用时 %(time)s，超时 %(over)s，扣 %(points)s 分。") % told
    if counted.capped:
        return _("用时 %(time)s，超时 %(over)s，扣到上限 %(points)s 分。") % told
    return _("用时 %(time)s，超时 %(over)s，计 %(steps)s 次，每次 %(each)s 分，共扣 %(points)s 分。") % told


def _criteria(rules: Ruleset) -> str:
    names = _("、").join(_("%(name)s %(max)s 分") % {"name": c.name, "max": written(c.max_c)} for c in rules.criteria)
    whole = _("满分 %(whole)s 分：%(names)s。") % {
        "whole": written(sum(criterion.max_c for criterion in rules.criteria)),
        "names": names,
    }
    steps = {criterion.step_c for criterion in rules.criteria}
    if len(steps) == 1:
        return whole + _("打分以 %(step)s 分为一档。") % {"step": written(steps.pop())}
    each = _("、").join(_("%(name)s %(step)s 分") % {"name": c.name, "step": written(c.step_c)} for c in rules.criteria)
    return whole + _("各项打分的档距：%(each)s。") % {"each": each}


def _mean(rules: Ruleset) -> str:
    panel = _("评审团至少 %(least)d 位评委，统分时在席的不足此数，不能统分。") % {"least": rules.min_panel}
    if not rules.drop:
        return panel + _("全部评委的评分表合计分取平均，不去掉最高分和最低分。")
    return panel + _(
        "评委满 %(panel)d 位时，去掉 %(drop)d 份最高和 %(drop)d 份最低的评分表，其余合计分取平均；"
        "不足 %(panel)d 位时全部计入。"
    ) % {"panel": rules.min_panel_to_drop, "drop": rules.drop}


def _overtime(table: OvertimeTable) -> str:
    limit = _("讲解时间不超过 %(limit)s。") % {"limit": spoken(table.limit_s)}
    if not table.per_step_c or not table.most_c:
        return limit + _("超时不扣分。")
    free = _("超时 %(free)d 秒以内不扣分；此后") % {"free": table.free_s} if table.free_s else ""
    return (
        limit
        + free
        + _("每超 %(step)d 秒扣 %(points)s 分，不足 %(step)d 秒按 %(step)d 秒计，最多扣 %(most)s 分。")
        % {"step": table.step_s, "points": written(table.per_step_c), "most": written(table.most_c)}
    )


def _rounding(rules: Ruleset) -> str:
    return _(
        "总分＝平均分－超时扣分。名次按精确值比较；显示时四舍五入到 %(decimals)d 位小数，"
        "显示相同而实际不同的，多显示几位以示区别。"
    ) % {"decimals": rules.decimals}


def _ties(rules: Ruleset) -> str:
    names = {criterion.code: criterion.name for criterion in rules.criteria}
    order = _("、").join(names.get(code, code) for code in rules.tie_order)
    ruled = _("涉及奖次或决赛名额时由评审团裁定并记录，系统不代为决定。")
    if not order:
        return _("总分相同的并列。") + ruled
    return _("总分相同时，依次比较全体评委在%(order)s上的平均分；仍相同的并列。") % {"order": order} + ruled


def _prizes(rules: Ruleset) -> str:
    counted = _("、").join(
        _("%(name)s %(count)d 名") % {"name": tier.name, "count": tier.count}
        for tier in rules.tiers
        if tier.count is not None
    )
    rest = _("、").join(_("其余参赛者为%(name)s") % {"name": tier.name} for tier in rules.tiers if tier.count is None)
    if not rules.tiers:
        return _("不设奖次。")
    return _("按总分从高到低评定：%(tiers)s。参赛人数少于名额时从高到低评满为止，其余空缺。") % {
        "tiers": _("，").join(part for part in (counted, rest) if part)
    }


def _second_look(far_percent: int) -> str:
    if not far_percent:
        return _("不因合计分与其他评委相差很大而要求再看纸质评分表。")
    return _(
        "一位评委的合计分与评审团中位数相差超过满分的 %(percent)d%%，录入和核对的人须再看一次纸质评分表；"
        "纸上确为此分的，照此计分。"
    ) % {"percent": far_percent}


def recommendation(rules: "Rules") -> str:
    """Notice V(1): how the finalists are recommended, with what is compared where it does not decide."""
    if rules.basis == Basis.SCORE:
        return _("参加决赛的人选按总得分从高到低推荐。")
    if rules.basis == Basis.VOTES:
        told = _("参加决赛的人选按总票数从高到低推荐：每位评委至多推荐 %(each)d 名，可以少于此数，也可以不推荐。") % {
            "each": rules.votes_each
        }
        names = {criterion.code: criterion.name for criterion in rules.ruleset.criteria}
        order = _("、").join(names.get(code, code) for code in rules.ruleset.tie_order)
        if not order:
            return told + _("票数相同时比较总得分；仍相同的，按裁定的先后。")
        return told + _(
            "票数相同时比较总得分；总得分也相同时，依次比较全体评委在%(order)s上的平均分；仍相同的，按裁定的先后。"
        ) % {"order": order}
    return _("参加决赛的人选按总得分还是按总票数推荐，尚未选定。")


# Functions, so that each is translated when it is asked for.
RULE_PROBLEMS: dict[str, Callable[[], str]] = {
    "no_criteria": lambda: _("还没有评分项，请至少设一项。"),
    "blank_criterion": lambda: _("有一个评分项没有代码。"),
    "duplicate_criterion": lambda: _("评分项代码“%(criterion)s”重复。"),
    "bad_step": lambda: _("评分项“%(criterion)s”的档距须大于 0。"),
    "bad_max": lambda: _(
        "评分项“%(criterion)s”的满分 %(max_c_points)s 须大于 0，并且是档距 %(step_c_points)s 的整数倍。"
    ),
    "unknown_tie_code": lambda: _("同分比较的顺序里有不存在的评分项“%(criterion)s”。"),
    "duplicate_tie_code": lambda: _("同分比较的顺序里“%(criterion)s”出现了两次。"),
    "small_panel": lambda: _("评审团至少须有 %(at_least)d 位评委，不能定为 %(min_panel)d 位。"),
    "negative_drop": lambda: _("去掉的份数不能小于 0。"),
    "drop_leaves_nothing": lambda: _(
        "评委满 %(min_panel_to_drop)d 位就各去掉 %(drop)d 份，剩不下评分表；请减少去掉的份数或提高人数。"
    ),
    "bad_decimals": lambda: _("显示的小数位数须在 0 到 %(most)d 之间。"),
    "bad_overtime": lambda: _("超时扣分的设置有误：%(field)s 为 %(value)d，至少应为 %(at_least)d。"),
    "blank_tier": lambda: _("第 %(place)d 个奖次没有代码。"),
    "duplicate_tier": lambda: _("奖次代码“%(tier)s”重复。"),
    "negative_count": lambda: _("奖次“%(tier)s”的名额不能小于 0。"),
    "rest_not_last": lambda: _("不限名额的奖次“%(tier)s”须排在最后。"),
}
