"""A photo or scan of a stamped seal, made ready to lie over the text of a page."""

import io
import warnings

from django.utils.translation import gettext as _
from PIL import Image, ImageChops, ImageFilter, ImageOps, UnidentifiedImageError

from registry.pictures.child import opened

LARGEST_FILE = 10 * 1024 * 1024
FORMATS = ("PNG", "JPEG")
# In pixels: what is unpacked at all, the seal in the picture at least, and the finished seal at most.
MOST_PIXELS = 25_000_000
LEAST = 200
SIZES = (600, 520, 440, 360, 300)
# The seal is looked for on a small copy of the picture, and then worked on at this size.
SEARCHING, WORKING = 800, 1200
# A seal lies on every page three times over: 600 pixels on 38 mm are 400 dpi.
MOST_BYTES = 30_000
# How far a pixel's channels must lie apart (0-255) to be colour and not paper; the same for darkness.
FAINT, COLOURED = 28, 70
DARK = 60
# Ink covers part of its picture: less is a blank sheet, more is not ink on white paper.
LEAST_COVER, MOST_COVER = 0.0005, 0.7
# The deepest ink lets the text below shine through a little.
DEEPEST = 225
LEVELS = 16


class SealRefused(Exception):
    """The picture cannot be used as a seal; str() says why and what to do."""


