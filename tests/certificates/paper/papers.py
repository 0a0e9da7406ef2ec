"""What the tests print, and how they read it back: as text, as pictures, as parts of a PDF."""

import ctypes
import io
import math
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium
import zxingcpp
from PIL import Image, ImageChops, ImageDraw

HOSTS = ("茂名市乡村振兴局", "中共茂名市委组织部", "珠海市驻茂名市帮扶指挥部")
URL = "https://portal.example/c/0123456789ABCDEFGHJKMNPQRS"
SHORT = "ABCD-EFGH"
POINTS_PER_MM = 72 / 25.4


def facts(**changed: Any) -> dict[str, Any]:
    """What a first prize of 茂南区's preliminary states."""
    stated: dict[str, Any] = {
        "template": "red",
        "serial": "茂示例证〔2023〕茂南第001号",
        "name": "王䶮",
        "unit": "茂名市示例局",
        "district": "茂南区",
        "town": "山阁镇",
        "village": "烧酒村",
        "season": "茂名市乡村振兴驻村第一书记“赋能百千万、驻村话振兴”活动",
        "theme": "赋能百千万 驻村话振兴",
        "stage": "茂南区初赛",
        "kind": "preliminary",
        "tier": "一等奖",
        "tier_code": "first",
        "hosts": [{"name": host, "seal": ""} for host in HOSTS],
        "dated": "2023-12-25",
        "rehearsal": False,
        "base": "https://portal.example",
    }
    return {**stated, **changed}


def lines(pdf: bytes, page: int = 0) -> list[str]:
    """The lines of a page's text, as copying them out gives them."""
    return pypdfium2.PdfDocument(pdf)[page].get_textpage().get_text_range().splitlines()


def words(pdf: bytes, page: int = 0) -> str:
    """A page's text without its blanks: readers take the wide spacing of titles for blanks."""
    return "".join("".join(lines(pdf, page)).split())


def salutation(pdf: bytes) -> str:
    """The name as it is called on the page, copied out."""
    line = next(line for line in lines(pdf) if "同志" in line)
    return line[: line.index("同志")].rstrip(" ")


def pages(pdf: bytes) -> int:
    """How many pages there are."""
    return len(pypdfium2.PdfDocument(pdf))


def colours(pdf: bytes) -> dict[tuple[int, int, int], int]:
    """How many pixels of the first page's picture are of each colour."""
    picture = pypdfium2.PdfDocument(pdf)[0].render(scale=1).to_pil().convert("RGB")
    return {colour: count for count, colour in picture.getcolors(picture.width * picture.height)}


def qr_codes(pdf: bytes) -> list[str]:
    """What the QR codes say that are on each page's picture, at 150 dots per inch."""
    pictures = [page.render(scale=150 / 72).to_pil() for page in pypdfium2.PdfDocument(pdf)]
    return [found.text for picture in pictures for found in zxingcpp.read_barcodes(picture)]


def boxes(pdf: bytes) -> list[tuple[str, float, float, float, float]]:
    """Every visible character of the first page with its left, bottom, right and top in millimetres."""
    text = pypdfium2.PdfDocument(pdf)[0].get_textpage()
    found = []
    for index in range(text.count_chars()):
        sign = chr(pdfium.FPDFText_GetUnicode(text, index))
        left, bottom, right, top = (edge / POINTS_PER_MM for edge in text.get_charbox(index))
        if not sign.isspace():
            found.append((sign, left, bottom, right, top))
    return found


def pictures(pdf: bytes) -> int:
    """How many raster pictures lie on the first page."""
    page = pypdfium2.PdfDocument(pdf)[0]
    return len(list(page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=8)))


def fonts(pdf: bytes) -> set[tuple[str, bool]]:
    """The fonts of the first page's text: their names, and whether they are embedded."""
    page = pypdfium2.PdfDocument(pdf)[0]
    found = set()
    for text in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_TEXT], max_depth=8):
        font = pdfium.FPDFTextObj_GetFont(text)
        name = ctypes.create_string_buffer(128)
        pdfium.FPDFFont_GetBaseFontName(font, name, len(name))
        found.add((name.value.decode(), bool(pdfium.FPDFFont_GetIsEmbedded(font))))
    return found


def stamp(size: int = 700, colour: str = "#cc1e23") -> Image.Image:
    """A seal without words: a ring with a star."""
    picture = Image.new("RGBA", (size, size), (0, 0, 0, 0))
    drawn, middle = ImageDraw.Draw(picture), size / 2
    drawn.ellipse((8, 8, size - 8, size - 8), outline=colour, width=size // 30)
    points = [
        (middle + reach * math.sin(step * math.pi / 5), middle - reach * math.cos(step * math.pi / 5))
        for step, reach in ((step, size * (0.09 if step % 2 else 0.24)) for step in range(10))
    ]
    drawn.polygon(points, fill=colour)
    return picture


def photo(seal: Image.Image, kind: str = "JPEG") -> bytes:
    """A photograph of the seal on greyish paper that lies in a shadow, with a line of black print across."""
    shade = Image.linear_gradient("L").resize((1500, 1200)).point(lambda value: 170 + value // 5)
    paper = Image.merge("RGB", (shade, shade.point(lambda value: value - 6), shade.point(lambda value: value - 14)))
    ImageDraw.Draw(paper).line((100, 500, 1400, 520), fill=(40, 40, 45), width=6)
    ink = ImageChops.multiply(seal.getchannel("A"), Image.new("L", seal.size, 225))
    paper.paste(seal.convert("RGB"), (380, 200), ink)
    return saved(paper, kind)


def saved(picture: Image.Image, kind: str = "PNG") -> bytes:
    """The picture as the bytes of a file."""
    buffer = io.BytesIO()
    picture.save(buffer, kind)
    return buffer.getvalue()
