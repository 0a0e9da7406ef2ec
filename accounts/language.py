"""The language of the interface, which each browser keeps in a cookie of its own."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.http import require_POST
from django.views.i18n import set_language

from accounts.once import takes_forms


@login_not_required
@require_POST
@takes_forms
def choose_language(request: HttpRequest) -> HttpResponseBase:
    """Before signing in as well as after; then back to the page where it was chosen."""
    return set_language(request)
