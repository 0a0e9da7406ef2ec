"""The form of a stage's rules: one page, read into one `Rules`."""

from collections.abc import Iterable, Mapping
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, Row
from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.fields import WholeField
from contest.charts import written
from contest.models.stage import Kind
from scoring import typed
from scoring.actions.rules import MOST_DECIMALS, Rules
from scoring.models.ruleset import Basis
from scoring.rules import ruleset as pure

# More rows than anybody needs, and few enough for a page.
MOST_ROWS = 12
# Whole points, so that hundredths stay within the database's integers.
MOST_POINTS = 1000
MOST_SECONDS = 3600


class PointsField(forms.CharField):
    """Points as people type them ("0.5", "３８。５"), read as hundredths."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.TextInput(attrs={"inputmode": "decimal", "class": "short"}), **kwargs)

    def to_python(self, value: Any) -> Any:
        try:
            points_c = typed.points(str(value or ""))
        except typed.NotPoints as wrong:
            raise forms.ValidationError(str(wrong)) from None
        if points_c is not None and points_c > MOST_POINTS * 100:
            raise forms.ValidationError(_now("至多 %(most)d 分。") % {"most": MOST_POINTS})
        return points_c

    def prepare_value(self, value: Any) -> Any:
        return written(value) if isinstance(value, int) else value


def count(label: Any, *, least: int = 0, most: int, required: bool = True, help_text: Any = "") -> WholeField:
    return WholeField(
        label=label,
        min_value=least,
        max_value=most,
        required=required,
        help_text=help_text,
        error_messages=dict.fromkeys(
            ("invalid", "min_value", "max_value"),
            _("请填 %(least)d 到 %(most)d 之间的整数。") % {"least": least, "most": most},
        ),
        widget=forms.NumberInput(attrs={"class": "short"}),
    )


class CriterionForm(forms.Form):
    """A line of the score sheet. Without a name it is no line."""

    code = forms.SlugField(max_length=16, required=False, widget=forms.HiddenInput)
    name = forms.CharField(label=_("评分项"), max_length=32, required=False)
    hint = forms.CharField(label=_("评分要点"), max_length=255, required=False)
    max_c = PointsField(label=_("满分"), required=False)
    step_c = PointsField(label=_("档距"), required=False)
    tie = count(_("同分时第几比较"), least=1, most=MOST_ROWS, required=False)

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if told.get("name"):
            for name in ("max_c", "step_c"):
                if told.get(name) is None and name not in self.errors:
                    self.add_error(name, _("请填写分数。"))
        elif told.get("hint") or told.get("max_c") is not None or told.get("tie"):
            self.add_error("name", _("请填写评分项名称；不要这一项时，请清空整行。"))
        return told


class TierForm(forms.Form):
    """A prize. Without a name it is none; without a number it takes everyone else."""

    code = forms.SlugField(max_length=16, required=False, widget=forms.HiddenInput)
    name = forms.CharField(label=_("奖次"), max_length=32, required=False)
    count = count(_("名额"), most=MOST_POINTS, required=False)

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if told.get("count") is not None and not told.get("name"):
            self.add_error("name", _("请填写奖次名称；不要这一项时，请清空整行。"))
        return told


class CountingForm(forms.Form):
    """How sheets become a total, and what overtime costs."""

    min_panel = count(
        _("评审团至少几位评委"), least=pure.SMALLEST_PANEL, most=100, help_text=_("统分时在席的不足此数，不能统分。")
    )
    drop = count(_("去掉最高、最低各几份"), most=20, help_text=_("填 0 则全部计入。"))
    min_panel_to_drop = count(_("评委至少几位才去掉"), most=100)
    far_percent = count(
        _("与中位数相差超过满分的百分之几，再看纸质评分表"),
        most=100,
        help_text=_("只提醒录入和核对的人，不影响计分；填 0 则不提醒。"),
    )
    decimals = count(_("显示几位小数"), most=MOST_DECIMALS, help_text=_("只影响显示，名次按精确值比较。"))
    limit_s = count(_("时限（秒）"), least=1, most=MOST_SECONDS, help_text=_("通知规定不超过 5 分钟，即 300 秒。"))
    free_s = count(_("超时几秒以内不扣分"), most=MOST_SECONDS)
    step_s = count(_("每超几秒扣一次"), least=1, most=MOST_SECONDS, help_text=_("不足的按一次计。"))
    per_step_c = PointsField(label=_("每次扣几分"))
    most_c = PointsField(label=_("最多扣几分"))

    @property
    def helper(self) -> FormHelper:
        """Three rows; the page has the form tag, the key and the button."""
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        helper.layout = Layout(
            Row("min_panel", "drop", "min_panel_to_drop", "decimals"),
            Row("limit_s", "free_s", "step_s"),
            Row("per_step_c", "most_c"),
            "far_percent",
        )
        return helper


class BasisForm(forms.Form):
    """Notice V(1) says both 总得分 and 总票数; somebody must choose."""

    basis = forms.ChoiceField(
        label=_("参加决赛的人选怎样推荐"), choices=Basis.choices, required=False, widget=forms.RadioSelect
    )
    votes_each = count(
        _("每位评委至多推荐几名"),
        most=MOST_POINTS,
        required=False,
        help_text=_("只在按总票数推荐时填写，一般等于本地区的决赛名额。"),
    )

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if told.get("basis") == Basis.VOTES and not told.get("votes_each") and "votes_each" not in self.errors:
            self.add_error("votes_each", _("按总票数推荐时，请填写每位评委至多推荐几名。"))
        return told


CriterionFormSet = forms.formset_factory(CriterionForm, extra=2, max_num=MOST_ROWS, absolute_max=MOST_ROWS)
TierFormSet = forms.formset_factory(TierForm, extra=1, max_num=MOST_ROWS, absolute_max=MOST_ROWS)


class RulesForms:
    """The page's forms together. `errors` are sentences about the whole, found by the action."""

    def __init__(self, data: Mapping[str, Any] | None, *, rules: Rules, kind: str) -> None:
        self.is_bound = data is not None
        self.errors: list[str] = []
        self.criteria = CriterionFormSet(data, prefix="criteria", initial=_criterion_rows(rules))
        self.tiers = TierFormSet(data, prefix="tiers", initial=_tier_rows(rules))
        self.counting = CountingForm(data, initial=_counting(rules) | {"far_percent": rules.far_percent})
        self.basis = (
            BasisForm(data, initial={"basis": rules.basis, "votes_each": rules.votes_each or None})
            if kind == Kind.PRELIMINARY
            else None
        )
        self._settled = (rules.basis, rules.votes_each)

    def is_valid(self) -> bool:
        # Each is asked, so that every form shows what is wrong with it.
        valid = [self.criteria.is_valid(), self.tiers.is_valid(), self.counting.is_valid()]
        return all(valid) if self.basis is None else self.basis.is_valid() and all(valid)

    @property
    def rules(self) -> Rules:
        """What was told; to be asked only of valid forms."""
        lines = _named(self.criteria.cleaned_data, "c")
        told = self.counting.cleaned_data
        basis, votes_each = self._settled
        if self.basis is not None:
            basis, votes_each = self.basis.cleaned_data["basis"], self.basis.cleaned_data["votes_each"] or 0
        return Rules(
            ruleset=pure.Ruleset(
                criteria=tuple(
                    pure.Criterion(code, line["name"], line["max_c"], line["step_c"]) for code, line in lines.items()
                ),
                tie_order=tuple(
                    code for code, line in sorted(lines.items(), key=lambda item: item[1]["tie"] or 0) if line["tie"]
                ),
                min_panel=told["min_panel"],
                drop=told["drop"],
                min_panel_to_drop=told["min_panel_to_drop"],
                decimals=told["decimals"],
                overtime=pure.OvertimeTable(
                    told["limit_s"], told["free_s"], told["step_s"], told["per_step_c"], told["most_c"]
                ),
                tiers=tuple(
                    pure.Tier(code, row["name"], row["count"])
                    for code, row in _named(self.tiers.cleaned_data, "t").items()
                ),
            ),
            hints={code: line["hint"] for code, line in lines.items()},
            basis=basis,
            votes_each=votes_each,
            far_percent=told["far_percent"],
        )


