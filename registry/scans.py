"""Scans and photographs of paper: opened and read to their end, since neither a name nor first bytes prove anything.

In a child with limits on memory and time (registry/pictures); those on bytes, pixels and pages below come first.
"""

import io
import re
import warnings
from collections.abc import Iterator

from django.utils.translation import gettext as _
from PIL import Image, UnidentifiedImageError
from pypdf import Configuration, PdfReader, apply_configuration
from pypdf.errors import LimitReachedError, PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject

from registry.pdf.openings import starts
from registry.pictures.child import opened

LARGEST = 20 * 1024 * 1024
MOST_PIXELS = 60_000_000
MOST_PAGES = 100
# In pixels, the shorter edge: of a sheet of paper whose writing is to be read, and of any picture at all.
LEAST_OF_A_PAGE = 600
LEAST = 100
# In points (1/72 inch): a page of less than 5 cm is no paper that anybody signed.
LEAST_POINTS = 144
# What reading the structure of a PDF may cost. A scan has one picture a page; its pictures are not unpacked.
PDF_LIMITS = Configuration(
    array_maximum_element_count=10_000,
    dictionary_maximum_element_count=10_000,
    page_tree_maximum_entries=10_000,
    page_tree_maximum_depth=50,
    zlib_maximum_output_length=20_000_000,
)
END_OF_PDF = re.compile(rb"startxref\s+\d+\s+%%EOF")
# What programs write behind an end to finish a line, or to fill up a block.
BLANK = b"\r\n\t \x00"
PDF, JPEG, PNG = b"%PDF-", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"
# Marks within the data of a JPEG that end nothing.
RESTARTS = frozenset(bytes([number]) for number in range(0xD0, 0xD8))
# The brands of HEIF, which iPhones write when nobody tells them otherwise.
HEIC = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"avif", b"avis")
# What phones write behind the picture: Samsung its notes, others the moving picture of a still.
TRAILERS = (b"SEFT", b"QDIOBS")


class ScanRefused(Exception):
    """The file cannot be taken as a scan; the message says why and what to do."""


