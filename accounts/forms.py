"""Signing in, passwords, accounts."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.password_validation import password_validators_help_texts
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.actions import granted_to, guards, takes_two
from accounts.fields import ManyField, ReasonField
from accounts.models import Grant, User
from accounts.models.people import describe
from accounts.permissions import in_own_season
from accounts.proposals.forms import PaperFields
from accounts.roles import IN_A_DISTRICT, Role
from registry.models import District, Secretary

NOT_A_SECRETARY = _("第一书记账号须对应名册中的一人，其他账号不对应。")


class SignInForm(AuthenticationForm):
    error_messages = {
        "invalid_login": _("用户名或密码不正确。请注意大小写；连续输错会暂时锁定。"),
        "inactive": _("此账号已停用，请联系市级工作人员。"),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = _("用户名")
        self.fields["password"].label = _("密码")

    def confirm_login_allowed(self, user: Any) -> None:
        """Nobody signs in with the emergency account before a supervisor has broken its seal."""
        super().confirm_login_allowed(user)
        if user.is_emergency and not user.is_unsealed(timezone.now()):
            raise forms.ValidationError(
                _("应急账号处于封存状态：须先由监督员在“应急账号”页面启封，启封后 24 小时内可以登录。"), code="sealed"
            )

    def clean_username(self) -> str:
        """A name longer than any is a wrong name; where attempts are noted there is no room for it."""
        username: str = self.cleaned_data["username"]
        if len(username) > (self.username_field.max_length or 0):
            raise self.get_invalid_login_error()
        return username


class PasswordForm(forms.Form):
    old = forms.CharField(
        label=_("现在的密码"), widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}), strip=False
    )
    new = forms.CharField(
        label=_("新密码"), widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}), strip=False
    )
    again = forms.CharField(
        label=_("再输入一次新密码"), widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}), strip=False
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["new"].help_text = " ".join(password_validators_help_texts())

    def clean_old(self) -> str:
        if not self.user.check_password(self.cleaned_data["old"]):
            raise forms.ValidationError(_("现在的密码不正确。"))
        return self.cleaned_data["old"]

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if "new" in told and told["new"] != told.get("again", told["new"]):
            self.add_error("again", _("两次输入的新密码不一致。"))
        if "new" in told and told["new"] == told.get("old"):
            self.add_error("new", _("新密码不能与现在的密码相同。"))
        return told


class AccountForm(PaperFields):
    """One account with one role: what nearly everybody has. A district role takes one or several districts.

    Of an account that has more roles it shows the first; the others stay, and the form says which they are. What
    decides is proposed, with a reason (`takes_two`).
    """

    field_order = ("username", "name", "role", "districts", "secretary", "reason")

    username = forms.CharField(
        label=_("用户名"), max_length=150, help_text=_("登录时输入，用字母和数字，建立后不可更改。")
    )
    name = forms.CharField(label=_("姓名"), max_length=64)
    # A deputy is named for a day, on a page of its own.
    role = forms.ChoiceField(
        label=_("角色"), choices=[each for each in Role.choices if each[0] != Role.DEPUTY], initial=Role.ORGANIZER
    )
    districts = ManyField(
        label=_("地区"),
        queryset=District.objects.all(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("县级组织者和现场操作员须选择地区。"),
    )
    secretary = forms.ModelChoiceField(
        label=_("第一书记本人"),
        queryset=Secretary.objects.none(),
        required=False,
        empty_label=_("不对应"),
        help_text=_("仅第一书记账号选择。"),
    )
    reason = ReasonField(
        required=False,
        help_text=_(
            "市级、监督员、县级组织者、备用复核人员和应急账号由两人办理：请写明原因，提请后由另一位市级工作人员复核。"
        ),
    )

    def __init__(self, *args: Any, by: User, user: User | None = None, rehearsal: str = "", **kwargs: Any) -> None:
        """`rehearsal` is the code of the rehearsal whose people are offered; without one the real ones are."""
        super().__init__(*args, **kwargs)
        self.user = user
        unheld = in_own_season(by, Secretary.objects.filter(account=None, rehearsal=rehearsal))
        self.fields["secretary"].queryset = unheld  # type: ignore[attr-defined]
        self.others: list[Grant] = []
        if user is not None:
            # Not `granted`, which is empty while the account is closed.
            grants = list(user.grants.exclude(role=Role.DEPUTY).select_related("district"))
            self.others = [grant for grant in grants if grant.role != grants[0].role]
            if self.others:
                told = {"roles": describe(self.others)}
                self.fields["role"].help_text = _("此人另有角色，保存后不变：%(roles)s。") % told
            self.fields["username"].disabled = True
            self.initial.update(_initial(user, grants))
            if user.secretary is None:
                del self.fields["secretary"]
            else:
                self.fields["secretary"].disabled = True
                self.fields["secretary"].queryset = Secretary.objects.filter(pk=user.secretary.pk)  # type: ignore[attr-defined]

    def clean_username(self) -> str:
        username = User.normalize_username(self.cleaned_data["username"]).strip()
        if self.user is None and User.objects.filter(username=username).exists():
            raise forms.ValidationError(_("这个用户名已有人使用。"))
        User.username_validator(username)
        return username

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        in_district = told.get("role") in IN_A_DISTRICT
        if in_district and not told.get("districts"):
            self.add_error("districts", _("请选择地区。"))
        if told.get("role") not in ("", None, Role.SECRETARY) and told.get("secretary"):
            self.add_error("secretary" if "secretary" in self.fields else "role", NOT_A_SECRETARY)
        if told.get("role") == Role.SECRETARY and not told.get("secretary"):
            self.add_error("secretary" if "secretary" in self.fields else "role", _("请选择第一书记本人。"))
        if not self.errors and self.takes_two and not told.get("reason"):
            self.add_error("reason", _("请写明原因。"))
        return told

    @property
    def takes_two(self) -> bool:
        """Whether what was chosen gives something that decides, or another name to somebody who does."""
        if self.user is None:
            return guards(self.grants)
        return takes_two(self.user, self.grants, self.cleaned_data.get("name", self.user.name))

    @property
    def raises(self) -> bool:
        """Whether the account decided nothing before, so that one person may know its password."""
        return self.user is None or not guards(granted_to(self.user))

    def refuse(self, refused: forms.ValidationError) -> None:
        """Show why the action refused, beside the field it names; above them all where this form has no such field."""
        told = refused.error_dict if hasattr(refused, "error_dict") else {"": refused.error_list}
        for field, errors in told.items():
            self.add_error(field if field in self.fields else None, errors)

    @property
    def grants(self) -> list[tuple[Role, District | None]]:
        role = Role(self.cleaned_data["role"])
        chosen = list(self.cleaned_data["districts"]) if role in IN_A_DISTRICT else [None]
        others = [(Role(grant.role), grant.district) for grant in self.others]
        return list(dict.fromkeys([*((role, district) for district in chosen), *others]))


def _initial(user: User, grants: Sequence[Grant]) -> dict[str, Any]:
    return {
        "username": user.username,
        "name": user.name,
        "role": grants[0].role if grants else "",
        "districts": [grant.district_id for grant in grants if grant.role == grants[0].role and grant.district_id],
        "secretary": user.secretary,
    }
