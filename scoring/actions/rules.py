"""Deciding the rules a stage is scored by, while that is still possible."""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Min
from django.utils.translation import gettext as _

from accounts import log
from accounts.permissions import Action, require
from contest.models import Stage
from scoring.actions.hold import BEFORE_SCORING, WrongState, hold
from scoring.models import Criterion, Ruleset, Tier
from scoring.models.ruleset import Basis
from scoring.rules import ruleset as pure
from scoring.typed import shown_points
from scoring.wording import rule_problem, sentences

if TYPE_CHECKING:
    from accounts.models import User

# The organizers' default reading of the notice (V, VI(1)); every figure can be changed until scoring opens.
DEFAULT_RULES: dict[str, Any] = {
    "criteria": [
        {
            "code": "achievement",
            "name": "工作成效",
            "hint": "驻村以来的工作成效，内容真实、数据可考",
            "max_c": 4000,
            "step_c": 50,
        },
        {
            "code": "approach",
            "name": "思路举措",
            "hint": "主要做法有创新，下一步工作思路清晰可行",
            "max_c": 2000,
            "step_c": 50,
        },
        {
            "code": "delivery",
            "name": "语言表达",
            "hint": "表达清楚流畅，有感染力",
            "max_c": 2000,
            "step_c": 50,
        },
        {
            "code": "slides",
            "name": "PPT/视频",
            "hint": "与讲解内容相符，简洁美观",
            "max_c": 1000,
            "step_c": 50,
        },
        {
            "code": "poise",
            "name": "时间仪态",
            "hint": "仪态大方，时间掌握得当",
            "max_c": 1000,
            "step_c": 50,
        },
    ],
    "tie_order": ["achievement", "approach"],
    "min_panel": pure.SMALLEST_PANEL,
    "drop": 1,
    "min_panel_to_drop": 5,
    "decimals": 2,
    "overtime": {"limit_s": 300, "free_s": 10, "step_s": 10, "per_step_c": 20, "most_c": 200},
    "tiers": {
        "preliminary": [
            {"code": "first", "name": "一等奖", "count": 1},
            {"code": "second", "name": "二等奖", "count": 2},
            {"code": "third", "name": "三等奖", "count": 3},
            {"code": "merit", "name": "优秀", "count": None},
        ],
        "final": [
            {"code": "first", "name": "一等奖", "count": 1},
            {"code": "second", "name": "二等奖", "count": 3},
            {"code": "third", "name": "三等奖", "count": 5},
            {"code": "merit", "name": "优秀", "count": None},
        ],
    },
}

# A judge who gives 15 of 100 where the others give 80 is asked about, one who gives 65 is not.
FAR_PERCENT = 20
# As many as the database takes (Ruleset.Meta.constraints).
MOST_DECIMALS = 4


class RulesFrozen(WrongState):
    """Scoring has opened: the rules stay as they are."""


class AlreadyAdopted(Exception):
    """The stage has its rules; they are changed, not adopted again."""


class StaleRules(Exception):
    """Somebody else changed the rules after they were read; `now` is how they stand."""

    def __init__(self, now: "Rules") -> None:
        super().__init__(_("细则已被他人修改。"))
        self.now = now


class BadRules(Exception):
    """These rules cannot be used; `problems` are sentences that say why."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__(" ".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Rules:
    """Everything that is decided about scoring a stage: what counts, and how the finalists are recommended.

    `hints` tell the judges what a criterion (by code) looks at. `basis` is empty until the organizer has chosen;
    `votes_each` is how many entrants a judge may name where recommendation goes by votes. `far_percent` is how far
    from the panel's median a total must be to be looked at again (scoring.rules.far); 0 asks nobody.
    """

    ruleset: pure.Ruleset
    hints: Mapping[str, str] = field(default_factory=dict)
    basis: str = ""
    votes_each: int = 0
    far_percent: int = FAR_PERCENT

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the rules' one canonical text: equal rules, equal fingerprint."""
        return hashlib.sha256(log.canonical(asdict(self)).encode()).hexdigest()


def rules_from(data: Mapping[str, Any], kind: str, *, votes_each: int = 0) -> Rules:
    """The rules that data shaped like DEFAULT_RULES describes for a stage of this kind ("preliminary", "final").

    Nobody is recommended from the final, so its basis is settled.
    """
    return Rules(
        ruleset=pure.Ruleset(
            criteria=tuple(
                pure.Criterion(each["code"], each["name"], each["max_c"], each["step_c"]) for each in data["criteria"]
            ),
            tie_order=tuple(data["tie_order"]),
            min_panel=data["min_panel"],
            drop=data["drop"],
            min_panel_to_drop=data["min_panel_to_drop"],
            decimals=data["decimals"],
            overtime=pure.OvertimeTable(**data["overtime"]),
            tiers=tuple(pure.Tier(each["code"], each["name"], each["count"]) for each in data["tiers"][kind]),
        ),
        hints={each["code"]: each.get("hint", "") for each in data["criteria"]},
        basis=data.get("basis", "") if kind == "preliminary" else Basis.SCORE.value,
        votes_each=votes_each,
        far_percent=data.get("far_percent", FAR_PERCENT),
    )


