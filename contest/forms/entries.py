"""Forms about entrants."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.fields import ManyField
from accounts.proposals.forms import HallFields, ReasonField
from contest.models import Stage
from contest.models.entry import Status
from registry.models import Posting


class PostingField(ManyField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.secretary.name}（{obj.village.place}，{obj.unit.name}）"


class EnterForm(forms.Form):
    postings = PostingField(
        label=_("从名册中选择"),
        queryset=Posting.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("请至少选择一人。")},
    )

    def __init__(self, *args: Any, stage: Stage, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        current = Posting.objects.current(timezone.localdate()).with_places().filter(rehearsal=stage.season.roster)
        candidates = current.filter(village__town__district=stage.district_id).exclude(secretary__entries__stage=stage)
        self.fields["postings"].queryset = candidates  # type: ignore[attr-defined]


class LeaveForm(forms.Form):
    status = forms.ChoiceField(
        label=_("情况"),
        choices=[(s.value, s.label) for s in (Status.ABSENT, Status.WITHDRAWN, Status.DISQUALIFIED)],
        widget=forms.RadioSelect,
    )
    reason = ReasonField(widget=forms.TextInput, help_text=_("将记入日志，并列在成绩单上。"))


class ReinstateForm(forms.Form):
    reason = ReasonField(label=_("恢复参赛的原因"), widget=forms.TextInput, help_text=_("将记入日志。"))


class HallLeaveForm(HallFields, LeaveForm):
    """Leaving once scoring opened: proposed, or done at once on a form signed in the hall."""

    field_order = ("status", "reason")


class HallReinstateForm(HallFields, ReinstateForm):
    field_order = ("reason",)


class TalkForm(forms.Form):
    talk = forms.CharField(label=_("演讲题目"), max_length=128, required=False)
