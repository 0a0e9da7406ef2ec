"""Paper from a template and its data: PDF/A-2a and PDF/UA-1, the same bytes for the same facts on every machine.

The data goes in as JSON and never becomes part of a template's text, so nothing in a name can be run. Templates import
no packages and the fonts come from one folder: nothing here ever asks the network.
"""

import hashlib
import json
import shutil
import tempfile
import threading
from collections import OrderedDict
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta, timezone
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import typst
from django.conf import settings
from django.utils.translation import gettext as _

from registry import fonts

HERE = Path(__file__).resolve().parent
# Archivable (A-2a) and readable by screen readers (UA-1). Both make a missing glyph an error instead of an empty box.
STANDARDS: "list[typst.PDFStandard]" = ["a-2a", "ua-1"]
BEIJING = timezone(timedelta(hours=8))
# PDF states moments in UTC; noon is the same day there.
NOON = time(12)
# Seals change once a season: a worker needs one or two sets of them at a time.
ROOMS = 4


class CannotTypeset(Exception):
    """The paper could not be set; str() names the characters the font lacks, or says what the typesetter said."""


class _Rooms(threading.local):
    """The compilers of one thread, last used last. typst refuses a second thread in a compiler at work."""

    def __init__(self) -> None:
        self.kept: OrderedDict[tuple[str, ...], _Room] = OrderedDict()


class _Room:
    """A folder with the templates and one set of images, and the compiler that works in it."""

    def __init__(self, template: str, files: Mapping[str, bytes], loaded: typst.Fonts) -> None:
        top = _folder({**_templates(), **files})
        self.compiler = typst.Compiler(str(top / template), root=str(top), font_paths=loaded)


def _folder(contents: Mapping[str, bytes]) -> Path:
    """A folder with these files, named by what is in them: every process and every restart uses the same one."""
    top = Path(settings.VAR) / "paper" / _digest(contents)
    if not top.is_dir():
        top.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(dir=top.parent))
        for name, content in contents.items():
            (fresh / name).write_bytes(content)
        try:
            fresh.rename(top)
        except OSError:
            # Another worker was faster, with the same files.
            shutil.rmtree(fresh, ignore_errors=True)
    return top


def _digest(contents: Mapping[str, bytes]) -> str:
    found = hashlib.sha256()
    for name in sorted(contents):
        found.update(f" {name} {len(contents[name])} ".encode() + contents[name])
    return found.hexdigest()[:32]


_rooms = _Rooms()


def typeset(template: str, data: Mapping[str, Any], files: Mapping[str, bytes] | None = None) -> bytes:
    """The PDF of a template (a file of this folder, such as "certificate.typ") about its data.

    `data` is anything JSON can hold and must have "dated" ("2023-12-25"), which the PDF bears as its date; the template
    reads it with `json(bytes(sys.inputs.data))`. `files` are images by name, read with `image("/name")`.
    Safe in several threads at once. Raises CannotTypeset, NoFont.
    """
    room = _room(template, files or {})
    names = fonts.families()
    inputs = {
        "data": json.dumps(data, ensure_ascii=False, sort_keys=True),
        "serif": names.serif,
        "sans": names.sans,
    }
    made = datetime.combine(date.fromisoformat(data["dated"]), NOON, BEIJING)
    try:
        pdf = room.compiler.compile(format="pdf", sys_inputs=inputs, pdf_standards=STANDARDS, timestamp=made)
    except typst.TypstError as error:
        raise CannotTypeset(_why(data, error)) from error
    if not isinstance(pdf, bytes):
        raise TypeError("typst gives one PDF as bytes")
    return pdf


def edition() -> str:
    """A short hash of all that shapes a page besides its facts: templates, typesetter and fonts. Raises NoFont.

    Papers of the same edition and the same facts are the same to the byte.
    """
    return _edition(fonts.fingerprint())


@lru_cache(maxsize=4)
def _edition(of_fonts: str) -> str:
    return hashlib.sha256(f"{version('typst')} {of_fonts} {_digest(_templates())}".encode()).hexdigest()[:12]


def _room(template: str, files: Mapping[str, bytes]) -> _Room:
    folder = str(fonts.folder())
    key = (folder, template, *(f"{name} {hashlib.sha256(files[name]).hexdigest()}" for name in sorted(files)))
    if key not in _rooms.kept:
        _rooms.kept[key] = _Room(template, files, _loaded(folder))
        if len(_rooms.kept) > ROOMS:
            _rooms.kept.popitem(last=False)
    _rooms.kept.move_to_end(key)
    return _rooms.kept[key]


@lru_cache(maxsize=4)
def _loaded(folder: str) -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder])


@lru_cache(maxsize=1)
def _templates() -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(HERE.glob("*.typ"))}


def _why(data: Mapping[str, Any], error: typst.TypstError) -> str:
    missing = fonts.unshowable("".join(_texts(data)))
    if missing:
        signs = "、".join(f"“{sign}”（U+{ord(sign):04X}）" for sign in missing)
        return _("打印字体里没有这些字：%s。请用 PORTAL_FONT_DIR 换用收字更全的字体后重试。") % signs
    return _("排版没有成功：%s") % error.message


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, Mapping):
        return [text for part in value.values() for text in _texts(part)]
    return [text for part in value for text in _texts(part)] if isinstance(value, (list, tuple)) else []
