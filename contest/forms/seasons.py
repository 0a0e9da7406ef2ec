"""Forms of a season: what its notice says, and its calendar."""

import re
from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.fields import ReasonField, ShownForm, WholeField
from contest.actions.season_changes import Details
from contest.rules.working_days import Calendar

# More lines than a year has days off are no calendar.
LONGEST = 20_000


def _day(label: Any, **told: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=False, widget=widget, **told)


class SeasonForm(ShownForm):
    """What a season's notice says, put right."""

    title = forms.CharField(label=_("活动名称"), max_length=128)
    theme = forms.CharField(label=_("主题"), max_length=64)
    notice_number = forms.CharField(label=_("文号"), max_length=64, required=False)
    notice_date = _day(_("印发日期"))
    hosts = forms.CharField(
        label=_("主办单位"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}), help_text=_("每行一个。")
    )
    preliminary_due = _day(_("初赛最迟举办日期"))
    final_due = _day(_("决赛最迟举办日期"))
    notice_working_days = WholeField(label=_("公示期（工作日）"), min_value=1, max_value=60)
    reason = ReasonField(label=_("更正的原因"), widget=forms.TextInput, help_text=_("将记入日志。"))

    @property
    def details(self) -> Details:
        told: dict[str, Any] = {name: self.cleaned_data[name] for name in Details.__dataclass_fields__}
        lines = (line.strip() for line in told["hosts"].splitlines())
        return Details(**told | {"hosts": tuple(line for line in lines if line)})


def shown(details: Details) -> dict[str, Any]:
    """What the form shows of a season."""
    told = {name: getattr(details, name) for name in Details.__dataclass_fields__}
    return told | {"hosts": "\n".join(details.hosts)}


class RemovalForm(forms.Form):
    """A rehearsal goes for good: it takes more than one press."""

    sure = forms.BooleanField(error_messages={"required": _("请先勾选，确认移除的是这一届。")})

    def __init__(self, *args: Any, title: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        told = {"season": title}
        self.fields["sure"].label = _("我要移除的是“%(season)s”，以上内容删去后不能恢复。") % told


class DaysField(forms.CharField):
    """Days, one a line or with blanks and commas between them."""

    def __init__(self, **told: Any) -> None:
        super().__init__(
            required=False, max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 8, "class": "mono"}), **told
        )

    def clean(self, value: Any) -> frozenset[date]:
        found = set()
        for word in re.split(r"[\s,，、;；]+", super().clean(value)):
            if not word:
                continue
            try:
                found.add(date.fromisoformat(word))
            except ValueError:
                raise forms.ValidationError(
                    _("“%(word)s”不是日期，请写成 2026-10-01 的样子。"), params={"word": word[:20]}
                ) from None
        return frozenset(found)


class YearsField(forms.CharField):
    def clean(self, value: Any) -> frozenset[int]:
        words = [word for word in re.split(r"[\s,，、;；]+", super().clean(value)) if word]
        if wrong := [word for word in words if not re.fullmatch(r"20[0-9]{2}", word, re.ASCII)]:
            raise forms.ValidationError(_("“%(word)s”不是年份。"), params={"word": wrong[0][:20]})
        return frozenset(map(int, words))


class CalendarForm(ShownForm):
    """On which days nobody works, which are made up, and for which years that is all."""

    off = DaysField(label=_("非工作日（星期一至五放假）"), help_text=_("每行一个，如 2026-10-01。"))
    made_up = DaysField(label=_("调休上班日（星期六、日上班）"), help_text=_("每行一个。"))
    years = YearsField(
        label=_("以上已填全的年份"),
        required=False,
        max_length=255,
        help_text=_("如 2026 2027。没有列出的年份只按周末推算，公示截止日为暂定。"),
    )
    reason = ReasonField(label=_("依据"), widget=forms.TextInput, help_text=_("如国务院办公厅放假安排通知的文号。"))

    @property
    def calendar(self) -> Calendar:
        told = self.cleaned_data
        return Calendar(told["off"], told["made_up"], told["years"])


def written(calendar: Calendar) -> dict[str, str]:
    """What the form shows of a calendar."""
    return {"off": _lines(calendar.off), "made_up": _lines(calendar.made_up), "years": _years(calendar.years)}


def _lines(days: Iterable[date]) -> str:
    return "\n".join(day.isoformat() for day in sorted(days))


def _years(years: Iterable[int]) -> str:
    return " ".join(map(str, sorted(years)))
