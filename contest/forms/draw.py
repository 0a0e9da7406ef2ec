"""The draw's forms."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.fields import ReasonField


class DrawForm(forms.Form):
    witnesses = forms.CharField(label=_("见证人"), max_length=255, help_text=_("写明姓名和单位，多人用顿号隔开。"))
    witness_word = forms.CharField(
        label=_("见证人当场报的数"),
        max_length=64,
        help_text=_("封存之后由见证人任意报一个数或词，与种子合在一起决定顺序，任何一方都无法单独左右结果。"),
    )


class VoidForm(forms.Form):
    reason = ReasonField(label=_("作废的原因"), max_length=255, help_text=_("将记入日志；原来的抽签留存备查。"))
