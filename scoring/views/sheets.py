"""One sheet, one time: their details, and the forms that work without a script."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.once import once
from accounts.permissions import Action, fetch, may
from accounts.requests import SignedIn
from contest.models import Entry
from contest.models.stage import State
from scoring import typed
from scoring.actions.hold import WrongState
from scoring.actions.overtime import RefusedTime, StaleTime, time_talk
from scoring.actions.sheets import Change, Refused, Stale, save_marks
from scoring.forms.sheets import SheetForm, TimeForm
from scoring.grid import lines_of
from scoring.history import versions_of
from scoring.models import Sheet

SHEETS = Sheet.objects.select_related(
    "stage__season", "stage__district", "entry__secretary", "seat", "typed_by", "confirmed_by", "looked_by"
)
ENTRIES = Entry.objects.select_related("stage__season", "stage__district", "secretary", "overtime__typed_by")


@once
def show_sheet(request: SignedIn, pk: int) -> HttpResponse:
    """One sheet with its versions; typed here by whoever cannot use the grid."""
    typing = request.method == "POST"
    sheet = fetch(request.user, Action.TYPE_MARKS if typing else Action.SEE_MARKS, SHEETS.all(), pk=pk)
    lines, places = lines_of(sheet.stage)
    versions = versions_of([sheet], lines, places)[sheet.entry_id, sheet.seat_id]
    here = next(version for version in versions if version.pk == pk)
    marks = dict(zip((line.code for line in lines), here.marks, strict=True))
    form = SheetForm(lines, marks, sheet.edit, request.POST if typing else None)
    if typing and form.is_valid():
        change = Change(sheet.pk, form.cleaned_data["edit"], form.marks)
        try:
            outcomes = save_marks(sheet.stage, [change], by=request.user, at=timezone.now())
        except WrongState as refused:
            form.add_error(None, str(refused))
        else:
            if stale := next((each for each in outcomes if isinstance(each, Stale)), None):
                return _sheet_conflict(request, sheet, form, stale, places)
            form.refuse(each for each in outcomes if isinstance(each, Refused))
            if form.is_valid():
                messages.success(request, _("已保存。"))
                return redirect("scoring:sheet", pk=pk)
    open_now = sheet.live and sheet.stage.state == State.SCORING and may(request.user, Action.TYPE_MARKS, sheet)
    context = {
        "sheet": sheet,
        "stage": sheet.stage,
        "form": form,
        "lines": lines,
        "versions": versions,
        "here": here,
        "may_type": open_now and sheet.state != Sheet.State.CONFIRMED and sheet.seat.vacated_at is None,
        "may_correct": open_now and sheet.state == Sheet.State.CONFIRMED,
        "grid_url": f"{reverse('scoring:grid', args=[sheet.stage_id])}?judge={sheet.seat.number}",
    }
    return render(request, "scoring/sheet.html", context, status=400 if typing else 200)


@once
def show_time(request: SignedIn, pk: int) -> HttpResponse:
    """One entrant's time; typed here by whoever cannot use the grid."""
    entry = fetch(request.user, Action.TYPE_MARKS, ENTRIES.all(), pk=pk)
    form = TimeForm(entry, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        told = form.cleaned_data
        try:
            outcome = time_talk(entry, told["seconds"], edit=told["edit"], by=request.user, at=timezone.now())
        except WrongState as refused:
            form.add_error(None, str(refused))
        else:
            if isinstance(outcome, StaleTime):
                return _time_conflict(request, entry, form, outcome)
            if not isinstance(outcome, RefusedTime):
                messages.success(request, _("用时已保存。"))
                return redirect("scoring:grid", pk=entry.stage_id)
            form.add_error("seconds", outcome.reason)
    context = {"entry": entry, "stage": entry.stage, "form": form, "may_type": entry.stage.state == State.SCORING}
    return render(request, "scoring/time.html", context, status=400 if form.is_bound else 200)


def _sheet_conflict(request: SignedIn, sheet: Sheet, form: SheetForm, stale: Stale, places: int) -> HttpResponse:
    """Both versions of a sheet that somebody else wrote meanwhile."""
    rows = []
    for line in form.lines:
        theirs, yours = typed.shown_points(stale.marks[line.code], places), form.marks[line.code]
        rows.append(
            {
                "label": line.name,
                "theirs": theirs,
                "yours": typed.shown_points(yours, places),
                "differs": stale.marks[line.code] != yours,
            }
        )
    resubmit = [(form.add_prefix(name), form.data.get(name, "")) for name in form.fields if name != "edit"]
    context: Mapping[str, Any] = {
        "stage": sheet.stage,
        "title": f"{sheet.entry.secretary} · {sheet.seat}",
        "rows": rows,
        "theirs_by": stale.who,
        "keep_url": reverse("scoring:sheet", args=[sheet.pk]),
        "resubmit": [("edit", stale.edit), *resubmit],
    }
    return render(request, "scoring/conflict.html", context, status=409)


def _time_conflict(request: SignedIn, entry: Entry, form: TimeForm, stale: StaleTime) -> HttpResponse:
    theirs, yours = typed.shown_seconds(stale.seconds), typed.shown_seconds(form.cleaned_data["seconds"])
    context: Mapping[str, Any] = {
        "stage": entry.stage,
        "title": str(entry.secretary),
        "rows": [{"label": _("用时"), "theirs": theirs, "yours": yours, "differs": True}],
        "theirs_by": stale.who,
        "keep_url": reverse("scoring:time", args=[entry.pk]),
        "resubmit": [("edit", stale.edit), ("seconds", yours)],
    }
    return render(request, "scoring/conflict.html", context, status=409)