def _named(rows: Iterable[Mapping[str, Any]], letter: str) -> dict[str, Mapping[str, Any]]:
    """The rows with a name, by their code; a new row gets the first code that is free."""
    kept = [row for row in rows if row.get("name")]
    taken = {row["code"] for row in kept if row["code"]}
    free = (code for number in range(1, 2 * MOST_ROWS) if (code := f"{letter}{number}") not in taken)
    named: dict[str, Mapping[str, Any]] = {}
    for row in kept:
        code = row["code"] if row["code"] and row["code"] not in named else next(free)
        named[code] = row
    return named


def _criterion_rows(rules: Rules) -> list[dict[str, Any]]:
    ties = {code: place for place, code in enumerate(rules.ruleset.tie_order, start=1)}
    return [
        {
            "code": each.code,
            "name": each.name,
            "hint": rules.hints.get(each.code, ""),
            "max_c": each.max_c,
            "step_c": each.step_c,
            "tie": ties.get(each.code),
        }
        for each in rules.ruleset.criteria
    ]


def _tier_rows(rules: Rules) -> list[dict[str, Any]]:
    return [{"code": each.code, "name": each.name, "count": each.count} for each in rules.ruleset.tiers]


def _counting(rules: Rules) -> dict[str, Any]:
    ruleset, overtime = rules.ruleset, rules.ruleset.overtime
    return {
        "min_panel": ruleset.min_panel,
        "drop": ruleset.drop,
        "min_panel_to_drop": ruleset.min_panel_to_drop,
        "decimals": ruleset.decimals,
        "limit_s": overtime.limit_s,
        "free_s": overtime.free_s,
        "step_s": overtime.step_s,
        "per_step_c": overtime.per_step_c,
        "most_c": overtime.most_c,
    }
