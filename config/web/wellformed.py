"""Requests that no browser and no program of ours sends are refused before a page reads them (DESIGN 12).

No database keeps a NUL, no page reads another charset than UTF-8: asked here once, instead of in every view.
"""

import logging
import re
from collections.abc import Callable, Iterable
from typing import Any

from django.core.exceptions import BadRequest, SuspiciousOperation
from django.core.handlers.wsgi import WSGIRequest
from django.db import DataError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseBase
from django.http.request import UnreadablePostError
from django.template.loader import render_to_string

GetResponse = Callable[[HttpRequest], HttpResponseBase]
CHARSET = re.compile(r"charset\s*=\s*\"?\s*([^\s;\"]*)", re.IGNORECASE)
CHARSETS = ("", "utf-8")
# A size has no more digits, and these only.
LENGTH = re.compile(r"[0-9]{0,18}")
# PostgreSQL: a character that its encoding has not, one it cannot translate, a number out of range.
SQLSTATES = ("22021", "22P05", "22003")

logger = logging.getLogger(__name__)


class Malformed(ValueError):
    """The request cannot even be taken apart."""


class Request(WSGIRequest):
    """A request whose headers Django could not read says so, instead of ending the handler."""

    def __init__(self, environ: dict[str, Any]) -> None:
        try:
            super().__init__(environ)
        except (LookupError, ValueError, SuspiciousOperation) as fault:
            raise Malformed(str(fault)) from fault


def readable_cookies(get_response: GetResponse) -> GetResponse:
    """A cookie that holds a NUL is none of ours: it is as if it had not come, so that no browser is stuck with it."""

    def serve(request: HttpRequest) -> HttpResponseBase:
        for name in [name for name, value in request.COOKIES.items() if _has_nul((name, value))]:
            del request.COOKIES[name]
        return get_response(request)

    return serve


class WellFormed:
    """400 for headers and fields that cannot be kept or read, 404 for such an address."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        told = request.META.get("CONTENT_TYPE", "")
        if any(charset.lower() not in CHARSETS for charset in CHARSET.findall(told)):
            raise BadRequest("a charset that no page here uses")
        if not LENGTH.fullmatch(request.META.get("CONTENT_LENGTH") or ""):
            raise BadRequest("a length that is none")
        if _has_nul(value for name, value in request.META.items() if name.startswith(("HTTP_", "CONTENT_"))):
            raise BadRequest("NUL in a header")
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        if "\x00" in request.path:
            raise Http404("NUL in the address")
        try:
            told = [request.GET, request.POST] if request.method == "POST" else [request.GET]
            files = request.FILES if request.method == "POST" else {}
        except (UnreadablePostError, LookupError, UnicodeError) as fault:
            raise BadRequest("a body that cannot be read") from fault
        if _has_nul(files) or any(_has_nul((name, *values)) for each in told for name, values in each.lists()):
            raise BadRequest("NUL in a field")

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """The net behind the rules above: what the database refuses to hold was never written."""
        if not unkeepable(exception):
            return None
        logger.error("%s %s was sent what no database keeps", request.method, request.path, exc_info=exception)
        return HttpResponseBadRequest(render_to_string("400.html", request=request))


def unkeepable(exception: BaseException) -> bool:
    """Whether a text or a number was too odd for the database; what it says depends on which one it is."""
    if isinstance(exception, DataError):
        state = getattr(exception.__cause__, "sqlstate", None)
        return state in SQLSTATES or (state is None and "NUL" in str(exception))
    return isinstance(exception, UnicodeEncodeError) or (
        isinstance(exception, OverflowError) and "SQLite" in str(exception)
    )


def _has_nul(texts: Iterable[str]) -> bool:
    return any("\x00" in text for text in texts if isinstance(text, str))
