"""Letting one entrant in after the deadline: codes given, taken back, used."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.once import once
from accounts.permissions import Action, fetch
from accounts.requests import SignedIn
from contest.models import Entry
from materials.actions import late as actions
from materials.forms.late import GiveForm, RedeemForm
from materials.models import LateCode
from materials.right import LATE, right_of

# How long a code is good for unless the organizer says otherwise.
USUAL = timedelta(days=1)


@once
def late(request: SignedIn, pk: int) -> HttpResponse:
    """Give a code, which is shown this once, and see those that were given."""
    here = fetch(request.user, Action.RUN_COLLECTING, Entry.objects.whole(), pk=pk)
    at, code, given = timezone.now(), "", None
    form = GiveForm(request.POST if request.method == "POST" else None, initial=_initial(at))
    if form.is_valid():
        try:
            given, code = actions.give_late_code(
                here, reason=form.cleaned_data["reason"], expires_at=form.expires_at, by=request.user, at=at
            )
        except actions.LateRefused as refused:
            form.add_error(None, str(refused))
    context = {
        "entry": here,
        "stage": here.stage,
        "form": form,
        "code": code,
        "given": given,
        "may_give": here.stage.is_in(*LATE),
        "codes": [(each, *_state(each, at)) for each in here.late_codes.select_related("given_by")],
    }
    return render(request, "materials/late.html", context, status=400 if form.is_bound and not code else 200)


@require_POST
@once
def withdraw(request: SignedIn, pk: int) -> HttpResponse:
    codes = LateCode.objects.select_related("entry__stage__season", "entry__stage__district")
    here = fetch(request.user, Action.RUN_COLLECTING, codes, pk=pk)
    try:
        actions.withdraw(here, by=request.user, at=timezone.now())
    except actions.LateRefused as refused:
        messages.info(request, str(refused))
    else:
        messages.success(request, _("补交码已收回。用它开始的上传仍可传完。"))
    return redirect("materials:late", pk=here.entry_id)


@once
def redeem(request: SignedIn, pk: int) -> HttpResponse:
    here = fetch(request.user, Action.SUBMIT_MATERIAL, Entry.objects.whole(), pk=pk)
    form = RedeemForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            used = actions.redeem(here, form.cleaned_data["code"], by=request.user, at=timezone.now())
        except actions.LateRefused as refused:
            form.add_error("code", str(refused))
        else:
            until = timezone.localtime(used.expires_at).strftime("%Y-%m-%d %H:%M")
            messages.success(request, _("补交码有效，%(until)s 之前可以上传。") % {"until": until})
            return redirect("materials:entry", pk=pk)
    context = {"entry": here, "stage": here.stage, "form": form, "right": right_of(here, timezone.now())}
    return render(request, "materials/redeem.html", context, status=400 if form.is_bound else 200)


def _initial(at: datetime) -> dict[str, Any]:
    """A day from now, at a full hour."""
    then = timezone.localtime(at + USUAL).replace(minute=0)
    return {"expires_on": then.date(), "expires_time": then.time()}


def _state(code: LateCode, at: datetime) -> tuple[str, str, bool]:
    """A chip's shape and word, and whether the code can still be taken back."""
    if code.withdrawn_at is not None:
        return "withdrawn", _("已收回"), False
    if code.expires_at <= at:
        return "closed", _("已失效"), False
    if code.redeemed_at is not None:
        return "running", _("使用中"), True
    return "wanted", _("未使用"), True
