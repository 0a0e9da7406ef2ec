"""A photo is taken only when it is harmless, and kept without what the camera wrote along."""

import io
import struct
import zlib

import pytest
from PIL import Image

from contest.photo import LARGEST_FILE, PhotoRefused, make, prepared


def photo(kind="JPEG", size=(800, 600), mode="RGB", colour: object = (200, 30, 30), **saving):
    buffer = io.BytesIO()
    Image.new(mode, size, colour).save(buffer, kind, **saving)  # type: ignore[arg-type]
    return buffer.getvalue()


def kept(data):
    return Image.open(io.BytesIO(prepared(data)))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photo_becomes_a_jpeg(kind):
    picture = kept(photo(kind))
    assert (picture.format, picture.size, picture.mode) == ("JPEG", (800, 600), "RGB")


def test_a_large_photo_is_made_smaller_in_its_proportions():
    assert kept(photo(size=(4000, 3000))).size == (1600, 1200)


def test_nothing_the_camera_wrote_is_kept():
    exif = Image.Exif()
    exif[0x010F] = "示例相机"
    exif.get_ifd(0x8825)[1] = "N"
    data = photo(exif=exif, comment=b"taken at home")
    assert "示例相机".encode() in data or b"Exif" in data
    made = prepared(data)
    assert (b"Exif" in made, b"taken at home" in made, dict(Image.open(io.BytesIO(made)).getexif())) == (
        False,
        False,
        {},
    )


def test_a_photo_taken_sideways_stands_upright():
    exif = Image.Exif()
    exif[0x0112] = 6
    assert kept(photo(exif=exif)).size == (600, 800)


def test_what_is_transparent_becomes_white():
    picture = kept(photo("PNG", mode="RGBA", colour=(0, 0, 0, 0)))
    assert picture.getpixel((10, 10)) == (255, 255, 255)


@pytest.mark.parametrize("mode", ["L", "CMYK", "1", "P", "LA", "I;16"])
def test_every_way_to_write_colours_is_read(mode):
    kind = "JPEG" if mode == "CMYK" else "PNG"
    assert kept(photo(kind, mode=mode, colour=0)).mode == "RGB"


def bomb(width, height):
    """A PNG of a few bytes that says it is this large."""

    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "空的"),
        (b"0" * (LARGEST_FILE + 1), "超过 15 MB"),
        (b"%PDF-1.7", "只接受"),
        (b"GIF89a" + b"\0" * 50, "只接受"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "只接受"),
        (photo("TIFF"), "只接受"),
        (photo()[:200], "只接受|已损坏"),
        (photo("PNG", size=(800, 600))[:-30], "已损坏"),
        (photo(size=(299, 800)), "太小"),
        (bomb(10_000, 9_000), "像素太多"),
        (bomb(2**31 - 1, 2**31 - 1), "像素太多|只接受"),
    ],
    ids=lambda value: value if isinstance(value, str) else str(len(value)),
)
def test_anything_else_is_refused_with_what_to_do(data, sentence):
    with pytest.raises(PhotoRefused, match=sentence):
        prepared(data)


def test_cut_anywhere_a_photo_is_refused_and_never_breaks():
    data = photo("PNG", size=(320, 320))
    outcomes = set()
    for end in range(1, len(data) - 40, max(1, len(data) // 40)):
        try:
            outcomes.add(type(make(data[:end], "")).__name__)
        except PhotoRefused:
            outcomes.add("refused")
    assert outcomes == {"refused"}
