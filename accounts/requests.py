"""The request as our views know it: LoginRequiredMiddleware lets only signed-in people through."""

from typing import TYPE_CHECKING

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

if TYPE_CHECKING:
    from accounts.models import User


class SignedIn(HttpRequest):
    user: "User"
    htmx: HtmxDetails
