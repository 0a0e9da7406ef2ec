"""A form sent twice takes effect once: double taps, replays and second tabs are harmless."""

import functools
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils import timezone

from accounts.models import Receipt

FIELD = "once_key"
KEPT = timedelta(days=2)

View = Callable[..., HttpResponseBase]


def new_key() -> str:
    return secrets.token_urlsafe(24)


def once(view: View) -> View:
    """Let a POST with a key already answered get that answer again; one still at work gets a page that says so.

    An answer of 4xx gives the key back, so that a corrected form can be sent with it. A form without a key is served
    as it is.
    """

    @functools.wraps(view)
    def serve(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        key = request.POST.get(FIELD, "") if request.method == "POST" else ""
        if not key:
            return view(request, *args, **kwargs)
        receipt = _claim(key[:64], request)
        if receipt is None:
            return _repeat(key[:64], request)
        try:
            response = view(request, *args, **kwargs)
        except BaseException:
            receipt.delete()
            raise
        _keep(receipt, response)
        return response

    return serve


def sweep(at: datetime) -> int:
    """Forget answers nobody will ask for again."""
    return Receipt.objects.filter(at__lt=at - KEPT).delete()[0]


def _claim(key: str, request: HttpRequest) -> Receipt | None:
    try:
        with transaction.atomic():
            return Receipt.objects.create(key=key, user_id=request.user.pk, path=request.path[:255], at=timezone.now())
    except IntegrityError:
        return None


def _keep(receipt: Receipt, response: HttpResponseBase) -> None:
    if response.status_code >= 400:
        receipt.delete()
        return
    receipt.status = response.status_code
    receipt.location = response.headers.get("Location", "")
    if isinstance(response, JsonResponse):
        receipt.body = response.content.decode()
    receipt.save(update_fields=["status", "location", "body"])


def _repeat(key: str, request: HttpRequest) -> HttpResponseBase:
    first = Receipt.objects.filter(key=key, user_id=request.user.pk, path=request.path[:255]).first()
    if first is None or first.status is None or not (first.location or first.body):
        return render(request, "accounts/repeated.html", status=409)
    if first.location:
        return HttpResponseRedirect(first.location)
    return HttpResponse(first.body, status=first.status, content_type="application/json")
