"""Ending a released certificate: revoked for good, or replaced by a new version with the same number."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import log
from accounts.permissions import Action, require
from accounts.words import written
from certificates import facts as told
from certificates.actions.batch import new_row
from certificates.models import Certificate
from certificates.models.certificate import Status
from certificates.tasks import make_certificates
from contest.models import Stage
from contest.work import send
from registry.fonts import NoFont, unshowable

if TYPE_CHECKING:
    from accounts.models import User


class CannotEnd(Exception):
    """The certificate cannot be revoked or replaced; the message says why."""


def revoke(certificate: Certificate, *, reason: str, by: "User", at: datetime) -> None:
    """Take a released certificate out of force. Raises CannotEnd."""
    require(by, Action.ISSUE_CERTIFICATES, certificate)
    with transaction.atomic():
        _end(certificate, Status.REVOKED, reason, by=by, at=at)
        log.write(
            certificate.batch.stage.season.code,
            "revoke_certificate",
            by=by,
            at=at,
            on=certificate,
            reason=reason,
            sha256=certificate.sha256,
        )


def replace(certificate: Certificate, *, reason: str, by: "User", at: datetime) -> Certificate:
    """Make a new version that states what the registry says today; the old one shows as replaced at once.

    Raises CannotEnd.
    """
    require(by, Action.ISSUE_CERTIFICATES, certificate)
    award = certificate.award
    try:
        missing = unshowable("".join(told.living(award).values()))
    except NoFont as none:
        raise CannotEnd(str(none)) from none
    if missing:
        raise CannotEnd(
            _("证书字体中没有“%(characters)s”的字形，换发前请更换字体。") % {"characters": "".join(missing)}
        )
    with transaction.atomic():
        _end(certificate, Status.REPLACED, reason, by=by, at=at)
        stage = Stage.objects.whole().get(pk=certificate.batch.stage_id)
        new = new_row(
            certificate.batch,
            award,
            stage,
            series=certificate.series,
            number=certificate.number,
            hosts=told.hosts_of(stage.season),
            version=certificate.version + 1,
        )
        new.save(force_insert=True)
        send(make_certificates)
        log.write(
            stage.season.code,
            "replace_certificate",
            by=by,
            at=at,
            on=certificate,
            reason=reason,
            sha256=certificate.sha256,
            new=new.pk,
            version=new.version,
        )
    return new


def _end(certificate: Certificate, status: Status, reason: str, *, by: "User", at: datetime) -> None:
    """Claim the end of a certificate that is valid and was released."""
    if not written(reason):
        raise CannotEnd(_("请写明原因。"))
    released = Certificate.objects.released().filter(pk=certificate.pk, status=Status.VALID).values("pk")
    if not Certificate.objects.filter(pk__in=released).update(status=status, reason=reason, ended_by=by, ended_at=at):
        raise CannotEnd(_("只有已经发放、仍然有效的证书才能撤销或换发。未发放的请作废整批后重新制作。"))
