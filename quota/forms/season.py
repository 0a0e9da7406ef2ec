"""A season's decree as a form: prefilled from a decree's file, every figure open to correction."""

import json
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from accounts.fields import WholeField, accept
from quota.decree import CODE, BadDecree, load_decree
from quota.forms.table import MOST

DATE = {"type": "date"}


class DecreeForm(forms.Form):
    code = forms.SlugField(
        label=_("届次代码"), max_length=32, help_text=_("用在网址和日志中，如 2023；建立后不能更改。")
    )
    title = forms.CharField(label=_("活动名称"), max_length=128)
    is_rehearsal = forms.BooleanField(
        label=_("这是演练"), required=False, help_text=_("演练的每个页面和每份材料都带“演练”字样。")
    )
    theme = forms.CharField(label=_("主题"), max_length=64)
    notice_number = forms.CharField(label=_("文号"), max_length=64)
    notice_date = forms.DateField(label=_("印发日期"), widget=forms.DateInput(attrs=DATE, format="%Y-%m-%d"))
    hosts = forms.CharField(label=_("主办单位"), widget=forms.Textarea(attrs={"rows": 3}), help_text=_("每行一个。"))
    preliminary_due = forms.DateField(
        label=_("初赛最迟举办日期"), widget=forms.DateInput(attrs=DATE, format="%Y-%m-%d")
    )
    final_due = forms.DateField(label=_("决赛最迟举办日期"), widget=forms.DateInput(attrs=DATE, format="%Y-%m-%d"))
    notice_working_days = WholeField(label=_("公示期（工作日）"), min_value=1, max_value=60)
    source = forms.CharField(label=_("名额表依据"), max_length=128)
    stated_headcount = WholeField(label=_("公文合计人数"), min_value=0, max_value=MOST)
    stated_seats = WholeField(label=_("公文合计名额"), min_value=0, max_value=MOST)
    reserves = WholeField(label=_("每个地区递补人数"), min_value=0, max_value=20)
    # What the form does not show (prizes, time limit, unit levels) comes from the file it was prefilled from.
    base = forms.CharField(widget=forms.HiddenInput)

    def clean_base(self) -> dict[str, Any]:
        try:
            return load_decree(json.loads(self.cleaned_data["base"]))
        except (ValueError, RecursionError, TypeError, BadDecree):
            raise forms.ValidationError(_("公文数据已损坏，请重新打开本页。")) from None


class DistrictForm(forms.Form):
    name = forms.CharField(label=_("地区"), max_length=32)
    code = forms.CharField(
        label=_("代码"),
        max_length=32,
        validators=[RegexValidator(rf"^{CODE.pattern}\Z", _("以小写字母开头，只用小写字母、数字和短横。"))],
    )
    headcount = WholeField(label=_("第一书记总人数"), min_value=0, max_value=MOST)
    seats = WholeField(label=_("决赛名额"), min_value=0, max_value=MOST)


DistrictFormSet = forms.formset_factory(
    DistrictForm, extra=2, min_num=1, validate_min=True, max_num=40, absolute_max=60, validate_max=True, can_delete=True
)


def district_rows(data: Any = None, *, initial: Any = None) -> Any:
    """The districts' lines, prefilled or as sent."""
    told: dict[str, Any] = {
        "too_few_forms": _("请至少填写一个地区。"),
        "too_many_forms": _("至多 40 个地区。"),
        "missing_management_form": _("表单不完整，请重新打开本页。"),
    }
    return DistrictFormSet(data, initial=initial, prefix="districts", error_messages=told)


class DecreeFileForm(forms.Form):
    file = forms.FileField(
        label=_("公文数据文件"),
        help_text=_("JSON 格式；读取后先填入下面的表单，核对无误再建立。"),
        widget=forms.ClearableFileInput(attrs={"accept": accept("json")}),
    )


def initial(decree: dict[str, Any]) -> dict[str, Any]:
    """What the form shows of a decree."""
    shown = {name: decree[name] for name in DecreeForm.base_fields if name in decree}
    code = str(decree["notice_date"])[:4]
    return {**shown, "hosts": "\n".join(decree["hosts"]), "base": json.dumps(decree, ensure_ascii=False), "code": code}


def told(form: DecreeForm, rows: Any) -> dict[str, Any]:
    """The decree as corrected on the page: the file's, overlaid with the form's."""
    said = dict(form.cleaned_data)
    base = said.pop("base")
    for name in ("notice_date", "preliminary_due", "final_due"):
        said[name] = said[name].isoformat()
    said["hosts"] = [line.strip() for line in said["hosts"].splitlines() if line.strip()]
    kept = [row.cleaned_data for row in rows if row.cleaned_data and not row.cleaned_data.get("DELETE")]
    districts = [{key: row[key] for key in ("code", "name", "headcount", "seats")} for row in kept]
    return {**base, **{key: value for key, value in said.items() if key in base}, "districts": districts}
