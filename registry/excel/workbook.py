"""Any genuine .xlsx or .xls, and tables in text, as plain cells; and a clear sentence for everything else."""

import io
import json
import re
import struct
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from registry.excel import textfile
from registry.excel.apart import child

# A 212-row roster weighs about 20 kB; photographs pasted into the sheet are what makes one large.
MAX_FILE_BYTES = 10 * 1024 * 1024
# Of the zip inside an .xlsx: its entries, bytes of its directory, unpacked bytes in all, packing ratio of an entry.
MAX_ENTRIES = 2_000
MAX_DIRECTORY_BYTES = 1024 * 1024
MAX_UNPACKED_BYTES = 100 * 1024 * 1024
MAX_RATIO = 200
# Below this an entry may be packed as tightly as it likes.
RATIO_FROM_BYTES = 1024 * 1024
# Wall clock for the reading process.
SECONDS = 30

# What the reading process runs; the folder that holds the portal is its argument.
_PROGRAM = "import sys; sys.path.insert(0, sys.argv[1]); from registry.excel.apart.child import main; main()"

ZIP_MAGIC = b"PK\x03\x04"
OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# The workbook stream of an .xls opens with its BOF record; the FILEPASS record (2F 00) after it means a password.
_LOCKED_BIFF = re.compile(rb"\x09\x08(?:\x10\x00\x00\x06\x05\x00.{12}|\x08\x00\x00\x05\x05\x00.{4})\x2f\x00", re.DOTALL)

# '' is an empty cell. Whole numbers come as floats from most files.
Cell = str | float | int | bool | date


@dataclass(frozen=True, slots=True)
class SheetGrid:
    """One worksheet: rows[0] is Excel's row 1; `merged` are (top, left, bottom, right), 0-based, inclusive.

    `hidden_rows` and `hidden_columns` are not shown to whoever opens the file; of the cells, `struck` are struck
    through, `unvalued` have a formula and no value, `errors` a formula that failed. `unchecked`: nobody could tell.
    """

    name: str
    rows: tuple[tuple[Cell, ...], ...]
    merged: tuple[tuple[int, int, int, int], ...] = ()
    hidden: bool = False
    from_1904: bool = False
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    struck: frozenset[tuple[int, int]] = frozenset()
    unvalued: frozenset[tuple[int, int]] = frozenset()
    errors: frozenset[tuple[int, int]] = frozenset()
    unchecked: bool = False


@dataclass(frozen=True, slots=True)
class Workbook:
    """The worksheets of a file, in their order."""

    sheets: tuple[SheetGrid, ...]


class Unreadable(Exception):
    """The file is not a workbook we read. `code` names the reason for programs, str() says it to people."""

    def __init__(self, code: str, figures: tuple[object, ...] = ()) -> None:
        super().__init__(_sentence(code, figures))
        self.code = code


