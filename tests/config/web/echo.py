"""A WSGI application that says what it was sent: for tests of the server in front of it."""

import hashlib


def application(environ, start_response):
    body = environ["wsgi.input"].read()
    told = f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']} {len(body)} {hashlib.sha256(body).hexdigest()[:8]}"
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(told)))])
    return [told.encode()]


def deaf(environ, start_response):
    """Answers without having read the body, as the portal answers strangers."""
    start_response("413 Content Too Large", [("Content-Length", "0")])
    return []
