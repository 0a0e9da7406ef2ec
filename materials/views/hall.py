"""The hall's checklist and its package."""

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from accounts.permissions import Action, fetch
from accounts.requests import SignedIn
from contest.models import Stage
from contest.models.stage import State
from materials import hall
from materials.wording import duration_told, told

ZIP = "application/zip"


@require_safe
def checklist(request: SignedIn, pk: int) -> HttpResponse:
    stage = fetch(request.user, Action.SEE_MATERIAL, Stage.objects.whole(), pk=pk)
    return _page(request, hall.hall_of(stage))


@require_safe
def package(request: SignedIn, pk: int) -> HttpResponseBase:
    """The zip, made while it is sent; the page instead when there is nothing to send or a file is not what it was."""
    stage = fetch(request.user, Action.SEE_MATERIAL, Stage.objects.whole(), pk=pk)
    here = hall.hall_of(stage)
    if not here.items:
        return _page(request, here, status=409)
    try:
        stream = hall.zipped(here)
    except hall.Altered:
        return _page(request, here, status=409)
    headers = {
        "Content-Length": str(len(stream)),
        "Content-Disposition": content_disposition_header(True, f"{here.title}.zip") or "attachment",
    }
    if request.method == "HEAD":
        return HttpResponse(content_type=ZIP, headers=headers)
    return StreamingHttpResponse(stream, content_type=ZIP, headers=headers)


def _page(request: SignedIn, here: hall.Hall, *, status: int = 200) -> HttpResponse:
    context = {
        "stage": here.stage,
        "hall": here,
        "rows": [_row(place) for place in here.places],
        "megabytes": -(-here.size // 1024 // 1024),
        "is_collecting": here.stage.is_in(State.PREPARING, State.COLLECTING),
        "now": timezone.now(),
    }
    return render(request, "materials/hall.html", context, status=status)


def _row(place: hall.Place) -> dict[str, object]:
    pledge = None if place.standing.is_outdated else place.standing.pledge
    return {
        "place": place,
        "slides": _slides(place.deck),
        "duration": _duration(place.video),
        "warnings": [told(finding) for item in place.items for finding in item.material.findings],
        "is_signed": pledge is not None,
        "is_confirmed": pledge is not None and hasattr(pledge, "confirmation"),
    }


def _slides(deck: hall.Item | None) -> str:
    slides = deck.material.facts.get("slides", 0) if deck else 0
    return ngettext("%(slides)d 页", "%(slides)d 页", slides) % {"slides": slides} if slides else ""


def _duration(video: hall.Item | None) -> str:
    milliseconds = video.material.facts.get("milliseconds", 0) if video else 0
    return duration_told(milliseconds) if milliseconds else ""
