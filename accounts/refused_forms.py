"""A form that came without a valid token: nothing is written, and what was typed is not lost."""

from urllib.parse import urlsplit

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.template import loader

from accounts.hooks import CARRIED
from accounts.once import FIELD as ONCE
from accounts.shown import FIELD as SHOWN

# What nobody typed, and what nobody may read over a shoulder.
UNSHOWN = {"csrfmiddlewaretoken", ONCE, CARRIED, SHOWN, "seen", "next"}
SECRET = ("password", "old", "new", "again", "half", "code", "short")
MOST, LONGEST = 100, 4000


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Say that nothing was written, and give back what was typed to copy it: a page that is opened anew is empty.

    Only to whoever comes from a page of ours: another site's words do not stand on a page of this one.
    """
    page = _page_of_ours(request)
    told = {"typed": _typed(request) if page else [], "page": page}
    return HttpResponse(loader.get_template("403_csrf.html").render(told), status=403)


def _page_of_ours(request: HttpRequest) -> str:
    """The page of this portal that sent the form, as a path; empty where it was none of ours, or does not say."""
    origin, host = request.headers.get("Origin"), request.get_host()
    try:
        came = urlsplit(request.headers.get("Referer", ""))
        is_ours = came.netloc == host and (origin is None or urlsplit(origin).netloc == host)
    except ValueError:
        # Such as http://[::1, which no browser sends.
        return ""
    if not is_ours:
        return ""
    return f"{came.path}?{came.query}" if came.query else came.path


def _typed(request: HttpRequest) -> list[str]:
    """What stood in the form's fields, in their order, except for passwords and what the page itself put there."""
    try:
        fields = list(request.POST.lists())
    except (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent, MultiPartParserError, UnreadablePostError):
        return []
    told = [text for name, values in fields if _is_shown(name) for text in values if text.strip()]
    return [text[:LONGEST] for text in told[:MOST]]


def _is_shown(name: str) -> bool:
    return name not in UNSHOWN and not any(name.startswith(word) or name.endswith(word) for word in SECRET)
