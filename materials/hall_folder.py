"""The hall's package as a folder that can be made again: what is there and right stays, what is no longer part goes."""

import hashlib
import os
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from materials.hall import SUMS, Altered, Hall, Item, papers, pieces

LINE = re.compile(r"([0-9a-f]{64})  (.+)")


@dataclass(slots=True)
class Made:
    """How many files were there already and how many were written; which could not be, and which were cleared away."""

    kept: int = 0
    written: int = 0
    failed: list[str] = field(default_factory=list)
    cleared: list[str] = field(default_factory=list)


def fill(folder: Path, hall: Hall, *, link: bool = False) -> Made:
    """Bring `folder` to what `hall` says; every byte is compared with its checksum, also of what is there already.

    With `link` the files are hard links to the portal's own, which must lie on the same disk; put away ones are copied.
    """
    folder.mkdir(parents=True, exist_ok=True)
    made = Made()
    before = dict(_listed(folder))
    for item in hall.items:
        try:
            _bring(folder / item.name, item, link, made)
        except Altered as wrong:
            made.failed.append(str(wrong))
    for name, content in papers(hall).items():
        _write(folder / name, iter([content]))
    _clear(folder, before, hall, made)
    return made


def _bring(path: Path, item: Item, link: bool, made: Made) -> None:
    """Raises Altered."""
    if _sum_of(path) == item.material.sha256:
        made.kept += 1
        return
    if link and item.path.exists():
        for _piece in pieces(item):
            pass
        path.unlink(missing_ok=True)
        path.hardlink_to(item.path)
    else:
        _write(path, pieces(item))
    made.written += 1


def _write(path: Path, content: Iterator[bytes]) -> None:
    """Under its name only when all of it is there."""
    part = path.with_name(path.name + ".part")
    try:
        with part.open("wb") as file:
            file.writelines(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _clear(folder: Path, before: dict[str, str], hall: Hall, made: Made) -> None:
    """Take away what an earlier package brought and this one does not: only where nobody has changed it since."""
    wanted = {item.name for item in hall.items} | set(papers(hall))
    for name, digest in before.items():
        path = folder / name
        if name not in wanted and path.name == name and _sum_of(path) == digest:
            path.unlink()
            made.cleared.append(name)


def _listed(folder: Path) -> Iterator[tuple[str, str]]:
    """Names and checksums of the package that was made here before."""
    with suppress(FileNotFoundError):
        for line in (folder / SUMS).read_text(errors="replace").splitlines():
            if found := LINE.fullmatch(line):
                yield found[2], found[1]


def _sum_of(path: Path) -> str:
    """Empty when there is no such file."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except (FileNotFoundError, IsADirectoryError):
        return ""
