"""The WSGI application that gunicorn serves."""

import os
from collections.abc import Iterable
from typing import Any

import django
from django.core.handlers.wsgi import WSGIHandler

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup(set_prefix=False)

from config.web.headers import protecting  # noqa: E402
from config.web.wellformed import Malformed, Request  # noqa: E402


class Handler(WSGIHandler):
    """Django's, which answers 400 to what it cannot take apart."""

    request_class = Request

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:  # type: ignore[override]
        try:
            return super().__call__(environ, start_response)
        except Malformed:
            told = {"Content-Type": "text/plain", "Content-Length": "0", **protecting()}
            start_response("400 Bad Request", list(told.items()))
            return []


application = Handler()