@transaction.atomic
def adopt_rules(
    stage: Stage, *, rules: Mapping[str, Any] | None = None, votes_each: int = 0, by: "User", at: datetime
) -> Ruleset:
    """Give a stage its first rules: DEFAULT_RULES, except for what `rules` (of the same shape) says otherwise.

    Raises RulesFrozen, AlreadyAdopted, BadRules.
    """
    require(by, Action.CHANGE_RULES, stage)
    _still_open(stage)
    if Ruleset.objects.filter(stage=stage).exists():
        raise AlreadyAdopted(_("本赛段已有评分细则，请直接修改。"))
    told = rules_from({**DEFAULT_RULES, **(rules or {})}, stage.kind, votes_each=votes_each)
    ruleset = _write(Ruleset(stage=stage), told)
    log.write(stage.season.code, "adopt_rules", by=by, at=at, on=stage, rules=told.fingerprint, basis=told.basis)
    return ruleset


@transaction.atomic
def change_rules(stage: Stage, told: Rules, *, seen: str | None = None, by: "User", at: datetime) -> Ruleset:
    """Replace a stage's rules. `seen` is the fingerprint of the rules that the change was made from.

    Whatever a page sends is compared, an empty one too; None is for code that has just read the rules.

    Raises RulesFrozen, StaleRules when they are no longer what was seen, BadRules.
    """
    require(by, Action.CHANGE_RULES, stage)
    _still_open(stage)
    ruleset = ruleset_of(stage)
    now = read_rules(ruleset)
    if seen is not None and seen != now.fingerprint:
        raise StaleRules(now)
    ruleset.criteria.all().delete()
    ruleset.tiers.all().delete()
    _write(ruleset, told)
    log.write(
        stage.season.code,
        "change_rules",
        by=by,
        at=at,
        on=stage,
        words=log.changed(in_words(now), in_words(told)),
        before=now.fingerprint,
        rules=told.fingerprint,
        basis=told.basis,
    )
    return ruleset_of(stage)


@transaction.atomic
def follow_seats(stage: Stage, *, before: int, now: int, by: "User", at: datetime) -> bool:
    """Notice V(1), 总票数: let each judge name as many as the district has seats, when their number is corrected.

    Until scoring opens, and unless the organizers had chosen another number than the seats `before`. Returns whether
    the rules were changed. Raises PermissionDenied.
    """
    require(by, Action.CHANGE_RULES, stage)
    ruleset = Ruleset.objects.prefetch_related("criteria", "tiers").filter(stage=stage, votes_each=before).first()
    if before == now or ruleset is None or hold(stage).state not in BEFORE_SCORING:
        return False
    old = read_rules(ruleset)
    new = replace(old, votes_each=now)
    Ruleset.objects.filter(pk=ruleset.pk).update(votes_each=now)
    log.write(
        stage.season.code,
        "change_rules",
        by=by,
        at=at,
        on=stage,
        reason=_("决赛名额由 %(before)d 个改为 %(now)d 个") % {"before": before, "now": now},
        words=log.changed(in_words(old), in_words(new)),
        before=old.fingerprint,
        rules=new.fingerprint,
        basis=new.basis,
    )
    return True


def in_words(rules: Rules) -> dict[str, str]:
    """The rules as the log keeps old and new of them for people to read, by the names of scoring.verbs."""
    told, overtime = rules.ruleset, rules.ruleset.overtime
    names = {each.code: each.name for each in told.criteria}
    apart = _("、")
    return {
        "criteria": apart.join(
            f"{each.name} {shown_points(each.max_c, 2)} / {shown_points(each.step_c, 2)}" for each in told.criteria
        ),
        "tiers": apart.join(f"{each.name} {'—' if each.count is None else each.count}" for each in told.tiers),
        "tie_order": apart.join(names.get(code, code) for code in told.tie_order),
        "min_panel": str(told.min_panel),
        "drop": f"{told.drop} / {told.min_panel_to_drop}",
        "decimals": str(told.decimals),
        "overtime": " / ".join(str(value) for value in asdict(overtime).values()),
        "basis": str(Basis(rules.basis).label) if rules.basis else "",
        "votes_each": str(rules.votes_each),
        "far_percent": str(rules.far_percent),
        "hints": apart.join(hint for hint in rules.hints.values() if hint),
    }


