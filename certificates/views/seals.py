"""The hosts' seals: seen and changed by the office alone."""

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.once import once
from accounts.permissions import Action, fetch
from accounts.requests import SignedIn
from certificates.actions import seals as actions
from certificates.forms.seals import SealForm
from certificates.models import Seal
from contest.models import Season


@once
def seals(request: SignedIn, code: str) -> HttpResponse:
    season = fetch(request.user, Action.ISSUE_CERTIFICATES, Season.objects.all(), code=code)
    first = {"host": request.GET.get("host", "")}
    form = SealForm(request.POST or None, request.FILES or None, season=season, initial=first)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            actions.keep_seal(season, host=told["host"], data=_read(told["file"]), by=request.user, at=timezone.now())
        except actions.SealRefused as refused:
            form.add_error("file", str(refused))
        else:
            messages.success(request, _("“%(host)s”的印章已启用。") % {"host": told["host"]})
            return redirect("certificates:seals", code=code)
    kept = list(Seal.objects.filter(season=season).select_related("uploaded_by"))
    in_use = {seal.host: seal for seal in kept if seal.live}
    context = {
        "season": season,
        "form": form,
        "hosts": [(host, in_use.get(host)) for host in season.hosts],
        "retired": [seal for seal in kept if not seal.live or seal.host not in season.hosts],
    }
    return render(request, "certificates/seals.html", context, status=400 if form.is_bound else 200)


def seal(request: SignedIn, pk: int) -> FileResponse:
    """The image, as the paper carries it."""
    here = fetch(request.user, Action.ISSUE_CERTIFICATES, Seal.objects.all(), pk=pk)
    try:
        file = here.file.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    return FileResponse(file, content_type="image/png", filename="seal.png")


@once
def retire(request: SignedIn, pk: int) -> HttpResponse:
    here = fetch(request.user, Action.ISSUE_CERTIFICATES, Seal.objects.select_related("season"), pk=pk)
    back = reverse("certificates:seals", args=[here.season.code])
    if request.method == "POST":
        try:
            actions.retire_seal(here, by=request.user, at=timezone.now())
        except actions.SealRefused as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, _("“%(host)s”的印章已停用。") % {"host": here.host})
        return redirect(back)
    context = {
        "question": _("停用“%(host)s”的印章？") % {"host": here.host},
        "explanation": _("停用后新制的证书不再盖这枚印章；正式届次缺印章不能制证，请随后上传新的。"),
        "consequences": [_("已经制成的证书不受影响。"), _("印章图片留存备查，不会删除。")],
        "confirm_label": _("停用"),
        "cancel_url": back,
        "crumbs": [(back, _("印章"))],
        "danger": True,
    }
    return render(request, "base_confirm.html", context)


def _read(file: UploadedFile) -> bytes:
    """At most one byte more than is allowed: enough to see that it is too much."""
    return file.read(actions.LARGEST + 1)
