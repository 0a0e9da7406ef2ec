"""The packs for the press: what each level's holds, who is in it, who still has to agree."""

from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from accounts.permissions import Action, fetch, may, require
from accounts.requests import SignedIn
from certificates import media
from certificates.media import Level
from certificates.views.handing import ZIP
from contest.models import Season, Stage
from contest.models.stage import Kind
from registry.filenames import safe

# The levels whose pack is the whole contest's.
WHOLE = (Level.PROVINCE, Level.CITY)


def packs(request: SignedIn, code: str) -> HttpResponse:
    """The packs within reach: the province's and the city's for the office, each district's for its organizers."""
    season = _season(request, code)
    rows = [
        (str(level.label), media.holds(level), reverse("certificates:media_pack", args=[code, level.value]))
        for level in WHOLE
        if may(request.user, Action.SEE_LETTERS, season)
    ]
    for stage in media.districts_for(request.user, season):
        title = f"{stage.district}{Level.COUNTY.label}"
        url = reverse("certificates:county_pack", args=[stage.pk])
        rows.append((title, media.holds(Level.COUNTY, str(stage.district)), url))
    return render(request, "certificates/media_packs.html", {"season": season, "rows": rows})


def pack(request: SignedIn, code: str, level: str) -> HttpResponse:
    season, wanted = _whole(request, code, level)
    url = reverse("certificates:media_zip", args=[code, level])
    return _show(request, season, media.pack_of(season, wanted), url)


def pack_zip(request: SignedIn, code: str, level: str) -> FileResponse:
    season, wanted = _whole(request, code, level)
    return _hand_over(season, wanted)


def county(request: SignedIn, pk: int) -> HttpResponse:
    stage = _preliminary(request, pk)
    url = reverse("certificates:county_zip", args=[pk])
    return _show(request, stage.season, media.pack_of(stage.season, Level.COUNTY, stage), url)


def county_zip(request: SignedIn, pk: int) -> FileResponse:
    stage = _preliminary(request, pk)
    return _hand_over(stage.season, Level.COUNTY, stage)


def _show(request: SignedIn, season: Season, pack: media.Pack, url: str) -> HttpResponse:
    people = [*pack.complete, *pack.others]
    context = {
        "season": season,
        "pack": pack,
        "url": url,
        "editable": {person.secretary for person in people if media.may_edit(request.user, person)},
        "count": len(people),
    }
    return render(request, "certificates/media_pack.html", context)


def _hand_over(season: Season, level: Level, stage: Stage | None = None) -> FileResponse:
    title, file = media.zipped(season, level, stage)
    return FileResponse(file, as_attachment=True, filename=f"{safe(title)}.zip", content_type=ZIP)


def _season(request: SignedIn, code: str) -> Season:
    season = fetch(request.user, Action.SEE_SEASON, Season.objects.all(), code=code)
    require(request.user, Action.SEE_CERTIFICATES)
    return season


def _whole(request: SignedIn, code: str, level: str) -> tuple[Season, Level]:
    season = fetch(request.user, Action.SEE_LETTERS, Season.objects.all(), code=code)
    if level not in WHOLE:
        raise Http404
    return season, Level(level)


def _preliminary(request: SignedIn, pk: int) -> Stage:
    preliminaries = Stage.objects.whole().filter(kind=Kind.PRELIMINARY)
    return fetch(request.user, Action.SEE_CERTIFICATES, preliminaries, pk=pk)
