"""What every answer tells the browser that it may not do, bare answers included (DESIGN 13, promise P21)."""

from collections.abc import Callable

from csp.utils import build_policy
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase


def protecting() -> dict[str, str]:
    """The headers, from the settings that Django's own middleware reads."""
    told = {
        "Content-Security-Policy": build_policy(),
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": settings.X_FRAME_OPTIONS,
        "Referrer-Policy": settings.SECURE_REFERRER_POLICY,
        "Cross-Origin-Opener-Policy": settings.SECURE_CROSS_ORIGIN_OPENER_POLICY,
    }
    if settings.HTTPS:
        told["Strict-Transport-Security"] = f"max-age={settings.SECURE_HSTS_SECONDS}; includeSubDomains; preload"
    return told


def on_every_answer(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """The outermost middleware: what an inner one refuses before the others came to speak gets the headers here."""
    wanted = protecting()

    def serve(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        for name, value in wanted.items():
            response.headers.setdefault(name, value)
        return response

    return serve