def kind_of(data: bytes, *, least: int = LEAST_OF_A_PAGE) -> tuple[str, str]:
    """Content type and suffix of a file that was read to its end; `least`: pixels of a picture's shorter edge.

    Raises ScanRefused.

    A PDF has pages with something on them, no password, nothing that runs. A picture is decoded whole and is not
    blank. Behind its end lies nothing else.
    """
    if not data:
        raise ScanRefused(_("文件是空的，请重新选择。"))
    if len(data) > LARGEST:
        raise ScanRefused(_("文件超过 %(mb)d MB，请降低扫描分辨率后再上传。") % {"mb": LARGEST // 1024 // 1024})
    content_type, suffix = opened(look, data, str(least), refusal=ScanRefused).decode().split()
    return content_type, suffix


def look(data: bytes, least: str) -> bytes:
    """The same, of a file whose size is accepted, in this process: for the child. A blank divides the two."""
    return " ".join(_looked_at(data, int(least))).encode()


def _looked_at(data: bytes, least: int) -> tuple[str, str]:
    if data.startswith(PDF):
        _check_pdf(data)
        return "application/pdf", ".pdf"
    if data[4:8] == b"ftyp" and data[8:12] in HEIC:
        raise ScanRefused(
            _("这是 HEIC 照片，很多电脑打不开。请在手机里另存为 JPG（或把相机格式改为“兼容性最佳”）后再上传。")
        )
    if data.startswith(JPEG):
        _decode(data, "JPEG", least)
        _check_rest(_behind_jpeg(data), JPEG)
        return "image/jpeg", ".jpg"
    if data.startswith(PNG):
        _decode(data, "PNG", least)
        _check_rest(_behind_png(data))
        return "image/png", ".png"
    raise ScanRefused(_("只接受 PDF、JPG 或 PNG 扫描件。"))


def _decode(data: bytes, kind: str, least: int) -> None:
    """Every pixel of the picture, twice over: once for its checksums, once unpacked."""
    try:
        with warnings.catch_warnings():
            # Pillow only warns of large pictures; how large is too large is said here.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=(kind,)) as picture:
                _check_size(*picture.size, least)
                picture.verify()
            with Image.open(io.BytesIO(data), formats=(kind,)) as picture:
                # All of a JPEG is still decoded, into a sixteenth of the memory.
                picture.draft(None, (picture.width // 4, picture.height // 4))
                picture.load()
                blank = _is_blank(picture)
    except UnidentifiedImageError:
        raise ScanRefused(_("只接受 PDF、JPG 或 PNG 扫描件。")) from None
    except Image.DecompressionBombError:
        raise ScanRefused(_("图片的像素太多，请降低扫描分辨率后再上传。")) from None
    # Readers of broken pictures raise whatever they stumble over.
    except (OSError, ValueError, SyntaxError, IndexError, KeyError, TypeError, EOFError):
        raise _damaged() from None
    if blank:
        raise ScanRefused(_("图片是空白的，什么也看不到；请重新拍照或扫描。"))


def _check_size(width: int, height: int, least: int) -> None:
    """Read from the file's head: nothing has been unpacked yet."""
    shown = {"width": width, "height": height, "least": least}
    if width * height > MOST_PIXELS:
        raise ScanRefused(_("图片的像素太多（%(width)d × %(height)d），请降低扫描分辨率后再上传。") % shown)
    if min(width, height) < least:
        raise ScanRefused(
            _("图片太小（%(width)d × %(height)d），字看不清；较短的一边至少要有 %(least)d 像素，请重新拍照或扫描。")
            % shown
        )


def _is_blank(picture: Image.Image) -> bool:
    """Whether all pixels are alike; the reader of a large PNG is not asked for a second copy of it."""
    low_high = picture.getextrema()
    bands = low_high if isinstance(low_high[0], tuple) else (low_high,)
    return all(low == high for low, high in bands)


def _damaged() -> ScanRefused:
    return ScanRefused(_("文件不完整或已损坏，打不开；请重新扫描或换一个文件。"))


def _check_rest(rest: bytes, *allowed: bytes) -> None:
    """What follows a picture's end: nothing, or what cameras write there."""
    is_camera = rest.startswith(allowed) or rest[4:8] == b"ftyp" or rest.endswith(TRAILERS)
    if rest.strip(BLANK) and not (allowed and is_camera):
        raise ScanRefused(_("文件末尾附有不属于扫描件的内容，不能接受；请重新扫描，或打开后另存为一个新文件再上传。"))


def _behind_png(data: bytes) -> bytes:
    """PNG (ISO 15948) 5.3: each piece has a length, a name, its data and a checksum; IEND is the last."""
    place = len(PNG)
    while place + 8 <= len(data):
        name, end = data[place + 4 : place + 8], place + 12 + int.from_bytes(data[place : place + 4])
        if end > len(data):
            break
        if name == b"IEND":
            return data[end:]
        place = end
    raise _damaged()


def _behind_jpeg(data: bytes) -> bytes:
    """JPEG (ITU T.81) annex B: segments with a length, and after a scan's head its data up to the next marker."""
    place = 2
    while place + 2 <= len(data):
        if data[place] != 0xFF:
            break
        marker = data[place + 1]
        if marker == 0xD9:
            return data[place + 2 :]
        if marker == 0xFF:
            place += 1
            continue
        place += 2 + int.from_bytes(data[place + 2 : place + 4])
        if marker == 0xDA:
            place = _end_of_jpeg_scan(data, place)
    raise _damaged()


def _end_of_jpeg_scan(data: bytes, place: int) -> int:
    """In a scan 0xFF is followed by 0 or by the number of a restart; anything else is the next marker."""
    while (place := data.find(b"\xff", place)) >= 0:
        after = data[place + 1 : place + 2]
        if after and after != b"\x00" and after not in RESTARTS:
            return place
        place += 2
    return len(data)


def _check_pdf(data: bytes) -> None:
    """Every page of it is looked at."""
    data = _up_to_end(data)
    try:
        with apply_configuration(PDF_LIMITS):
            reader = PdfReader(io.BytesIO(data), strict=False)
            if reader.is_encrypted:
                raise ScanRefused(_("PDF 设有密码或权限，请去掉后再上传。"))
            if _runs(reader):
                raise ScanRefused(_("PDF 里带有脚本、附件或会自动执行的动作，不像扫描件；请重新扫描后上传。"))
            _check_pages(reader)
    except LimitReachedError:
        raise ScanRefused(_("PDF 的结构过于复杂，不像扫描件；请重新扫描后上传。")) from None
    except (PyPdfError, RecursionError, OSError, ValueError, LookupError, TypeError, AttributeError):
        raise _damaged() from None


def _check_pages(reader: PdfReader) -> None:
    if not (pages := len(reader.pages)):
        raise ScanRefused(_("PDF 里没有页面，请重新扫描后上传。"))
    if pages > MOST_PAGES:
        raise ScanRefused(_("PDF 超过 %(most)d 页，请只上传这一份的扫描件。") % {"most": MOST_PAGES})
    if not any(_shows_something(page) for page in reader.pages):
        raise ScanRefused(_("PDF 里的页面是空白的，请重新扫描后上传。"))


def _up_to_end(data: bytes) -> bytes:
    """The last lines say where its table lies, and that it ends; programs may fill up the block behind them."""
    ends = END_OF_PDF.match(data, max(data.rfind(b"startxref"), 0))
    if ends is None:
        raise _damaged()
    _check_rest(data[ends.end() :])
    return data[: ends.end()]


def _runs(reader: PdfReader) -> bool:
    """Whether opening the file does something, or something else lies in it."""
    root = reader.root_object
    names = root.get("/Names", DictionaryObject()).get_object()
    if "/AA" in root or any(starts(root)) or "/JavaScript" in names or "/EmbeddedFiles" in names:
        return True
    return any(any(starts(node)) for page in reader.pages for node in (page, *_annotations(page)))


def _annotations(page: DictionaryObject) -> Iterator[DictionaryObject]:
    notes = page.get("/Annots", ArrayObject()).get_object()
    yield from (each for each in (note.get_object() for note in notes) if isinstance(each, DictionaryObject))


def _shows_something(page: DictionaryObject) -> bool:
    """A page of some size with something drawn on it."""
    edges = (float(page.mediabox.width), float(page.mediabox.height))  # type: ignore[attr-defined]
    return min(edges) >= LEAST_POINTS and "/Contents" in page
