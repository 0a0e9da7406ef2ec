"""Papers handed over as files, and what is said when one cannot be made."""

import io
from collections.abc import Sequence

from django.http import FileResponse, HttpResponse
from django.shortcuts import render

from accounts.requests import SignedIn
from certificates.paper.typeset import CannotTypeset
from contest.workflow import Problem
from registry.filenames import safe
from registry.fonts import NoFont

PDF, ZIP = "application/pdf", "application/zip"
# What may go wrong while paper is set: a missing glyph or font, a seal that is not in its place.
CANNOT_SET = (CannotTypeset, NoFont)


def over(data: bytes, name: str, suffix: str, kind: str, *, inline: bool = False) -> FileResponse:
    """A file with a name that every computer can keep; `inline` opens it in the browser, to be printed."""
    name = f"{safe(name)}.{suffix}"
    return FileResponse(io.BytesIO(data), as_attachment=not inline, filename=name, content_type=kind)


def cannot(
    request: SignedIn, title: str, problems: Sequence[Problem], *, back: str, draft: str = "", status: int = 409
) -> HttpResponse:
    """Say what stands in the way; `draft` leads to a draft that does without."""
    context = {"paper": title, "problems": problems, "back": back, "draft": draft}
    return render(request, "certificates/not_ready.html", context, status=status)


def unset(request: SignedIn, title: str, wrong: Exception, *, back: str) -> HttpResponse:
    """Say why paper could not be set."""
    return cannot(request, title, [Problem(str(wrong))], back=back)
