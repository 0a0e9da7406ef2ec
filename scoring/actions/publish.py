"""Publishing certified results, by somebody else than who certified them."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.permissions import Action, require
from contest.models import Stage
from contest.reads.working_days import end_of_notice
from contest.workflow import CannotMove, Problem, make
from scoring.actions.hold import hold

if TYPE_CHECKING:
    from accounts.models import Basis, User


class CertifierCannotPublish(CannotMove):
    """Two people: whoever certified the results does not publish them."""


@transaction.atomic
def publish(
    stage: Stage,
    *,
    by: "User",
    at: datetime,
    reason: str = "",
    seconded_by: "User | None" = None,
    basis: "Basis | None" = None,
) -> None:
    """Notice VII(2), open and transparent: put the results on notice for the season's number of working days.

    Raises CertifierCannotPublish, CannotMove, PermissionDenied.
    """
    require(by, Action.PUBLISH, stage)
    until = end_of_notice(stage.season, at)
    if hold(stage).certified_by_id == by.pk:
        raise CertifierCannotPublish([Problem(_("成绩由您签字确认，须由另一位市级工作人员公示。"))])
    make(
        "publish",
        stage,
        by=by,
        at=at,
        reason=reason,
        seconded_by=seconded_by,
        basis=basis,
        published_by=by,
        notice_from=at,
        notice_until=until.at,
        notice_provisional=until.is_provisional,
    )


@transaction.atomic
def withdraw_notice(
    stage: Stage,
    *,
    by: "User",
    at: datetime,
    reason: str,
    seconded_by: "User | None" = None,
    basis: "Basis | None" = None,
) -> None:
    """Take the notice down, with a reason. Raises CannotMove, PermissionDenied."""
    make(
        "withdraw_notice",
        stage,
        by=by,
        at=at,
        reason=reason,
        seconded_by=seconded_by,
        basis=basis,
        published_by=None,
        notice_from=None,
        notice_until=None,
        notice_provisional=False,
    )
