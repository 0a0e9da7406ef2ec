"""Requests to stop, as a terminal sends them."""

import signal


def listen() -> None:
    """For a child: whoever started the tests in the background has handed on that these are ignored."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
