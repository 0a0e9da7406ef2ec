"""One sheet, one time, one correction: the forms that work without a script."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.fields import ReasonField, WholeField
from contest.models import Entry
from scoring import typed
from scoring.actions.sheets import Refused
from scoring.grid import Line
from scoring.models import Overtime

# What people type is read by scoring.typed; this is only so that nobody sends a novel.
LONGEST = 24


class PointsField(forms.CharField):
    """Points as people type them; its value is hundredths, None for nothing."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=LONGEST, **kwargs)

    def to_python(self, value: Any) -> Any:
        try:
            return typed.points(super().to_python(value) or "")
        except typed.NotPoints as refused:
            raise forms.ValidationError(str(refused)) from None

    def run_validators(self, value: Any) -> None:
        """The range depends on the stage's rules, which the action knows."""

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {"inputmode": "decimal", "autocomplete": "off", "class": "short"}


class SheetForm(forms.Form):
    """The marks of one sheet, one field a criterion, and the edit they were read at."""

    edit = WholeField(min_value=0, widget=forms.HiddenInput)

    def __init__(
        self, lines: Sequence[Line], marks: Mapping[str, str], edit: int, data: Any = None, *, required: bool = False
    ) -> None:
        super().__init__(data, initial={"edit": edit, **{_name(code): mark for code, mark in marks.items()}})
        self.lines = lines
        for line in lines:
            self.fields[_name(line.code)] = PointsField(
                label=line.name,
                required=required,
                help_text=_("0–%(most)s 分，每 %(step)s 一档") % {"most": line.most, "step": line.step},
            )

    @property
    def marks(self) -> dict[str, int | None]:
        return {line.code: self.cleaned_data[_name(line.code)] for line in self.lines}

    @property
    def mark_fields(self) -> list[forms.BoundField]:
        return [self[_name(line.code)] for line in self.lines]

    def refuse(self, refused: Iterable[Refused]) -> None:
        """Put each reason beside its field, or above the form where it concerns the whole sheet."""
        for each in refused:
            self.add_error(_name(each.code) if _name(each.code) in self.fields else None, each.reason)


class CorrectionForm(SheetForm):
    """A sheet's marks as they should have been, and why."""

    def __init__(self, lines: Sequence[Line], marks: Mapping[str, str], edit: int, data: Any = None) -> None:
        super().__init__(lines, marks, edit, data, required=True)
        self.fields["reason"] = ReasonField(
            label=_("更正原因"),
            max_length=255,
            widget=forms.Textarea(attrs={"rows": 3}),
            help_text=_("如“纸质评分表上为 36.5，录入时误作 35.6”。将记入日志。"),
        )

    @property
    def whole_marks(self) -> dict[str, int]:
        return {code: value_c for code, value_c in self.marks.items() if value_c is not None}


class ReturnForm(forms.Form):
    edit = WholeField(min_value=0, widget=forms.HiddenInput)
    reason = ReasonField(
        label=gettext_lazy("哪里与纸质评分表不符"),
        max_length=255,
        help_text=gettext_lazy("如“思路举措应为 17.5”。录入的人会看到这句话。"),
    )


class TimeForm(forms.Form):
    """An entrant's time, and the edit it was read at (0: none yet)."""

    edit = WholeField(min_value=0, widget=forms.HiddenInput)
    seconds = forms.CharField(
        label=gettext_lazy("用时"),
        required=False,
        max_length=LONGEST,
        help_text=gettext_lazy("按 5:12、5分12秒 或 312（秒）填写；留空表示没有用时。超时扣分由系统计算。"),
        widget=forms.TextInput(attrs={"class": "short", "autocomplete": "off"}),
    )

    def __init__(self, entry: Entry, data: Any = None) -> None:
        now: Overtime | None = getattr(entry, "overtime", None)
        shown = typed.shown_seconds(now.seconds) if now else ""
        super().__init__(data, initial={"edit": now.edit if now else 0, "seconds": shown})

    def clean_seconds(self) -> int | None:
        try:
            return typed.seconds(self.cleaned_data["seconds"])
        except typed.NotTime as refused:
            raise forms.ValidationError(str(refused)) from None


def _name(code: str) -> str:
    """A criterion's field; codes are the organizers' own words and must not meet the form's other fields."""
    return f"mark-{code}"
