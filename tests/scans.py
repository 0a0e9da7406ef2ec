"""Scans and photographs as an office would upload them: small, whole, and made here."""

import functools
from io import BytesIO
from typing import Any

from PIL import Image, ImageDraw
from pypdf import PdfWriter
from pypdf.generic import DecodedStreamObject, NameObject

A4 = (595, 842)


def picture(
    kind: str = "PNG", *, size: tuple[int, int] = (620, 877), mode: str = "L", word: str = "", **also: Any
) -> bytes:
    """A sheet of paper with a line and a word on it."""
    page = Image.new("L", size, "white")
    pen = ImageDraw.Draw(page)
    pen.rectangle((size[0] // 10, size[1] // 10, size[0] * 9 // 10, size[1] // 5), outline="black")
    pen.text((size[0] // 8, size[1] // 8), word, fill="black")
    data = BytesIO()
    page.convert(mode).save(data, kind, **also)
    return data.getvalue()


def pdf(pages: int = 1, *, drawn: bool = True, size: tuple[int, int] = A4, writer: PdfWriter | None = None) -> bytes:
    """A PDF with so many pages, each with a line on it."""
    writer = writer or PdfWriter()
    for _page in range(pages):
        page = writer.add_blank_page(*size)
        if drawn:
            line = DecodedStreamObject()
            line.set_data(b"72 72 m 400 700 l S")
            page[NameObject("/Contents")] = writer._add_object(line)
    data = BytesIO()
    writer.write(data)
    return data.getvalue()


@functools.cache
def largest(size: int) -> bytes:
    """A PDF of exactly so many bytes."""
    small = pdf()
    return small + b"\n" * (size - len(small))


PDF = pdf()
PNG = picture()
JPEG = picture("JPEG")
