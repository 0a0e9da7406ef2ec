"""The least that can take a file in: a WSGI application that copies the body of a request into a file."""

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

BUFFER = 256 * 1024


def application(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
    if environ["REQUEST_METHOD"] != "GET":
        with (Path(os.environ["PORTAL_VAR"]) / "bare").open("wb") as file:
            while data := environ["wsgi.input"].read(BUFFER):
                file.write(data)
            file.flush()
            os.fsync(file.fileno())
    start("204 No Content", [])
    return []
