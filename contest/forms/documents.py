from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.fields import SCANS, FilesField, FilesInput, accept
from registry import scans

MB = 1024 * 1024
# All files of one form together: they are held in memory while they are looked at.
LARGEST_ALL = 60 * MB


class SignedResultForm(forms.Form):
    """The scan of the result sheet, or photographs of its pages. `signing`: whether signatures alone are enough yet."""

    sealed = forms.ChoiceField(
        label=gettext_lazy("这份成绩单"),
        choices=[
            ("", gettext_lazy("评委已签字，盖章件随后补交（签字确认后两个工作日内）")),
            ("1", gettext_lazy("评委已签字，也已盖章")),
        ],
        required=False,
        widget=forms.RadioSelect,
    )
    pages = FilesField(
        label=gettext_lazy("扫描件或照片"),
        help_text=gettext_lazy(
            "PDF、JPG 或 PNG，每个不超过 20 MB。拍照上传的，可以一次选择多张，按页码先后排列，字要看得清。"
        ),
        allow_empty_file=True,
        widget=FilesInput(attrs={"accept": accept(*SCANS)}),
    )

    def __init__(self, *args: Any, signing: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not signing:
            del self.fields["sealed"]

    def clean_pages(self) -> list[Any]:
        pages: list[Any] = self.cleaned_data["pages"]
        if sum(file.size or 0 for file in pages) > LARGEST_ALL:
            raise forms.ValidationError(
                _("各个文件合计超过 %(mb)d MB，请降低扫描分辨率后再上传。") % {"mb": LARGEST_ALL // MB}
            )
        return pages

    @property
    def is_sealed(self) -> bool:
        return bool(self.cleaned_data.get("sealed", True))

    @property
    def told(self) -> list[tuple[str, bytes]]:
        """Names and contents; of each at most one byte more than is allowed: enough to see that it is too much."""
        return [(file.name or "", file.read(scans.LARGEST + 1)) for file in self.cleaned_data["pages"]]
