from django import forms
from django.utils.translation import gettext_lazy as _


class SignedResultForm(forms.Form):
    file = forms.FileField(
        label=_("签字盖章的成绩单扫描件"),
        help_text=_("PDF、JPG 或 PNG，不超过 20 MB。请先打印成绩单，由评委签字并盖章后扫描。"),
        widget=forms.ClearableFileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png"}),
    )
