"""Where a finished material is: on our own disk, or put away into an S3-compatible storage where the settings name one.

It comes in, is inspected and is drawn on the disk. What lies on the disk is always taken from there, so a file that is
put back from a backup counts at once.
"""

import fcntl
import hashlib
import logging
import time
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import IO

from django.core.cache import cache
from django.utils.http import content_disposition_header

from materials import bucket, store
from materials.bucket import Silent
from materials.models import Material
from materials.store import Missing, Seen

logger = logging.getLogger(__name__)
PIECE = 1024 * 1024
# In seconds: how long one round of putting away goes on to the next file; who waits for inspections wants the worker.
ROUND = 120.0
# In seconds: how long an address is good to begin a download with; a video that was paused goes on by the same address.
TO_SAVE, TO_PLAY = 10 * 60, 60 * 60
# In seconds: how long it is remembered that a file was found altered.
REMEMBERED = 24 * 60 * 60
LOCK = ".putting-away"


def put_away_due(at: datetime) -> int:
    """Move finished materials from the disk into the storage: how many were. Nothing without one.

    A file leaves the disk only after the storage says that it holds all of it and the row says so too; whatever is
    broken off is done by the next round, which also does what a killed one left. One round at a time.
    """
    if not bucket.is_set():
        return 0
    with _alone() as note:
        if note is None:
            return 0
        done, until = 0, time.monotonic() + ROUND
        try:
            for material in _lying_here():
                if time.monotonic() < until:
                    done += _put_away(material, at)
        except Silent as reason:
            _say_once(note, reason)
        else:
            note.truncate(0)
        return done


def seen(materials: Iterable[Material]) -> dict[str, Seen]:
    """What lies where it should, by the name of its file; what is nowhere is left out. Raises Silent."""
    wanted = list(materials)
    found = seen_here(wanted)
    if bucket.is_set() and len(found) < len(wanted):
        away = bucket.listed()
        found |= {each.file: away[each.file] for each in wanted if each.file not in found and each.file in away}
    return found


def seen_here(materials: Iterable[Material]) -> dict[str, Seen]:
    """As `seen`, of what lies on our own disk."""
    looked = {each.file: store.seen(each.file) for each in materials}
    return {name: found for name, found in looked.items() if found}


def pieces(material: Material) -> Generator[bytes, None, None]:
    """The bytes of its file, wherever it is, also when it is put away meanwhile. Raises Missing, Silent."""
    try:
        file = store.path_of(material.file).open("rb")
    except FileNotFoundError:
        if not bucket.is_set():
            raise Missing from None
        yield from bucket.pieces(material.file)
        return
    with file:
        while piece := file.read(PIECE):
            yield piece


def address(material: Material, *, filename: str, content_type: str, inline: bool, method: str) -> str:
    """Where somebody who may see it fetches what was put away, for a short time. Raises Missing when it was not."""
    if not bucket.is_set() or not Material.objects.put_away().filter(pk=material.pk).exists():
        raise Missing
    return bucket.address(
        material.file,
        disposition=content_disposition_header(not inline, filename) or "inline",
        content_type=content_type,
        method=method,
        seconds=TO_PLAY if inline else TO_SAVE,
    )


def altered_key(material: Material, found: Seen | None) -> str:
    """Under what it is remembered that this file was found altered: one put back in its place is another file."""
    return f"altered-{material.file}-{found.mark if found else ''}"


def remember_altered(material: Material) -> None:
    """Somebody has read it, and it is not what was inspected."""
    logger.error("material %s is not what was inspected", material.pk)
    try:
        found = seen([material]).get(material.file)
    except Silent:
        return
    cache.set(altered_key(material, found), True, REMEMBERED)


def _lying_here() -> list[Material]:
    """Finished ones whose file is on the disk, whatever the row says: who was killed did not come to remove it."""
    names = [path.name for path in store.names()]
    return list(Material.objects.finished().filter(file__in=names)) if names else []


def _put_away(material: Material, at: datetime) -> bool:
    wanted = bucket.Held(material.size, material.sha256)
    if bucket.held(material.file) != wanted:
        if not _is_as_inspected(material):
            return False
        bucket.put(material.file, store.path_of(material.file), material.sha256)
        if bucket.held(material.file) != wanted:
            raise Silent(f"it does not hold what it was sent as {material.file}")
    is_new = material.put_away_at is None
    if is_new and not Material.objects.finished().filter(pk=material.pk, put_away_at=None).update(put_away_at=at):
        return False
    store.remove(material.file)
    return is_new


def _is_as_inspected(material: Material) -> bool:
    """Only that goes into the storage; anything else stays where it is and is named in the hall's checklist."""
    if cache.get(altered_key(material, store.seen(material.file))):
        return False
    with store.path_of(material.file).open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() == material.sha256:
            return True
    remember_altered(material)
    return False


@contextmanager
def _alone() -> Iterator[IO[str] | None]:
    """None while another round is under way on this machine; whoever is killed lets go."""
    with (store.top() / LOCK).open("a+") as note:
        try:
            fcntl.flock(note, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield None
        else:
            yield note


def _say_once(note: IO[str], reason: Silent) -> None:
    """A round comes every ten seconds: what is wrong is said when it begins to be."""
    note.seek(0)
    if not note.read():
        logger.error("the storage of materials does not answer, files stay on the disk until it does: %s", reason)
        note.write(str(reason))
