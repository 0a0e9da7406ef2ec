"""Breaking the seal, and saying what one thinks of what was done."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.fields import ManyField, ReasonField, WrittenField
from accounts.models import EmergencyAct, EmergencyReview
from accounts.proposals.forms import PaperFields

CHOOSE = _("请勾选复查的事项，并选择结论。")


class BreakForm(PaperFields):
    field_order = ("reason",)
    reason = ReasonField(help_text=_("说明为什么无人可以复核；会显示给市级工作人员和监督员，并记入办理留痕。"))


class ReviewForm(forms.Form):
    acts = ManyField(
        label=_("事项"),
        queryset=EmergencyAct.objects.all(),
        error_messages=dict.fromkeys(("required", "invalid_choice", "invalid_pk_value", "invalid_list"), CHOOSE),
    )
    verdict = forms.ChoiceField(
        label=_("结论"),
        choices=EmergencyReview.Verdict.choices,
        widget=forms.RadioSelect,
        error_messages={"required": CHOOSE},
    )
    words = WrittenField(
        label=_("说明"),
        max_length=255,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("有异议的须写明；会显示在赛段页面上，更正走更正程序。"),
    )

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if told.get("verdict") == EmergencyReview.Verdict.OBJECTION and not told.get("words"):
            self.add_error("words", _("有异议的，请写明异议。"))
        return told
