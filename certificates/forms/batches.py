"""What is asked before certificates are made, and before they are given up."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.fields import ReasonField
from certificates.models.certificate import Template
from contest.models import Stage

# Certificates may bear the day of a ceremony that is still to come, but not of one nobody has planned.
FURTHEST = timedelta(days=366)


class AskForm(forms.Form):
    template = forms.ChoiceField(label=gettext_lazy("样式"), choices=Template.choices, widget=forms.RadioSelect)
    dated = forms.DateField(
        label=gettext_lazy("落款日期"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=gettext_lazy("印在证书落款处，也决定编号的年份。一般写颁奖当天。"),
    )

    def __init__(self, *args: Any, stage: Stage, today: date, hidden: bool = False, **kwargs: Any) -> None:
        kwargs["initial"] = {"template": Template.RED, "dated": today}
        super().__init__(*args, **kwargs)
        self.earliest = stage.held_on or stage.season.notice_date
        self.latest = today + FURTHEST
        if hidden:
            for field in self.fields.values():
                field.widget = forms.HiddenInput()

    def clean_dated(self) -> date:
        dated: date = self.cleaned_data["dated"]
        if self.earliest and dated < self.earliest:
            raise forms.ValidationError(
                _("落款日期不能早于 %(day)s（本赛段举办或通知印发之日）。") % {"day": self.earliest.isoformat()}
            )
        if dated > self.latest:
            raise forms.ValidationError(_("落款日期不能晚于 %(day)s。") % {"day": self.latest.isoformat()})
        return dated


class DiscardForm(forms.Form):
    reason = ReasonField(
        label=gettext_lazy("原因"),
        max_length=255,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("将记入日志，例如：落款日期写错、印章更换。"),
    )
