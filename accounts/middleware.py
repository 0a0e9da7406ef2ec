"""Two small rules for every page."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

GetResponse = Callable[[HttpRequest], HttpResponseBase]

ALLOWED_BEFORE_PASSWORD_CHANGE = ("change_password", "sign_out", "sign_in")


def first_password(get_response: GetResponse) -> GetResponse:
    """Whoever still has the password that somebody else set goes nowhere before choosing an own one."""

    def serve(request: HttpRequest) -> HttpResponseBase:
        user = request.user
        if user.is_authenticated and user.must_change_password:
            names = {reverse(name) for name in ALLOWED_BEFORE_PASSWORD_CHANGE}
            if request.path not in names and request.path.startswith("/desk/"):
                return redirect("change_password")
        return get_response(request)

    return serve


def private_pages(get_response: GetResponse) -> GetResponse:
    """What a signed-in person saw must not be found in a shared cache or behind the back button."""

    def serve(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if request.user.is_authenticated and not response.has_header("Cache-Control"):
            response["Cache-Control"] = "no-store, private"
        return response

    return serve
