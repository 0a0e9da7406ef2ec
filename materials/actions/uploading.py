"""A file's way in: begun, given up, whole."""

import secrets
import unicodedata
from datetime import datetime
from pathlib import PurePath
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts import log
from accounts.permissions import Action, require
from contest import work
from contest.models import Entry, Stage
from materials import store
from materials.incoming import room
from materials.models import Kind, Material, Upload
from materials.models.terms import MB
from materials.right import may_arrive, right_of, terms_of

if TYPE_CHECKING:
    from accounts.models import User

LONGEST_NAME = 255


class UploadRefused(Exception):
    """The file cannot be sent; the message says why and what to do."""


class TooLarge(UploadRefused):
    """The file is larger than its kind may be."""


class TooLate(UploadRefused):
    """The upload is over: given up, run out, or not whole in time."""


def begin(
    entry: Entry, *, kind: str, name: str, length: int, fingerprint: str = "", by: "User", at: datetime
) -> Upload:
    """Fix the right to send one file of `length` bytes. Notice IV: a PPT, or a video with a PPT.

    Raises UploadRefused, TooLarge, NoRoom.
    """
    require(by, Action.SUBMIT_MATERIAL, entry)
    if kind not in Kind.values:
        raise UploadRefused(_("请选择上传 PPT 课件还是视频。"))
    with transaction.atomic():
        # The stage's row is held: neither its state nor its terms change before the commit.
        stage = Stage.objects.held().select_related("season").get(pk=entry.stage_id)
        here = Entry.objects.get(pk=entry.pk)
        here.stage = stage
        right = right_of(here, at)
        if not right.may_begin:
            raise UploadRefused(right.why_not)
        _fits(stage, kind, length)
        if Upload.objects.standing(at).filter(entry=here).count() >= room.AT_ONCE:
            raise UploadRefused(_("有太多文件没有传完。请先继续或放弃它们，再传新的。"))
        room.check(here, length)
        upload = Upload.objects.create(
            token=secrets.token_hex(16),
            entry=here,
            kind=kind,
            name=shown_name(name),
            length=length,
            fingerprint=fingerprint[:64],
            by=by,
            begun_at=at,
            ends_at=right.ends_at,
            late=right.late,
        )
        log.write(
            stage.season.code,
            "begin_upload",
            by=by,
            at=at,
            on=here,
            kind=kind,
            length=length,
            upload=upload.pk,
            late=right.late.pk if right.late else None,
        )
    return upload


def complete(upload: Upload, *, at: datetime) -> Material:
    """Take the whole file as the entrant's next version; `at` is when its last byte came. Twice is once.

    Raises TooLate.
    """
    with transaction.atomic():
        stage = Stage.objects.held().select_related("season").get(pk=upload.entry.stage_id)
        in_time = may_arrive(upload, stage, at)
        if not in_time or not Upload.objects.open().filter(pk=upload.pk).update(state=Upload.State.WHOLE):
            return _taken(upload)
        newest = Material.objects.filter(entry=upload.entry_id, kind=upload.kind).aggregate(newest=Max("version"))
        material = Material.objects.create(
            upload=upload,
            entry_id=upload.entry_id,
            kind=upload.kind,
            version=(newest["newest"] or 0) + 1,
            name=upload.name,
            size=upload.length,
            file=upload.token,
            uploaded_by_id=upload.by_id,
            begun_at=upload.begun_at,
            completed_at=at,
            late=upload.late,
        )
        log.write(
            stage.season.code,
            "receive_material",
            by=upload.by,
            at=at,
            on=material,
            entry=upload.entry_id,
            kind=upload.kind,
            version=material.version,
            size=material.size,
        )
        _send()
    upload.state = Upload.State.WHOLE
    return material


def give_up(upload: Upload, *, by: "User", at: datetime) -> None:
    """Stop an upload and throw away what has come. Raises TooLate when it is over already."""
    require(by, Action.SUBMIT_MATERIAL, upload.entry)
    with transaction.atomic():
        if not Upload.objects.open().filter(pk=upload.pk).update(state=Upload.State.GIVEN_UP):
            raise TooLate(_("这次上传已经结束。"))
        log.write(upload.entry.stage.season.code, "give_up_upload", by=by, at=at, on=upload.entry, upload=upload.pk)
        transaction.on_commit(lambda: store.remove(upload.token))
    upload.state = Upload.State.GIVEN_UP


def expire(at: datetime) -> int:
    """End the uploads whose time is over, and throw away what had come of them; how many."""
    over = list(Upload.objects.open().filter(ends_at__lte=at).values_list("pk", "token"))
    ended = Upload.objects.open().filter(pk__in=[pk for pk, _token in over]).update(state=Upload.State.EXPIRED)
    gone = Upload.objects.filter(pk__in=[pk for pk, _token in over], state=Upload.State.EXPIRED)
    store.remove(*gone.values_list("token", flat=True))
    return ended


def shown_name(name: str) -> str:
    """The file's name without its folders and without signs that are not seen."""
    last = PurePath(name.replace("\\", "/")).name
    return "".join(sign for sign in last if unicodedata.category(sign)[0] != "C")[:LONGEST_NAME] or _("未命名")


def _fits(stage: Stage, kind: str, length: int) -> None:
    if length < 1:
        raise UploadRefused(_("文件是空的，请重新选择。"))
    largest = terms_of(stage).largest(kind)
    if length > largest:
        told = {"size": -(-length // MB), "largest": largest // MB}
        raise TooLarge(_("文件有 %(size)d MB，超过了 %(largest)d MB 的上限。请压缩后再上传。") % told)


def _taken(upload: Upload) -> Material:
    """What was made of an upload that somebody else completed meanwhile."""
    material = Material.objects.filter(upload=upload).first()
    if material is None:
        raise TooLate(_("这次上传已经结束，请重新上传。"))
    return material


def _send() -> None:
    from materials.tasks import inspect

    work.send(inspect)
