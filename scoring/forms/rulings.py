"""Recording and withdrawing a ruling."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.fields import WholeField
from accounts.proposals.forms import HallFields, ReasonField
from scoring.actions.tabulate import LONGEST_REASON
from scoring.models import Ruling


class RulingForm(HallFields):
    """The order among one level group: a number for each person, how and why it was decided, and the paper on it."""

    kind = forms.ChoiceField(label=_("裁定方式"), choices=Ruling.Kind.choices, widget=forms.RadioSelect)
    reason = ReasonField(
        label=_("裁定说明"),
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("写明经过和理由，例如由谁主持、加投票数或抽签经过。将列在成绩单上。"),
    )

    def __init__(self, *args: Any, people: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        """`people` are the group's (entry id, name)."""
        super().__init__(*args, **kwargs)
        self.people = people
        places = {
            f"place_{entry}": WholeField(
                label=name,
                min_value=1,
                max_value=len(people),
                error_messages=dict.fromkeys(
                    ("required", "invalid", "min_value", "max_value"),
                    _("请填 1 到 %(count)d 之间的整数。") % {"count": len(people)},
                ),
                widget=forms.NumberInput(attrs={"class": "short"}),
            )
            for entry, name in people
        }
        told = {name: self.fields.pop(name) for name in ("kind", "reason")}
        self.fields = {**places, **told, **self.fields}

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        places = [told[name] for entry, _name in self.people if (name := f"place_{entry}") in told]
        if len(places) == len(self.people) and sorted(places) != list(range(1, len(places) + 1)):
            raise forms.ValidationError(
                _("名次须从 1 到 %(count)d 各用一次，不重复、不遗漏。"), params={"count": len(places)}
            )
        return told

    @property
    def order(self) -> list[int]:
        """Entry ids, the better first."""
        return sorted((entry for entry, _name in self.people), key=lambda entry: self.cleaned_data[f"place_{entry}"])
