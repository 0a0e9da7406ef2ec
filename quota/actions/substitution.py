"""A finalist who cannot come, and the reserve called up instead."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import log
from accounts.permissions import Action, require
from accounts.shown import refuse_unless_shown
from accounts.words import written
from contest.actions.entries import admit
from contest.models import Entry, Stage
from contest.models.entry import Status
from quota.actions.shortlist import hold, hold_final
from quota.models import Pick, Shortlist, Substitution
from quota.reads.seats import Line, in_line, seated
from registry.models import Posting
from scoring.models import Ruling

if TYPE_CHECKING:
    from accounts.models import User


class SubstitutionRefused(Exception):
    """The substitution cannot be proposed or decided; the message says why and what to do."""


class NotApproved(SubstitutionRefused):
    """Only an approved list has finalists to replace."""


class HoldsNoSeat(SubstitutionRefused):
    """Whoever is said to leave has no seat in the final, or is leaving it already."""


class NeedsReason(SubstitutionRefused):
    """Leaving, and refusing, is done in writing."""


class TiedReserves(SubstitutionRefused):
    """The next reserves stand level and no ruling on them came along; `picks` are those the panel must choose from."""

    def __init__(self, picks: Sequence[Pick]) -> None:
        self.picks = list(picks)
        super().__init__(
            _("%(names)s 并列递补第 %(place)d 位，须由评审团裁定谁先递补，并写明裁定方式和说明。")
            % {"names": _("、").join(pick.who.name for pick in picks), "place": picks[0].place}
        )


class WrongState(SubstitutionRefused):
    """The substitution was decided already."""


class CallsAnother(SubstitutionRefused):
    """Another than the page told would come now, or nobody."""


class SamePerson(SubstitutionRefused):
    """Whoever proposed a substitution does not decide on it."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The panel's decision between level reserves: who goes first, how it was decided, what was written down."""

    first: Pick
    kind: Ruling.Kind
    note: str


@transaction.atomic
def propose(
    shortlist: Shortlist, leaving: Pick, reason: str, *, choice: Choice | None = None, by: "User", at: datetime
) -> Substitution:
    """Say that a finalist cannot come. Who comes instead is settled at approval: whoever is next in line then.

    Level reserves are never chosen between here: `choice` brings what the panel decided. A reserve who was called up
    and cannot come either leaves the same way. Raises NotApproved, HoldsNoSeat, NeedsReason, TiedReserves,
    FinalHasBegun (of quota.actions.shortlist).
    """
    require(by, Action.SUBMIT_SHORTLIST, shortlist)
    if not written(reason):
        raise NeedsReason(_("请写明退出的原因。"))
    stage = hold(shortlist.stage)
    _refuse_not_approved(shortlist)
    hold_final(stage)
    if leaving.pk not in {pick.pk for pick in seated(shortlist)}:
        raise HoldsNoSeat(_("%(name)s 没有决赛名额，或已在办理退出，请刷新页面。") % {"name": leaving.who.name})
    ruled = ruled_between(in_line(shortlist).first, choice)
    substitution = Substitution.objects.create(
        shortlist=shortlist,
        leaving=leaving,
        reason=written(reason),
        proposed_by=by,
        proposed_at=at,
        **as_ruled(ruled),
    )
    log.write(
        stage.season.code,
        "propose_substitution",
        by=by,
        at=at,
        on=substitution,
        reason=reason,
        stage=stage.pk,
        leaving=leaving.entry_id,
        tie=str(ruled.kind) if ruled else "",
        tie_first=ruled.first.entry_id if ruled else None,
    )
    return substitution


@transaction.atomic
def approve_substitution(substitution: Substitution, *, shown: str | None = None, by: "User", at: datetime) -> None:
    """Let whoever is next in line now take the finalist's seat in the final.

    Reserves who are out are passed over, each with the reason. The newcomer takes the place in the order of appearance
    that the leaver had drawn, so that nobody else's changes (without a draw there is none to take). With no reserve
    left the leaver is withdrawn and the seat stays empty. `shown` is what `would_call` gave for the page.
    Raises SamePerson, WrongState, TiedReserves, CallsAnother, NotApproved, FinalHasBegun.
    """
    require(by, Action.APPROVE_SHORTLIST, substitution, at=at)
    _refuse_same_person(substitution, by)
    stage = hold(substitution.shortlist.stage)
    _refuse_not_approved(substitution.shortlist)
    final = hold_final(stage)
    line = in_line(substitution.shortlist)
    changed = _("您打开页面之后，由谁递补有变化。请按下面写明的现在的情况核对后再审定。")
    refuse_unless_shown(shown, would_call(substitution, line), CallsAnother, changed)
    coming = _called(line.first, substitution)
    passed = [each.as_json() for each in line.passed]
    _claim(substitution, Substitution.State.APPROVED, coming=coming, passed_over=passed, decided_by=by, decided_at=at)
    place = _leave(final, substitution.leaving, substitution.reason, Status.REPLACED if coming else Status.WITHDRAWN)
    if coming is not None:
        _come(final, coming, place, by=by, at=at)
    log.write(
        stage.season.code,
        "approve_substitution",
        by=by,
        at=at,
        on=substitution,
        stage=stage.pk,
        leaving=substitution.leaving.entry_id,
        coming=coming.entry_id if coming else None,
        passed=[each.pick.entry_id for each in line.passed],
        order=place,
    )


