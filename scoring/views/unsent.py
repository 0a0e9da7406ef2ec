"""未送出: the page that lists, without a server, what was typed on a computer and has not arrived yet."""

from pathlib import Path

from django.conf import settings
from django.http import HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_GET

from accounts.requests import SignedIn

# Long enough for a day in the hall without a server.
KEPT_S = 24 * 60 * 60
WORKER = Path(settings.BASE_DIR) / "static" / "js" / "unsent" / "worker.js"


@require_GET
def show_unsent(request: SignedIn) -> HttpResponse:
    """The page without any data: not even who asked for it. A browser may keep it; what it lists it has itself."""
    context = {"stages": reverse("contest:stages"), "who": reverse("scoring:unsent_who")}
    page = render_to_string("scoring/unsent.html", context)
    return HttpResponse(page, headers={"Cache-Control": f"private, max-age={KEPT_S}"})


@require_GET
def unsent_who(request: SignedIn) -> HttpResponse:
    """Whose drafts may be sent now, and with what token."""
    told = {"user": request.user.pk, "token": get_token(request)}
    return JsonResponse(told, headers={"Cache-Control": "no-store"})


@require_GET
def unsent_worker(request: SignedIn) -> HttpResponse:
    """The service worker, in the folder whose pages it serves: a browser allows it no other."""
    return HttpResponse(WORKER.read_bytes(), content_type="text/javascript", headers={"Cache-Control": "no-cache"})
