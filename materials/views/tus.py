"""The address of uploads, for any client of the tus protocol. Who sends is asked at every piece."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.once import takes
from accounts.permissions import Action, fetch
from contest.models import Entry
from materials import store
from materials.actions import uploading
from materials.incoming import receiving, room, tus
from materials.incoming.tus import Refused
from materials.models import Kind, Material, Upload
from materials.models.terms import Terms
from materials.right import may_arrive

# Seconds without a byte after which a sender is taken to be gone.
SILENCE = 30.0
_places = threading.BoundedSemaphore(settings.UPLOADS_AT_ONCE)

View = Callable[..., HttpResponse]


def speaks_tus(view: View) -> View:
    """Serve a request of the protocol: its version, its sender, and every refusal as a sentence.

    Whoever is not signed in is told so, not sent to a page; a piece must not end in a form.
    """

    @wraps(view)
    def serve(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            if tus.method_of(request) != "OPTIONS":
                tus.check_version(request)
                _check_sender(request)
            return view(request, *args, **kwargs)
        except Refused as refused:
            return tus.refusal(refused)
        except (Http404, PermissionDenied):
            return tus.refusal(Refused(404, _("没有这次上传，或者它不是您的。")))
        except room.TooMuch as refused:
            return tus.refusal(Refused(413, str(refused)))
        except room.NoRoom as full:
            return tus.refusal(Refused(507, str(full)))
        except uploading.TooLarge as refused:
            return tus.refusal(Refused(413, str(refused)))
        except uploading.TooLate as refused:
            return tus.refusal(Refused(410, str(refused)))
        except uploading.UploadRefused as refused:
            return tus.refusal(Refused(400, str(refused)))

    return login_not_required(serve)


@takes("POST", "OPTIONS")
@speaks_tus
def uploads(request: HttpRequest) -> HttpResponse:
    """OPTIONS tells what is spoken here; POST begins an upload."""
    method = tus.method_of(request)
    if method == "OPTIONS":
        largest = Terms().largest(Kind.VIDEO)
        return tus.answer(
            Tus_Version=tus.VERSION,
            Tus_Extension=tus.EXTENSIONS,
            Tus_Checksum_Algorithm=",".join(tus.ALGORITHMS),
            Tus_Max_Size=largest,
        )
    if method != "POST":
        raise Refused(405, _("请从材料页面上传。"), Allow="POST, OPTIONS")
    length, told = tus.number(request, "Upload-Length"), tus.metadata(request)
    entries = Entry.objects.select_related("stage__season", "stage__district")
    entry = fetch(request.user, Action.SUBMIT_MATERIAL, entries, pk=told.get("entry", ""))  # type: ignore[arg-type]
    upload = uploading.begin(
        entry,
        kind=told.get("kind", ""),
        name=told.get("filename", ""),
        length=length,
        fingerprint=told.get("fingerprint", ""),
        key=told.get("key", ""),
        by=request.user,  # type: ignore[arg-type]
        at=timezone.now(),
    )
    where = reverse("materials:upload", args=[upload.token])
    # More than nothing where the beginning was answered before, and the answer came late instead of never.
    offset = store.size_of(upload.token) if upload.state == Upload.State.OPEN else upload.length
    return tus.answer(201, Location=where, Upload_Offset=offset, Upload_Expires=tus.expires(upload.ends_at))


@takes("PATCH", "DELETE", "OPTIONS", "POST")
@speaks_tus
def upload(request: HttpRequest, token: str) -> HttpResponse:
    """HEAD tells how much is there, PATCH adds a piece, DELETE gives up; a POST names which of them it is."""
    method = tus.method_of(request)
    if method == "OPTIONS":
        return tus.answer(Tus_Version=tus.VERSION, Tus_Extension=tus.EXTENSIONS)
    # No more than each piece needs; the last one asks for the rest.
    uploads = Upload.objects.select_related("entry__stage")
    here = fetch(request.user, Action.SUBMIT_MATERIAL, uploads, token=token)  # type: ignore[arg-type]
    if method == "HEAD":
        whole = _completed(here)
        return _told(here, whole, here.length if whole else store.size_of(here.token), 200)
    if method == "PATCH":
        return _piece(request, here)
    if method == "DELETE":
        uploading.give_up(here, by=request.user, at=timezone.now())  # type: ignore[arg-type]
        return tus.answer()
    raise Refused(405, _("请从材料页面上传。"), Allow="HEAD, PATCH, DELETE, OPTIONS, POST")


def _piece(request: HttpRequest, here: Upload) -> HttpResponse:
    if request.content_type != tus.PIECE:
        raise Refused(415, _("上传的内容类型应为 %(type)s。") % {"type": tus.PIECE})
    offset, checksum = tus.number(request, "Upload-Offset"), tus.checksum(request)
    length = _length(request)
    if whole := _completed(here):
        if offset != here.length or length:
            raise Refused(409, _("文件已经收齐。"), Upload_Offset=str(here.length))
        return _told(here, whole, here.length)
    if offset + length > here.length:
        raise Refused(413, _("内容比开始上传时说的要长。"))
    with _a_place(request):
        try:
            offset = receiving.receive(
                here.token, offset=offset, length=length, read=request.read, checksum=checksum, first=_placing(here)
            )
        except receiving.Moved as moved:
            sentence = _("上传位置不对，应从第 %(offset)d 字节继续。") % {"offset": moved.offset}
            raise Refused(409, sentence, Upload_Offset=str(moved.offset)) from None
        except receiving.Damaged:
            raise Refused(tus.MISMATCH, _("这一段在传输中损坏，请重传。")) from None
        except receiving.TooLong:
            raise Refused(413, _("带校验的分段不能超过 16 MB。")) from None
        except receiving.Full:
            raise Refused(507, _("服务器存储空间已满，已收到的部分保留着。请稍后继续。")) from None
    return _told(here, uploading.complete(here, at=timezone.now()) if offset == here.length else None, offset)


def _placing(here: Upload) -> Callable[[], None]:
    return lambda: uploading.place(here, at=timezone.now())


def _completed(here: Upload) -> Material | None:
    """The material that the upload has become; made now if whoever took the last byte was killed. Raises TooLate."""
    if here.state == Upload.State.WHOLE:
        return Material.objects.get(upload=here)
    if here.state != Upload.State.OPEN:
        raise uploading.TooLate(_("这次上传已经结束，请重新上传。"))
    if store.size_of(here.token) == here.length:
        return uploading.complete(here, at=store.written_at(here.token))
    if not may_arrive(here, here.entry.stage, timezone.now()):
        raise uploading.TooLate(_("已超过最迟收齐时间，这次上传作废。"))
    return None


def _told(here: Upload, material: Material | None, offset: int, status: int = 204) -> HttpResponse:
    response = tus.answer(
        status, Upload_Offset=offset, Upload_Length=here.length, Upload_Expires=tus.expires(here.ends_at)
    )
    response["Cache-Control"] = "no-store"
    if material is not None:
        response["Material"] = str(material.pk)
    return response


def _check_sender(request: HttpRequest) -> None:
    if not request.user.is_authenticated:
        raise Refused(401, _("登录已过期。已传的部分保留着，请重新登录后继续。"))
    if request.user.must_change_password:
        raise Refused(401, _("请先修改初始密码，再上传。"))


def _length(request: HttpRequest) -> int:
    told = request.META.get("CONTENT_LENGTH") or ""
    if not (told.isascii() and told.isdecimal()):
        raise Refused(411, _("请求没有说明长度。"))
    return int(told)


@contextmanager
def _a_place(request: HttpRequest) -> Iterator[None]:
    """One of the places for pieces in this process, and a limit to how long its sender may say nothing."""
    if not _places.acquire(blocking=False):
        raise Refused(503, _("同时上传的人较多，请稍候，会自动继续。"), Retry_After="3")
    # gunicorn waits for a silent sender for ever unless its socket is told otherwise.
    socket = request.META.get("gunicorn.socket")
    try:
        if socket is not None:
            socket.settimeout(SILENCE)
        yield
    finally:
        _places.release()
        if socket is not None:
            socket.settimeout(None)
