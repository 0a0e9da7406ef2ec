from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.fields import ReasonField


class ReturnForm(forms.Form):
    reason = ReasonField(
        label=_("退回的原因"),
        max_length=255,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("第一书记会看到这句话，请写明哪里要改、怎样改。将记入日志，并可能公开。"),
    )
