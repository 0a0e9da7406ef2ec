"""Writing the access log, and forgetting it after half a year."""

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from email.message import Message

from django.db import DatabaseError, transaction
from django.http import HttpRequest, HttpResponseBase

from accounts.guessing.addresses import address_of
from accounts.models import AccessLine, User

Kind = AccessLine.Kind
KEPT = timedelta(days=183)
logger = logging.getLogger(__name__)


def note(
    kind: AccessLine.Kind, request: HttpRequest, *, at: datetime, user: User | None = None, what: str = ""
) -> None:
    """Write one line. A line that cannot be written costs nobody the page."""
    line = AccessLine(
        at=at,
        kind=kind,
        user=user,
        address=address_of(request),
        path=request.path[: AccessLine._meta.get_field("path").max_length],
        what="".join(letter for letter in what if letter.isprintable())[:255],
    )
    try:
        with transaction.atomic():
            line.save(force_insert=True)
    except DatabaseError:
        logger.exception("the access log could not be written")


def sweep(at: datetime) -> int:
    """Forget what is older than half a year; how many lines."""
    return AccessLine.objects.filter(at__lt=at - KEPT).delete()[0]


def taken(response: HttpResponseBase) -> str:
    """The name of the file that this answer hands over; "" when it hands over none, or only goes on with one."""
    disposition = response.headers.get("Content-Disposition", "")
    if not disposition.startswith("attachment") or not _from_the_start(response.status_code, response.headers):
        return ""
    header = Message()
    header["Content-Disposition"] = disposition
    return str(header.get_filename() or "—")


def _from_the_start(status: int, headers: Mapping[str, str]) -> bool:
    return status == 200 or (status == 206 and headers.get("Content-Range", "").startswith("bytes 0-"))
