"""Certifying the results: the prizes are written down."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Max

from contest.actions.awards import supersede
from contest.models import Award, Stage, StageDocument
from contest.workflow import joins, make
from scoring.actions.hold import hold
from scoring.actions.rules import ruleset_of
from scoring.models import Result, Tabulation
from scoring.reads.kept import award_digest

if TYPE_CHECKING:
    from accounts.models import Basis, User

# Notice VI(1) gives a certificate to everybody who took part, also where 优秀 has a number and others are left over.
TOOK_PART = ("took_part", "参加活动")


@transaction.atomic
def certify(
    stage: Stage,
    *,
    by: "User",
    at: datetime,
    reason: str = "",
    seconded_by: "User | None" = None,
    basis: "Basis | None" = None,
) -> list[Award]:
    """Notice V(1), V(2), VI(1): write an award for every competitor from the live results.

    Raises CannotMove, PermissionDenied.
    """
    stage.revision = hold(stage).revision
    make(
        "certify",
        stage,
        by=by,
        at=at,
        reason=reason,
        seconded_by=seconded_by,
        basis=basis,
        facts={"revision": stage.revision},
        certified_by=by,
        certified_at=at,
        certified_basis=basis,
    )
    return list(Award.objects.live().filter(entry__stage=stage).order_by("pk"))


@joins("certify")
def awards_of_the_move(stage: Stage, *, by: "User", at: datetime, reason: str) -> Mapping[str, Any]:
    """The awards, written before the line that commits to them and to the scan they rest on."""
    awards = write_awards(stage)
    leaves = Tabulation.objects.values_list("leaves", flat=True).get(stage=stage, live=True)
    scans = StageDocument.objects.in_force().filter(stage=stage).order_by("pk")
    return {
        "awarded": [award.pk for award in awards],
        "awards": award_digest(awards, leaves),
        "scan": list(scans.values_list("sha256", flat=True)),
    }


def write_awards(stage: Stage) -> list[Award]:
    """An award for everybody in the live results; part of an action that holds the stage and writes its log line."""
    tiers = {tier.code: (tier.code, tier.name, tier.order) for tier in ruleset_of(stage).tiers.all()}
    beyond = (*TOOK_PART, len(tiers) + 1)
    results = Result.objects.filter(tabulation__stage=stage, tabulation__live=True).order_by("position", "entry")
    earlier = dict(Award.objects.filter(entry__stage=stage).order_by().values_list("entry").annotate(Max("version")))
    awards = []
    for result in results:
        code, name, order = tiers.get(result.tier, beyond)
        awards.append(
            Award(
                entry_id=result.entry_id,
                version=earlier.get(result.entry_id, 0) + 1,
                person=result.person,
                tier=code,
                tier_name=name,
                tier_order=order,
                rank=result.rank,
                revision=stage.revision,
            )
        )
    return Award.objects.bulk_create(awards)


@transaction.atomic
def withdraw_certification(
    stage: Stage,
    *,
    by: "User",
    at: datetime,
    reason: str,
    seconded_by: "User | None" = None,
    basis: "Basis | None" = None,
) -> None:
    """Take the certification back with a reason: the awards are superseded, the results stay.

    Raises CannotMove, PermissionDenied.
    """
    make(
        "withdraw_certification",
        stage,
        by=by,
        at=at,
        reason=reason,
        seconded_by=seconded_by,
        basis=basis,
        certified_by=None,
        certified_at=None,
        certified_basis=None,
    )


@joins("withdraw_certification")
def awards_fall(stage: Stage, *, by: "User", at: datetime, reason: str) -> None:
    """The awards are out of force before the line that seals them."""
    supersede(stage, reason=reason, by=by, at=at)
