"""A finalist's material of the preliminary, carried over into the final."""

import os
import secrets
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts import log
from accounts.permissions import Action, require
from contest.models import Entry, Stage
from contest.models.stage import Kind as StageKind
from materials import shelf, store
from materials.actions.uploading import UploadRefused, check_length, send_to_inspection
from materials.bucket import Silent
from materials.incoming import room
from materials.models import Material
from materials.right import Right, right_of

if TYPE_CHECKING:
    from accounts.models import User


class CarryRefused(Exception):
    """The material cannot be carried over; the message says why and what to do."""


def offered(entry: Entry) -> list[Material]:
    """What a finalist's preliminary counted last, of each kind, and the final has not got yet. Notice V(2)."""
    if entry.stage.kind != StageKind.FINAL:
        return []
    theirs = Entry.objects.filter(secretary=entry.secretary_id, stage__season=entry.stage.season_id)
    before = Material.objects.counting().filter(entry__in=theirs.filter(stage__kind=StageKind.PRELIMINARY))
    known = set(Material.objects.filter(entry=entry).exclude(sha256="").values_list("sha256", flat=True))
    waiting = set(Material.objects.filter(entry=entry, verdict="").values_list("kind", flat=True))
    return [
        each
        for each in before.exclude(file="").order_by("kind")
        if each.sha256 not in known and each.kind not in waiting
    ]


def carry_over(entry: Entry, *, by: "User", at: datetime) -> list[Material]:
    """Take what counted in the preliminary as the next versions of the final; they are inspected by its own terms.

    The pledge is about certain versions, so it is signed anew. Raises CarryRefused.
    """
    require(by, Action.SUBMIT_MATERIAL, entry)
    sources = offered(entry)
    _check(entry, sources, at)
    # Written before the transaction, which is to be short.
    files: list[str] = []
    try:
        for each in sources:
            files.append(secrets.token_hex(16))
            _copy(each, files[-1])
        with transaction.atomic():
            stage = Stage.objects.held().select_related("season").get(pk=entry.stage_id)
            here = Entry.objects.get(pk=entry.pk)
            here.stage = stage
            right = _check(here, offered(here), at)
            if offered(here) != sources:
                raise CarryRefused(_("材料刚刚有变化，请刷新页面后再试。"))
            made = [_next_version(here, *each, right, by=by, at=at) for each in zip(sources, files, strict=True)]
            told: dict[str, Any] = {"kinds": [each.kind for each in made], "versions": [each.version for each in made]}
            ids: dict[str, Any] = {"sources": [each.pk for each in sources], "materials": [each.pk for each in made]}
            log.write(stage.season.code, "carry_material", by=by, at=at, on=here, **told, **ids)
            send_to_inspection()
    except BaseException:
        store.remove(*files)
        raise
    return made


def _check(entry: Entry, sources: list[Material], at: datetime) -> Right:
    """The right to hand them in now, as if they were uploaded."""
    right = right_of(entry, at)
    if not right.may_begin:
        raise CarryRefused(right.why_not)
    if not sources:
        raise CarryRefused(_("没有可以沿用的初赛材料，或已经沿用过了。"))
    try:
        for each in sources:
            check_length(entry.stage, each.kind, each.size)
        room.check(entry, sum(each.size for each in sources))
    except (room.NoRoom, UploadRefused) as refused:
        raise CarryRefused(str(refused)) from None
    return right


def _copy(source: Material, name: str) -> None:
    """The same bytes under a name of their own; on one disk they are not written twice."""
    path = store.room_for(name)
    try:
        os.link(store.path_of(source.file), path)
        # What is new here is no leftover of long ago (incoming.arrivals).
        os.utime(path)
    except OSError:
        _write(source, path)
    store.make_sure(path)


def _write(source: Material, path: Path) -> None:
    try:
        with path.open("wb") as file:
            for piece in shelf.pieces(source):
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
    except (store.Missing, Silent, OSError):
        raise CarryRefused(_("初赛的文件现在取不到。请稍后再试，或重新上传。")) from None


def _next_version(entry: Entry, source: Material, file: str, right: Right, *, by: "User", at: datetime) -> Material:
    newest = Material.objects.filter(entry=entry, kind=source.kind).aggregate(newest=Max("version"))["newest"]
    return Material.objects.create(
        entry=entry,
        kind=source.kind,
        version=(newest or 0) + 1,
        name=source.name,
        size=source.size,
        file=file,
        uploaded_by=by,
        begun_at=at,
        completed_at=at,
        late=right.late,
    )
