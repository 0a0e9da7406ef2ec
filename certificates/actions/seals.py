"""The hosts' seals: taken in, made ready for print, taken out of use. A seal that was kept never changes."""

import hashlib
import secrets
from datetime import datetime
from typing import TYPE_CHECKING

from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts import log
from accounts.permissions import Action, require
from certificates.models import Seal
from certificates.paper import seals as paper
from contest.models import Season
from registry.disk import reserve

if TYPE_CHECKING:
    from accounts.models import User

LARGEST = 8 * 1024 * 1024


class SealRefused(Exception):
    """The seal cannot be taken or retired; the message says why and what to do."""


def keep_seal(season: Season, *, host: str, data: bytes, by: "User", at: datetime) -> Seal:
    """Keep a host's seal, made ready for print; it takes the place of the one in use. Raises SealRefused."""
    require(by, Action.ISSUE_CERTIFICATES, season)
    if host not in season.hosts:
        raise SealRefused(_("“%(host)s”不是本届的主办单位。") % {"host": host})
    if len(data) > LARGEST:
        raise SealRefused(_("图片超过 %(mb)d MB，请缩小后再上传。") % {"mb": LARGEST // 1024 // 1024})
    try:
        prepared = paper.prepare(data)
        reserve.check(len(prepared))
    except (paper.SealRefused, reserve.NoRoom) as refused:
        raise SealRefused(str(refused)) from refused
    sha256 = hashlib.sha256(prepared).hexdigest()
    try:
        with transaction.atomic():
            return _put_in_use(season, host, prepared, sha256, by=by, at=at)
    except IntegrityError:
        raise SealRefused(_("另一位工作人员刚刚上传了“%(host)s”的印章，请核对。") % {"host": host}) from None


def retire_seal(seal: Seal, *, by: "User", at: datetime) -> None:
    """Take a seal out of use; it stays for the paper that carries it. Raises SealRefused."""
    require(by, Action.ISSUE_CERTIFICATES, seal)
    with transaction.atomic():
        if not Seal.objects.filter(pk=seal.pk, live=True).update(live=False):
            raise SealRefused(_("这枚印章已经停用。"))
        log.write(seal.season.code, "retire_seal", by=by, at=at, on=seal, sha256=seal.sha256)


def _put_in_use(season: Season, host: str, prepared: bytes, sha256: str, *, by: "User", at: datetime) -> Seal:
    """The old seal out of use, the new one in, one line in the log."""
    before = Seal.objects.filter(season=season, host=host, live=True).first()
    if before is not None and before.sha256 == sha256:
        raise SealRefused(_("这枚印章已在使用，不必重复上传。"))
    if before is not None:
        Seal.objects.filter(pk=before.pk).update(live=False)
    seal = Seal(season=season, host=host, sha256=sha256, size=len(prepared), uploaded_by=by, uploaded_at=at)
    # A random name: nobody finds a seal by guessing.
    seal.file.save(secrets.token_hex(16) + ".png", ContentFile(prepared), save=False)
    seal.save()
    replaced = before.sha256 if before else ""
    log.write(season.code, "keep_seal", by=by, at=at, on=seal, sha256=sha256, replaced=replaced)
    return seal