@transaction.atomic
def refuse_substitution(
    substitution: Substitution, reason: str, *, shown: str | None = None, by: "User", at: datetime
) -> None:
    """Leave the finalist the seat, saying why; `shown` as for an approval.

    Raises NeedsReason, SamePerson, WrongState, CallsAnother.
    """
    require(by, Action.APPROVE_SHORTLIST, substitution, at=at)
    if not written(reason):
        raise NeedsReason(_("请写明不予审定的原因。"))
    _refuse_same_person(substitution, by)
    _claim(substitution, Substitution.State.REFUSED, decided_by=by, decided_at=at, refusal_reason=written(reason))
    changed = _("您打开页面之后，由谁递补有变化。请按现在的情况核对后再办理。")
    refuse_unless_shown(shown, would_call(substitution, in_line(substitution.shortlist)), CallsAnother, changed)
    stage = substitution.shortlist.stage
    log.write(stage.season.code, "refuse_substitution", by=by, at=at, on=substitution, reason=reason, stage=stage.pk)


def as_ruled(ruled: Choice | None) -> dict[str, Any]:
    """A decision between level reserves as a substitution keeps it."""
    return {"tie_first": ruled.first, "tie_kind": ruled.kind, "tie_note": written(ruled.note)} if ruled else {}


def ruled_between(level: list[Pick], choice: Choice | None) -> Choice | None:
    """What the panel decided between level reserves, where it had to. Raises TiedReserves."""
    if len(level) <= 1:
        return None
    if choice is None or choice.first not in level or not written(choice.note):
        raise TiedReserves(level)
    return choice


def would_call(substitution: Substitution, line: Line) -> str:
    """Whom an approval would call now, as its page keeps it."""
    level = line.first
    if len(level) > 1:
        level = [pick for pick in level if pick.pk == substitution.tie_first_id] or level
    return ",".join(str(pick.pk) for pick in level) or "nobody"


def _called(level: list[Pick], substitution: Substitution) -> Pick | None:
    """Whom this substitution calls: the next in line, the panel's choice where several stand level, or nobody."""
    if len(level) <= 1:
        return level[0] if level else None
    if chosen := next((pick for pick in level if pick.pk == substitution.tie_first_id), None):
        return chosen
    raise TiedReserves(level)


def _refuse_not_approved(shortlist: Shortlist) -> None:
    if not Shortlist.objects.live().filter(pk=shortlist.pk, state=Shortlist.State.APPROVED).exists():
        raise NotApproved(_("名单审定之后才有递补；审定之前请退回名单重新拟定。"))


def _leave(final: Stage, pick: Pick, reason: str, status: Status) -> int | None:
    """Take the leaver out of the final and return the place in the order that is free now."""
    entry = Entry.objects.get(stage=final, secretary=pick.entry.secretary_id)
    place = entry.order
    entry.status, entry.status_reason, entry.order = status, reason, None
    entry.save(update_fields=["status", "status_reason", "order"])
    return place


def _come(final: Stage, pick: Pick, place: int | None, *, by: "User", at: datetime) -> None:
    """Enter the newcomer, or let who left when an approval was revoked come back, and hand over the leaver's place."""
    entry = Entry.objects.filter(stage=final, secretary=pick.entry.secretary_id).first()
    if entry is None:
        [entry] = admit(final, [Posting.objects.with_places().get(pk=pick.entry.posting_id)], by=by, at=at)
    told = {"status": Status.ENTERED, "status_reason": "", "posting": pick.entry.posting_id, "order": place}
    Entry.objects.filter(pk=entry.pk).update(**told)


def _refuse_same_person(substitution: Substitution, by: "User") -> None:
    if substitution.proposed_by_id == by.pk:
        raise SamePerson(_("这次递补是您提出的，须由另一位市级工作人员决定。"))


def _claim(substitution: Substitution, after: Substitution.State, **told: Any) -> None:
    proposed = Substitution.objects.filter(pk=substitution.pk, state=Substitution.State.PROPOSED)
    if not proposed.update(state=after, **told):
        raise WrongState(_("这次递补已有决定，请刷新页面。"))
    for field, value in {"state": after, **told}.items():
        setattr(substitution, field, value)
