"""Where the bytes of materials lie: outside every web root, under names that tell nothing."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings

from materials.models import Material

FOLDER = "materials"
PREVIEWS = "previews"
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


class Missing(Exception):
    """The file of a version is not where it was put."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A file as a look tells: its bytes, and a mark that another file in its place does not have."""

    size: int
    mark: str


def top() -> Path:
    """The folder of all materials, made when it is not there yet."""
    folder = Path(settings.MEDIA_ROOT) / FOLDER
    folder.mkdir(mode=0o750, parents=True, exist_ok=True)
    return folder


def path_of(name: str) -> Path:
    """The place of an upload, of a material's file or of its poster."""
    return Path(settings.MEDIA_ROOT) / FOLDER / name[:2] / name


def folder_of(material: Material) -> Path:
    """Where the pictures of its pages lie."""
    return Path(settings.MEDIA_ROOT) / FOLDER / PREVIEWS / str(material.pk)


def room_for(name: str) -> Path:
    """The place for a new file, with its folder made."""
    path = path_of(name)
    path.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
    return path


def size_of(name: str) -> int:
    """How many bytes are there; 0 before the first."""
    try:
        return path_of(name).stat().st_size
    except FileNotFoundError:
        return 0


def seen(name: str) -> Seen | None:
    """What a look at a file tells; None where there is none."""
    try:
        told = path_of(name).stat()
    except FileNotFoundError:
        return None
    return Seen(told.st_size, str(told.st_mtime_ns))


def written_at(name: str) -> datetime:
    """When the last byte was written, to the microsecond."""
    return BEGINNING + timedelta(microseconds=path_of(name).stat().st_mtime_ns // 1000)


def free() -> int:
    """Bytes that may still be written on the disk of the materials."""
    return shutil.disk_usage(top()).free


def remove(*names: str) -> None:
    """Files that nobody will ask for again."""
    for name in filter(None, names):
        path_of(name).unlink(missing_ok=True)


def make_sure(path: Path) -> None:
    """Make sure that a new file is found in its folder after a loss of power."""
    handle = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def names() -> Iterator[Path]:
    """Every file of the store but the previews."""
    return top().glob("[0-9a-f][0-9a-f]/*")
