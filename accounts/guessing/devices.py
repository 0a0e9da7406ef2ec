"""A device that has signed in before is known again by a cookie, signed, with nothing in it but numbers."""

import secrets
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from accounts.models import User

SALT = "accounts.device"
KEPT = timedelta(days=180)
# People whom one device is remembered for: the last ones that signed in on it.
MOST = 12


@dataclass(frozen=True)
class Device:
    """`token` is its name, the same as long as the cookie is kept; `people` have signed in on it before."""

    token: str
    people: tuple[int, ...] = ()


def of(request: HttpRequest) -> Device:
    """What the cookie says; a device without one, or with another's, is a new one."""
    try:
        told = signing.loads(request.COOKIES.get(settings.DEVICE_COOKIE_NAME, ""), salt=SALT, max_age=KEPT)
        return Device(str(told["device"]), tuple(int(pk) for pk in told["people"]))
    except (signing.BadSignature, KeyError, TypeError, ValueError):
        return Device(secrets.token_urlsafe(16))


def remember(request: HttpRequest, response: HttpResponse, user: User) -> None:
    """This person has signed in here."""
    device = of(request)
    people = [user.pk, *(pk for pk in device.people if pk != user.pk)][:MOST]
    response.set_cookie(
        settings.DEVICE_COOKIE_NAME,
        signing.dumps({"device": device.token, "people": people}, salt=SALT),
        max_age=KEPT,
        secure=settings.HTTPS,
        httponly=True,
        samesite="Lax",
    )