def ruleset_of(stage: Stage) -> Ruleset:
    """The stage's ruleset with its criteria and tiers read. Raises Ruleset.DoesNotExist before it was adopted."""
    return Ruleset.objects.prefetch_related("criteria", "tiers").get(stage=stage)


def as_ruleset(ruleset: Ruleset) -> pure.Ruleset:
    """The stored ruleset as the rules know it. The one place where the two meet."""
    return pure.Ruleset(
        criteria=tuple(pure.Criterion(c.code, c.name, c.max_c, c.step_c) for c in ruleset.criteria.all()),
        tie_order=tuple(ruleset.tie_order),
        min_panel=ruleset.min_panel,
        drop=ruleset.drop,
        min_panel_to_drop=ruleset.min_panel_to_drop,
        decimals=ruleset.decimals,
        overtime=pure.OvertimeTable(
            limit_s=ruleset.limit_s,
            free_s=ruleset.free_s,
            step_s=ruleset.step_s,
            per_step_c=ruleset.per_step_c,
            most_c=ruleset.most_c,
        ),
        tiers=tuple(pure.Tier(t.code, t.name, t.count) for t in ruleset.tiers.all()),
    )


def smallest_panel(stage: Stage) -> int:
    """As few judges as the stage's rules allow, or a recorded decision for it; by default before it has any rules."""
    found = Stage.objects.filter(pk=stage.pk).annotate(decided=Min("fewer_judges__least"))
    rule, decided = found.values_list("ruleset__min_panel", "decided")[0]
    least = pure.SMALLEST_PANEL if rule is None else rule
    return least if decided is None else min(least, decided)


def read_rules(ruleset: Ruleset) -> Rules:
    """The stored rules whole, as a form shows them and a fingerprint is taken of them."""
    hints = {criterion.code: criterion.hint for criterion in ruleset.criteria.all()}
    return Rules(as_ruleset(ruleset), hints, str(ruleset.basis), ruleset.votes_each, ruleset.far_percent)


def rules_text(ruleset: Ruleset) -> list[str]:
    """Notice IV, V(1), V(2) with this stage's figures, in sentences: for the page, the result sheet, the public."""
    told = sentences(read_rules(ruleset), ruleset.stage.kind)
    # How typing is checked is nothing that anybody is placed by.
    return [sentence for about, sentence in told.items() if about != _("再看")]


def _still_open(stage: Stage) -> None:
    try:
        hold(stage, *BEFORE_SCORING)
    except WrongState:
        raise RulesFrozen(_("评分已经开始，评分细则已冻结，不能再改。")) from None


def _problems(rules: pure.Ruleset) -> list[pure.Problem]:
    found = pure.problems(rules)
    if rules.decimals > MOST_DECIMALS:
        found.append(pure.Problem("bad_decimals", {"decimals": rules.decimals, "most": MOST_DECIMALS}))
    return found


def _write(ruleset: Ruleset, told: Rules) -> Ruleset:
    """Store the rules, or raise BadRules before anything is written that could not be scored by."""
    if standing := [rule_problem(problem) for problem in _problems(told.ruleset)]:
        raise BadRules(standing)
    rules, overtime = told.ruleset, told.ruleset.overtime
    ruleset.min_panel = rules.min_panel
    ruleset.drop, ruleset.min_panel_to_drop = rules.drop, rules.min_panel_to_drop
    ruleset.decimals, ruleset.tie_order = rules.decimals, list(rules.tie_order)
    ruleset.limit_s, ruleset.free_s, ruleset.step_s = overtime.limit_s, overtime.free_s, overtime.step_s
    ruleset.per_step_c, ruleset.most_c = overtime.per_step_c, overtime.most_c
    ruleset.basis, ruleset.votes_each = told.basis, told.votes_each
    ruleset.far_percent = told.far_percent
    ruleset.save()
    Criterion.objects.bulk_create(
        Criterion(
            ruleset=ruleset,
            code=each.code,
            name=each.name,
            hint=told.hints.get(each.code, ""),
            max_c=each.max_c,
            step_c=each.step_c,
            order=order,
        )
        for order, each in enumerate(rules.criteria, start=1)
    )
    Tier.objects.bulk_create(
        Tier(ruleset=ruleset, code=each.code, name=each.name, count=each.count, order=order)
        for order, each in enumerate(rules.tiers, start=1)
    )
    return ruleset
