"""A file's way in: begun, given up, whole."""

import re
import secrets
import unicodedata
from datetime import datetime
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

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
KEY = re.compile(r"[\w-]{1,64}", re.ASCII)


class UploadRefused(Exception):
    """The file cannot be sent; the message says why and what to do."""


class TooLarge(UploadRefused):
    """The file is larger than its kind may be."""


class TooLate(UploadRefused):
    """The upload is over: given up, run out, or not whole in time."""


def begin(
    entry: Entry, *, kind: str, name: str, length: int, fingerprint: str = "", key: str = "", by: "User", at: datetime
) -> Upload:
    """Fix the right to send one file of `length` bytes. Notice IV: a PPT, or a video with a PPT.

    With a `key` that began an upload before, that one is given again (DESIGN 11). Nothing is promised a place before
    its first byte comes (`place`). Raises UploadRefused, TooLarge, TooLate, NoRoom.
    """
    require(by, Action.SUBMIT_MATERIAL, entry)
    if kind not in Kind.values:
        raise UploadRefused(_("请选择上传 PPT 课件还是视频。"))
    if key and not KEY.fullmatch(key):
        raise UploadRefused(_("上传请求的编号写法不对。"))
    with transaction.atomic():
        # The stage's row is held: neither its state nor its terms change before the commit.
        stage = Stage.objects.held().select_related("season").get(pk=entry.stage_id)
        if begun := _begun_before(entry, key, kind, length):
            return begun
        here = Entry.objects.get(pk=entry.pk)
        here.stage = stage
        right = right_of(here, at)
        if not right.may_begin:
            raise UploadRefused(right.why_not)
        check_length(stage, kind, length)
        _check_room(here, length, at)
        told: dict[str, Any] = {"kind": kind, "length": length}
        known_by = {"name": shown_name(name), "fingerprint": fingerprint[:64], "key": key}
        until = {"begun_at": at, "ends_at": right.ends_at, "late": right.late}
        upload = Upload.objects.create(token=secrets.token_hex(16), entry=here, by=by, **told, **known_by, **until)
        _forget_unstarted(here)
        late = right.late.pk if right.late else None
        log.write(stage.season.code, "begin_upload", by=by, at=at, on=here, **told, upload=upload.pk, late=late)
    return upload


def place(upload: Upload, *, at: datetime) -> None:
    """Promise a place on the disk to an upload whose first byte has come. Raises UploadRefused, NoRoom."""
    if upload.placed_at is not None:
        return
    with transaction.atomic():
        Stage.objects.held().get(pk=upload.entry.stage_id)
        # Another tab may have sent the first byte meanwhile.
        unplaced = Upload.objects.open().filter(pk=upload.pk, placed_at=None)
        if unplaced.exists():
            _check_room(upload.entry, upload.length, at)
            unplaced.update(placed_at=at)
    upload.placed_at = at


def complete(upload: Upload, *, at: datetime) -> Material:
    """Take the whole file as the entrant's next version; `at` is when its last byte came. Twice is once.

    Raises TooLate.
    """
    with transaction.atomic():
        stage = Stage.objects.held().select_related("season").get(pk=upload.entry.stage_id)
        upload.entry.refresh_from_db(fields=["status"])
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
        send_to_inspection()
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


def _begun_before(entry: Entry, key: str, kind: str, length: int) -> Upload | None:
    """The upload that this key began; it must be about the same file, and not be over."""
    upload = Upload.objects.filter(entry=entry, key=key).first() if key else None
    if upload is None:
        return None
    if (upload.kind, upload.length) != (kind, length):
        raise UploadRefused(_("这个上传编号已经用于另一个文件，请重新选择文件。"))
    if upload.state not in (Upload.State.OPEN, Upload.State.WHOLE):
        raise TooLate(_("这次上传已经结束，请重新上传。"))
    return upload


def _check_room(entry: Entry, length: int, at: datetime) -> None:
    if Upload.objects.counted().standing(at).filter(entry=entry).count() >= room.AT_ONCE:
        raise UploadRefused(_("有太多文件没有传完。请先继续或放弃它们，再传新的。"))
    room.check(entry, length)


def _forget_unstarted(entry: Entry) -> None:
    """Of the beginnings that nothing has come of only the newest stay open: their senders have gone."""
    unstarted = Upload.objects.open().filter(entry=entry, placed_at=None).order_by("-begun_at", "-pk")
    over = list(unstarted.values_list("pk", flat=True)[room.UNSTARTED :])
    Upload.objects.filter(pk__in=over, placed_at=None).update(state=Upload.State.EXPIRED)


def check_length(stage: Stage, kind: str, length: int) -> None:
    """Whether a file of so many bytes may come. Raises UploadRefused, TooLarge."""
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


def send_to_inspection() -> None:
    """Have what was just taken inspected, once it is committed."""
    from materials.tasks import inspect

    work.send(inspect)
