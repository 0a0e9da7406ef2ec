"""What a file is by its content; its name proves nothing."""

import codecs
import re
from contextlib import suppress
from pathlib import Path

HEAD = 4096
# The end record of a zip file lies within so much of its end.
TAIL = 22 + 65535

MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"),
    (b"MZ", "program"),
    (b"\x7fELF", "program"),
    (b"\xcf\xfa\xed\xfe", "program"),
    (b"\xca\xfe\xba\xbe", "program"),
    (b"L\x00\x00\x00\x01\x14\x02\x00", "program"),
    (b"\x1a\x45\xdf\xa3", "matroska"),
    (b"0&\xb2u\x8ef\xcf\x11", "wmv"),
    (b"FLV\x01", "flv"),
    (b"FWS", "flash"),
    (b"CWS", "flash"),
    (b"ZWS", "flash"),
    (b"\x00\x00\x01\xba", "mpeg"),
    (b"\x00\x00\x01\xb3", "mpeg"),
    (b".RMF", "real"),
    (b"OggS", "sound"),
    (b"ID3", "sound"),
    (b"\xff\xfb", "sound"),
    (b"fLaC", "sound"),
    (b"#!AMR", "sound"),
    (b"\xff\xd8\xff", "picture"),
    (b"\x89PNG\r\n\x1a\n", "picture"),
    (b"GIF8", "picture"),
    (b"BM", "picture"),
    (b"II*\x00", "picture"),
    (b"MM\x00*", "picture"),
    (b"Rar!\x1a\x07", "archive"),
    (b"7z\xbc\xaf\x27\x1c", "archive"),
    (b"\x1f\x8b", "archive"),
    (b"BZh", "archive"),
    (b"\xfd7zXZ\x00", "archive"),
    (b"{\\rtf", "rtf"),
)
RIFF = {b"AVI ": "avi", b"WAVE": "sound", b"WEBP": "picture"}
# First boxes of a QuickTime film from before films told their brand.
OLD_QUICKTIME = {b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"}
STILL_BRANDS = {b"heic", b"heix", b"mif1", b"avif", b"hevc", b"msf1"}
# Bytes that no text holds, but UTF-16, which says so first.
CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1f]")
UTF16 = (b"\xff\xfe", b"\xfe\xff")
BLANK = "\ufeff \t\r\n"
PLAYLISTS = ("#extm3u", "ffconcat", "[playlist]", "<asx", "<smil", "file '", 'file "', "<?wpl")
PAGES = ("<!doctype html", "<html", "<head", "<body", "<script", "<iframe", "<meta", "<hta:")
SCRIPTS = ("#!", "@echo", "<?php", "<%", "<job", "windows registry", "on error resume", "createobject(", "wscript.")


def sniff(path: Path) -> str:
    """A word for what it is: zip, ole, pdf, mp4, mov, or one of materials.wording.THINGS."""
    with path.open("rb") as file:
        head = file.read(HEAD)
        size = path.stat().st_size
        file.seek(max(0, size - TAIL))
        tail = file.read(TAIL)
    if not head:
        return "empty"
    if (kind := kind_of(head)) == "unknown" and b"PK\x05\x06" in tail:
        return "zip"
    return kind


def kind_of(head: bytes) -> str:
    """By the first bytes alone."""
    for start, kind in MAGIC:
        if head.startswith(start):
            return kind
    if head[:4] == b"RIFF":
        return RIFF.get(head[8:12], "unknown")
    if head[:1] == b"\x47" and head[188:189] == b"\x47" and head[376:377] in (b"\x47", b""):
        return "mpeg"
    return _film(head) or _text(head) or ("pdf" if b"%PDF-" in head[:1024] else "unknown")


def _film(head: bytes) -> str:
    if head[4:8] == b"ftyp":
        brand = head[8:12]
        return "picture" if brand in STILL_BRANDS else "mov" if brand == b"qt  " else "mp4"
    return "mov" if head[4:8] in OLD_QUICKTIME else ""


def _text(head: bytes) -> str:
    """Kinds of text that a program would act upon, also when something else stands behind them."""
    text, is_certain = _decoded(head)
    if text.startswith("%pdf-"):
        return ""
    if text.startswith(PLAYLISTS):
        return "playlist"
    if "<svg" in text:
        return "svg"
    if any(mark in text for mark in PAGES):
        return "page"
    if text.startswith(SCRIPTS) or any(mark in text for mark in SCRIPTS[-3:]):
        return "script"
    if not text or not is_certain or b"%PDF-" in head[:1024]:
        return ""
    return "text" if head.startswith(UTF16) or not CONTROL.search(head) else ""


def _decoded(head: bytes) -> tuple[str, bool]:
    """What stands before the first control character, in lower case, and whether it is text in a usual encoding."""
    if head.startswith(UTF16):
        return head[: len(head) // 2 * 2].decode("utf-16", "replace").lower().strip(BLANK), True
    readable = CONTROL.split(head, maxsplit=1)[0]
    for encoding in ("utf-8", "gb18030"):
        # Not final: the last character may be cut.
        with suppress(UnicodeDecodeError):
            return codecs.getincrementaldecoder(encoding)().decode(readable).lower().strip(BLANK), True
    return readable.decode("latin-1").lower().strip(BLANK), False
