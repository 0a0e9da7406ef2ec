"""The files of a material, each only to those who may see it."""

from pathlib import Path, PurePath

from django.http import Http404, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from accounts.permissions import Action, fetch
from accounts.requests import SignedIn
from materials import shelf, store
from materials.models import Evidence, Kind, Material, Preview, Verdict
from materials.previews.page_names import name_of
from materials.ranges import partial
from registry.filenames import safe

TYPES = {
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "ppt": "application/vnd.ms-powerpoint",
    "pdf": "application/pdf",
    "mp4": "video/mp4",
    "mov": "video/quicktime",
}
PICTURE, UNKNOWN = "image/jpeg", "application/octet-stream"


@require_safe
def download(request: SignedIn, pk: int) -> HttpResponseBase:
    """The file as it was handed in, byte for byte."""
    return _file(request, _readable(request, pk))


@require_safe
def play(request: SignedIn, pk: int) -> HttpResponseBase:
    """A video in the page."""
    here = _readable(request, pk)
    if here.kind != Kind.VIDEO:
        raise Http404
    return _file(request, here, inline=True)


@require_safe
def poster(request: SignedIn, pk: int) -> HttpResponseBase:
    here = _readable(request, pk)
    return _answer(request, _stored(here.poster), PICTURE, filename=f"{pk}.jpg", etag=here.poster, inline=True)


@require_safe
def page(request: SignedIn, pk: int, number: int) -> HttpResponseBase:
    """The picture of one page of a PPT, counted from 1."""
    here = _readable(request, pk)
    drawn = Preview.objects.filter(material=here).values_list("pages", flat=True).first() or 0
    if not 1 <= number <= drawn:
        raise Http404
    path = store.folder_of(here) / name_of(number)
    return _answer(request, path, PICTURE, filename=name_of(number), inline=True)


@require_safe
def evidence(request: SignedIn, pk: int) -> HttpResponseBase:
    """A scan or photo that proves what is said."""
    here = fetch(request.user, Action.SEE_MATERIAL, Evidence.objects.all(), pk=pk)
    name = _named(here.original_name, PurePath(here.file.name or "").suffix)
    return _answer(request, Path(here.file.path), here.content_type, filename=name, etag=here.sha256)


def _readable(request: SignedIn, pk: int) -> Material:
    """What was found good, also when it was returned since; before that it is its owner's alone. Raises Http404."""
    here = fetch(request.user, Action.SEE_MATERIAL, Material.objects.select_related("entry"), pk=pk)
    if here.verdict != Verdict.ACCEPTED and here.entry.secretary_id != request.user.secretary_id:
        raise Http404
    return here


def _file(request: SignedIn, here: Material, *, inline: bool = False) -> HttpResponseBase:
    """From our own disk, or the way to where it was put away. Raises Http404."""
    path, filename, content_type = _stored(here.file), _own_name(here), TYPES.get(here.format, UNKNOWN)
    try:
        return partial(request, path, content_type=content_type, filename=filename, inline=inline, etag=here.sha256)
    except FileNotFoundError:
        method = request.method or "GET"
    try:
        way = shelf.address(here, filename=filename, content_type=content_type, inline=inline, method=method)
    except store.Missing:
        raise Http404 from None
    # The address is good for anybody: only this browser gets it, and asks anew each time.
    return HttpResponseRedirect(way, headers={"Cache-Control": "private, no-store"})


def _answer(
    request: SignedIn, path: Path, content_type: str, *, filename: str, etag: str = "", inline: bool = False
) -> HttpResponseBase:
    """Raises Http404 when the file is no longer there."""
    try:
        return partial(request, path, content_type=content_type, filename=filename, inline=inline, etag=etag)
    except FileNotFoundError:
        raise Http404 from None


def _stored(name: str) -> Path:
    """Raises Http404 for what has no file, such as a version that was refused."""
    if not name:
        raise Http404
    return store.path_of(name)


def _own_name(here: Material) -> str:
    """The name its owner gave it, with the ending of what it truly is."""
    return _named(here.name, f".{here.format}" if here.format else PurePath(safe(here.name)).suffix)


def _named(name: str, suffix: str) -> str:
    return safe(PurePath(name.replace("\\", "/")).stem) + suffix
