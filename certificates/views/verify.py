"""Checking a certificate, by anybody: by its QR code, by its short code and name, by its file."""

import functools
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from accounts.guessing.addresses import address_of
from accounts.once import takes_forms
from certificates import codes, verification
from certificates.actions import guess
from certificates.forms.verify import LARGEST, CompareForm, LookUpForm


def unlisted(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Keep a view's answers out of search engines: a code in an address is for whoever holds the paper."""

    @functools.wraps(view)
    def serve(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
        return response

    return serve


@login_not_required
@never_cache
@takes_forms
@unlisted
def look_up(request: HttpRequest) -> HttpResponse:
    form = LookUpForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return render(request, "certificates/verify.html", {"form": form}, status=400 if form.is_bound else 200)
    at = timezone.now()
    if guess.is_spent(_caller(request), at):
        return _too_often(request, at)
    found = verification.by_short(form.cleaned_data["code"], form.cleaned_data["name"])
    if found is None:
        return _not_ours(request, form, at)
    return redirect("verify:certificate", code=codes.code_of(found.nonce))


@login_not_required
@never_cache
@takes_forms
@unlisted
def certificate(request: HttpRequest, code: str) -> HttpResponse:
    found = verification.by_code(code)
    if found is None:
        return _not_ours(request, LookUpForm(), timezone.now())
    here = verification.shown(found)
    sent = request.method == "POST" and here.is_valid
    form = CompareForm(request.POST, request.FILES) if sent else CompareForm()
    theirs = verification.hash_of_file(form.cleaned_data["file"].chunks()) if sent and form.is_valid() else ""
    context = {"certificate": here, "form": form, "theirs": theirs, "largest": LARGEST}
    return render(request, "certificates/verified.html", context, status=400 if sent and not theirs else 200)


def _not_ours(request: HttpRequest, form: LookUpForm, at: datetime) -> HttpResponse:
    """One answer to everything that is not a released certificate."""
    if not guess.note_miss(_caller(request), at):
        return _too_often(request, at)
    return render(request, "certificates/verify.html", {"form": form, "not_ours": True}, status=404)


def _too_often(request: HttpRequest, at: datetime) -> HttpResponse:
    seconds = guess.rest(at)
    response = render(request, "certificates/verify_later.html", {"minutes": -(-seconds // 60)}, status=429)
    response["Retry-After"] = str(seconds)
    return response


def _caller(request: HttpRequest) -> str:
    """Who asks, by the rule that also counts wrong passwords (settings: PORTAL_PROXIES)."""
    return guess.keyed(address_of(request))
