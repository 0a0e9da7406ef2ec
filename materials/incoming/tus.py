"""The words of the tus 1.0 protocol (tus.io, "Resumable Upload Protocol 1.0.x"): headers read and refused.

Spoken are the core and the extensions creation, checksum, termination and expiration.
"""

import base64
import binascii
import hashlib
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.utils.http import http_date
from django.utils.translation import gettext as _

VERSION = "1.0.0"
EXTENSIONS = "creation,checksum,termination,expiration"
ALGORITHMS = ("sha256", "sha1", "md5")
PIECE = "application/offset+octet-stream"
MISMATCH = 460
# A number longer than this is none that a file can have.
DIGITS = 18


class Refused(Exception):
    """The request cannot be served; `status` and the sentence are the answer."""

    def __init__(self, status: int, sentence: str, **headers: str) -> None:
        super().__init__(sentence)
        self.status = status
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}


@dataclass(frozen=True, slots=True)
class Checksum:
    algorithm: str
    digest: bytes

    def begin(self) -> "hashlib._Hash":
        """What the bytes of the piece are given to, to be compared with `digest`."""
        return hashlib.new(self.algorithm, usedforsecurity=False)


def check_version(request: HttpRequest) -> None:
    if request.headers.get("Tus-Resumable") != VERSION:
        raise Refused(412, _("只支持 tus %(version)s 上传协议。") % {"version": VERSION}, Tus_Version=VERSION)


def method_of(request: HttpRequest) -> str:
    """What is asked for: where a firewall lets only GET and POST through, a POST names it (X-HTTP-Method-Override).

    Of a POST only: what else might write is then still asked for the form's token.
    """
    asked = request.method or ""
    return request.headers.get("X-HTTP-Method-Override", asked).strip().upper() if asked == "POST" else asked


def number(request: HttpRequest, header: str) -> int:
    """A header that must be a whole number, 0 or more."""
    told = request.headers.get(header, "")
    if not (told.isascii() and told.isdecimal() and len(told) <= DIGITS):
        raise Refused(400, _("请求缺少正确的 %(header)s。") % {"header": header})
    return int(told)


def metadata(request: HttpRequest) -> dict[str, str]:
    """Upload-Metadata: pairs of a name and a base64 value, divided by commas."""
    told = {}
    for pair in filter(None, (part.strip() for part in request.headers.get("Upload-Metadata", "").split(","))):
        name, _space, value = pair.partition(" ")
        try:
            told[name] = base64.b64decode(value, validate=True).decode()
            if "\x00" in told[name]:
                raise ValueError("no name holds a NUL")
        except (binascii.Error, UnicodeDecodeError, ValueError):
            raise Refused(400, _("请求的 Upload-Metadata 写法不对。")) from None
    return told


def checksum(request: HttpRequest) -> Checksum | None:
    """What the sender says the piece's digest is."""
    told = request.headers.get("Upload-Checksum")
    if told is None:
        return None
    algorithm, _space, value = told.partition(" ")
    try:
        digest = base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        digest = b""
    if algorithm not in ALGORITHMS or not digest:
        raise Refused(400, _("请求的 Upload-Checksum 写法不对。"))
    return Checksum(algorithm, digest)


def answer(status: int = 204, **headers: str | int) -> HttpResponse:
    """An answer without words; header names are given with _ for -."""
    response = HttpResponse(status=status, content_type="text/plain; charset=utf-8")
    for name, value in {"Tus_Resumable": VERSION, **headers}.items():
        response[name.replace("_", "-")] = str(value)
    return response


def refusal(refused: Refused) -> HttpResponse:
    response = answer(refused.status, **refused.headers)
    response.content = str(refused).encode()
    return response


def expires(moment: datetime) -> str:
    return http_date(moment.timestamp())
