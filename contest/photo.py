"""A person's photo made ready for the press: opened only when harmless, kept without what cameras write along."""

import io
import warnings

from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from registry.pictures.child import opened

LARGEST_FILE = 15 * 1024 * 1024
# In pixels: the picture that comes in, both edges of what is kept, and the shorter edge that print still bears.
MOST_PIXELS = 60_000_000
# Of a picture that cannot be unpacked into a smaller one, as a JPEG can.
MOST_UNPACKED = 25_000_000
LONGEST_EDGE = 1600
SHORTEST_EDGE = 300
QUALITY = 88
# Only these readers are given the file, whatever it says it is.
FORMATS = ("JPEG", "PNG", "WEBP")


class PhotoRefused(Exception):
    """The photo cannot be taken; the message says why and what to do."""


def prepared(data: bytes) -> bytes:
    """The photo as JPEG, upright, at most 1600 pixels each way, without EXIF or any other note. Raises PhotoRefused."""
    if not data:
        raise PhotoRefused(_("照片文件是空的，请重新选择。"))
    if len(data) > LARGEST_FILE:
        raise PhotoRefused(_("照片超过 %(mb)d MB，请缩小后再上传。") % {"mb": LARGEST_FILE // 1024 // 1024})
    return opened(make, data, refusal=PhotoRefused)


def make(data: bytes, _word: str) -> bytes:
    """The same, of a file of a size that is accepted, in this process: for the child."""
    try:
        with warnings.catch_warnings():
            # Pillow only warns of large pictures; how large is too large is said here.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            return _made(data)
    except (UnidentifiedImageError, Image.DecompressionBombError):
        raise PhotoRefused(_("只接受 JPG、PNG 或 WebP 照片。")) from None
    # Readers of broken pictures raise whatever they stumble over.
    except (OSError, ValueError, SyntaxError, IndexError, KeyError, TypeError, EOFError):
        raise PhotoRefused(_("照片已损坏，打不开；请重新导出或换一张。")) from None


def _made(data: bytes) -> bytes:
    with Image.open(io.BytesIO(data), formats=FORMATS) as picture:
        width, height = picture.size
        # Read from the file's head: nothing has been unpacked yet.
        if width * height > (MOST_PIXELS if picture.format == "JPEG" else MOST_UNPACKED):
            raise PhotoRefused(_("照片的像素太多（%(width)d × %(height)d），请缩小后再上传。") % _size(width, height))
        if min(width, height) < SHORTEST_EDGE:
            raise PhotoRefused(
                _("照片太小（%(width)d × %(height)d），较短的一边至少要有 %(least)d 像素。")
                % {**_size(width, height), "least": SHORTEST_EDGE}
            )
        if picture.format == "JPEG":
            picture.draft("RGB", (LONGEST_EDGE, LONGEST_EDGE))
        upright = ImageOps.exif_transpose(picture)
        upright.thumbnail((LONGEST_EDGE, LONGEST_EDGE), Image.Resampling.LANCZOS)
        kept = _on_white(upright)
    buffer = io.BytesIO()
    kept.save(buffer, "JPEG", quality=QUALITY, optimize=True)
    return buffer.getvalue()


def _on_white(picture: Image.Image) -> Image.Image:
    """A new picture with the pixels alone: no EXIF, no colour profile, no comment, no transparency."""
    plain = Image.new("RGB", picture.size, "white")
    if picture.mode in ("RGBA", "LA", "PA", "P"):
        layer = picture.convert("RGBA")
        plain.paste(layer, mask=layer.getchannel("A"))
    else:
        plain.paste(picture.convert("RGB"))
    return plain


def _size(width: int, height: int) -> dict[str, int]:
    return {"width": width, "height": height}
