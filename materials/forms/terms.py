"""The form of what a stage wants of its entrants."""

from datetime import date, datetime, time
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.fields import WholeField
from materials.models import Terms

# No longer number fits a column of the database.
MOST = 2**31 - 1


class TermsForm(forms.Form):
    closes_on = forms.DateField(
        label=gettext_lazy("截止日期"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=gettext_lazy("留空则一直收到“结束征集”为止。"),
    )
    closes_time = forms.TimeField(
        label=gettext_lazy("截止时刻"),
        required=False,
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
        help_text=gettext_lazy("北京时间，到这一刻为止。要收满 30 日全天，请填次日 00:00。"),
    )
    grace_minutes = WholeField(
        label=gettext_lazy("宽限（分钟）"),
        min_value=0,
        max_value=MOST,
        help_text=gettext_lazy("截止前已开始的上传，可以在截止后这么多分钟内传完。"),
    )
    needs_video = forms.BooleanField(
        label=gettext_lazy("必须提交视频"),
        required=False,
        help_text=gettext_lazy("通知第四条：PPT，或视频加 PPT。不勾选时视频可交可不交。"),
    )
    deck_mb = WholeField(label=gettext_lazy("PPT 大小上限（MB）"), min_value=1, max_value=MOST)
    video_mb = WholeField(label=gettext_lazy("视频大小上限（MB）"), min_value=1, max_value=MOST)
    video_seconds = WholeField(
        label=gettext_lazy("视频时长上限（秒）"),
        min_value=1,
        max_value=MOST,
        help_text=gettext_lazy("超出时提醒，不拒收。演讲不超过 5 分钟，即 300 秒。"),
    )
    edit = WholeField(min_value=0, max_value=MOST, widget=forms.HiddenInput)

    def __init__(self, *args: Any, terms: Terms, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        closes = timezone.localtime(terms.closes_at) if terms.closes_at else None
        self.initial.update(
            closes_on=closes.date() if closes else None,
            closes_time=closes.time() if closes else None,
            **{name: getattr(terms, name) for name in self.fields if not name.startswith("closes_")},
        )

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if told.get("closes_time") is not None and not told.get("closes_on") and "closes_on" not in self.errors:
            self.add_error("closes_on", _("填了时刻，请把日期也填上。"))
        if told.get("closes_on") and told.get("closes_time") is None and "closes_time" not in self.errors:
            self.add_error("closes_time", _("填了日期，请把时刻也填上。"))
        return told

    @property
    def told(self) -> dict[str, Any]:
        """The arguments of the action."""
        rest = {name: value for name, value in self.cleaned_data.items() if not name.startswith("closes_")}
        day, clock = self.cleaned_data["closes_on"], self.cleaned_data["closes_time"]
        return {"closes_at": moment(day, clock) if day else None, **rest}


def moment(day: date, clock: time) -> datetime:
    """A day and a time of Asia/Shanghai as one moment."""
    return timezone.make_aware(datetime.combine(day, clock))
