"""A stage's materials: who has handed in what, the terms, the list as a file."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import downloads
from accounts.once import once
from accounts.permissions import Action, fetch, may
from accounts.requests import SignedIn
from contest.models import Stage
from materials import collected
from materials.actions import terms as actions
from materials.collected import Wanted
from materials.forms.terms import TermsForm
from materials.models import Terms, Upload
from materials.right import LATE, terms_of
from materials.time_left import time_left

PER_PAGE = 50


def stage(request: SignedIn, pk: int) -> HttpResponse:
    here = fetch(request.user, Action.SEE_MATERIAL, Stage.objects.whole(), pk=pk)
    at, terms, wanted = timezone.now(), terms_of(here), Wanted.of(request)
    rows = collected.rows_of(here, terms, at)
    found = wanted.take(rows)
    context = {
        "stage": here,
        "terms": terms,
        "left": time_left(terms.closes_at, at) if terms.closes_at and terms.is_open(at) else "",
        "wanted": wanted,
        "counts": collected.counts_of(rows),
        "total": len(rows),
        "page": Paginator(found, PER_PAGE).get_page(request.GET.get("page")),
        "may_run": may(request.user, Action.RUN_COLLECTING, here),
        "may_give": may(request.user, Action.RUN_COLLECTING, here) and here.is_in(*LATE),
        "may_set": may(request.user, Action.RUN_COLLECTING, here) and here.is_in(*actions.SETTING),
        "may_confirm": may(request.user, Action.CONFIRM_PLEDGE, here),
    }
    return render(request, "materials/stage.html", context)


def export(request: SignedIn, pk: int) -> HttpResponse:
    """The list as an Excel file: what the page shows, on all its pages."""
    here = fetch(request.user, Action.SEE_MATERIAL, Stage.objects.whole(), pk=pk)
    rows = Wanted.of(request).take(collected.rows_of(here, terms_of(here), timezone.now()))
    title = _("%(stage)s材料清单") % {"stage": here.title}
    return downloads.excel(
        here.season.marked(title), collected.headings(), [collected.as_cells(row, _written) for row in rows]
    )


@once
def terms(request: SignedIn, pk: int) -> HttpResponse:
    here = fetch(request.user, Action.RUN_COLLECTING, Stage.objects.whole(), pk=pk)
    now = terms_of(here)
    form = TermsForm(request.POST if request.method == "POST" else None, terms=now)
    if form.is_valid():
        try:
            actions.set_terms(here, **form.told, by=request.user, at=timezone.now())
        except actions.TermsRefused as refused:
            form.add_error(None, str(refused))
        except actions.StaleTerms as stale:
            return _conflict(request, here, form, stale.now)
        else:
            messages.success(request, _("征集要求已保存。"))
            return redirect("materials:stage", pk=pk)
    context = {
        "stage": here,
        "form": form,
        "terms": now,
        "may_set": here.is_in(*actions.SETTING),
        "under_way": Upload.objects.counted().standing(timezone.now()).filter(entry__stage=here).count(),
    }
    return render(request, "materials/terms.html", context, status=400 if form.is_bound else 200)


def _conflict(request: SignedIn, here: Stage, form: TermsForm, now: Terms) -> HttpResponse:
    """Both versions side by side, and the form once more with the edit it would replace now."""
    told = form.told
    rows = []
    for name in ("closes_at", "grace_minutes", "needs_video", "deck_mb", "video_mb", "video_seconds"):
        theirs, yours = _shown(getattr(now, name)), _shown(told[name])
        label = Terms._meta.get_field(name).verbose_name  # type: ignore[union-attr]
        rows.append({"label": label, "theirs": theirs, "yours": yours, "differs": theirs != yours})
    fields = [(name, value) for name, value in form.data.items() if name in form.fields and name != "edit"]
    context = {"stage": here, "rows": rows, "resubmit": [*fields, ("edit", now.edit)]}
    return render(request, "materials/terms_stale.html", context, status=409)


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return _("是") if value else _("否")
    return _written(value) if isinstance(value, datetime) else "" if value is None else str(value)


def _written(at: datetime) -> str:
    return timezone.localtime(at).strftime("%Y-%m-%d %H:%M")
