"""The request as our views know it: LoginRequiredMiddleware lets only signed-in people through."""

from typing import TYPE_CHECKING

from django.http import HttpRequest

if TYPE_CHECKING:
    from accounts.models import User


class SignedIn(HttpRequest):
    user: "User"
