"""The pledge: signed by the entrant with what proves it, confirmed by town or county."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.once import once
from accounts.permissions import Action, fetch, may
from accounts.requests import SignedIn
from contest.models import Entry
from materials import standing
from materials.actions import pledging as actions
from materials.forms.pledge import ConfirmForm, PledgeForm
from materials.models import Pledge
from materials.right import may_sign, terms_of
from materials.standing import Standing


@once
def pledge(request: SignedIn, pk: int) -> HttpResponse:
    """The entrant reads and signs; others read what was signed."""
    needed = Action.SUBMIT_MATERIAL if request.method == "POST" else Action.SEE_MATERIAL
    here = fetch(request.user, needed, Entry.objects.whole(), pk=pk)
    now = standing.of_one(here, terms_of(here.stage))
    covered = _covered(now)
    form = PledgeForm(*_sent(request), seen=covered)
    if form.is_valid():
        try:
            if not form.saw(covered):
                raise actions.PledgeRefused(_("材料已有新的版本，请核对下面列出的版本后再签署。"))
            actions.sign(here, claims=form.claims, by=request.user, at=timezone.now())
        except actions.PledgeRefused as refused:
            form.add_error(None, str(refused))
            # What is signed now is what the page shows now.
            form.data = _with_versions(form.data, covered)
        else:
            messages.success(request, _("承诺已签署。"))
            return redirect("materials:entry", pk=pk)
    return render(request, "materials/pledge.html", _context(request, here, now, form), status=_status(form))


@once
def confirm(request: SignedIn, pk: int) -> HttpResponse:
    """Town's or county's word that the pledge is true, put down by the organizer."""
    pledges = Pledge.objects.select_related(
        "entry__stage__season", "entry__stage__district", "entry__secretary", "entry__posting__village__town",
        "confirmation__by", "deck", "video", "signed_by",
    )  # fmt: skip
    here = fetch(request.user, Action.CONFIRM_PLEDGE, pledges, pk=pk)
    form = ConfirmForm(request.POST if request.method == "POST" else None, pledge=here)
    if form.is_valid():
        try:
            actions.confirm(here, **form.cleaned_data, by=request.user, at=timezone.now())
        except actions.ConfirmRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("已登记确认。"))
            return redirect("materials:stage", pk=here.entry.stage_id)
    current = standing.of_one(here.entry, terms_of(here.entry.stage))
    context = {
        "pledge": here,
        "entry": here.entry,
        "stage": here.entry.stage,
        "claims": _claims(here),
        "form": form,
        "is_outdated": current.pledge != here or current.is_outdated,
        "newest": current.pledge if current.pledge != here else None,
    }
    return render(request, "materials/confirm.html", context, status=_status(form))


def _sent(request: SignedIn) -> tuple[Any, Any]:
    return (request.POST, request.FILES) if request.method == "POST" else (None, None)


def _with_versions(data: Any, covered: tuple[int | None, int | None]) -> Any:
    data = data.copy()
    data["deck"], data["video"] = (str(pk or "") for pk in covered)
    return data


def _covered(now: Standing) -> tuple[int | None, int | None]:
    """The versions that a pledge signed now is about."""
    deck, video = (each.counting.pk if each.counting else None for each in now.kinds)
    return deck, video


def _context(request: SignedIn, here: Entry, now: Standing, form: PledgeForm) -> dict[str, Any]:
    own = may(request.user, Action.SUBMIT_MATERIAL, here)
    is_open = own and now.deck.counting is not None and may_sign(here, timezone.now())
    confirmed = now.confirmation is not None and not now.is_outdated
    return {
        "entry": here,
        "stage": here.stage,
        "own": own,
        "standing": now,
        "pledge": now.pledge,
        "claims": _claims(now.pledge) if now.pledge else [],
        "text": actions.PLEDGE_TEXT,
        "form": form,
        "may_sign": is_open and not confirmed,
        "is_again": now.pledge is not None,
    }


def _claims(pledge: Pledge) -> Any:
    return pledge.claims.prefetch_related("evidence")


def _status(form: Any) -> int:
    """409 when the form was right and things are not as they were."""
    refused = form.is_bound and not form.errors.keys() - {"__all__"}
    return (409 if refused else 400) if form.is_bound else 200
