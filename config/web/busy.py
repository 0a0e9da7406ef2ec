"""Outside of every view, too, a database that is busy is told as such: 503 and when to come again, never 500."""

import sys

from django.contrib.sessions.exceptions import SessionInterrupted
from django.contrib.sessions.middleware import SessionMiddleware
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from accounts.collisions import collided
from accounts.middleware import try_again


class Sessions(SessionMiddleware):
    """Django's; what it could not save because others were writing is not taken for a session that ended."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        try:
            return super().process_response(request, response)
        except (SessionInterrupted, OperationalError) as fault:
            if not stood_in_the_way(fault):
                raise
            response.close()
            # What the view did is committed by now, and a form that comes again is answered once (accounts.once).
            return try_again(request, may_be_done=True)


def stood_in_the_way(fault: BaseException | None) -> bool:
    """Whether a busy database is behind it, however often it was raised again under another name."""
    while fault is not None:
        if collided(fault):
            return True
        fault = fault.__cause__ or fault.__context__
    return False


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's handler of whatever no view and no middleware met."""
    if stood_in_the_way(sys.exc_info()[1]):
        return try_again(request)
    return HttpResponse(render_to_string("500.html"), status=500)
