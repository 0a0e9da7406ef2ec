"""Carrying a finalist's material of the preliminary over into the final."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.once import once
from accounts.permissions import Action, fetch
from accounts.requests import SignedIn
from contest.models import Entry
from materials.actions import carrying


@require_POST
@once
def carry(request: SignedIn, pk: int) -> HttpResponse:
    entries = Entry.objects.select_related("stage__season", "stage__district")
    here = fetch(request.user, Action.SUBMIT_MATERIAL, entries, pk=pk)
    try:
        carrying.carry_over(here, by=request.user, at=timezone.now())
    except carrying.CarryRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("初赛材料已沿用为新的一版，正在检查。检查通过后请重新签署承诺。"))
    return redirect("materials:entry", pk=pk)
