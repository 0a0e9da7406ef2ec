"""A roster file through the pages: upload, preview, confirm; or give it up."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.once import once
from accounts.permissions import Action, fetch, require, within_reach
from accounts.proposals.forms import ProposeForm
from accounts.proposals.views import propose_from, proposed
from accounts.requests import SignedIn
from contest import roster_preview
from contest.actions import roster as actions
from contest.actions.entries import JOINING
from contest.actions.units import UnitRefused
from contest.forms.roster import ColumnsForm, RosterForm
from contest.forms.roster_rows import HandForm, RowForm
from contest.models import RosterImport, Stage
from contest.models.stage import Kind
from contest.reads.page_season import season_of
from contest.roster_list import compared
from registry.excel.table import BadMapping, NoTable
from registry.excel.workbook import Unreadable
from registry.models import District

PER_PAGE = 100
EARLIER_SHOWN = 20
REFUSED = (Unreadable, NoTable, BadMapping)


@once
def roster_import(request: SignedIn) -> HttpResponse:
    require(request.user, Action.IMPORT_ROSTER)
    is_sent, season = request.method == "POST", season_of(request)
    form = RosterForm(*((request.POST, request.FILES) if is_sent else ()), user=request.user, season=season)
    if form.is_valid() and season:
        data, name = form.data_told, form.cleaned_data["file"].name
        where: dict[str, Any] = {"data": data, "name": name, "district": form.district_told}
        try:
            # What cannot be read is not kept.
            actions.look(season, **where, on=timezone.localdate())
            upload = actions.upload_roster(season, **where, by=request.user, at=timezone.now())
        except REFUSED as refused:
            form.add_error("file", str(refused))
        else:
            return redirect("contest:roster_preview", pk=upload.pk)
    earlier = within_reach(request.user, Action.IMPORT_ROSTER, _uploads().filter(season=season))[:EARLIER_SHOWN]
    context = {"form": form, "season": season, "earlier": [(each, _chip(each), _counts(each)) for each in earlier]}
    return render(request, "contest/roster_import.html", context, status=400 if is_sent else 200)


def preview(request: SignedIn, pk: int) -> HttpResponse:
    return answered(request, fetched(request, pk))


@once
def columns(request: SignedIn, pk: int) -> HttpResponse:
    """What the columns mean, said by hand; or another sheet, whose columns are then recognised anew."""
    upload = fetched(request, pk)
    if request.method != "POST":
        return to_preview(request, pk)
    if upload.state != RosterImport.State.PREVIEW:
        return answered(request, upload, refused=str(actions.AlreadyDone()))
    try:
        found = actions.look_again(upload, on=timezone.localdate())
        form = ColumnsForm(request.POST, table=found.table, sheets=found.sheets)
        if not form.is_valid():
            return answered(request, upload, refused=_("列的对应里有页面上没有的选项，没有保存。请重新选择。"))
        sheet = form.sheet_told
        mapping = {} if sheet else form.mapping(actions.told_mapping(upload))
        _try(upload, mapping, sheet or upload.sheet)
        actions.map_columns(upload, mapping, sheet=sheet or upload.sheet, by=request.user, at=timezone.now())
    except (*REFUSED, actions.AlreadyDone) as refused:
        return answered(request, fetched(request, pk), refused=str(refused))
    messages.success(request, _("已按新的对应重新核对。"))
    return redirect("contest:roster_preview", pk=pk)


@once
def confirm(request: SignedIn, pk: int) -> HttpResponse:
    upload = fetched(request, pk)
    if request.method != "POST":
        return to_preview(request, pk)
    try:
        actions.confirm_roster(upload, seen=request.POST.get("seen", "")[:64], by=request.user, at=timezone.now())
    except actions.TakesTwo as renamed:
        return _propose(request, upload, str(renamed))
    except (actions.NotReady, actions.AlreadyDone, actions.PlanMoved, UnitRefused, *REFUSED) as refused:
        return answered(request, fetched(request, pk), refused=str(refused), status=409)
    return redirect("contest:roster_preview", pk=pk)


def _propose(request: SignedIn, upload: RosterImport, why: str) -> HttpResponse:
    """The page on which the import is proposed: what was seen goes along, so that only that is done."""
    arguments = {"seen": request.POST.get("seen", "")[:64]}
    form = ProposeForm(*((request.POST, request.FILES) if "reason" in request.POST else ()))
    if form.is_bound and form.is_valid():
        told = {"reason": form.cleaned_data["reason"], "paper": form.paper, "by": request.user, "at": timezone.now()}
        made = propose_from(form, "import_roster", upload, arguments, **told)
        if made is not None:
            return proposed(request, made)
    context = {
        "question": _("提请导入名册？"),
        "explanation": why,
        "form": form,
        "kept": arguments,
        "confirm_label": _("提请复核"),
        "cancel_url": reverse("contest:roster_preview", args=[upload.pk]),
    }
    return render(request, "base_confirm.html", context, status=400 if form.is_bound else 409)


@once
def discard(request: SignedIn, pk: int) -> HttpResponse:
    upload = fetched(request, pk)
    if request.method != "POST":
        return to_preview(request, pk)
    try:
        actions.discard_roster(upload, by=request.user, at=timezone.now())
    except actions.AlreadyDone as refused:
        return answered(request, fetched(request, pk), refused=str(refused), status=409)
    messages.success(request, _("已放弃这次上传，名册没有改动。"))
    return redirect("contest:roster_import")


def to_preview(request: SignedIn, pk: int) -> HttpResponse:
    """A refused step shows the preview under the step's own address; its links lead back to the preview's."""
    return redirect(f"{reverse('contest:roster_preview', args=[pk])}?{request.GET.urlencode()}")


def _uploads() -> QuerySet[RosterImport]:
    """Without the files themselves, each as large as 10 MB."""
    return RosterImport.objects.select_related("season", "district", "uploaded_by").defer("content")


def fetched(request: SignedIn, pk: int) -> RosterImport:
    return fetch(request.user, Action.IMPORT_ROSTER, _uploads(), pk=pk)


def _try(upload: RosterImport, mapping: dict[int, str], sheet: str) -> None:
    """Look with what was just said, so that only what can be read is kept."""
    actions.look(
        upload.season,
        data=bytes(upload.content),
        name=upload.original_name,
        district=upload.district,
        mapping=mapping,
        sheet=sheet,
        on=timezone.localdate(),
    )


def answered(
    request: SignedIn,
    upload: RosterImport,
    *,
    refused: str = "",
    row_form: RowForm | None = None,
    hand_form: HandForm | None = None,
    status: int = 400,
) -> HttpResponse:
    """The preview, or what became of it; with a refusal above it when there is one, or with a form that has errors."""
    context: dict[str, Any] = {"upload": upload, "refused": refused, "chip": _chip(upload)}
    is_refused = bool(refused or row_form or hand_form)
    if upload.state != RosterImport.State.PREVIEW:
        context |= {"counts": _counts(upload), "stages": _next_stages(request, upload)}
        return render(request, "contest/roster_imported.html", context, status=status if is_refused else 200)
    try:
        found = actions.look_again(upload, on=timezone.localdate())
    except REFUSED as unreadable:
        context["refused"] = refused or str(unreadable)
        return render(request, "contest/roster_imported.html", context, status=status)
    context |= _preview(request, upload, found) | _by_hand(request, upload, found, row_form, hand_form)
    return render(request, "contest/roster_preview.html", context, status=status if is_refused else 200)


def row_form(found: actions.Look, key: str, data: Any = None) -> RowForm | None:
    """The form for one row of the file, or of those added by hand; None for any other."""
    row = next((each for each in found.plan.rows if each.name == key), None)
    return RowForm(data, levels=found.levels, initial=roster_preview.in_short(row, found)) if row else None


def hand_form(upload: RosterImport, found: actions.Look, data: Any = None) -> HandForm:
    """The form for somebody whom the file lacks."""
    places = District.objects.filter(stages__season=upload.season).distinct()
    return HandForm(data, levels=found.levels, districts=places, chosen=upload.district)


def _by_hand(
    request: SignedIn, upload: RosterImport, found: actions.Look, row: RowForm | None, hand: HandForm | None
) -> dict[str, Any]:
    """The form that is open on the page: of the row that the address names, or the one that was sent with errors."""
    key = (row.data if row else request.GET).get("row", "")
    row = row or row_form(found, key)
    return {
        "row_form": row,
        "row_key": key,
        "row_name": row.initial["name"] if row else "",
        "hand_form": hand or hand_form(upload, found),
    }


def _preview(request: SignedIn, upload: RosterImport, found: actions.Look) -> dict[str, Any]:
    labels, action = roster_preview.action_labels(), request.GET.get("show", "")
    action = action if action in labels or action == roster_preview.ASKING else ""
    rows = roster_preview.ordered(found.plan.rows, action)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    names = dict(District.objects.values_list("code", "name"))
    form = ColumnsForm(table=found.table, sheets=found.sheets)
    asking = [(roster_preview.ASKING, _("待确认"), len(found.plan.asking))] if found.plan.asking else []
    return {
        "table": found.table,
        "plan": found.plan,
        "obstacle": roster_preview.obstacle(found),
        "notes": [
            *roster_preview.notes(found.plan),
            *roster_preview.kept(actions.levels_kept(upload, found.plan), found.levels),
        ],
        "skipped": roster_preview.skipped(found, actions.told_answers(upload).left),
        "seen": actions.fingerprint(found.plan),
        "show": action,
        "tabs": [("", _("全部"), len(found.plan.rows)), *asking]
        + [(name, label, found.plan.counts[name]) for name, label in labels.items()],
        "page": page,
        "lines": roster_preview.lines(page, found, names),
        "form": form,
        "columns": [(column, form[f"column_{column.index}"]) for column in found.table.columns],
        "reconciliations": [
            (names.get(each.district, each.district), each, compared(each.after_import, each.stated_by_decree))
            for each in found.plan.reconciliations
        ],
    }


def _chip(upload: RosterImport) -> str:
    return {"preview": "open", "confirmed": "done", "discarded": "withdrawn"}[upload.state]


def _counts(upload: RosterImport) -> list[tuple[str, int]]:
    """What a confirmed import did, as (words, rows)."""
    labels = roster_preview.action_labels()
    return [(labels[name], upload.counts[name]) for name in ("add", "change", "same") if name in upload.counts]


def _next_stages(request: SignedIn, upload: RosterImport) -> list[Stage]:
    """The preliminaries that people of this roster can be entered for now."""
    stages = Stage.objects.whole().filter(season=upload.season, kind=Kind.PRELIMINARY, state__in=JOINING)
    if upload.district_id:
        stages = stages.filter(district=upload.district_id)
    return list(within_reach(request.user, Action.ENTER_SECRETARY, stages))
