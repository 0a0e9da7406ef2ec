"""Form fields that take what people really send: any number, a reason of blanks, several photographs at once."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.shown import FIELD, ChangedSince
from accounts.words import written
from registry import numerals

# What a file input offers. Some phones know a file by its type alone, some computers by its end alone.
MIME = {
    "pdf": ("application/pdf",),
    "jpg": ("image/jpeg",),
    "jpeg": (),
    "png": ("image/png",),
    "webp": ("image/webp",),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",),
    "xls": ("application/vnd.ms-excel",),
    "json": ("application/json",),
    "pptx": ("application/vnd.openxmlformats-officedocument.presentationml.presentation",),
    "ppt": ("application/vnd.ms-powerpoint",),
    "mp4": ("video/mp4",),
    "mov": ("video/quicktime",),
    "csv": ("text/csv",),
}
SCANS = ("pdf", "jpg", "jpeg", "png")


def accept(*ends: str) -> str:
    """The `accept` of a file input: every end with its types."""
    return ",".join([*(f".{end}" for end in ends), *(kind for end in ends for kind in MIME[end])])


class ManyField(forms.ModelMultipleChoiceField):
    """Several rows of a table. Django asks the database for any number; one that SQLite cannot hold is no choice."""

    def clean(self, value: Any) -> "QuerySet[Any] | Any":
        try:
            return super().clean(value)
        except OverflowError:
            told = {"value": _("、").join(str(each)[:20] for each in value)[:100]}
            raise forms.ValidationError(
                self.error_messages["invalid_choice"], code="invalid_choice", params=told
            ) from None


class WholeField(forms.IntegerField):
    """A whole number in ASCII or full-width digits. Django would also take "1_2" and the digits of other scripts."""

    def to_python(self, value: Any) -> int | None:
        if isinstance(value, str) and value.strip():
            value = numerals.whole(value)
            if value is None:
                raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(value)


class WrittenField(forms.CharField):
    """Words in which something can be read: zero-width spaces and fillers alone are as good as nothing."""

    def to_python(self, value: Any) -> str:
        return written(super().to_python(value) or "")


class ReasonField(WrittenField):
    """A reason, at most 255 characters, which nobody may leave out."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", gettext_lazy("原因"))
        kwargs.setdefault("max_length", 255)
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": 3}))
        super().__init__(**{"error_messages": {"required": gettext_lazy("请写明原因。")}, **kwargs})


class FilesInput(forms.FileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files of one control, in the order in which they were chosen; each is cleaned like one."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        chosen = data if isinstance(data, list | tuple) else [data]
        return [file for each in chosen or [None] if (file := super(FilesField, self).clean(each, initial))]


class ShownForm(forms.Form):
    """A form that corrects several things at once, and says what its page showed of them (`accounts.shown`)."""

    shown = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def tell_changed(self, refused: ChangedSince, now: forms.Form) -> None:
        """Say what is there `now`, in the form as it would be opened, and take this one the next time it is sent."""
        typed = dict(self.cleaned_data)
        self.add_error(None, str(refused))
        for name, field in now.fields.items():
            stands = now.get_initial_for_field(field, name)
            if name not in (FIELD, "reason") and _cleaned(field, stands) != typed.get(name):
                self.add_error(name, _("现在登记的是：%(value)s") % {"value": stands or _("空")})
        sent: Any = self.data
        again = sent.copy()
        again[FIELD] = now.initial[FIELD]
        self.data = again


def _cleaned(field: forms.Field, stands: Any) -> Any:
    """What stands there, as the form would read it."""
    try:
        return field.clean(stands)
    except forms.ValidationError:
        return None
