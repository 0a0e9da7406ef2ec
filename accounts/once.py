"""A form sent twice takes effect once: double taps, replays and second tabs are harmless."""

import functools
import hashlib
import json
import re
import secrets
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import BadRequest
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, connection, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils import timezone

from accounts.models import Receipt

FIELD = "once_key"
NOT_TOLD = (FIELD, "csrfmiddlewaretoken")
KEY = re.compile(r"[\w-]{1,64}", re.ASCII)
KEPT = timedelta(days=2)
LONGEST_LOCATION = 512
WRITES = ("INSERT", "UPDATE", "DELETE")
# How often, and after what pause, a repeat looks for the answer of the first.
LOOKS, PAUSE_S = 10, 0.1

View = Callable[..., HttpResponseBase]


def new_key() -> str:
    return secrets.token_urlsafe(24)


class Repeated(Exception):
    """Another sending of the same form has written its receipt meanwhile."""


def once(view: View) -> View:
    """Let a POST with a key already answered get that answer again; one still at work gets a page that says so.

    The receipt is written by the act's own transaction (DESIGN 11): a process that is killed leaves either the act with
    its receipt or neither. What was refused without writing anything leaves none: a corrected form can be sent with the
    same key. A form that comes back with other words or another file in it is no repeat: it is told so, not taken for
    saved. A form without a key is served as it is.
    """

    @functools.wraps(view)
    def serve(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        key = request.POST.get(FIELD, "") if request.method == "POST" else ""
        if not key:
            return view(request, *args, **kwargs)
        if not KEY.fullmatch(key):
            raise BadRequest("not a key of ours")
        sending = Sending(key, _sending(request))
        if sending.is_known():
            return _repeat(request, sending)
        try:
            with connection.execute_wrapper(sending):
                response = view(request, *args, **kwargs)
        except Exception:
            # Refused by what the other sending has just done: its answer is the answer.
            if sending.is_anothers():
                return _repeat(request, sending)
            raise
        if response.status_code >= 400:
            return _repeat(request, sending) if sending.is_anothers() else response
        sending.keep(response)
        return response

    return takes_forms(serve)


class Sending:
    """One sending of a form: around each statement, so that its receipt comes before the first thing the act writes."""

    def __init__(self, key: str, told: dict[str, Any]) -> None:
        self.key, self.told = key, told
        self._within: object = None

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        blocks = context["connection"].atomic_blocks
        if blocks and blocks[0] is not self._within and sql.lstrip()[:7].upper().startswith(WRITES):
            is_later = self._within is not None
            self._within = blocks[0]
            if not (is_later and self.is_known()):
                self._claim()
        return execute(sql, params, many, context)

    def is_known(self) -> bool:
        return Receipt.objects.filter(key=self.key).exists()

    def is_anothers(self) -> bool:
        """Whether a receipt is there that this sending has not written."""
        return self._within is None and self.is_known()

    def keep(self, response: HttpResponseBase) -> None:
        """Keep what was answered, for a repeat."""
        location = response.headers.get("Location", "")
        answer = {
            "status": response.status_code,
            # One that is longer carries what somebody typed into the address; a repeat is then told that it is one.
            "location": location if len(location) <= LONGEST_LOCATION else "",
            "body": response.content.decode() if isinstance(response, JsonResponse) else "",
        }
        if not Receipt.objects.filter(key=self.key).update(**answer):
            Receipt.objects.create(key=self.key, at=timezone.now(), **self.told, **answer)

    def _claim(self) -> None:
        try:
            with transaction.atomic():
                Receipt.objects.create(key=self.key, at=timezone.now(), **self.told)
        except IntegrityError:
            self._within = None
            raise Repeated from None


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


def _sending(request: HttpRequest) -> dict[str, Any]:
    """Who sent what to where; the token that Django masks anew in each page is not part of what was sent."""
    fields = sorted((name, values) for name, values in request.POST.lists() if name not in NOT_TOLD)
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


def _repeat(request: HttpRequest, sending: Sending) -> HttpResponseBase:
    first = _answered(sending)
    if first is None or not (first.location or first.body):
        return render(request, "accounts/repeated.html", status=409)
    if first.location:
        return HttpResponseRedirect(first.location)
    return HttpResponse(first.body, status=first.status, content_type="application/json")


def _answered(sending: Sending) -> Receipt | None:
    """The receipt of the same sending once it has its answer, which is written right after the act's transaction."""
    for _look in range(LOOKS):
        first = Receipt.objects.filter(key=sending.key, **sending.told).first()
        if first is None or first.status is not None:
            return first
        time.sleep(PAUSE_S)
    return None
