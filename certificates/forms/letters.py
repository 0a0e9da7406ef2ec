"""Forms of the letters to dispatching units."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.fields import ReasonField, WrittenField


def _day() -> forms.DateInput:
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


class WriteForm(forms.Form):
    dated = forms.DateField(label=_("落款日期"), widget=_day(), help_text=_("印在函件末尾，可以晚于今天。"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["dated"].initial = timezone.localdate()


class NumberForm(forms.Form):
    serial = forms.CharField(
        label=_("文号"), max_length=64, help_text=_("照公文系统给出的填写，如 茂乡振函〔2023〕12号；门户不编号。")
    )


class SendForm(forms.Form):
    on = forms.DateField(label=_("寄送日期"), widget=_day())
    how = WrittenField(
        label=_("寄送方式"), max_length=64, help_text=_("如“机要交换”“挂号信”“当面送达”，有单号的一并写上。")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = timezone.localdate()


class ReceiveForm(forms.Form):
    on = forms.DateField(label=_("签收日期"), widget=_day())
    received_by = WrittenField(label=_("签收人"), max_length=64, help_text=_("回执上签字的人，写明姓名。"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = timezone.localdate()


class RewriteForm(forms.Form):
    reason = ReasonField(label=_("重拟原因"), max_length=255, help_text=_("将记入日志。"))