def read(data: bytes, filename: str) -> Workbook:
    """The cells of an .xlsx or .xls file, or of a table in text (CSV). The content decides what it is, not the name.

    What the reader behind this reads is not refused beforehand; only what would cost too much is.
    Raises Unreadable for anything else: encrypted, cut short, a web page under another name, beyond the limits.
    """
    if not data:
        raise Unreadable("empty")
    if len(data) > MAX_FILE_BYTES:
        raise Unreadable("large", (MAX_FILE_BYTES // 1024 // 1024,))
    if data.startswith(ZIP_MAGIC):
        _check_cost(data)
    elif not data.startswith(OLE_MAGIC):
        return _text(data)
    try:
        return _workbook(_read_apart(data))
    except Unreadable as refused:
        raise Unreadable(_why(data)) if refused.code == "broken" else refused from refused


def _text(data: bytes) -> Workbook:
    start = data[:2048].lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\x00").lower()
    if start.startswith((b"<", b"mime-version")):
        raise Unreadable("html")
    if not textfile.is_text(data) or start.startswith((b"%pdf", b"{\\rtf")):
        raise Unreadable("unknown")
    try:
        return Workbook((SheetGrid(textfile.SHEET, textfile.rows(data)),))
    except textfile.NotText as refused:
        raise Unreadable(refused.args[0], tuple(refused.args[1:])) from refused


def _check_cost(data: bytes) -> None:
    """What is in the package, by its own directory; where that cannot be read, the reader's limits remain."""
    end = data.rfind(b"PK\x05\x06")
    if 0 <= end <= len(data) - 22:
        entries, directory_bytes = struct.unpack_from("<HL", data, end + 10)
        if entries > MAX_ENTRIES or directory_bytes > MAX_DIRECTORY_BYTES:
            raise Unreadable("too_big")
    members = _members(data)
    if sum(member.file_size for member in members) > MAX_UNPACKED_BYTES or any(map(_is_bomb, members)):
        raise Unreadable("too_big")


def _members(data: bytes) -> list[zipfile.ZipInfo]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, struct.error):
        return []


def _is_bomb(member: zipfile.ZipInfo) -> bool:
    return member.file_size > RATIO_FROM_BYTES and member.file_size > MAX_RATIO * max(member.compress_size, 1)


def _why(data: bytes) -> str:
    """Why the reader could not read it, as far as its container tells."""
    if data.startswith(OLE_MAGIC):
        return _why_not_ole(data)
    members = _members(data)
    if not members:
        return "broken"
    if any(member.flag_bits & 0x1 for member in members):
        return "encrypted"
    names = {member.orig_filename.replace("\\", "/").lower() for member in members}
    if "xl/workbook.xml" in names:
        return "broken"
    return "other_office" if names & {"mimetype", "[content_types].xml"} else "unknown"


def _why_not_ole(data: bytes) -> str:
    # Stream names are UTF-16 inside the container. A protected .xlsx is a container with this one stream.
    if "EncryptedPackage".encode("utf-16-le") in data or _LOCKED_BIFF.search(data):
        return "encrypted"
    if not any(stream.encode("utf-16-le") in data for stream in ("Workbook", "Book")):
        return "broken" if _lacks_its_directory(data) else "other_office"
    return "broken"


def _lacks_its_directory(data: bytes) -> bool:
    """Whether the container was cut off before the list of what is in it."""
    sector_bits, first_sector = (int.from_bytes(data[at : at + size], "little") for at, size in ((30, 2), (48, 4)))
    return len(data) < 512 or len(data) <= (first_sector + 1) << min(sector_bits, 12)


def _read_apart(data: bytes) -> dict[str, Any]:
    try:
        # The program is our own interpreter, the script our own file; the upload arrives on stdin only.
        done = subprocess.run(  # noqa: S603
            [sys.executable, "-I", "-c", _PROGRAM, str(Path(__file__).parents[2])],
            input=data,
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise Unreadable("too_big") from error
    if done.returncode < 0 or b"MemoryError" in done.stderr:
        raise Unreadable("too_big")
    if done.returncode:
        raise Unreadable("broken")
    answer: dict[str, Any] = json.loads(done.stdout)
    if "refused" in answer:
        raise Unreadable(answer["refused"], tuple(answer["figures"]))
    return answer


def _workbook(answer: dict[str, Any]) -> Workbook:
    return Workbook(
        tuple(
            SheetGrid(
                sheet["name"],
                tuple(tuple(_cell(cell) for cell in row) for row in sheet["rows"]),
                tuple((top, left, bottom, right) for top, left, bottom, right in sheet["merged"]),
                hidden=sheet["hidden"],
                from_1904=sheet["from_1904"],
                hidden_rows=frozenset(sheet["hidden_rows"]),
                hidden_columns=frozenset(sheet["hidden_columns"]),
                struck=frozenset((row, column) for row, column in sheet["struck"]),
                unvalued=frozenset((row, column) for row, column in sheet["unvalued"]),
                errors=frozenset((row, column) for row, column in sheet["errors"]),
                unchecked=sheet["unchecked"],
            )
            for sheet in answer["sheets"]
        )
    )


def _cell(cell: Any) -> Cell:
    return date.fromisoformat(cell[1]) if type(cell) is list else cell


def _sentence(code: str, figures: tuple[object, ...]) -> str:
    if code == "many_rows":
        return _(
            "工作表“%(sheet)s”有 %(rows)s 行，最多读取 %(most)s 行。多半是最下面误填了内容，请删除空白行后再上传。"
        ) % {
            "sheet": figures[0],
            "rows": figures[1],
            "most": child.MAX_ROWS,
        }
    if code == "many_columns":
        return _(
            "工作表“%(sheet)s”有 %(columns)s 列，最多读取 %(most)s 列。多半是最右边误填了内容，请删除空白列后再上传。"
        ) % {
            "sheet": figures[0],
            "columns": figures[1],
            "most": child.MAX_COLUMNS,
        }
    if code == "many_sheets":
        return _("文件里有 %(sheets)s 个工作表，最多读取 %(most)s 个。请只留下名册所在的工作表。") % {
            "sheets": figures[0],
            "most": child.MAX_SHEETS,
        }
    if code == "unsure":
        return (
            _("工作表“%s”里的文字有两种读法，可能会读错，没有读取。请在 Excel 或 WPS 里打开，另存为 .xlsx 后再上传。")
            % (figures[0])
        )
    if code == "large":
        return _("文件超过 %(most)s MB。请删除表里的图片后再上传。") % {"most": figures[0]}
    return {
        "empty": _("文件是空的（0 字节），可能没有保存或没有传完。请重新保存后再上传。"),
        "encoding": _("这个文本文件的文字编码认不出。请用 Excel 或 WPS 打开，另存为 .xlsx 后再上传。"),
        "html": _("这是改了扩展名的网页，不是真正的 Excel 文件。请用 Excel 或 WPS 打开，另存为 .xlsx 后再上传。"),
        "encrypted": _("文件设有打开密码，无法读取。请在 Excel 或 WPS 里取消密码、保存后再上传。"),
        "broken": _("文件已损坏或没有传完，无法读取。请在 Excel 或 WPS 里打开确认，另存为 .xlsx 后再上传。"),
        "other_office": _("这不是 .xlsx 或 .xls 工作簿（可能是 Word、演示文稿或其他格式）。请另存为 .xlsx 后再上传。"),
        "too_big": _(
            "文件解开后过大，为了安全没有读取。可能在很远的格子里误填了内容，请把名册复制到新的工作簿后再上传。"
        ),
    }.get(code, _("认不出这个文件。请用 Excel 或 WPS 打开，另存为 .xlsx 后再上传。"))
