"""Certificates whose awards fell when the results were put right (DESIGN 6): superseded, never deleted."""

from datetime import datetime
from typing import TYPE_CHECKING

from certificates.causes import WhySuperseded, reason_of
from certificates.models import Batch, Certificate
from certificates.models.certificate import Status
from contest.models import Stage

if TYPE_CHECKING:
    from accounts.models import User

LONGEST_REASON = 255


def supersede(stage: Stage, *, reason: str, by: "User", at: datetime) -> list[int]:
    """Put the stage's certificates out of force; those of a batch that was not released are given up. Their ids.

    Part of the action that withdraws the certification, which holds the stage and writes the log line.
    """
    batch = Batch.objects.live().filter(stage=stage).first()
    if batch is None:
        return []
    valid = Certificate.objects.filter(batch=batch, status=Status.VALID)
    ended = list(valid.order_by("pk").values_list("pk", flat=True))
    if batch.released_at is None:
        Batch.objects.filter(pk=batch.pk).update(live=False)
        valid.update(status=Status.DISCARDED)
        return ended
    why = reason_of(WhySuperseded.RESULTS_CORRECTED, reason)[:LONGEST_REASON]
    Batch.objects.filter(pk=batch.pk).update(superseded_at=at)
    valid.update(status=Status.SUPERSEDED, reason=why, ended_by=by, ended_at=at)
    return ended
