"""Forms about late codes."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.fields import ReasonField
from materials.actions.late import plain
from materials.forms.terms import moment


class GiveForm(forms.Form):
    reason = ReasonField(
        label=gettext_lazy("补交的原因"),
        max_length=255,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("将记入日志，并可能公开，请写清楚。"),
    )
    expires_on = forms.DateField(
        label=gettext_lazy("有效到（日期）"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    expires_time = forms.TimeField(
        label=gettext_lazy("有效到（时刻）"),
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
        help_text=gettext_lazy("北京时间，到这一刻为止可以开始上传。"),
    )

    @property
    def expires_at(self) -> datetime:
        return moment(self.cleaned_data["expires_on"], self.cleaned_data["expires_time"])


class RedeemForm(forms.Form):
    code = forms.CharField(
        label=gettext_lazy("补交码"),
        max_length=64,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
        help_text=gettext_lazy("组织者给您的 8 位字母和数字，不分大小写，空格和横线不用管。"),
    )

    def clean_code(self) -> str:
        code = plain(self.cleaned_data["code"])
        if not code:
            raise forms.ValidationError(_("请填写补交码。"))
        return code

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs["class"] = "medium"
