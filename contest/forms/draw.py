"""The draw's forms."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.fields import WholeField, WrittenField
from accounts.proposals.forms import ProposeForm
from contest.models import Entry

if TYPE_CHECKING:
    from django.db.models import QuerySet


class DrawForm(forms.Form):
    witnesses = forms.CharField(label=_("见证人"), max_length=255, help_text=_("写明姓名和单位，多人用顿号隔开。"))
    witness_word = forms.CharField(
        label=_("见证人当场报的数"),
        max_length=64,
        help_text=_("封存之后由见证人任意报一个数或词，与种子合在一起决定顺序，任何一方都无法单独左右结果。"),
    )


class HandDrawnForm(ProposeForm):
    """The order drawn from slips of paper: a place for each entrant, `place_<key>`."""

    witnesses = WrittenField(label=_("见证人"), max_length=255, help_text=_("写明姓名和单位，多人用顿号隔开。"))

    def __init__(self, *args: Any, entries: Sequence[Entry], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.entries = entries
        self.require_paper()
        for entry in entries:
            self.fields[f"place_{entry.pk}"] = WholeField(
                label=gettext("%(name)s抽到第几位") % {"name": entry.secretary.name},
                min_value=1,
                max_value=len(entries),
                widget=forms.NumberInput(attrs={"class": "short", "inputmode": "numeric"}),
            )
        self.order_fields(["witnesses", *(f"place_{entry.pk}" for entry in entries), "reason"])

    def clean(self) -> dict[str, Any]:
        told = super().clean()
        places = [told.get(f"place_{entry.pk}") for entry in self.entries]
        if None not in places and len(set(places)) < len(places):
            self.add_error(None, gettext("有两位参赛者填了同一个位置，请核对签纸。"))
        return told

    @property
    def arguments(self) -> dict[str, Any]:
        told = self.cleaned_data
        order = sorted((entry.pk for entry in self.entries), key=lambda pk: told[f"place_{pk}"])
        return {"order": order, "witnesses": told["witnesses"]}


class SwapForm(ProposeForm):
    """Two entrants who are to change places."""

    first = forms.ModelChoiceField(label=_("参赛者"), queryset=Entry.objects.none())
    second = forms.ModelChoiceField(label=_("与谁对调"), queryset=Entry.objects.none())

    def __init__(self, *args: Any, entries: "QuerySet[Entry]", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("first", "second"):
            field: Any = self.fields[name]
            field.queryset = entries
            field.label_from_instance = lambda entry: f"{entry.order} {entry.secretary.name}"
        self.order_fields(["first", "second", "reason"])

    def clean(self) -> dict[str, Any]:
        told = super().clean()
        if told.get("first") and told.get("first") == told.get("second"):
            self.add_error("second", gettext("请选择另一位参赛者。"))
        return told
