"""One version: what it is, what was found, how it looks; and what the organizer may do with it."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.once import once
from accounts.permissions import Action, fetch, may
from accounts.requests import SignedIn
from contest.models.work import Progress
from materials import wording
from materials.actions import returning
from materials.forms.returning import ReturnForm
from materials.models import Kind, Material, Preview
from materials.standing import State, state_of
from materials.views.entry import is_asleep, standing_of, version_of


def material(request: SignedIn, pk: int) -> HttpResponse:
    here = _material(request, pk, Action.SEE_MATERIAL)
    return render(request, "materials/material.html", _context(request, here))


@once
def return_material(request: SignedIn, pk: int) -> HttpResponse:
    here = _material(request, pk, Action.RUN_COLLECTING)
    form = ReturnForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            returning.return_material(here, reason=form.cleaned_data["reason"], by=request.user, at=timezone.now())
        except returning.ReturnRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("已退回，第一书记会在待办里看到原因。"))
            return redirect("materials:material", pk=pk)
    back = reverse("materials:material", args=[pk])
    told = {"name": here.entry.secretary.name, "kind": here.get_kind_display(), "version": here.version}
    context = {
        "question": _("退回%(name)s的%(kind)s第 %(version)d 版？") % told,
        "explanation": here.name,
        "consequences": [
            _("这一版不再有效；之前通过的版本（如有）重新有效。"),
            _("第一书记须在截止前重新上传；已经截止的，请另发补交码。"),
            _("已签署的承诺须按新版本重新签署。"),
        ],
        "form": form,
        "confirm_label": _("退回"),
        "cancel_url": back,
        "danger": True,
        "crumbs": [*_crumbs(here), (back, _("第 %(version)d 版") % told)],
    }
    return render(request, "base_confirm.html", context, status=_status(form))


@require_POST
@once
def recheck(request: SignedIn, pk: int) -> HttpResponse:
    here = _material(request, pk, Action.RUN_COLLECTING)
    try:
        returning.recheck(here, by=request.user, at=timezone.now())
    except returning.ReturnRefused as refused:
        messages.info(request, str(refused))
    else:
        messages.success(request, _("已重新开始，结果会自动出现。"))
    return redirect("materials:material", pk=pk)


def _material(request: SignedIn, pk: int, action: Action) -> Material:
    more = "entry__posting__village__town", "entry__district", "returned_by", "late", "preview"
    return fetch(request.user, action, Material.objects.whole().select_related(*more), pk=pk)


def _context(request: SignedIn, here: Material) -> dict[str, Any]:
    others = list(Material.objects.filter(entry=here.entry_id, kind=here.kind).select_related("uploaded_by"))
    counting = next((each for each in others if each.is_accepted), None)
    preview = getattr(here, "preview", None)
    state = state_of(here)
    is_working = state == State.CHECKING or (preview is not None and preview.progress in _UNFINISHED)
    may_run = may(request.user, Action.RUN_COLLECTING, here)
    return {
        "entry": here.entry,
        "stage": here.entry.stage,
        "material": here,
        "version": version_of(here),
        "facts": wording.facts_told(here) if here.verdict else [],
        "own": may(request.user, Action.SUBMIT_MATERIAL, here),
        "is_counting": counting == here,
        "others": [version_of(each) for each in others],
        "counting": counting,
        "preview": preview,
        "preview_state": _preview_state(here, preview),
        "why": wording.why_told(preview.why) if preview and preview.why else "",
        "pages": range(1, preview.pages + 1) if preview and preview.progress == Progress.DONE else [],
        "working": standing_of(here) if is_working else "",
        "asleep": is_working and is_asleep(here, timezone.now()),
        "may_return": may_run and here.is_accepted and here.entry.stage.is_in(*returning.RETURNING),
        "may_recheck": may_run and state == State.PARKED,
        "may_redraw": may_run
        and not here.put_away_at
        and _preview_state(here, preview) in ("failed", "thumbnail", "none"),
        "crumbs": _crumbs(here),
    }


_UNFINISHED = (Progress.WANTED, Progress.TAKEN)
_WITHOUT_PAGES = ("failed", "thumbnail", "none")


def _preview_state(here: Material, preview: Preview | None) -> str:
    """What there is to look at, in a word of the template."""
    if not here.file:
        return "gone"
    if here.kind == Kind.VIDEO:
        return "video"
    if preview is None:
        return "waiting"
    if preview.progress in _UNFINISHED:
        return "working"
    return "failed" if preview.progress == Progress.PARKED else preview.source


def _crumbs(here: Material) -> list[tuple[str, str]]:
    stage, entry = here.entry.stage, here.entry
    return [
        (reverse("materials:stage", args=[stage.pk]), _("%(stage)s · 材料") % {"stage": stage.title}),
        (reverse("materials:entry", args=[entry.pk]), entry.secretary.name),
    ]


def _status(form: ReturnForm) -> int:
    """409 when the words were right and the version is not as it was."""
    refused = form.is_bound and not form.errors.keys() - {"__all__"}
    return (409 if refused else 400) if form.is_bound else 200
