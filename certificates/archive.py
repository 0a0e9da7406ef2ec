"""Zip files whose bytes depend on their contents alone, with names that every computer can keep."""

import io
import re
import zipfile
from collections.abc import Iterable
from typing import IO

# Zip cannot say less; a file packed again is the same file.
BEGINNING = (1980, 1, 1, 0, 0, 0)
LONGEST_NAME = 60
# What Windows refuses in a name, and the names it keeps for itself.
REFUSED = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]')
RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\.|$)")
# When an office file was made, in its docProps/core.xml.
MADE = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*")


def pack(files: Iterable[tuple[str, bytes]], into: IO[bytes]) -> None:
    """Write a zip of (name, content); pictures and packed files are stored as they are, names come as `safe` ones."""
    with zipfile.ZipFile(into, "w") as bundle:
        for name, content in files:
            packed = name.endswith((".jpg", ".png", ".pdf", ".docx", ".xlsx"))
            _add(bundle, name, content, zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED)


def safe(name: str) -> str:
    """One part of a path that Windows, macOS and Linux all take; never empty."""
    kept = REFUSED.sub("", name)[:LONGEST_NAME].strip(" .")
    return f"_{kept}" if not kept or RESERVED.match(kept) else kept


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
