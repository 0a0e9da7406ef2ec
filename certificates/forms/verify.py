"""The forms of the public verification."""

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from accounts.fields import accept

LARGEST = 5 * 1024 * 1024


class LookUpForm(forms.Form):
    """A short code and the name beside it. What was typed is not judged here: a wrong code is one that is not ours."""

    code = forms.CharField(
        label=_("查验码"),
        help_text=_("证书二维码旁的 8 位字符。大小写、空格和横线不影响查验。"),
        widget=forms.TextInput(
            attrs={
                "class": "short mono",
                "maxlength": 64,
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
            }
        ),
    )
    name = forms.CharField(
        label=_("证书上的姓名"),
        help_text=_("须与证书完全一致，包括生僻字。"),
        widget=forms.TextInput(attrs={"class": "medium", "maxlength": 64, "autocomplete": "off"}),
    )


class CompareForm(forms.Form):
    file = forms.FileField(
        label=_("证书文件"),
        help_text=_("手中的 PDF 证书，不超过 %(mb)d MB。") % {"mb": LARGEST // 1024 // 1024},
        widget=forms.FileInput(attrs={"accept": accept("pdf")}),
    )

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        if file.size is None or file.size > LARGEST:
            raise forms.ValidationError(_("文件超过 %(mb)d MB，不是这张证书。") % {"mb": LARGEST // 1024 // 1024})
        return file
