"""Where the finished certificates lie: outside every web root, under names that tell nothing."""

import hashlib
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings

from certificates.models import Certificate

FOLDER = "certificates"


class Missing(Exception):
    """The file of a certificate that was made is not there, or is not the one that was made."""


def path_of(certificate: Certificate) -> Path:
    """The file's place: the same for the same row, so that making it twice makes one file."""
    name = hashlib.sha256(f"file:{certificate.nonce}".encode()).hexdigest()
    return Path(settings.MEDIA_ROOT) / FOLDER / str(certificate.batch_id) / f"{name[:40]}.pdf"


def keep(certificate: Certificate, pdf: bytes) -> Path:
    """Write the file beside its place, make sure of it, and move it there; returns the folder it lies in."""
    path = path_of(certificate)
    path.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(pdf)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise
    return path.parent


def make_sure(folders: Iterable[Path]) -> None:
    """Make sure that files moved into these folders are found there after a loss of power."""
    for folder in set(folders):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def read(certificate: Certificate) -> bytes:
    """The certificate's PDF. Raises Missing."""
    try:
        pdf = path_of(certificate).read_bytes()
    except OSError as reason:
        raise Missing(certificate.serial) from reason
    if hashlib.sha256(pdf).hexdigest() != certificate.sha256:
        raise Missing(certificate.serial)
    return pdf
