"""The decree's table as a form, and the questions one may put to the calculator."""

from collections.abc import Iterable, Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.fields import WholeField
from accounts.proposals.forms import PaperFields, ReasonField
from quota.models import QuotaTable
from quota.rules.apportion import METHODS
from registry.models import District

MOST = 30_000
OF_THE_PROPOSAL = ("reason", "paper_kind", "paper_number", "paper_dated", "paper_pages")


class TableForm(forms.Form):
    source = forms.CharField(label=_("依据"), max_length=128, help_text=_("公文文号和附件名称。"))
    stated_headcount = WholeField(
        label=_("公文合计人数"), min_value=0, max_value=MOST, help_text=_("照公文合计行填写，用来核对各行。")
    )
    stated_seats = WholeField(label=_("公文合计名额"), min_value=0, max_value=MOST)
    reserves = WholeField(
        label=_("每个地区递补人数"), min_value=0, max_value=20, help_text=_("推荐名单上名额之后排几位递补。")
    )
    # What the table looked like when this form was opened.
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, levels: Iterable[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.levels = list(levels)
        for level, name in self.levels:
            self.fields[f"level-{level}"] = WholeField(
                label=name, min_value=0, max_value=MOST, required=False, widget=forms.NumberInput({"class": "short"})
            )

    def level_fields(self) -> list[Any]:
        return [self[f"level-{level}"] for level, _name in self.levels]

    def told(self) -> dict[str, Any]:
        """What was typed, as the action takes it; a level without a number is not stated."""
        said = dict(self.cleaned_data)
        levels = {level: said.pop(f"level-{level}") for level, _name in self.levels}
        return {**said, "levels": {level: count for level, count in levels.items() if count is not None}}


class ProposedTableForm(TableForm, PaperFields):
    """The table once a list was sent in: a change is proposed, with a reason and on a paper where there is one."""

    reason = ReasonField(help_text=_("已有推荐名单报送或审定：改动由另一人复核后生效。"))

    def proposed(self) -> dict[str, Any]:
        """What was typed, as the action takes it, without what belongs to the proposal."""
        return {name: value for name, value in self.told().items() if name not in OF_THE_PROPOSAL}

    def proposal_fields(self) -> list[Any]:
        return [self[name] for name in OF_THE_PROPOSAL]


class RowForm(forms.Form):
    """One district's line; the district is the page's own, never the sender's."""

    headcount = WholeField(label=_("第一书记总人数"), min_value=0, max_value=MOST)
    seats = WholeField(label=_("决赛名额"), min_value=0, max_value=MOST)

    def __init__(self, data: Any, *, district: District, initial: dict[str, int] | None) -> None:
        super().__init__(data, prefix=f"row-{district.pk}", initial=initial)
        self.district = district
        for name, field in self.fields.items():
            field.widget.attrs["aria-label"] = f"{district} {field.label}"
            field.widget.attrs["class"] = "short"
            field.widget.attrs["data-column"] = name

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if None not in (told.get("headcount"), told.get("seats")) and told["seats"] > told["headcount"]:
            self.add_error("seats", _("名额多于人数，请核对公文。"))
        return told


class CalculatorForm(forms.Form):
    """Sent by GET, so that a result can be linked to."""

    seats = WholeField(label=_("名额总数"), min_value=1, max_value=1000)
    method = forms.ChoiceField(label=_("方法"), choices=[])
    minimum = WholeField(label=_("每地至少"), min_value=0, max_value=10)
    people = forms.ChoiceField(label=_("人数"), choices=[("decree", _("按公文")), ("roster", _("按名册在任"))])

    def __init__(self, *args: Any, labels: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["method"].choices = [(method, labels[method]) for method in METHODS]  # type: ignore[attr-defined]
        for name in ("seats", "minimum"):
            self.fields[name].widget.attrs["class"] = "short"


def row_forms(districts: Iterable[District], table: QuotaTable | None, data: Any) -> list[RowForm]:
    known = {row.district_id: row for row in table.rows.all()} if table else {}
    return [
        RowForm(
            data,
            district=district,
            initial={"headcount": known[district.pk].headcount, "seats": known[district.pk].seats}
            if district.pk in known
            else None,
        )
        for district in districts
    ]


def initial(table: QuotaTable | None, seen: str) -> dict[str, Any]:
    if table is None:
        return {"reserves": 2, "seen": ""}
    return {
        "source": table.source,
        "stated_headcount": table.stated_headcount,
        "stated_seats": table.stated_seats,
        "reserves": table.reserves,
        "seen": seen,
        **{f"level-{each.level}": each.headcount for each in table.levels.all()},
    }


def told_rows(rows: Iterable[RowForm]) -> Iterator[tuple[District, int, int]]:
    return ((row.district, row.cleaned_data["headcount"], row.cleaned_data["seats"]) for row in rows)
