"""Seating judges."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.proposals.forms import HallFields, PaperFields, ReasonField
from scoring.actions.panel import LONGEST_DUTY, LONGEST_NAME, Judge, judges_from


class JudgesForm(forms.Form):
    """Several judges at once, pasted as the office lists them."""

    lines = forms.CharField(
        label=_("评委名单"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("每行一位：姓名、空格、单位职务。可从通知或表格中整段粘贴，行首序号会自动去掉。"),
    )

    @property
    def judges(self) -> list[Judge]:
        return judges_from(self.cleaned_data["lines"])

    def clean_lines(self) -> str:
        if not judges_from(self.cleaned_data["lines"]):
            raise forms.ValidationError(_("请至少填写一位评委的姓名。"))
        return self.cleaned_data["lines"]


class JoiningForm(PaperFields, JudgesForm):
    """Judges who join once scoring opened: proposed, before the first mark."""

    field_order = ("lines", "reason")
    reason = ReasonField(widget=forms.TextInput)


class JudgeForm(forms.Form):
    """One seat's judge."""

    name = forms.CharField(label=_("评委"), max_length=LONGEST_NAME)
    duty = forms.CharField(label=_("单位职务"), max_length=LONGEST_DUTY, required=False)
    is_chief = forms.BooleanField(
        label=_("评审团负责人"), required=False, help_text=_("只有一位；设定后，原来的负责人不再是。")
    )

    @property
    def judge(self) -> Judge:
        told: dict[str, Any] = self.cleaned_data
        return Judge(told["name"], told["duty"], told["is_chief"])


class JudgeByTwoForm(PaperFields, JudgeForm):
    """The same once scoring opened: proposed."""

    field_order = ("name", "duty", "is_chief", "reason")
    reason = ReasonField(widget=forms.TextInput)


class VacateForm(HallFields):
    field_order = ("reason",)
    reason = ReasonField(label=_("离席原因"), widget=forms.TextInput, help_text=_("将记入日志，并列在成绩单上。"))
