"""Certificates handed over: one, a batch as zip or as one file for the print shop, everything of one district."""

import io
from collections.abc import Iterable

from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from accounts.permissions import Action, fetch
from accounts.requests import SignedIn
from certificates import bundle, printing, store
from certificates.models import Batch, Certificate
from certificates.models.certificate import Status
from certificates.tally import newest
from contest.models import Season
from contest.models.work import Progress
from registry.filenames import safe
from registry.models import District

PDF, ZIP = "application/pdf", "application/zip"


def download(request: SignedIn, pk: int) -> FileResponse | HttpResponse:
    """One certificate: to whoever may see it at work, and to its owner once it is released and in force."""
    here = _certificate(request, pk)
    if here.progress != Progress.DONE:
        return _cannot(request, _("这张证书还没有制作完成，请稍后再来。"), [here.serial], status=409)
    try:
        pdf = store.read(here)
    except store.Missing:
        return _missing(request, [here.serial])
    return FileResponse(io.BytesIO(pdf), as_attachment=True, filename=bundle.name_of(here), content_type=PDF)


def batch_zip(request: SignedIn, pk: int) -> FileResponse | HttpResponse:
    batch = fetch(request.user, Action.SEE_CERTIFICATES, Batch.objects.live().whole(), pk=pk)
    title = batch.stage.season.marked(_("%(stage)s证书") % {"stage": batch.stage.title})
    return _zip(request, newest().filter(batch=batch).in_order(), title)


def district_zip(request: SignedIn, code: str, district: str) -> FileResponse | HttpResponse:
    """Everything of one district: its preliminary's, and its finalists' of the final."""
    season = fetch(request.user, Action.SEE_SEASON, Season.objects.all(), code=code)
    here = fetch(request.user, Action.SEE_CERTIFICATES, District.objects.all(), code=district)
    found = newest().filter(batch__stage__season=season, award__entry__district=here)
    in_order = found.select_related("batch__stage").order_by(
        "-batch__stage__kind", "award__tier_order", "series", "number"
    )
    return _zip(request, in_order, season.marked(_("%(district)s证书") % {"district": here}))


def batch_print(request: SignedIn, pk: int) -> FileResponse | HttpResponse:
    """All certificates of a batch that are in force, one after the other in one PDF."""
    batch = fetch(request.user, Action.SEE_CERTIFICATES, Batch.objects.live().whole(), pk=pk)
    in_force = list(newest().filter(batch=batch, status=Status.VALID, progress=Progress.DONE).in_order())
    try:
        pdf = printing.together(in_force)
    except printing.CannotPrint as refused:
        return _cannot(request, str(refused), [], status=409)
    title = batch.stage.season.marked(_("%(stage)s证书（打印）") % {"stage": batch.stage.title})
    return FileResponse(io.BytesIO(pdf), as_attachment=True, filename=safe(title) + ".pdf", content_type=PDF)


def _certificate(request: SignedIn, pk: int) -> Certificate:
    try:
        return fetch(request.user, Action.SEE_CERTIFICATES, Certificate.objects.standing(), pk=pk)
    except Http404:
        own = Certificate.objects.released().filter(status=Status.VALID)
        return fetch(request.user, Action.SEE_OWN_RESULT, own, pk=pk)


def _zip(request: SignedIn, certificates: Iterable[Certificate], title: str) -> FileResponse | HttpResponse:
    found = list(certificates)
    if not any(each.progress == Progress.DONE for each in found):
        return _cannot(request, _("还没有制成的证书。"), [], status=409)
    try:
        file = bundle.zipped(found, title)
    except bundle.FilesMissing as missing:
        return _missing(request, missing.serials)
    name = safe(title) + ".zip"
    return FileResponse(file, as_attachment=True, filename=name, content_type=ZIP)


def _missing(request: SignedIn, serials: list[str]) -> HttpResponse:
    why = _("证书文件不在存放处，或者与制作时不同，没有交给您。请联系系统管理员从备份恢复文件。")
    return _cannot(request, why, serials, status=410)


def _cannot(request: SignedIn, why: str, serials: list[str], *, status: int) -> HttpResponse:
    return render(request, "certificates/not_there.html", {"why": why, "serials": serials}, status=status)
