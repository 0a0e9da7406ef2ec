"""Publishing certified results, by somebody else than who certified them.

What stands on notice is frozen as a `Publication`; taking it back marks that and deletes nothing.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts import log
from accounts.permissions import Action, require
from accounts.words import written
from contest.models import Season, Stage
from contest.reads.working_days import end_of_notice
from contest.workflow import CannotMove, Problem, joins, make
from scoring.actions.hold import hold
from scoring.models import Publication, Tabulation
from scoring.reads.kept import Leaves
from scoring.reads.snapshot import read_snapshot

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
    require(by, Action.PUBLISH, stage, at=at)
    if hold(stage).certified_by_id == by.pk:
        raise CertifierCannotPublish([Problem(_("成绩由您签字确认，须由另一位市级工作人员公示。"))])
    # Nobody corrects the season's days while one of its stages is held; what the page read of them may be older.
    until = end_of_notice(Season.objects.get(pk=stage.season_id), at)
    make(
        "publish",
        stage,
        by=by,
        at=at,
        reason=reason,
        seconded_by=seconded_by,
        basis=basis,
        published_by=by,
        published_basis=basis,
        notice_from=at,
        notice_until=until.at,
        notice_provisional=until.is_provisional,
    )


@joins("publish")
def snapshot_of_the_move(stage: Stage, *, by: "User", at: datetime, reason: str) -> Mapping[str, Any]:
    """The publication, written before the line that commits to it (DESIGN 12)."""
    # The notice period is written by the claim already.
    here = hold(stage)
    earlier = Publication.objects.filter(stage=here)
    version = (earlier.aggregate(last=Max("version"))["last"] or 0) + 1
    leaves = Leaves(Tabulation.objects.values_list("leaves", flat=True).get(stage=here, live=True))
    text = log.canonical(read_snapshot(here, version, leaves))
    made = Publication.objects.create(
        stage=here, version=version, revision=here.revision, by=by, at=at, text=text, leaves=leaves.opened
    )
    replaced = earlier.filter(replaced_by=None, withdrawn_at__isnull=False)
    replaces = list(replaced.order_by("version").values_list("version", flat=True))
    replaced.update(replaced_by=made)
    return {"version": version, "revision": made.revision, "snapshot": made.digest, "replaces": replaces}


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
    """Take the notice down, with a reason; what stood there is kept. Raises CannotMove, PermissionDenied."""
    hold(stage)
    live = Publication.objects.live().filter(stage=stage).first()
    why = Leaves()
    facts = {"version": live.version, "why": why.close("withdrawn", written(reason))} if live else {}
    make(
        "withdraw_notice",
        stage,
        by=by,
        at=at,
        reason=reason,
        seconded_by=seconded_by,
        basis=basis,
        facts=facts,
        published_by=None,
        published_basis=None,
        notice_from=None,
        notice_until=None,
        notice_provisional=False,
    )
    # None where the notice was put up before publications were kept.
    if live is not None:
        Publication.objects.filter(pk=live.pk).update(
            withdrawn_at=at,
            withdrawn_reason=written(reason),
            withdrawn_by=by,
            withdrawn_second=seconded_by,
            leaves={**live.leaves, **why.opened},
        )
