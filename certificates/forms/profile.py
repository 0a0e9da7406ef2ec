"""The form of what the press may print of a first secretary."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.fields import WholeField, accept
from contest.actions.profile import LONGEST_BIOGRAPHY, Consent
from contest.models import Profile
from contest.photo import LARGEST_FILE

# A form shows a long edit number as no number at all.
MOST_EDITS = 2**31 - 1


class ProfileForm(forms.Form):
    """Biography, photo and consent; the secretary ticks, everybody else records a signed paper."""

    biography = forms.CharField(
        label=_("个人简介"),
        required=False,
        max_length=LONGEST_BIOGRAPHY,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=_("最多 %(most)d 字，供媒体宣传报道使用，内容须真实可考。") % {"most": LONGEST_BIOGRAPHY},
    )
    photo = forms.FileField(
        label=_("照片"),
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": accept("jpg", "jpeg", "png", "webp")}),
        help_text=_("JPG、PNG 或 WebP，不超过 15 MB。拍摄地点等信息会自动去除。"),
    )
    remove_photo = forms.BooleanField(label=_("删除现有照片"), required=False)
    agreed = forms.BooleanField(
        label=_("我同意将以上简介和照片提供给省、市、县级媒体用于宣传报道"),
        required=False,
        help_text=_("可以随时取消勾选，撤回同意。"),
    )
    on_paper = forms.DateField(
        label=_("已取得书面同意的日期"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=_("本人签字的同意书由您存档；这里只登记签字日期，并记入日志。没有新的同意书就留空。"),
    )
    withdrawn = forms.BooleanField(label=_("本人已撤回同意"), required=False)
    edit = WholeField(min_value=0, max_value=MOST_EDITS, widget=forms.HiddenInput)

    def __init__(self, *args: Any, profile: Profile | None, own: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.profile, self.own = profile, own
        has_agreed = profile is not None and profile.agreed_at is not None
        self.initial.update(
            biography=profile.biography if profile else "", agreed=has_agreed, edit=profile.edit if profile else 0
        )
        for name in ("on_paper", "withdrawn") if own else ("agreed",):
            del self.fields[name]
        # A form that was sent keeps all its fields: somebody may have changed the profile meanwhile.
        if not own and not has_agreed and not self.is_bound:
            del self.fields["withdrawn"]
        if not (profile and profile.photo) and not self.is_bound:
            del self.fields["remove_photo"]

    def clean_biography(self) -> str:
        """Line ends as one character, as they are counted and kept."""
        return str(self.cleaned_data["biography"]).replace("\r\n", "\n")

    @property
    def consent(self) -> Consent:
        """What the form says of the consent."""
        told = self.cleaned_data
        if self.own:
            return Consent(given=told["agreed"], withdrawn=not told["agreed"])
        if told.get("withdrawn"):
            return Consent(withdrawn=True)
        return Consent(on_paper=told.get("on_paper"))

    @property
    def picture(self) -> bytes | None:
        """The new photo, or as much of it as shows that it is too large; None without one."""
        file = self.cleaned_data.get("photo")
        return file.read(LARGEST_FILE + 1) if file else None
