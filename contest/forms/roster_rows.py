"""Forms of the preview of a roster file: one row put right, one person added by hand."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from registry.excel.fields import MAX_LENGTH
from registry.models import District


class RowForm(forms.Form):
    """The town, the village and the level of a row, as they are to be imported."""

    town = forms.CharField(label=_("镇街"), required=False, max_length=MAX_LENGTH["town"])
    village = forms.CharField(label=_("村"), max_length=MAX_LENGTH["village"])
    level = forms.ChoiceField(label=_("单位层级"))

    # The two forms stand on one page.
    ids = "row-%s"

    def __init__(self, *args: Any, levels: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.auto_id = self.ids
        # A row says its level by its name, as a file does.
        level: Any = self.fields["level"]
        level.choices = [(name, name) for name in levels.values()]
        if not self.initial.get("level"):
            level.required, level.choices = False, [("", _("按单位名称推断")), *level.choices]

    def told(self) -> dict[str, str]:
        """What was typed, by the fields of a file; a field that was left as it was shown is not told."""
        return {
            name: self.cleaned_data[name] for name in self.fields if self.cleaned_data[name] != self.initial.get(name)
        }


class HandForm(RowForm):
    """A person whom the file lacks; judged afterwards as a row of it."""

    ids = "hand-%s"
    field_order = ("district", "name", "town", "village", "unit", "level", "since", "phone")

    district = forms.ChoiceField(label=_("地区"))
    name = forms.CharField(label=_("姓名"), max_length=MAX_LENGTH["name"])
    unit = forms.CharField(label=_("派出单位"), max_length=MAX_LENGTH["unit"])
    since = forms.CharField(label=_("任职起"), required=False, max_length=32, help_text=_("如 2021年6月。"))
    phone = forms.CharField(label=_("手机"), required=False, max_length=32)

    def __init__(self, *args: Any, districts: Iterable[District], chosen: District | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if chosen:
            del self.fields["district"]
        else:
            self.fields["district"].choices = [(each.name, each.name) for each in districts]  # type: ignore[attr-defined]
