"""Zip files whose bytes depend on their contents alone, with the names they are given."""

import io
import re
import zipfile
from collections.abc import Iterable
from typing import IO

# Zip cannot say less; a file packed again is the same file.
BEGINNING = (1980, 1, 1, 0, 0, 0)
# When an office file was made, in its docProps/core.xml.
MADE = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*")


def pack(files: Iterable[tuple[str, bytes]], into: IO[bytes]) -> None:
    """Write a zip of (name, content); pictures and packed files are stored as they are. Names must be safe already."""
    with zipfile.ZipFile(into, "w") as bundle:
        for name, content in files:
            packed = name.endswith((".jpg", ".png", ".pdf", ".docx", ".xlsx"))
            _add(bundle, name, content, zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED)


def settled(package: bytes) -> bytes:
    """An office file (.docx, .xlsx) without the moment it was made: the same contents give the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "docProps/core.xml":
                content = MADE.sub(rb"\g<1>2023-01-01T00:00:00Z", content)
            _add(new, name, content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def _add(bundle: zipfile.ZipFile, name: str, content: bytes, compression: int) -> None:
    entry = zipfile.ZipInfo(name, BEGINNING)
    entry.compress_type = compression
    # As if made on a system without owners and modes; else Python writes those of this one.
    entry.create_system, entry.external_attr = 0, 0
    bundle.writestr(entry, content)