def prepare(data: bytes) -> bytes:
    """The seal as a square PNG of its ink's one colour, without its paper, at most 600 pixels and 30 kB.

    Coloured ink is told from paper by its colour, so that shadows and black print vanish; a picture without colour by
    its darkness. The same picture gives the same bytes. Raises SealRefused.
    """
    if not data:
        raise SealRefused(_("图片文件是空的，请重新选择。"))
    if len(data) > LARGEST_FILE:
        raise SealRefused(_("图片超过 %d MB，请缩小后再上传。") % (LARGEST_FILE // 1024 // 1024))
    return opened(make, data, refusal=SealRefused)


def make(data: bytes, _word: str) -> bytes:
    """The same, of a file of a size that is accepted, in this process: for the child."""
    picture = _cut_out(_opened(data))
    strength = _strength(picture)
    colour = _colour(picture, strength)
    return _drawn(strength, colour)


def _opened(data: bytes) -> Image.Image:
    """The picture upright on white paper."""
    try:
        with warnings.catch_warnings():
            # Pillow only warns of large pictures; how large is too large is said below.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=FORMATS) as picture:
                _check_size(*picture.size)
                return _on_white(ImageOps.exif_transpose(picture))
    except Image.DecompressionBombError:
        raise SealRefused(_("图片的像素太多，请缩小后再上传。")) from None
    except UnidentifiedImageError:
        raise SealRefused(_("只接受 PNG 或 JPG 图片，请把印章拍照或扫描后另存为其中一种。")) from None
    # Readers of broken pictures raise whatever they stumble over.
    except (OSError, ValueError, SyntaxError, IndexError, KeyError, TypeError):
        raise SealRefused(_("图片已损坏，打不开；请重新扫描或换一张。")) from None


def _check_size(width: int, height: int) -> None:
    """Read from the file's head: nothing has been unpacked yet."""
    shown = {"width": width, "height": height, "least": LEAST}
    if width * height > MOST_PIXELS:
        raise SealRefused(_("图片的像素太多（%(width)d × %(height)d），请缩小后再上传。") % shown)
    if min(width, height) < LEAST:
        raise SealRefused(
            _("图片太小（%(width)d × %(height)d），较短的一边至少要有 %(least)d 像素。请重新扫描。") % shown
        )


def _on_white(picture: Image.Image) -> Image.Image:
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    picture = picture.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture).convert("RGB")


def _cut_out(picture: Image.Image) -> Image.Image:
    """The part of the picture that has ink on it, at working size."""
    small = picture.copy()
    small.thumbnail((SEARCHING, SEARCHING), Image.Resampling.LANCZOS)
    left, top, right, bottom = _inked(_strength(small))
    scale = picture.width / small.width
    # One small pixel more on each side, for the ink's soft edge.
    edges = (max(left - 1, 0), max(top - 1, 0), min(right + 1, small.width), min(bottom + 1, small.height))
    left, top, right, bottom = (int(edge * scale) for edge in edges)
    found = picture.crop((left, top, min(right, picture.width), min(bottom, picture.height)))
    if max(found.size) < LEAST:
        raise SealRefused(_("图片里的印章太小，印出来会模糊。请靠近拍摄，或用更高的精度扫描。"))
    found.thumbnail((WORKING, WORKING), Image.Resampling.LANCZOS)
    return found


def _inked(strength: Image.Image) -> tuple[int, int, int, int]:
    """Where the ink lies. Specks of dust are no part of the seal."""
    solid = strength.filter(ImageFilter.MedianFilter(3)).point([255 * (value > 96) for value in range(256)])
    cover = solid.histogram()[255] / (solid.width * solid.height)
    box = solid.getbbox()
    if box is None or cover < LEAST_COVER:
        raise SealRefused(_("图片里看不到印章：几乎是空白的。请重新拍照或扫描。"))
    if cover > MOST_COVER:
        raise SealRefused(_("图片几乎整个都有颜色，分不出印章和纸。请把印章盖在白纸上再拍照或扫描。"))
    return box


def _strength(picture: Image.Image) -> Image.Image:
    """How much ink lies on each pixel, 0 to 255."""
    red, green, blue = picture.split()
    brightest = ImageChops.lighter(ImageChops.lighter(red, green), blue)
    darkest = ImageChops.darker(ImageChops.darker(red, green), blue)
    chroma = ImageChops.subtract(brightest, darkest)
    deep = _deep(chroma)
    if deep >= COLOURED:
        return _stretched(chroma, FAINT, deep)
    grey = picture.convert("L")
    darkness = ImageChops.subtract(Image.new("L", grey.size, _paper(grey)), grey)
    deep = _deep(darkness)
    if deep < DARK:
        raise SealRefused(_("图片里看不到印章：几乎是空白的。请重新拍照或扫描。"))
    return _stretched(darkness, DARK // 2, deep)


def _deep(layer: Image.Image) -> int:
    """The value that the strongest pixels reach, of which there must be a few: a seal is a small part of a sheet."""
    return _reached(layer, LEAST_COVER)


def _paper(grey: Image.Image) -> int:
    return _reached(grey, 0.25)


def _reached(layer: Image.Image, share: float) -> int:
    left = layer.width * layer.height * share
    for value, count in reversed(list(enumerate(layer.histogram()))):
        left -= count
        if left <= 0:
            return value
    return 0


def _stretched(layer: Image.Image, low: int, high: int) -> Image.Image:
    """The layer with `low` as nothing and four fifths of `high` as all."""
    span = max(high * 4 // 5 - low, 1)
    return layer.point([min(max(value - low, 0) * 255 // span, 255) for value in range(256)])


def _colour(picture: Image.Image, strength: Image.Image) -> tuple[int, int, int]:
    """The mean colour of what is surely ink."""
    sure = strength.point([255 * (value > 200) for value in range(256)])
    count = max(sure.histogram()[255], 1)
    channels = [channel.histogram(sure) for channel in picture.split()]
    red, green, blue = (sum(value * times for value, times in enumerate(found)) // count for found in channels)
    return red, green, blue


def _drawn(strength: Image.Image, colour: tuple[int, int, int]) -> bytes:
    """The largest of the sizes whose file is small enough; a palette of one colour in its degrees of transparency."""
    strength = strength.crop(strength.point([255 * (value > 96) for value in range(256)]).getbbox())
    edge = max(strength.size)
    square = Image.new("L", (edge, edge), 0)
    square.paste(strength, ((edge - strength.width) // 2, (edge - strength.height) // 2))
    drawn = b""
    for size in SIZES:
        if size <= edge or not drawn:
            drawn = _png(square.resize((min(size, edge),) * 2, Image.Resampling.LANCZOS), colour)
        if drawn and len(drawn) <= MOST_BYTES:
            break
    return drawn


def _png(layer: Image.Image, colour: tuple[int, int, int]) -> bytes:
    inked = layer.point([value * (LEVELS - 1) // 255 for value in range(256)])
    drawn = Image.frombytes("P", inked.size, inked.tobytes())
    drawn.putpalette(list(colour) * LEVELS)
    degrees = bytes(level * DEEPEST // (LEVELS - 1) for level in range(LEVELS))
    buffer = io.BytesIO()
    drawn.save(buffer, "PNG", optimize=True, transparency=degrees, bits=4)
    return buffer.getvalue()
