"""The pages of an accepted PPT as pictures: take what is due, let children draw it, put it in place, then say so."""

import json
import logging
import os
import secrets
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from django.utils import timezone
from django.utils.translation import gettext as _

from contest import work
from materials import sandbox, store
from materials.models import Material, Preview
from materials.previews import office
from materials.previews.page_names import name_of

logger = logging.getLogger(__name__)
RESULT = ("source", "pages", "why")
MOST_PAGES = 300
# In pixels: as wide as an office screen shows; JPEG quality as of a photo.
WIDTH, QUALITY = 1280, 80
MB = 1024 * 1024
# Together well below Preview.LEASE.
OFFICE_SECONDS, PAGES_SECONDS = 120, 80
OFFICE_MEMORY, PAGES_MEMORY = 4096 * MB, 2048 * MB
LARGEST_PDF, LARGEST_PAGE = 512 * MB, 16 * MB
# Codes of Preview.why; in words: materials.wording.why_told.
NO_OFFICE, CANNOT_SHUT_IN, TOO_LONG, FAILED = "no_office", "cannot_shut_in", "too_long", "failed"
TOO_MANY = "too_many"


class NoPages(Exception):
    """The pages cannot be drawn here, and trying again would not help; `code` is for Preview.why."""

    def __init__(self, code: str, told: str = "") -> None:
        super().__init__(f"{code} {told}".strip())
        self.code = code


def render_due(at: datetime) -> int:
    """Draw the pages of one PPT that is due; how many were taken, finished or not."""
    rows = Preview.objects.select_related("material").take(at, 1)
    for row in rows:
        try:
            row.pages, row.why = _draw(row)
            row.source = Preview.Source.PAGES
        except NoPages as reason:
            logger.warning("no pages of material %s: %s", row.material_id, reason)
            row.source = Preview.Source.THUMBNAIL if row.material.poster else Preview.Source.NONE
            row.pages, row.why = 0, reason.code
        # Whatever is wrong with one file must not keep the others waiting: it is tried again, then parked.
        except Exception as wrong:
            logger.exception("pages of material %s were not drawn", row.material_id)
            Preview.objects.all().fail(row, _("程序出错：%(what)r") % {"what": wrong}, timezone.now())
            continue
        Preview.objects.all().finish([row], RESULT, timezone.now())
    return len(rows)


def work_off() -> None:
    """Work until nothing is left but what is parked; rows that rest after a failure are waited for."""
    work.work_off(Preview.objects.all(), render_due)


def _draw(row: Preview) -> tuple[int, str]:
    """Put the pictures of the pages in place: how many, and why not all. Raises NoPages."""
    deck = store.path_of(row.material.file)
    with _room(row.material) as room:
        pdf = deck if row.material.format == "pdf" else as_pdf(deck, row.material.format, room)
        drawn, pages = pages_of(pdf, pictures := _folder(room / "pages"))
        _put(pictures, drawn, store.folder_of(row.material))
    return drawn, TOO_MANY if pages > drawn else ""


def as_pdf(deck: Path, format: str, room: Path) -> Path:
    """What LibreOffice makes of a .pptx or .ppt, in `room`: only ever shut in. Raises NoPages."""
    soffice = office.program()
    if soffice is None:
        raise NoPages(NO_OFFICE)
    try:
        finished = sandbox.run(
            office.command(soffice, deck, format, room),
            seconds=OFFICE_SECONDS,
            memory=OFFICE_MEMORY,
            largest_file=LARGEST_PDF,
            reads=[office.home(soffice), deck],
            room=room,
            shut_in=True,
        )
    except sandbox.CannotShutIn:
        raise NoPages(CANNOT_SHUT_IN) from None
    pdf = room / f"{deck.stem}.pdf"
    if finished.is_good and _is_plain(pdf):
        return pdf
    raise _failed(finished)


def pages_of(pdf: Path, folder: Path) -> tuple[int, int]:
    """Draw the pages of a PDF into `folder`: how many were drawn, of how many. Raises NoPages."""
    child = [sys.executable, "-P", "-m", "materials.previews.pages", str(pdf), str(folder)]
    finished = sandbox.run(
        [*child, str(MOST_PAGES), str(WIDTH), str(QUALITY)],
        seconds=PAGES_SECONDS,
        memory=PAGES_MEMORY,
        largest_file=LARGEST_PAGE,
        reads=[pdf],
        room=folder,
        shut_in=sandbox.can_shut_in(),
    )
    if not finished.is_good:
        raise _failed(finished)
    told = json.loads(finished.stdout)
    drawn, pages = int(told["drawn"]), int(told["pages"])
    # Whoever took the child over could put a link to another file where a picture should be.
    if not 0 < drawn <= MOST_PAGES or not all(_is_plain(folder / name_of(number + 1)) for number in range(drawn)):
        raise NoPages(FAILED, "no pictures of the pages")
    return drawn, pages


def _is_plain(path: Path) -> bool:
    return path.is_file() and not path.is_symlink()


def _failed(finished: sandbox.Finished) -> NoPages:
    told = f"{finished.why or finished.status}: {finished.stderr.decode(errors='replace')[-500:]}"
    return NoPages(TOO_LONG if finished.why == "timeout" else FAILED, told)


@contextmanager
def _room(material: Material) -> Iterator[Path]:
    """A folder for one attempt, beside the finished ones; what an earlier one that was killed left is cleared away."""
    beside = store.folder_of(material).parent
    beside.mkdir(mode=0o750, parents=True, exist_ok=True)
    for left in beside.glob(f".{material.pk}-*"):
        shutil.rmtree(left, ignore_errors=True)
    room = _folder(beside / f".{material.pk}-{secrets.token_hex(8)}")
    try:
        yield room
    finally:
        shutil.rmtree(room, ignore_errors=True)


def _folder(path: Path) -> Path:
    path.mkdir(mode=0o750)
    return path


def _put(pictures: Path, drawn: int, place: Path) -> None:
    """Written to the disk to the last byte, then in one step where it is looked for."""
    for number in range(drawn):
        with (pictures / name_of(number + 1)).open("rb") as file:
            os.fsync(file.fileno())
    store.make_sure(pictures / "any")
    shutil.rmtree(place, ignore_errors=True)
    pictures.rename(place)
    store.make_sure(place)
