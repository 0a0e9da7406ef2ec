"""A stand-in for a signed sheet of paper, which says on its face that it is none."""

from io import BytesIO

from PIL import Image, ImageDraw


def blank_scan(title: str) -> bytes:
    """A small PNG as a scanner would give; the letters are left to the portal's real paper."""
    page = Image.new("RGB", (630, 891), "white")
    pen = ImageDraw.Draw(page)
    pen.rectangle((30, 30, 600, 861), outline="black")
    pen.text((60, 60), "REHEARSAL - NOT SIGNED", fill="black")
    pen.text((60, 90), title.encode("ascii", "replace").decode(), fill="black")
    data = BytesIO()
    page.save(data, "PNG")
    return data.getvalue()
