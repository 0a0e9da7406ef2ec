"""A small picture of what was handed in."""

import io
from pathlib import Path

from PIL import Image

WIDTH = 640
TALLEST = 1280
# A thumbnail is small; what is larger is not opened.
MOST_BYTES = 4 << 20
MOST_PIXELS = 25_000_000


def save(picture: Image.Image, path: Path) -> None:
    """As a JPEG at most 640 pixels wide, made anew so that nothing but the picture remains."""
    small = picture.convert("RGB")
    small.thumbnail((WIDTH, TALLEST))
    small.save(path, "JPEG", quality=82, optimize=True)


def save_bytes(data: bytes, path: Path) -> bool:
    """From a JPEG or PNG out of a file; False when it is none, or too large to be opened."""
    if len(data) > MOST_BYTES:
        return False
    try:
        with Image.open(io.BytesIO(data), formats=("JPEG", "PNG")) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                return False
            save(picture, path)
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        path.unlink(missing_ok=True)
        return False
    return True
