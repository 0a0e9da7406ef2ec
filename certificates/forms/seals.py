from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.fields import accept
from contest.models import Season


class SealForm(forms.Form):
    host = forms.ChoiceField(label=_("单位"))
    file = forms.FileField(
        label=_("印章图片"),
        help_text=_("白底红章的扫描件或照片（PNG、JPG），章面完整、端正，不超过 8 MB。白底会自动去掉。"),
        widget=forms.ClearableFileInput(attrs={"accept": accept("png", "jpg", "jpeg")}),
    )

    def __init__(self, *args: Any, season: Season, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["host"].choices = [(host, host) for host in season.hosts]  # type: ignore[attr-defined]
