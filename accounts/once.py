"""A form sent twice takes effect once: double taps, replays and second tabs are harmless."""

import functools
import hashlib
import json
import re
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import BadRequest
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils import timezone

from accounts.models import Receipt

FIELD = "once_key"
NOT_TOLD = (FIELD, "csrfmiddlewaretoken")
KEY = re.compile(r"[\w-]{1,64}", re.ASCII)
KEPT = timedelta(days=2)
LONGEST_LOCATION = 512

View = Callable[..., HttpResponseBase]


def new_key() -> str:
    return secrets.token_urlsafe(24)


def once(view: View) -> View:
    """Let a POST with a key already answered get that answer again; one still at work gets a page that says so.

    An answer of 4xx gives the key back, so that a corrected form can be sent with it. An answered form that comes back
    with other words or another file in it is no repeat: it is told so, not taken for saved. A form without a key is
    served as it is.
    """

    @functools.wraps(view)
    def serve(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        key = request.POST.get(FIELD, "") if request.method == "POST" else ""
        if not key:
            return view(request, *args, **kwargs)
        if not KEY.fullmatch(key):
            raise BadRequest("not a key of ours")
        sending = _sending(request)
        receipt = _claim(key, sending)
        if receipt is None:
            return _repeat(key, request, sending)
        try:
            response = view(request, *args, **kwargs)
        except BaseException:
            receipt.delete()
            raise
        _keep(receipt, response)
        return response

    return takes_forms(serve)


def takes(*methods: str) -> Callable[[View], View]:
    """Say in what ways a view is asked besides GET and HEAD (see FormsWhereTaken)."""

    def mark(view: View) -> View:
        view.takes = frozenset(methods)  # type: ignore[attr-defined]
        return view

    return mark


def takes_forms(view: View) -> View:
    """Say that a view takes forms. By itself for those that do no more when sent twice."""
    return takes("POST")(view)


def sweep(at: datetime) -> int:
    """Forget answers nobody will ask for again."""
    return Receipt.objects.filter(at__lt=at - KEPT).delete()[0]


def _claim(key: str, sending: dict[str, Any]) -> Receipt | None:
    try:
        with transaction.atomic():
            return Receipt.objects.create(key=key, at=timezone.now(), **sending)
    except IntegrityError:
        return None


def _sending(request: HttpRequest) -> dict[str, Any]:
    """Who sent what to where; the token that Django masks anew in each page is not part of what was sent."""
    fields = sorted(
        (name, values) for name, values in request.POST.lists() if name not in (FIELD, "csrfmiddlewaretoken")
    )
    files = sorted((name, [(file.name, _digest(file)) for file in sent]) for name, sent in request.FILES.lists())
    digest = hashlib.sha256(json.dumps([fields, files]).encode()).hexdigest()
    return {"user_id": request.user.pk, "path": request.path[:255], "digest": digest}


def _digest(file: UploadedFile) -> str:
    """Of the file's bytes, a piece at a time; the file stands at its beginning afterwards."""
    digest = hashlib.sha256()
    for piece in file.chunks():
        digest.update(piece)
    file.seek(0)
    return digest.hexdigest()


def _keep(receipt: Receipt, response: HttpResponseBase) -> None:
    if response.status_code >= 400:
        receipt.delete()
        return
    receipt.status = response.status_code
    location = response.headers.get("Location", "")
    # One that is longer carries what somebody typed into the address; a repeat is then told that it is one.
    receipt.location = location if len(location) <= LONGEST_LOCATION else ""
    if isinstance(response, JsonResponse):
        receipt.body = response.content.decode()
    receipt.save(update_fields=["status", "location", "body"])


def _repeat(key: str, request: HttpRequest, sending: dict[str, Any]) -> HttpResponseBase:
    first = Receipt.objects.filter(key=key, **sending).first()
    if first is None or first.status is None or not (first.location or first.body):
        return render(request, "accounts/repeated.html", status=409)
    if first.location:
        return HttpResponseRedirect(first.location)
    return HttpResponse(first.body, status=first.status, content_type="application/json")
