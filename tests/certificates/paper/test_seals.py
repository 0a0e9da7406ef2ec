"""A seal on its way from a photograph to a certificate."""

import io
import struct
import zlib

import pytest
from PIL import Image

from certificates.paper.seals import LARGEST_FILE, SealRefused, prepare
from tests.certificates.paper.papers import photo, saved, stamp


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data)).convert("RGBA")


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_photographed_seal_keeps_its_ink_and_loses_its_paper(kind):
    ready = prepare(photo(stamp(), kind))
    seal = opened(ready)
    assert seal.size == (600, 600)
    assert len(ready) <= 30_000
    transparent, ink = seal.getpixel((5, 5)), seal.getpixel((300, 300))
    assert transparent[3] == 0
    assert ink[3] > 180
    assert ink[0] > ink[1] + 80
    # Paper between ring and star, in the shadow and where the black line ran.
    assert seal.getpixel((300, 540))[3] == 0
    assert [seal.getpixel((150, y))[3] for y in range(210, 300, 5)] == [0] * 18


def test_a_seal_that_came_without_paper_is_trimmed_to_its_ring():
    wide = Image.new("RGBA", (1200, 900), (0, 0, 0, 0))
    wide.alpha_composite(stamp(400), (700, 450))
    seal = opened(prepare(saved(wide)))
    assert abs(seal.width - 384) <= 8
    assert seal.height == seal.width


def test_a_seal_in_the_corner_of_a_scanned_sheet_is_found():
    sheet = Image.new("RGB", (2480, 3508), "white")
    sheet.paste(stamp(450).convert("RGB"), (1700, 2700), stamp(450))
    seal = opened(prepare(saved(sheet)))
    assert abs(seal.width - 434) <= 8
    assert seal.getpixel((seal.width // 2, seal.height // 2))[3] > 180


def test_a_seal_scanned_in_black_and_white_is_told_from_its_paper_by_darkness():
    seal = opened(prepare(photo(stamp(colour="#202020"))))
    assert seal.getpixel((300, 300))[3] > 180


def test_the_same_picture_gives_the_same_bytes():
    assert prepare(photo(stamp())) == prepare(photo(stamp()))


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "空"),
        (b"GIF89a not a picture we read", "PNG 或 JPG"),
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 100, "打不开|PNG 或 JPG"),
        (photo(stamp())[:3000], "损坏"),
        (saved(Image.new("RGB", (199, 900), "red")), "太小"),
        (saved(Image.new("RGB", (900, 900), "white")), "空白"),
        (saved(Image.new("RGB", (900, 900), "#b0b0a8"), "JPEG"), "空白"),
        (saved(Image.new("RGB", (900, 900), "red")), "分不出"),
        (saved(stamp(), "TIFF"), "PNG 或 JPG"),
        (b"\x89PNG" + b"\x00" * LARGEST_FILE, "超过 10 MB"),
    ],
)
def test_what_is_no_seal_is_refused_with_a_sentence(data, sentence):
    with pytest.raises(SealRefused, match=sentence):
        prepare(data)


def test_a_small_seal_on_a_large_sheet_is_refused():
    sheet = Image.new("RGB", (1600, 1600), "white")
    sheet.paste(stamp(150).convert("RGB"), (300, 300), stamp(150))
    with pytest.raises(SealRefused, match="太小"):
        prepare(saved(sheet))


def test_a_picture_that_would_unpack_to_gigabytes_is_refused_by_its_head():
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">L", len(data)) + kind + data + struct.pack(">L", zlib.crc32(kind + data))

    head = chunk(b"IHDR", struct.pack(">LLBBBBB", 30_000, 30_000, 8, 6, 0, 0, 0))
    bomb = b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(bytes(10_000_000))) + chunk(b"IEND", b"")
    with pytest.raises(SealRefused, match="像素太多"):
        prepare(bomb)
