"""Where the finished certificates lie: outside every web root, under names that tell nothing."""

import hashlib
import os
import tempfile
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings

from certificates.models import Certificate

FOLDER = "certificates"
# How the name of a file begins that is not finished.
BEGUN = ".begun-"
STALE = timedelta(hours=1)


class Missing(Exception):
    """The file of a certificate that was made is not there, or is not the one that was made."""


def path_of(certificate: Certificate) -> Path:
    """The file's place, named after what is in it."""
    return _folder(certificate) / f"{certificate.sha256}.pdf"


def keep(certificate: Certificate, pdf: bytes) -> str:
    """Write the file beside its place, make sure of it, and move it there; returns its SHA-256.

    Made twice from the same facts it is one file. A signed one is another each time, and neither takes the other's
    place: the row decides which of them counts.
    """
    sha256 = hashlib.sha256(pdf).hexdigest()
    path = _folder(certificate) / f"{sha256}.pdf"
    path.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=BEGUN)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(pdf)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise
    return sha256


def make_sure(certificates: Iterable[Certificate]) -> None:
    """Make sure that the files of these certificates are found where they are after a loss of power."""
    for folder in {_folder(certificate) for certificate in certificates}:
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def forget_leftovers(at: datetime) -> int:
    """Remove what was being written when its writer was killed, an hour or more ago; how many files."""
    left = [path for path in (Path(settings.MEDIA_ROOT) / FOLDER).glob(f"*/{BEGUN}*") if _written(path) < at - STALE]
    for path in left:
        path.unlink(missing_ok=True)
    return len(left)


def read(certificate: Certificate) -> bytes:
    """The certificate's PDF. Raises Missing."""
    try:
        pdf = path_of(certificate).read_bytes()
    except OSError as reason:
        raise Missing(certificate.serial) from reason
    if hashlib.sha256(pdf).hexdigest() != certificate.sha256:
        raise Missing(certificate.serial)
    return pdf


def _folder(certificate: Certificate) -> Path:
    return Path(settings.MEDIA_ROOT) / FOLDER / str(certificate.batch_id)


def _written(path: Path) -> datetime:
    try:
        return datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except FileNotFoundError:
        return datetime.max.replace(tzinfo=UTC)
