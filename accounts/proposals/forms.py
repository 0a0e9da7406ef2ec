"""The paper a decision rests on, as any form can ask for it; and what is written when somebody declines."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.fields import SCANS, accept
from accounts.fields import FilesField as FilesField
from accounts.fields import FilesInput as FilesInput
from accounts.fields import ReasonField as ReasonField
from accounts.models import Basis, Grant, User
from accounts.models.people import describe
from accounts.permissions import in_own_season
from accounts.proposals.paper import MOST_PAGES, Paper
from accounts.roles import Role
from registry import scans
from registry.models import District

# What is said where a paper must be there and is not.
NEEDED = {
    "paper_kind": _("请选择所附依据的种类。"),
    "paper_dated": _("请填写依据的日期。"),
    "paper_pages": _("请附上依据的扫描件或照片。"),
}


class DayInput(forms.DateInput):
    """A day as browsers want it in their own picker, whatever the language writes."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class PaperFields(forms.Form):
    """Mixed into the form of an act that can rest on a paper. `paper` is what was attached, or None.

    Where the act must rest on one, call `require_paper`: then there is no choice of attaching none.
    """

    paper_kind = forms.ChoiceField(label=_("依据"), required=False, choices=[("", _("不附")), *Basis.Kind.choices])
    paper_number = forms.CharField(label=_("文号"), max_length=64, required=False)
    paper_dated = forms.DateField(label=_("日期"), required=False, widget=DayInput())
    paper_pages = FilesField(
        label=_("扫描件或照片"),
        required=False,
        help_text=_("PDF、JPG 或 PNG；多页可以一次选择几张照片。"),
        widget=FilesInput(attrs={"accept": accept(*SCANS)}),
    )

    def require_paper(self) -> None:
        kind: Any = self.fields["paper_kind"]
        kind.choices = [("", _("请选择")), *Basis.Kind.choices]
        for name, missing in NEEDED.items():
            self.fields[name].required = True
            self.fields[name].error_messages["required"] = missing

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        pages = told.get("paper_pages") or []
        if told.get("paper_kind"):
            if not told.get("paper_dated") and "paper_dated" not in self.errors:
                self.add_error("paper_dated", NEEDED["paper_dated"])
            if (told.get("paper_dated") or timezone.localdate()) > timezone.localdate():
                self.add_error("paper_dated", _("依据的日期不能晚于今天。"))
            if not pages and "paper_pages" not in self.errors:
                self.add_error("paper_pages", NEEDED["paper_pages"])
        elif pages and "paper_kind" not in self.errors:
            self.add_error("paper_kind", NEEDED["paper_kind"])
        if len(pages) > MOST_PAGES:
            self.add_error("paper_pages", _("依据至多 %(most)d 页，请合并为一个 PDF。") % {"most": MOST_PAGES})
        return told

    @property
    def paper(self) -> Paper | None:
        told = self.cleaned_data
        if not told.get("paper_kind"):
            return None
        pages = [(file.name or "", file.read(scans.LARGEST + 1)) for file in told["paper_pages"]]
        return Paper(told["paper_kind"], told["paper_dated"], told["paper_number"], pages)


class HallFields(PaperFields):
    """The paper of an act that can take effect in the hall at once (DESIGN 9): the form signed on the spot, today.

    The page has two buttons, named `way`: propose, or do it at once. Proposing takes no paper.
    """

    AT_ONCE = "at_once"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["paper_kind"].initial = Basis.Kind.HALL_FORM
        self.fields["paper_dated"].initial = timezone.localdate

    @property
    def way(self) -> str:
        """The name of the two buttons."""
        return self.add_prefix("way")

    @property
    def at_once(self) -> bool:
        return self.data.get(self.way) == self.AT_ONCE

    def clean(self) -> dict[str, Any]:
        told = self.cleaned_data
        hall_form = told.get("paper_kind") == Basis.Kind.HALL_FORM
        if hall_form and not told.get("paper_pages") and "paper_pages" not in self.errors and not self.at_once:
            told["paper_kind"] = ""
        told = super().clean()
        if self.at_once and not hall_form and "paper_kind" not in self.errors:
            self.add_error("paper_kind", _("先行办理须附评审团负责人、监督员签字的现场签字表。"))
        return told


class ProposeForm(PaperFields):
    """Proposing something that needs no more than a reason."""

    field_order = ("reason",)
    reason = ReasonField(help_text=_("写给复核的同事看，并记入办理留痕。"))


class PersonField(forms.ModelChoiceField):
    """People with what they are, by which one tells who is from elsewhere."""

    def label_from_instance(self, obj: Any) -> str:
        roles = describe(grant for grant in obj.grants.all() if grant.role != Role.DEPUTY)
        return f"{obj} · {roles}"


class DeputyForm(forms.Form):
    """Naming a deputy for a day."""

    user = PersonField(
        label=_("谁来复核"),
        queryset=User.objects.none(),
        help_text=_("其他地区的组织者，或备用复核人员；没有合适的账号，可先提请建立备用复核人员账号。"),
        empty_label=_("请选择"),
    )
    district = forms.ModelChoiceField(queryset=District.objects.all(), widget=forms.HiddenInput)
    reason = ReasonField()

    def __init__(
        self, *args: Any, by: User, district: District, rehearsal: str = "", at: datetime, **kwargs: Any
    ) -> None:
        """Only whoever can be deputy in this district is offered: nobody who seconds there anyhow, or does already.

        `rehearsal` is the code of the rehearsal whose people are offered too; they second nothing elsewhere.
        """
        super().__init__(*args, **{"initial": {"district": district.pk}, **kwargs})
        # Two opened these accounts, so nobody else knows their passwords.
        fit = User.objects.filter(is_active=True, grants__role__in=(Role.ORGANIZER, Role.STANDBY)).exclude(pk=by.pk)
        fit = fit.exclude(grants__role__in=(Role.OFFICE, Role.SUPERVISOR, Role.EMERGENCY))
        here = Grant.objects.filter(district=district)
        own = here.filter(role=Role.ORGANIZER) | here.filter(role=Role.DEPUTY, until__gt=at)
        fit = fit.exclude(pk__in=own.values("user"))
        fit = in_own_season(by, fit.filter(rehearsal__in=("", rehearsal)))
        fit = fit.distinct().order_by("username").prefetch_related("grants__district")
        self.fields["user"].queryset = fit  # type: ignore[attr-defined]


class DeclineForm(forms.Form):
    answer = ReasonField(label=_("不同意的原因"), help_text=_("提请人会看到。"))
