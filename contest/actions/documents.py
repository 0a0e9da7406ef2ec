"""Scans that decisions rest on."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import log
from accounts.permissions import Action, require
from contest.models import Stage, StageDocument
from contest.models.stage import State
from contest.reads.working_days import calendar_of
from contest.rules.working_days import period
from registry import scans
from registry.disk import reserve

if TYPE_CHECKING:
    from accounts.models import User

Use = StageDocument.Use
# One sheet of paper, photographed page by page.
MOST_PAGES = 20
# The seal may be pressed where it is kept, after the people have gone home (DESIGN 6).
SEALING_WORKING_DAYS = 2
# When the results can be signed, and when their seal can follow.
SIGNING = (State.TABULATED,)
SEALING = (State.TABULATED, State.CERTIFIED, State.PUBLISHED)


class DocumentRefused(Exception):
    """The scan cannot be taken; the message says why and what to do."""


def upload_signed_result(
    stage: Stage, *, files: Sequence[tuple[str, bytes]], sealed: bool = False, by: "User", at: datetime
) -> list[StageDocument]:
    """Keep the signed result sheet of the results as they now stand: one scan, or photographs of its pages in order.

    `files` are names and contents. `sealed`: it bears the seal as well; such a one may follow after the certification.
    What was kept before stays, and counts no more. Raises DocumentRefused.
    """
    require(by, Action.CERTIFY, stage)
    kinds = _kinds(files)
    _check_room(stage, files)
    kept: list[StageDocument] = []
    try:
        with transaction.atomic():
            here = Stage.objects.whole().held().get(pk=stage.pk)
            _check_state(here, sealed)
            upload = secrets.token_hex(16)
            for page, ((name, data), kind) in enumerate(zip(files, kinds, strict=True), start=1):
                kept.append(_kept(name, data, kind))
                fields = {"stage": stage, "use": Use.SEALED_RESULT if sealed else Use.SIGNED_RESULT, "page": page}
                for field, value in {**fields, "upload": upload, **_says(here)}.items():
                    setattr(kept[-1], field, value)
                kept[-1].uploaded_by, kept[-1].uploaded_at = by, at
            StageDocument.objects.bulk_create(kept)
            log.write(
                stage.season.code,
                "upload_sealed_result" if sealed else "upload_signed_result",
                by=by,
                at=at,
                on=stage,
                documents=[each.pk for each in kept],
                sha256=[each.sha256 for each in kept],
                revision=here.revision,
                says=says_besides(kept[0]),
            )
    except BaseException:
        for each in kept:
            each.file.delete(save=False)
        raise
    return kept


def signed_result(stage: Stage) -> list[StageDocument]:
    """The pages of the newest signed scan that says what the sheet says now; none where all say something else."""
    return _newest(stage, Use.SIGNED_RESULT, Use.SEALED_RESULT)


def sealed_result(stage: Stage) -> list[StageDocument]:
    """The pages of the newest such scan that bears the seal as well."""
    return _newest(stage, Use.SEALED_RESULT)


def seal_due(stage: Stage) -> date | None:
    """The last day for the sealed scan, two working days after the certification; None before that."""
    if stage.certified_at is None:
        return None
    first = timezone.localdate(stage.certified_at) + timedelta(days=1)
    return period(first, SEALING_WORKING_DAYS, calendar_of(stage.season)).last


def says_besides(document: StageDocument) -> list[str]:
    """What the paper says besides its results, as the log commits to it: whose, when and where they were."""
    return [document.title, document.held_on.isoformat() if document.held_on else "", document.venue]


def _says(stage: Stage) -> dict[str, Any]:
    """What a result sheet printed now says (`StageDocument.objects.in_force`)."""
    return {
        "revision": stage.revision,
        "title": stage.season.title,
        "held_on": stage.held_on,
        "venue": stage.venue,
    }


def _newest(stage: Stage, *uses: str) -> list[StageDocument]:
    pages = list(StageDocument.objects.in_force().filter(stage=stage, use__in=uses))
    return [page for page in pages if page.upload == pages[0].upload]


def _check_room(stage: Stage, files: Sequence[tuple[str, bytes]]) -> None:
    kept = StageDocument.objects.filter(stage=stage).aggregate(total=Sum("size"))["total"] or 0
    try:
        reserve.check(sum(len(data) for _name, data in files), kept=kept)
    except reserve.NoRoom as full:
        raise DocumentRefused(str(full)) from None


def _kinds(files: Sequence[tuple[str, bytes]]) -> list[tuple[str, str]]:
    """What the files are; of several each is named in what is said of it."""
    if not files:
        raise DocumentRefused(_("请选择扫描件或照片。"))
    if len(files) > MOST_PAGES:
        raise DocumentRefused(_("一次最多上传 %(most)d 个文件，请合并为一个 PDF。") % {"most": MOST_PAGES})
    kinds = []
    for name, data in files:
        try:
            kinds.append(scans.kind_of(data))
        except scans.ScanRefused as refused:
            told = f"{_shown(name)}：{refused}" if len(files) > 1 else str(refused)
            raise DocumentRefused(told) from None
    return kinds


def _check_state(stage: Stage, sealed: bool) -> None:
    if not sealed and not stage.is_in(*SIGNING):
        raise DocumentRefused(_("签字的成绩单在统分之后、签字确认之前上传。"))
    if sealed and not stage.is_in(*SEALING):
        raise DocumentRefused(_("签字盖章的成绩单在统分之后、成绩生效之前上传。"))


def _kept(name: str, data: bytes, kind: tuple[str, str]) -> StageDocument:
    """The file, written; its row is yet to be saved."""
    content_type, suffix = kind
    document = StageDocument(
        original_name=_shown(name),
        content_type=content_type,
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
    )
    # A random name: what people call their files must not reach the disk.
    document.file.save(secrets.token_hex(16) + suffix, ContentFile(data), save=False)
    return document


def _shown(name: str) -> str:
    return PurePath(name.replace("\\", "/")).name[:255]
