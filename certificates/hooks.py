"""What certificates and letters register with the contest: they rest on results, and fall with them."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.emergency.acting import completes
from certificates.actions.superseding import supersede
from certificates.models import Batch, Certificate, Letter
from certificates.models.certificate import Status
from contest.models import Stage
from contest.workflow import Problem, joins, rests

if TYPE_CHECKING:
    from accounts.models import User


@completes("release_certificates")
def asker(_stage: Stage, facts: Mapping[str, Any]) -> Iterable[int | None]:
    """Releasing a batch completes what somebody asked for."""
    return Batch.objects.filter(pk=facts["batch"]).values_list("asked_by", flat=True)


@joins("withdraw_certification")
def certificates_fall(stage: Stage, *, by: "User", at: datetime, reason: str) -> Mapping[str, Any] | None:
    """Without its awards a stage has no certificates in force."""
    ended = supersede(stage, reason=reason, by=by, at=at)
    return {"certificates": ended} if ended else None


@rests
def certificates_and_letters(stage: Stage, _at: datetime) -> Iterator[Problem]:
    """How many certificates and letters state these results."""
    batch = Batch.objects.live().filter(stage=stage).first()
    if batch is not None:
        valid = Certificate.objects.filter(batch=batch, status=Status.VALID).count()
        url = reverse("certificates:stage", args=[stage.pk])
        told = {"count": valid}
        if batch.released_at:
            yield Problem(_("已发放的 %(count)d 张证书将作废，更正后换发。") % told, url)
        else:
            yield Problem(_("尚未发放的 %(count)d 张证书将作废，更正后重新制作。") % told, url)
    if stage.is_final and (letters := Letter.objects.filter(season=stage.season_id).count()):
        yield Problem(
            _("已拟制 %(count)d 份反馈函，更正后须逐份核对、重拟。") % {"count": letters},
            reverse("certificates:letters", args=[stage.season.code]),
        )
