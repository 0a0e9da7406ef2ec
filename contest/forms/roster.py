"""Forms of the roster: the upload, the columns of an upload, one posting."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.fields import ReasonField, accept
from accounts.models import User
from accounts.permissions import POLICY, Action, Where, within_reach
from accounts.proposals.forms import PaperFields
from contest.models import Season
from contest.reads.levels import is_known
from registry.excel import cells, months, names, several
from registry.excel.fields import MAX_LENGTH, labels
from registry.excel.levels import called
from registry.excel.table import Table
from registry.excel.workbook import MAX_FILE_BYTES
from registry.models import District, Posting, Unit
from registry.spelling import naming

# What the registry keeps of a sheet's name, and of a person's fields.
LONGEST_SHEET_NAME = 64


class RosterForm(forms.Form):
    """A roster file for the page's season. Whoever works in one district uploads for that one, without a choice."""

    district = forms.ModelChoiceField(label=_("地区"), queryset=District.objects.none())
    file = forms.FileField(
        label=_("名册文件"),
        help_text=_("Excel 文件（.xlsx、.xls）或 CSV，不超过 10 MB。列名和次序不必与模板一致，上传后先核对再确认。"),
        # The reader says what an empty file may mean.
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": accept("xlsx", "xls", "csv")}),
        error_messages={"required": _("请选择名册文件。"), "invalid": _("文件没有传上来，请重新选择。")},
    )

    def __init__(self, *args: Any, user: User, season: Season | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        everywhere = any(where is Where.EVERYWHERE for where, _d in user.places(POLICY[Action.IMPORT_ROSTER]))
        reach = within_reach(user, Action.IMPORT_ROSTER, District.objects.filter(stages__season=season).distinct())
        self.only_district = reach.get() if not everywhere and reach.count() == 1 else None
        if self.only_district:
            del self.fields["district"]
            return
        field = self.fields["district"]
        field.queryset = reach  # type: ignore[attr-defined]
        field.required = not everywhere
        field.empty_label = _("由表中写明") if everywhere else _("请选择")  # type: ignore[attr-defined]
        if everywhere:
            field.help_text = _("整个文件属于一个地区时选择该地区；一个文件有多个地区时，由表里的“地区”列写明。")

    @property
    def district_told(self) -> District | None:
        return self.only_district or self.cleaned_data.get("district")

    @property
    def data_told(self) -> bytes:
        """The file, or as much of it as shows that it is too large."""
        data: bytes = self.cleaned_data["file"].read(MAX_FILE_BYTES + 1)
        return data


class ColumnsForm(forms.Form):
    """What each column of an upload means, and which of its sheets is the roster."""

    def __init__(self, *args: Any, table: Table, sheets: tuple[str, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.table = table
        if len(sheets) > 1:
            offered = [(name, name) for name in sheets if len(name) <= LONGEST_SHEET_NAME]
            self.fields["sheet"] = forms.ChoiceField(label=_("工作表"), choices=offered, initial=table.sheet)
        choices = [("", _("不导入")), *labels().items()]
        for column in table.columns:
            self.fields[f"column_{column.index}"] = forms.ChoiceField(
                label=column.heading or column.letter, choices=choices, required=False, initial=column.field or ""
            )

    @property
    def sheet_told(self) -> str:
        """The sheet chosen by hand where it is another than the one shown, else ''."""
        sheet: str = self.cleaned_data.get("sheet") or self.table.sheet
        return "" if sheet == self.table.sheet else sheet

    def mapping(self, before: dict[int, str]) -> dict[int, str]:
        """What was said before, with what is said now; a field given to another column leaves the one it was in."""
        shown = {column.index: column.field or "" for column in self.table.columns}
        told = {
            index: self.cleaned_data[f"column_{index}"]
            for index in shown
            if self.add_prefix(f"column_{index}") in self.data
        }
        now = {index: field for index, field in told.items() if field != shown[index]}
        taken = {field for field in now.values() if field}
        return {index: field for index, field in before.items() if field not in taken} | now


class PersonForm(PaperFields):
    """What is written about one posting, judged as a roster file's row would be.

    Of somebody whose scoring has opened (`is_bound_up`) a name, unit or place is corrected with a reason, on a paper
    where there is one. `levels` are the names of the season's levels by code.
    """

    field_order = ("name", "gender", "phone", "post", "town", "village", "unit", "level", "remark", "reason")

    name = forms.CharField(
        label=_("姓名"), max_length=MAX_LENGTH["name"], help_text=_("照身份证填写；生僻字直接输入。")
    )
    gender = forms.ChoiceField(label=_("性别"), required=False, choices=[("", "—"), ("男", _("男")), ("女", _("女"))])
    phone = forms.CharField(label=_("手机"), required=False, max_length=32)
    post = forms.CharField(label=_("职务"), required=False, max_length=MAX_LENGTH["post"])
    town = forms.CharField(label=_("镇街"), required=False, max_length=MAX_LENGTH["town"])
    village = forms.CharField(label=_("村"), max_length=MAX_LENGTH["village"])
    unit = forms.CharField(
        label=_("选派单位"), max_length=MAX_LENGTH["unit"], widget=forms.TextInput(attrs={"list": "units"})
    )
    level = forms.ChoiceField(
        label=_("单位层级"),
        help_text=_("层级属于单位，由各地共用：只由市级改动，这个单位派出的所有人都随之改变。"),
    )
    remark = forms.CharField(label=_("备注"), required=False, max_length=MAX_LENGTH["remark"])
    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)
    reason = ReasonField(
        label=_("更正姓名、单位或村镇的原因"),
        required=False,
        help_text=_("此人或其单位派出的人已在评分：姓名、选派单位和村镇的更正须写明原因，由另一人复核后生效。"),
    )

    def __init__(
        self,
        *args: Any,
        posting: Posting,
        levels: Mapping[str, str],
        is_bound_up: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["level"].choices = [*_of_no_level(posting.unit, levels), *levels.items()]  # type: ignore[attr-defined]
        self.known = Unit.objects.filter(postings__rehearsal=posting.rehearsal).distinct()
        if not is_bound_up:
            for name in ("reason", "paper_kind", "paper_number", "paper_dated", "paper_pages"):
                del self.fields[name]

    will_propose = False

    def proposes(self) -> None:
        """What was typed takes two people: it is proposed, and then with a reason."""
        self.will_propose = self.fields["reason"].required = True

    @property
    def details(self) -> dict[str, str]:
        """What was typed, by the fields of `contest.actions.postings.Details`, and what it was typed over."""
        apart = ("reason", "paper_kind", "paper_number", "paper_dated", "paper_pages")
        return {name: value for name, value in self.cleaned_data.items() if name not in apart}

    @property
    def units(self) -> list[str]:
        """The names offered while typing."""
        return list(self.known.values_list("name", flat=True))

    def clean_name(self) -> str:
        judged = several.people(self.cleaned_data["name"])
        name = naming.stored(cells.text(judged.text))
        complaint = names.several(judged.parts) if judged.is_several else names.complaint(name)
        if complaint:
            raise forms.ValidationError(complaint[1], code=complaint[0])
        return name

    def clean_town(self) -> str:
        return cells.text(self.cleaned_data["town"])

    def clean_village(self) -> str:
        return cells.text(self.cleaned_data["village"])

    def clean_unit(self) -> str:
        return cells.text(self.cleaned_data["unit"])

    def clean_phone(self) -> str:
        phone = cells.phone(self.cleaned_data["phone"])
        if phone is None:
            raise forms.ValidationError(_("不是一个完整的号码：手机 11 位，座机带区号，只填一个。"))
        return phone


def _of_no_level(unit: Unit, levels: Mapping[str, str]) -> list[tuple[str, Any]]:
    """What a unit's level is called where the season lacks it: kept where another season has it, else to be chosen.

    It is not silently shown as the first of this season's.
    """
    if unit.level in levels:
        return []
    return [(unit.level, called(unit.level, levels)) if is_known(unit.level) else ("", _("请选择"))]


class EndForm(forms.Form):
    """The last month of a service; left empty it takes an end back."""

    last = forms.CharField(
        label=_("最后任职的月份"),
        max_length=32,
        widget=forms.TextInput(attrs={"class": "medium"}),
        help_text=_("如 2023-05 或 2023年5月。"),
    )

    def __init__(self, *args: Any, ended: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if ended:
            self.fields["last"].required = False
            self.fields["last"].help_text = _("如 2023-05 或 2023年5月；留空表示仍在任。")

    def clean_last(self) -> date | None:
        """The first day no longer served."""
        try:
            last = months.month(self.cleaned_data["last"])
        except months.NotAMonth:
            raise forms.ValidationError(_("认不出这个月份。请写成 2023-05 或 2023年5月。")) from None
        return months.first_day_after(last) if last else None
