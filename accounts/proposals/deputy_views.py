"""The pages on which the office names a deputy for a day, and ends that early."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import ModelChoiceField
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import hooks
from accounts.models import Grant
from accounts.once import once
from accounts.permissions import Action, fetch, require
from accounts.proposals import deputies
from accounts.proposals.forms import DeputyForm
from accounts.requests import SignedIn
from accounts.roles import Role
from registry.models import District


@once
def name_deputy(request: SignedIn) -> HttpResponse:
    require(request.user, Action.MANAGE_ACCOUNTS)
    place = _district_told(request)
    if place is None:
        return render(request, "accounts/name_deputy.html", _asked(), status=400 if request.method == "POST" else 200)
    form = _form(request, place)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            made = deputies.name_deputy(
                told["user"], told["district"], reason=told["reason"], by=request.user, at=timezone.now()
            )
        except deputies.NotSuitable as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("已指定：%(who)s。") % {"who": made.user})
            return redirect("accounts")
    context = {
        **_asked(place),
        "consequences": [
            _("只能复核该县区组织者可以复核的提请，可以查看赛段和分数；不能办理其他任何事项。"),
            _("您自己提请的事项，您指定的人不能复核。"),
            _("%(district)s自己的组织者本来就能复核，市级、监督员和应急账号不能担任，都不在其列。")
            % {"district": place},
        ],
        "form": form,
        "confirm_label": _("指定"),
    }
    return render(request, "accounts/name_deputy.html", context, status=400 if form.is_bound else 200)


def _form(request: SignedIn, place: District) -> DeputyForm:
    season = hooks.page_season(request).season
    rehearsal = season.code if season.rehearsal else ""
    sent = request.POST if request.method == "POST" else None
    return DeputyForm(sent, by=request.user, district=place, rehearsal=rehearsal, at=timezone.now())


def _asked(place: District | None = None) -> dict[str, Any]:
    """What the page asks: for a district, and once that is known, for whom."""
    title = _("指定%(district)s的临时复核员") % {"district": place} if place else _("指定临时复核员")
    return {
        "question": title,
        "explanation": _("县区无人可以复核时，请另一部门或另一镇街的人代为复核，24 小时后自动结束。"),
        "cancel_url": reverse("accounts"),
        "crumbs": [(reverse("accounts"), _("账号"))],
        "districts": District.objects.all(),
        "place": place,
    }


def _district_told(request: SignedIn) -> District | None:
    told = request.POST if request.method == "POST" else request.GET
    try:
        found: District | None = ModelChoiceField(District.objects.all(), required=False).clean(told.get("district"))
    except ValidationError:
        return None
    return found


@once
def end_deputy(request: SignedIn, pk: int) -> HttpResponse:
    """Ask once, then end a deputy's time early."""
    found = Grant.objects.filter(role=Role.DEPUTY).select_related("user", "district")
    grant = fetch(request.user, Action.MANAGE_ACCOUNTS, found, pk=pk)
    if request.method != "POST":
        context = {
            "question": _("提前结束%(who)s的临时复核？") % {"who": grant.user},
            "explanation": _("%(district)s，原定 24 小时后自动结束。") % {"district": grant.district},
            "consequences": [_("此人立即不能再复核该地区的提请；已经复核的仍然有效。")],
            "confirm_label": _("提前结束"),
            "cancel_url": reverse("accounts"),
            "crumbs": [(reverse("accounts"), _("账号"))],
        }
        return render(request, "base_confirm.html", context)
    try:
        deputies.end_deputy(grant, by=request.user, at=timezone.now())
    except deputies.AlreadyOver as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("已结束%(who)s的临时复核。") % {"who": grant.user})
    return redirect("accounts")
