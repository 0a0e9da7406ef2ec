"""Scans that decisions rest on."""

import hashlib
import secrets
from datetime import datetime
from pathlib import PurePath
from typing import TYPE_CHECKING

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import log
from accounts.permissions import Action, require
from contest.models import Stage, StageDocument
from contest.models.stage import State
from registry import scans

if TYPE_CHECKING:
    from accounts.models import User


class DocumentRefused(Exception):
    """The scan cannot be taken; the message says why and what to do."""


def upload_signed_result(stage: Stage, *, name: str, data: bytes, by: "User", at: datetime) -> StageDocument:
    """Keep the scan of the signed and sealed result sheet for the results as they now stand. Raises DocumentRefused."""
    require(by, Action.CERTIFY, stage)
    try:
        content_type, suffix = scans.kind_of(data)
    except scans.ScanRefused as refused:
        raise DocumentRefused(str(refused)) from None
    with transaction.atomic():
        here = Stage.objects.held().filter(pk=stage.pk, state=State.TABULATED).first()
        if here is None:
            raise DocumentRefused(_("成绩单扫描件在统分之后、签认之前上传。"))
        document = StageDocument(
            stage=stage,
            use=StageDocument.Use.SIGNED_RESULT,
            original_name=PurePath(name.replace("\\", "/")).name[:255],
            content_type=content_type,
            size=len(data),
            sha256=hashlib.sha256(data).hexdigest(),
            revision=here.revision,
            uploaded_by=by,
            uploaded_at=at,
        )
        # A random name: what people call their files must not reach the disk.
        document.file.save(secrets.token_hex(16) + suffix, ContentFile(data), save=False)
        document.save()
        log.write(
            stage.season.code,
            "upload_signed_result",
            by=by,
            at=at,
            on=stage,
            document=document.pk,
            sha256=document.sha256,
            revision=document.revision,
        )
    return document


def signed_result(stage: Stage) -> StageDocument | None:
    """The newest scan that shows the live results; None when there is none, or only of an earlier revision."""
    current = Stage.objects.values_list("revision", flat=True).get(pk=stage.pk)
    return stage.documents.filter(use=StageDocument.Use.SIGNED_RESULT, revision=current).first()
