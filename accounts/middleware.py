"""Small rules for every page."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import SESSION_KEY, logout
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.core.exceptions import PermissionDenied
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseNotAllowed,
    HttpResponseRedirect,
    JsonResponse,
)
from django.shortcuts import redirect, resolve_url
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import noting
from accounts.access.noting import Kind
from accounts.collisions import collided
from accounts.permissions import OutOfReach

GetResponse = Callable[[HttpRequest], HttpResponseBase]

# What the page of signing in is asked with when a session has ended.
ENDED = "ended"
ALLOWED_BEFORE_PASSWORD_CHANGE = ("change_password", "sign_out")


class SignInFirst(LoginRequiredMiddleware):
    """Every page wants a sign-in, and the way back after it, unless a form was sent: then the way leads to the desk.

    Whoever comes with a session that has ended is told so on the page of signing in (`ended`).
    """

    def handle_no_permission(self, request: HttpRequest, view_func: Any) -> HttpResponseRedirect:
        if request.method in ("GET", "HEAD"):
            address = super().handle_no_permission(request, view_func).url
        else:
            address = resolve_url(self.get_login_url(view_func))
        if _had_a_session(request):
            address += f"{'&' if '?' in address else '?'}{ENDED}=1"
        return HttpResponseRedirect(address)


def _had_a_session(request: HttpRequest) -> bool:
    """Whether a stranger comes with the cookie of a session that is gone, or of somebody whose account is closed."""
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return False
    return request.session.is_empty() or SESSION_KEY in request.session


class LittleFromStrangers:
    """Who has not signed in sends little: the largest thing anybody may is a certificate to compare.

    Asked before the form is read, which would write all of it to the disk first.
    """

    LARGEST = 6 * 1024 * 1024

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        told = request.META.get("CONTENT_LENGTH") or "0"
        if told.isdecimal() and int(told) > self.LARGEST and not request.user.is_authenticated:
            return HttpResponse(render_to_string("413.html", request=request), status=413)
        return self.get_response(request)


class FirstPassword:
    """Whoever still has the password that somebody else set goes nowhere before choosing an own one."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        user, here = request.user, request.resolver_match
        if not user.is_authenticated or not user.must_change_password or not getattr(view, "login_required", True):
            return None
        if here is not None and here.view_name in ALLOWED_BEFORE_PASSWORD_CHANGE:
            return None
        return redirect("change_password")


class SealedAgain:
    """Whoever is signed in with the emergency account is out when its day is over (DESIGN 9, small offices)."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        user = request.user
        if not user.is_authenticated or not user.is_emergency or user.is_unsealed(timezone.now()):
            return None
        logout(request)
        messages.error(request, _("应急账号已重新封存，您已退出登录。"))
        return redirect("sign_in")


class FormsWhereTaken:
    """What changes something goes only to the views that say they take it, as `once` says for all forms it guards.

    Whatever is asked in a way its view does not take is answered with a page; Allow says the ways that it takes.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if isinstance(response, HttpResponseNotAllowed):
            response.content = render_to_string("405.html", request=request).encode()
        return response

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        if request.method in ("GET", "HEAD", *getattr(view, "takes", ())):
            return None
        return HttpResponseNotAllowed(["GET", "HEAD"])


class TryAgain:
    """Whoever ran into somebody else's act is told to send it once more: of their own nothing was written.

    Scripts get the sentence as the grid gets its refusals; a page of the portal asks for text/html.
    """

    AFTER_S = 2

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return try_again(request) if collided(exception) else None


def try_again(request: HttpRequest, *, may_be_done: bool = False) -> HttpResponse:
    """503 with a sentence and Retry-After; `may_be_done` where an act may have been written and its answer was lost."""
    if may_be_done:
        sentence = _("数据库正忙，这一步办成没有暂不清楚。请稍候再发送一次，重复发送不会重复办理。")
    else:
        sentence = _("同时办理的人较多，这一步没有办成，也没有写入任何数据，请稍候再试。")
    told: dict[str, Any] = {"status": 503, "headers": {"Retry-After": str(TryAgain.AFTER_S)}}
    if "text/html" in request.headers.get("Accept", "text/html"):
        return HttpResponse(render_to_string("503.html", {"sentence": sentence}, request=request), **told)
    return JsonResponse({"stop": sentence}, **told)


class OpenInBrowser:
    """On a phone WeChat's own browser keeps no file: instead of nothing it shows where the address can be opened.

    Of what would only be shown nothing is taken away.
    """

    WECHAT = "MicroMessenger"
    ON_PHONES = ("Android", "iPhone", "iPad", "HarmonyOS")

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if not self._keeps_nothing(request) or not self._is_to_be_kept(response):
            return response
        told = {"address": request.build_absolute_uri()}
        page = HttpResponse(render_to_string("open_in_browser.html", told, request=request))
        page["Cache-Control"] = "no-store, private"
        # Files that were opened for the answer are closed with the page.
        page._resource_closers.extend(response._resource_closers)  # type: ignore[attr-defined]
        return page

    def _keeps_nothing(self, request: HttpRequest) -> bool:
        agent = request.headers.get("User-Agent", "")
        # A picture within a page, and what a script asks for, is shown and not kept.
        is_visit = request.method == "GET" and "text/html" in request.headers.get("Accept", "text/html")
        return is_visit and self.WECHAT in agent and any(each in agent for each in self.ON_PHONES)

    @staticmethod
    def _is_to_be_kept(response: HttpResponseBase) -> bool:
        told = response.headers.get("Content-Disposition", "")
        return response.status_code in (200, 206) and told.startswith("attachment")


class NotedAccess:
    """What was refused to somebody, and what file somebody took away, in the access log; after the act has ended."""

    REFUSALS = (403, 409)

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if not request.user.is_authenticated:
            return response
        told = getattr(request, "refusal", "")
        if told or response.status_code in self.REFUSALS:
            noting.note(Kind.REFUSED, request, at=timezone.now(), user=request.user, what=told)
        elif name := noting.taken(response):
            noting.note(Kind.TAKEN, request, at=timezone.now(), user=request.user, what=name)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        """Keep the sentence of a refusal that no view answers; Django answers it."""
        if isinstance(exception, PermissionDenied):
            request.refusal = str(exception)  # type: ignore[attr-defined]
        elif isinstance(exception, OutOfReach):
            request.refusal = _("不在权限范围内")  # type: ignore[attr-defined]


def private_pages(get_response: GetResponse) -> GetResponse:
    """What a signed-in person saw must not be found in a shared cache or behind the back button."""

    def serve(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if request.user.is_authenticated and not response.has_header("Cache-Control"):
            response["Cache-Control"] = "no-store, private"
        return response

    return serve
