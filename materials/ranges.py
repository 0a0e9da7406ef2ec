"""A file on the disk as an answer: the whole, or the part that a player or a broken download asks for.

RFC 9110, section 14.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header, quote_etag

PIECE = 64 * 1024
# A player that asks for everything from here on gets so much at a time and asks again, so that a slow phone does not
# hold a thread for the length of a film. A browser's download does not ask again: it gets what it asked for.
AT_ONCE = 8 * 1024 * 1024
RANGE = re.compile(r"bytes=[ \t]*(\d{0,18})-(\d{0,18})[ \t]*", re.ASCII)
# Whatever is in it, nothing of it runs in this portal's name.
WALLS = {"Content-Security-Policy": "sandbox; default-src 'none'", "X-Content-Type-Options": "nosniff"}
# The browser may keep it, and must ask each time whether this person may still have it: a 304 costs little.
ASK_AGAIN = "private, no-cache"


class Unsatisfiable(Exception):
    """The part that is asked for lies outside the file."""


def partial(
    request: HttpRequest, path: Path, *, content_type: str, filename: str, inline: bool = False, etag: str = ""
) -> HttpResponseBase:
    """The answer to a GET or HEAD of the file at `path`: 200, 206, 304, 412 or 416.

    `filename` is what it is saved as, a safe name (registry.filenames). `etag` is its SHA-256, where that is known. One
    range is answered as asked; several, and ranges that are not understood, with the whole file. Raises
    FileNotFoundError.
    """
    size = path.stat().st_size
    strong = quote_etag(etag) if etag else ""
    if conditional := get_conditional_response(request, etag=strong or None):
        return _clothed(conditional, strong)
    try:
        part = _asked_for(request, size, strong)
    except Unsatisfiable:
        return _clothed(HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"}), strong)
    first, after = part or (0, size)
    if part and inline and _is_open_ended(request):
        after = min(after, first + AT_ONCE)
    whole_or_part = _told(request, path, first, after, content_type)
    whole_or_part["Content-Disposition"] = content_disposition_header(not inline, filename) or "inline"
    if part:
        whole_or_part.status_code = 206
        whole_or_part["Content-Range"] = f"bytes {first}-{after - 1}/{size}"
    return _clothed(whole_or_part, strong)


def _told(request: HttpRequest, path: Path, first: int, after: int, content_type: str) -> HttpResponseBase:
    """The bytes, or only how many there would be."""
    length = {"Content-Length": str(after - first)}
    if request.method == "HEAD":
        return HttpResponse(content_type=content_type, headers=length)
    return StreamingHttpResponse(_Slice(path, first, after), content_type=content_type, headers=length)


def _clothed(answer: HttpResponseBase, strong: str) -> HttpResponseBase:
    for name, value in WALLS.items():
        answer[name] = value
    answer["Accept-Ranges"] = "bytes"
    answer["Cache-Control"] = ASK_AGAIN
    if strong:
        answer["ETag"] = strong
    return answer


def _asked_for(request: HttpRequest, size: int, strong: str) -> tuple[int, int] | None:
    """The half-open part of the file; None for the whole. Raises Unsatisfiable."""
    wanted = RANGE.fullmatch(request.headers.get("Range", ""))
    unchanged = request.headers.get("If-Range", strong) == strong
    if request.method != "GET" or not wanted or not unchanged:
        return None
    first, last = wanted.groups()
    if (first and last and int(first) > int(last)) or not (first or last):
        return None
    if not first:
        begin, after = max(0, size - int(last)), size
    else:
        begin, after = int(first), min(int(last) + 1, size) if last else size
    if begin >= after:
        raise Unsatisfiable
    return begin, after


def _is_open_ended(request: HttpRequest) -> bool:
    return request.headers["Range"].rstrip().endswith("-")


class _Slice:
    """Part of a file, piece by piece; opened at the first one. Django closes it when the reader goes away."""

    def __init__(self, path: Path, first: int, after: int) -> None:
        self.path, self.first, self.after = path, first, after
        self.file: IO[bytes] | None = None

    def __iter__(self) -> Iterator[bytes]:
        left = self.after - self.first
        with self.path.open("rb") as self.file:
            self.file.seek(self.first)
            while left and (piece := self.file.read(min(PIECE, left))):
                left -= len(piece)
                yield piece

    def close(self) -> None:
        if self.file is not None:
            self.file.close()
