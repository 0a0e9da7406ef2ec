"""Recording what the panel decided between entrants who stand level."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import log
from accounts.permissions import Action, require, require_pair
from accounts.proposals.paper import resting_on
from accounts.words import written
from contest.actions.hall import in_hall
from contest.models import Stage
from contest.models.stage import State
from scoring.actions.hold import hold
from scoring.actions.tabulate import LONGEST_REASON, write_results
from scoring.models import Result, Ruling, Tabulation

if TYPE_CHECKING:
    from accounts.models import Basis, User


class BadRuling(Exception):
    """The ruling cannot be recorded; the message says why and what to do."""


@transaction.atomic
def record_ruling(
    stage: Stage,
    *,
    order: Sequence[int],
    kind: str,
    reason: str,
    by: "User",
    at: datetime,
    seconded_by: "User | None" = None,
    basis: "Basis | None" = None,
) -> Ruling:
    """DESIGN 7 (the notice leaves ties open): record the order people settled on, and tabulate anew with it.

    `order` names, best first, exactly the entries of one level group of the live results. It settles their places,
    their prizes and everything later that goes by places, for as long as exactly they are level at this total.
    It takes two, or in the hall a signed form. Raises BadRuling, WrongState, NeedsSecond, PermissionDenied.
    """
    require(by, Action.RULE_ON_TIE, stage)
    here = hold(stage, State.TABULATED)
    require_pair(by, seconded_by, Action.RULE_ON_TIE, stage, in_hall=in_hall(here, basis), at=at)
    reason = _checked(stage, order, kind, reason)
    total = Result.objects.get(tabulation__stage=stage, tabulation__live=True, entry=order[0])
    ruling = Ruling.objects.create(
        stage=stage,
        kind=kind,
        order=list(order),
        total_num=total.total_num,
        total_den=total.total_den,
        reason=reason,
        by=by,
        at=at,
    )
    revision = _anew(stage, here.revision + 1, _("登记裁定：%(reason)s") % {"reason": reason}, by=by, at=at)
    log.write(
        stage.season.code,
        "record_ruling",
        by=by,
        at=at,
        on=stage,
        reason=reason,
        seconded_by=seconded_by,
        ruling=ruling.pk,
        order=list(order),
        kind=kind,
        revision=revision.revision,
        **resting_on(basis),
        **revision.digests,
    )
    return ruling


@transaction.atomic
def withdraw_ruling(
    ruling: Ruling,
    *,
    reason: str,
    by: "User",
    at: datetime,
    seconded_by: "User | None" = None,
    basis: "Basis | None" = None,
) -> None:
    """Take back a ruling recorded wrongly, with a reason, and tabulate anew without it. It takes two, as recording did.

    Raises BadRuling, WrongState, NeedsSecond, PermissionDenied.
    """
    stage = ruling.stage
    require(by, Action.RULE_ON_TIE, stage)
    here = hold(stage, State.TABULATED)
    require_pair(by, seconded_by, Action.RULE_ON_TIE, stage, in_hall=in_hall(here, basis), at=at)
    reason = written(reason)
    if not reason:
        raise BadRuling(_("请写明撤回裁定的原因。"))
    if not Ruling.objects.filter(pk=ruling.pk, live=True).update(live=False):
        raise BadRuling(_("这项裁定已经撤回，请刷新页面。"))
    ruling.live = False
    revision = _anew(stage, here.revision + 1, _("撤回裁定：%(reason)s") % {"reason": reason}, by=by, at=at)
    log.write(
        stage.season.code,
        "withdraw_ruling",
        by=by,
        at=at,
        on=stage,
        reason=reason,
        seconded_by=seconded_by,
        ruling=ruling.pk,
        revision=revision.revision,
        **resting_on(basis),
        **revision.digests,
    )


def _checked(stage: Stage, order: Sequence[int], kind: str, reason: str) -> str:
    """The reason without what nobody can read of it. Raises BadRuling."""
    reason = written(reason)
    if kind not in Ruling.Kind.values:
        raise BadRuling(_("请选择裁定方式。"))
    if not reason:
        raise BadRuling(_("请写明裁定的经过和理由。"))
    if len(reason) > LONGEST_REASON:
        raise BadRuling(_("裁定说明至多 %(most)d 字。") % {"most": LONGEST_REASON})
    if sorted(order) not in [sorted(group) for group in level_groups(stage)]:
        raise BadRuling(_("裁定须恰好包括一组并列的参赛者，每人一个名次，不多不少。请刷新页面后重新填写。"))
    return reason


def level_groups(stage: Stage) -> list[list[int]]:
    """The groups of entries that share a place in the live results, best first, in order of appearance within."""
    groups: dict[int, list[int]] = defaultdict(list)
    shared = Result.objects.filter(tabulation__stage=stage, tabulation__live=True, shared=True)
    for position, entry in shared.order_by("position", "entry__order", "entry").values_list("position", "entry"):
        groups[position].append(entry)
    return list(groups.values())


def _anew(stage: Stage, revision: int, reason: str, *, by: "User", at: datetime) -> Tabulation:
    tabulation = write_results(stage, revision, reason=reason, by=by, at=at)
    Stage.objects.filter(pk=stage.pk).update(revision=revision)
    stage.revision = revision
    return tabulation
