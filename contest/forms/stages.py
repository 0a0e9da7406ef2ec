"""Small forms of a stage's page."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.fields import ReasonField, ShownForm
from accounts.proposals.forms import PaperFields
from contest.models import Stage


class ReasonForm(forms.Form):
    reason = ReasonField(
        label=_("原因"),
        max_length=255,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("将记入日志，请写清楚。"),
    )


class BasisForm(PaperFields):
    """A move that needs no reason, on a paper where there is one."""


class ScheduleForm(ShownForm):
    held_on = forms.DateField(label=_("举办日期"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    venue = forms.CharField(label=_("地点"), max_length=128, required=False)

    def __init__(self, *args: Any, stage: Stage, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.stage = stage
        if stage.due_on:
            self.fields["held_on"].help_text = _("通知要求 %(due)s 前举办。") % {"due": stage.due_on.isoformat()}
