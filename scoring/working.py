"""How one entrant's result came about, step by step: marks, drops, mean, deduction, total, place, prize."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import zip_longest

from django.utils.translation import gettext as _

from contest.charts import written
from contest.models import NameCorrection, Stage
from scoring import wording
from scoring.actions.rules import as_ruleset, ruleset_of
from scoring.models import Criterion, Mark, Result, Ruleset, Seat
from scoring.rules.totals import show, show_apart


@dataclass(frozen=True, slots=True)
class Column:
    """One judge's sheet: the marks as written, the total, and whether it counted."""

    number: int
    judge: str
    marks: Sequence[str]
    total: str
    why: str


@dataclass(frozen=True, slots=True)
class Rival:
    """Somebody with the same total, and their means in the criteria that are compared then."""

    name: str
    rank: int
    means: Sequence[str]


@dataclass(frozen=True, slots=True)
class Working:
    """An entrant's result with its working. `corrected`: a sheet changed after this tabulation; its marks are new."""

    result: Result
    criteria: Sequence[str]
    columns: Sequence[Column]
    steps: Sequence[str]
    compared: Sequence[str]
    rivals: Sequence[Rival]
    tier_name: str
    corrected: bool


def working_of(stage: Stage, entry: int) -> Working | None:
    """The live result of an entrant; None when there is none. A constant number of queries."""
    result = Result.objects.filter(tabulation__stage=stage, tabulation__live=True, entry=entry).first()
    if result is None:
        return None
    ruleset = ruleset_of(stage)
    criteria = list(ruleset.criteria.all())
    marks = _marks(entry)
    judges = dict(Seat.objects.filter(stage=stage).values_list("number", "judge"))
    rivals = _rivals(result, ruleset)
    tiers = {tier.code: tier.name for tier in ruleset.tiers.all()}
    return Working(
        result=result,
        criteria=[criterion.name for criterion in criteria],
        columns=[
            Column(seat, judges[seat], _written(marks[seat], criteria), written(total_c), why)
            for seat, total_c, why in result.working["sheets"]
        ],
        steps=_steps(result, ruleset, tiers.get(result.tier, "")),
        compared=_compared(ruleset) if rivals else [],
        rivals=rivals,
        tier_name=tiers.get(result.tier, ""),
        corrected=any(sum(marks[seat].values()) != total_c for seat, total_c, _why in result.working["sheets"]),
    )


def _marks(entry: int) -> dict[int, dict[int, int]]:
    """Hundredths by criterion, by seat number."""
    marks: dict[int, dict[int, int]] = defaultdict(dict)
    read = Mark.objects.filter(sheet__entry=entry, sheet__live=True)
    for seat, criterion, value_c in read.values_list("sheet__seat__number", "criterion_id", "value_c"):
        marks[seat][criterion] = value_c
    return marks


def _written(marks: Mapping[int, int], criteria: Sequence[Criterion]) -> list[str]:
    return [written(marks[each.pk]) if each.pk in marks else "—" for each in criteria]


def _steps(result: Result, ruleset: Ruleset, tier_name: str) -> list[str]:
    """The arithmetic in sentences; the last two say how place and prize follow."""
    table = as_ruleset(ruleset).overtime
    criteria = {criterion.code: criterion.name for criterion in ruleset.criteria.all()}
    return [
        *wording.mean_steps(result.working["sheets"], Fraction(result.working["mean"]), ruleset.decimals),
        wording.spoken_and_deducted(result.seconds, result.deduction_c, table),
        _total(result, ruleset.decimals),
        _("第 %(rank)d 名%(shared)s，依据：%(decided)s。")
        % {
            "rank": result.rank,
            "shared": _("（并列）") if result.shared else "",
            "decided": wording.decided(result.decided_by, criteria),
        },
        _("奖次：%(tier)s。") % {"tier": tier_name} if tier_name else _("奖次：未定或未获奖次。"),
    ]


def _total(result: Result, decimals: int) -> str:
    told = {
        "mean": show(Fraction(result.working["mean"]), decimals),
        "deduction": written(result.deduction_c),
        "total": result.total,
    }
    if Fraction(result.working["mean"]) < result.deduction_c:
        return _("总分＝平均分 %(mean)s－扣分 %(deduction)s，不足 0 分按 0 分计。") % told
    text = _("总分＝平均分 %(mean)s－扣分 %(deduction)s＝%(total)s") % told
    exact = wording.exact(result.exact, result.total)
    return text + (_("（精确值 %(exact)s）。") % {"exact": exact} if exact else _("。"))


def _compared(ruleset: Ruleset) -> list[str]:
    names = {criterion.code: criterion.name for criterion in ruleset.criteria.all()}
    return [names[code] for code in ruleset.tie_order]


def _rivals(result: Result, ruleset: Ruleset) -> list[Rival]:
    """Everybody with this total, this entrant included, best first; nobody when the total stands alone."""
    level = list(
        Result.objects.filter(
            tabulation_id=result.tabulation_id, total_num=result.total_num, total_den=result.total_den
        )
        .order_by("position", "entry__order")
        .values_list("entry", "person", "rank", "working")
    )
    if len(level) == 1:
        return []
    column = {criterion.code: place for place, criterion in enumerate(ruleset.criteria.all())}
    shown = [
        show_apart(
            [Fraction(working["criteria"][column[code]]) for _entry, _person, _rank, working in level], ruleset.decimals
        )
        for code in ruleset.tie_order
    ]
    means = zip_longest(*shown) if shown else [()] * len(level)
    corrections = NameCorrection.objects.so_far()
    return [
        Rival(corrections.show(person, entry).name, rank, list(each))
        for (entry, person, rank, _working), each in zip(level, means, strict=True)
    ]
