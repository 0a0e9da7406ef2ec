"""Taking somebody out of results that stand already (DESIGN 6, disqualification at any time)."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import log
from accounts.permissions import Action, require_pair
from accounts.proposals.paper import digest_of
from accounts.words import written
from contest.models import Entry, Stage
from contest.models.entry import Status
from contest.models.stage import State
from contest.workflow import back_from, perform
from scoring.actions.hold import hold
from scoring.actions.tabulate import write_results
from scoring.models import Tabulation

if TYPE_CHECKING:
    from accounts.models import Basis as Grounds
    from accounts.models import User

WITH_RESULTS = (State.TABULATED, State.CERTIFIED, State.PUBLISHED, State.CLOSED)


class CannotDisqualify(Exception):
    """The entrant cannot be taken out of the results; the message says why and what to do."""


@transaction.atomic
def disqualify(
    entry: Entry, *, reason: str, basis: "Grounds | None", by: "User", seconded_by: "User | None", at: datetime
) -> Tabulation:
    """Take an entrant out of a stage's results on a recorded decision: all after them move up in a new revision.

    Whatever the results have come to since is taken back first, move by move (reopened, notice, certification), so
    that awards and certificates are superseded with the reason; the new revision is signed and published as any other.
    Raises CannotDisqualify, CannotMove where something rests on the results that must be undone before, NeedsSecond.
    """
    require_pair(by, seconded_by, Action.DISQUALIFY, entry, at=at)
    if not written(reason):
        raise CannotDisqualify(_("请写明原因。"))
    if basis is None:
        raise CannotDisqualify(_("取消资格须附处理决定或会议纪要。"))
    stage = hold(entry.stage, *WITH_RESULTS)
    for move in back_from(State(stage.state)):
        if move.after not in WITH_RESULTS:
            break
        perform(move.name, stage, by=by, at=at, reason=reason, seconded_by=seconded_by, basis=basis)
    gone = {"status": Status.DISQUALIFIED, "status_reason": written(reason)[:255]}
    if not Entry.objects.filter(pk=entry.pk, status=Status.ENTERED).update(**gone):
        raise CannotDisqualify(_("%(name)s 的参赛状态已经变化，请刷新后再操作。") % {"name": entry.secretary.name})
    if not Entry.objects.competing().filter(stage=stage).exists():
        raise CannotDisqualify(_("取消资格后已没有参赛者，无法重新核分。"))
    return _anew(stage, entry, reason=written(reason), basis=basis, by=by, seconded_by=seconded_by, at=at)


def _anew(
    stage: Stage,
    entry: Entry,
    *,
    reason: str,
    basis: "Grounds",
    by: "User",
    seconded_by: "User | None",
    at: datetime,
) -> Tabulation:
    """Count again without the entrant, as the next revision."""
    revision = hold(stage, State.TABULATED).revision + 1
    why = _("取消%(name)s的资格：%(reason)s") % {"name": entry.secretary.name, "reason": reason}
    tabulation = write_results(stage, revision, reason=why, by=by, at=at)
    Stage.objects.filter(pk=stage.pk).update(revision=revision)
    log.write(
        stage.season.code,
        "disqualify",
        by=by,
        at=at,
        on=entry,
        reason=reason,
        seconded_by=seconded_by,
        stage=stage.pk,
        revision=revision,
        basis=digest_of(basis),
        **tabulation.digests,
    )
    return tabulation
