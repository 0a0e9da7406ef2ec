"""Ending a released certificate, by two: revoked, or replaced by a new version with the same number."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import log
from accounts.permissions import Action, require_pair
from accounts.proposals.paper import resting_on
from accounts.words import written
from certificates import facts as told
from certificates.actions.batch import new_row
from certificates.models import Batch, Certificate
from certificates.models.certificate import Status
from certificates.tasks import make_certificates
from contest.models import Award, Stage
from contest.models.stage import State
from contest.work import send
from registry.fonts import NoFont, unshowable

if TYPE_CHECKING:
    from accounts.models import Basis, User


class CannotEnd(Exception):
    """The certificate cannot be revoked or replaced; the message says why."""


@transaction.atomic
def revoke(
    certificate: Certificate,
    *,
    reason: str,
    by: "User",
    seconded_by: "User | None",
    basis: "Basis | None" = None,
    at: datetime,
) -> None:
    """Take a released certificate out of force. Raises NeedsSecond, CannotEnd."""
    require_pair(by, seconded_by, Action.ISSUE_CERTIFICATES, certificate, at=at)
    Stage.objects.held().get(pk=certificate.batch.stage_id)
    _end(certificate, Status.REVOKED, reason, by=by, seconded_by=seconded_by, at=at)
    log.write(
        certificate.batch.stage.season.code,
        "revoke_certificate",
        by=by,
        seconded_by=seconded_by,
        at=at,
        on=certificate,
        reason=reason,
        sha256=certificate.sha256,
        **resting_on(basis),
    )


@transaction.atomic
def replace(
    certificate: Certificate,
    *,
    reason: str,
    by: "User",
    seconded_by: "User | None",
    basis: "Basis | None" = None,
    at: datetime,
) -> Certificate:
    """Make a new version that states what the registry says today; the old one shows as replaced at once.

    One that was revoked by mistake is given again the same way, while its award stands (DESIGN 6: there is always a
    way back); the log keeps who revoked it and why. Raises NeedsSecond, CannotEnd.
    """
    require_pair(by, seconded_by, Action.ISSUE_CERTIFICATES, certificate, at=at)
    Stage.objects.held().get(pk=certificate.batch.stage_id)
    stage = Stage.objects.whole().get(pk=certificate.batch.stage_id)
    if why := unprintable(certificate):
        raise CannotEnd(why)
    if stage.state != State.CLOSED:
        raise CannotEnd(_("成绩正在更正，重新生效后再换发证书。"))
    _end(certificate, Status.REPLACED, reason, by=by, seconded_by=seconded_by, at=at)
    new = new_row(
        certificate.batch,
        certificate.award,
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
        seconded_by=seconded_by,
        at=at,
        on=certificate,
        reason=reason,
        sha256=certificate.sha256,
        new=new.pk,
        version=new.version,
        **resting_on(basis),
    )
    return new


def unprintable(certificate: Certificate) -> str:
    """Why what the award says today cannot be printed, in a sentence; empty where it can."""
    try:
        missing = unshowable("".join(told.living(certificate.award).values()))
    except NoFont as none:
        return str(none)
    if not missing:
        return ""
    return _("证书字体中没有“%(characters)s”的字形，换发前请更换字体。") % {"characters": "".join(missing)}


def given_again(certificate: Certificate) -> bool:
    """Whether it was revoked and can be given again: the newest of an award that stands, of a batch in force."""
    batch, award = Batch.objects.live().filter(pk=certificate.batch_id), Award.objects.live()
    later = Certificate.objects.standing().filter(award=certificate.award_id, version__gt=certificate.version)
    revoked = Certificate.objects.released().filter(pk=certificate.pk, status=Status.REVOKED)
    return revoked.filter(batch__in=batch, award__in=award).exists() and not later.exists()


def not_replaceable(certificate: Certificate) -> str:
    """Why this certificate cannot be replaced, in a sentence; empty for one in force, or revoked by mistake."""
    return "" if given_again(certificate) else not_in_force(certificate)


def not_in_force(certificate: Certificate) -> str:
    """Why this certificate cannot be ended, in a sentence; empty for one that was released and is valid."""
    if Certificate.objects.released().filter(pk=certificate.pk, status=Status.VALID).exists():
        return ""
    return _("只有已经发放、仍然有效的证书才能撤销或换发。未发放的请作废整批后重新制作。")


def _end(
    certificate: Certificate, status: Status, reason: str, *, by: "User", seconded_by: "User | None", at: datetime
) -> None:
    """Claim the end of a certificate that is valid and was released, or was revoked and is replaced now."""
    if not written(reason):
        raise CannotEnd(_("请写明原因。"))
    before = Status.REVOKED if status == Status.REPLACED and given_again(certificate) else Status.VALID
    released = Certificate.objects.released().filter(pk=certificate.pk, status=before).values("pk")
    ended = {"status": status, "reason": reason, "ended_by": by, "ended_second": seconded_by, "ended_at": at}
    if not Certificate.objects.filter(pk__in=released).update(**ended):
        raise CannotEnd(not_in_force(certificate))
