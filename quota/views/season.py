"""Opening a season from its decree."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.models import LogLine
from accounts.once import once
from accounts.permissions import Action, require
from accounts.requests import SignedIn
from contest.models import Season
from contest.reads.levels import inherited
from quota.actions.decree import adopt_decree
from quota.decree import LARGEST, BadDecree, load_decree, read_decree
from quota.forms import season as forms
from registry.excel.levels import names_of, written

DECREE = Path(settings.BASE_DIR) / "fixtures" / "decree-2023.json"


@once
def new_season(request: SignedIn) -> HttpResponse:
    """The decree of 2023 to begin with, every figure open to correction; levels of units as the season before."""
    require(request.user, Action.MANAGE_SEASON)
    if request.method != "POST":
        return _page(request, _to_begin_with())
    form, rows = forms.DecreeForm(request.POST), forms.district_rows(request.POST)
    if form.is_valid() & rows.is_valid():
        told = form.cleaned_data
        try:
            season = adopt_decree(
                forms.told(form, rows),
                code=told["code"],
                is_rehearsal=told["is_rehearsal"],
                by=request.user,
                at=timezone.now(),
            )
        except BadDecree as refused:
            for problem in refused.problems:
                form.add_error(None, problem)
        else:
            messages.success(request, _("届次已建立：各地区初赛和决赛都在下面。"))
            return redirect("contest:season", code=season.code)
    return _render(request, form, rows, forms.DecreeFileForm(), status=400)


@require_POST
@once
def read_file(request: SignedIn) -> HttpResponse:
    """Fill the form from another decree's file; nothing is written yet."""
    require(request.user, Action.MANAGE_SEASON)
    upload = forms.DecreeFileForm(request.POST, request.FILES)
    if upload.is_valid():
        try:
            return _page(request, load_decree(read_decree(upload.cleaned_data["file"].read(LARGEST + 1))))
        except BadDecree as refused:
            for problem in refused.problems:
                upload.add_error("file", problem)
    return _page(request, _to_begin_with(), upload, status=400)


def _to_begin_with() -> dict[str, Any]:
    """A headcount of a level that the season before did not have is no beginning."""
    decree, levels = load_decree(DECREE), inherited()
    known = names_of(levels)
    units = {code: count for code, count in decree["units"].items() if code in known}
    return {**decree, "levels": written(levels), "units": units}


def _not_taken(shown: dict[str, Any]) -> dict[str, Any]:
    """Without a title that a season has, or a code that one had: two may not have the same, and codes stay used."""
    if Season.objects.filter(title=shown["title"]).exists():
        shown["title"] = ""
    if LogLine.objects.filter(chain=shown["code"]).exists():
        shown["code"] = ""
    return shown


def _page(
    request: SignedIn, decree: dict[str, Any], upload: forms.DecreeFileForm | None = None, status: int = 200
) -> HttpResponse:
    form = forms.DecreeForm(initial=_not_taken(forms.initial(decree)))
    rows = forms.district_rows(initial=decree["districts"])
    return _render(request, form, rows, upload or forms.DecreeFileForm(), status=status)


def _render(request: SignedIn, form: Any, rows: Any, upload: Any, *, status: int) -> HttpResponse:
    context = {"form": form, "rows": rows, "upload": upload}
    return render(request, "quota/new_season.html", context, status=status)
