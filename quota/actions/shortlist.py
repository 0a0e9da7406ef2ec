"""The list of finalists a district recommends: drawn up from the results, submitted, taken back or returned."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts import log
from accounts.permissions import Action, may, require
from accounts.shown import refuse_unless_shown
from accounts.words import written
from contest.models import Stage
from contest.models.correction import show_people
from contest.models.stage import Kind, State
from quota.models import Pick, QuotaRow, Shortlist
from quota.models.shortlist import FINAL_OPEN
from quota.placings import NoStanding, Standing, standing
from quota.reads.kept import picks_of
from quota.reads.shown import list_as_shown
from quota.rules.select import Decision, select
from scoring.models import Criterion

if TYPE_CHECKING:
    from accounts.models import User

# A list rests on results that the panel signed.
SIGNED = (State.CERTIFIED, State.PUBLISHED, State.CLOSED)


class ShortlistRefused(Exception):
    """The list cannot be drawn up, submitted, returned or approved; the message says why and what to do."""


class NotSigned(ShortlistRefused):
    """The stage's results are not certified (any more), or it has none to recommend from."""


class NoSeats(ShortlistRefused):
    """The season's table has no row for this district."""


class WrongState(ShortlistRefused):
    """The list has gone on since the page was opened, or this step is not its next."""


class Outdated(ShortlistRefused):
    """The results or the seats changed after the list was drawn up."""


class NeedsRuling(ShortlistRefused):
    """Entrants stand level across the last seat; `entries` are those the panel must put in order."""

    def __init__(self, names: Sequence[str], entries: Sequence[int]) -> None:
        self.names, self.entries = list(names), list(entries)
        super().__init__(
            _("%(names)s 并列在最后一个名额上，须由评审团裁定先后。请撤回签字确认，登记裁定并重新统分后再拟定名单。")
            % {"names": _("、").join(names)}
        )


class SamePerson(ShortlistRefused):
    """Whoever submitted a list does not decide on it."""


class NotTheirs(ShortlistRefused):
    """A county's list is taken back by the county."""


class NotAsShown(ShortlistRefused):
    """The list is no longer as the page showed it, or the form does not say what its page showed."""


class NeedsReason(ShortlistRefused):
    """Sending a list back is done in writing."""


class FinalHasBegun(ShortlistRefused):
    """The final's scoring has opened: its entrants stand."""


@transaction.atomic
def draw_up(stage: Stage, *, by: "User", at: datetime) -> Shortlist:
    """Notice V(1), recommend by the seats allotted: what becomes of every entrant, by the live results.

    A list may be drawn up again while it is a draft that no longer fits, or after it was returned; the earlier one
    stays on record. A tie across the last seat is written down as waiting for a ruling, never resolved.
    Raises NotSigned, NoSeats, WrongState.
    """
    require(by, Action.SUBMIT_SHORTLIST, stage)
    stage = hold(stage)
    row = seats_of(stage)
    _refuse_second(stage, row)
    found = _standing(stage)
    decisions = select(found.placings, row.seats, row.table.reserves)
    shortlist = _replace(stage, row)
    Pick.objects.bulk_create(_picks(shortlist, decisions, found, _criterion_names(stage)))
    log.write(
        stage.season.code,
        "draw_up_shortlist",
        by=by,
        at=at,
        on=shortlist,
        stage=stage.pk,
        number=shortlist.number,
        revision=shortlist.revision,
        seats=row.seats,
        reserves=row.table.reserves,
        basis=found.basis,
        picks=picks_of(shortlist),
        **_outcomes(decisions),
    )
    return shortlist


@transaction.atomic
def submit(shortlist: Shortlist, *, by: "User", at: datetime) -> None:
    """Notice V(1), recommend to the final: send the list to the municipal office.

    Raises NeedsRuling while anybody waits for one, Outdated, NotSigned, WrongState.
    """
    require(by, Action.SUBMIT_SHORTLIST, shortlist)
    stage = hold(shortlist.stage)
    refuse_outdated(shortlist, stage)
    refuse_unruled(shortlist)
    told = {"state": Shortlist.State.SUBMITTED, "submitted_by": by, "submitted_at": at}
    claim(shortlist, Shortlist.State.DRAFT, **told, first_submitted_at=shortlist.first_submitted_at or at)
    picks = picks_of(shortlist)
    log.write(stage.season.code, "submit_shortlist", by=by, at=at, on=shortlist, stage=stage.pk, picks=picks)


@transaction.atomic
def take_back(shortlist: Shortlist, *, reason: str = "", by: "User", at: datetime) -> None:
    """DESIGN 6, a county takes back a list that nobody at the city has handled: it is a draft again.

    The office takes back only what it sent in for a county itself. Raises NotTheirs, and WrongState once it was
    returned or approved.
    """
    require(by, Action.SUBMIT_SHORTLIST, shortlist)
    claim(shortlist, Shortlist.State.SUBMITTED, state=Shortlist.State.DRAFT, submitted_at=None)
    # Read once it is claimed: meanwhile somebody else may have sent it in.
    if submitter_of(shortlist) != by.pk and not may(by, Action.TAKE_BACK_SHORTLIST, shortlist):
        raise NotTheirs(_("名单由县区报送，只能由县区收回；市级发现问题的，请写明原因退回。"))
    Shortlist.objects.filter(pk=shortlist.pk).update(submitted_by=None)
    shortlist.submitted_by = None
    stage = shortlist.stage
    log.write(
        stage.season.code, "take_back_shortlist", by=by, at=at, on=shortlist, reason=written(reason), stage=stage.pk
    )


@transaction.atomic
def return_list(shortlist: Shortlist, reason: str, *, shown: str | None = None, by: "User", at: datetime) -> None:
    """Notice V(1): send a submitted list back to its district, saying why; `shown` is what its page showed.

    Raises NeedsReason, SamePerson, NotAsShown, WrongState.
    """
    require(by, Action.APPROVE_SHORTLIST, shortlist, at=at)
    if not written(reason):
        raise NeedsReason(_("请写明退回的原因，县区据此更正。"))
    # Whoever sends it in holds the stage too: nobody else becomes its sender meanwhile.
    Stage.objects.held().get(pk=shortlist.stage_id)
    refuse_same_person(shortlist, by)
    refuse_not_as_shown(shortlist, shown)
    claim(
        shortlist,
        Shortlist.State.SUBMITTED,
        state=Shortlist.State.RETURNED,
        decided_by=by,
        decided_at=at,
        return_reason=written(reason),
    )
    stage = shortlist.stage
    log.write(stage.season.code, "return_shortlist", by=by, at=at, on=shortlist, reason=reason, stage=stage.pk)


def hold(stage: Stage) -> Stage:
    """Lock a preliminary whose results are signed, and read it afresh. Raises NotSigned."""
    held = Stage.objects.whole().held().get(pk=stage.pk)
    if held.is_final:
        raise NotSigned(_("决赛不产生推荐名单；名单由各县区初赛产生。"))
    if held.state not in SIGNED:
        raise NotSigned(
            _("“%(stage)s”的成绩还没有签字确认（现为“%(state)s”），签字确认后才能办理推荐名单。")
            % {"stage": held.title, "state": held.get_state_display()}
        )
    return held


def hold_final(stage: Stage) -> Stage:
    """Lock the season's final while its entrants may still change. Raises FinalHasBegun."""
    final = Stage.objects.whole().held().get(season=stage.season_id, kind=Kind.FINAL)
    if final.state not in FINAL_OPEN:
        raise FinalHasBegun(
            _("决赛已进入“%(state)s”，参赛者已经确定，不能再增加或替换。") % {"state": final.get_state_display()}
        )
    return final


def seats_of(stage: Stage, *, held: bool = False) -> QuotaRow:
    """The decree's row for a preliminary, with its table; `held` keeps it from being corrected until the commit.

    Raises NoSeats.
    """
    rows = QuotaRow.objects.filter(table__season=stage.season_id, district=stage.district_id).select_related("table")
    row = (rows.select_for_update(no_key=True, of=("table",)) if held else rows).first()
    if row is None:
        raise NoSeats(_("名额分配表中没有%(district)s，请市级工作人员先补上。") % {"district": stage.district})
    return row


def across_last_seat(stage: Stage) -> tuple[list[str], int] | None:
    """Who stands level across the last seat by the live results, and how many seats are left for them.

    Raises NoSeats, NotSigned.
    """
    row = seats_of(stage)
    found = _standing(stage)
    undecided = [d for d in select(found.placings, row.seats, row.table.reserves) if d.outcome == "needs_ruling"]
    if not undecided:
        return None
    return [found.names[decision.entry] for decision in undecided], int(undecided[0].facts["seats_left"] or 0)


def why_outdated(shortlist: Shortlist, stage: Stage, row: QuotaRow) -> str:
    """Why a list no longer fits the results or the table, in a sentence; empty while it does."""
    if shortlist.revision != stage.revision:
        return _("名单按第 %(old)d 版成绩拟定，现在的成绩是第 %(new)d 版。") % {
            "old": shortlist.revision,
            "new": stage.revision,
        }
    if shortlist.seats != row.seats:
        return _("名单按 %(old)d 个名额拟定，名额分配表现为 %(new)d 个。") % {"old": shortlist.seats, "new": row.seats}
    if shortlist.reserves != row.table.reserves:
        return _("名单按递补 %(old)d 人拟定，名额分配表现为 %(new)d 人。") % {
            "old": shortlist.reserves,
            "new": row.table.reserves,
        }
    return ""


def _standing(stage: Stage) -> Standing:
    try:
        return standing(stage)
    except NoStanding as refused:
        raise NotSigned(str(refused)) from None


def _refuse_second(stage: Stage, row: QuotaRow) -> None:
    live = Shortlist.objects.live().filter(stage=stage).first()
    if live is None or live.state in (Shortlist.State.RETURNED, Shortlist.State.REVOKED):
        return
    if live.state == Shortlist.State.DRAFT and why_outdated(live, stage, row):
        return
    raise WrongState(
        {
            Shortlist.State.DRAFT: _("推荐名单已经拟定，请核对后报送。"),
            Shortlist.State.SUBMITTED: _("推荐名单已经报送，须先由市级退回才能重新拟定。"),
            Shortlist.State.APPROVED: _("推荐名单已经审定，不能重新拟定；人员变动请走递补。"),
        }[Shortlist.State(live.state)]
    )


def _replace(stage: Stage, row: QuotaRow) -> Shortlist:
    earlier = Shortlist.objects.filter(stage=stage)
    earlier.update(live=False)
    last = earlier.aggregate(last=Max("number"))["last"] or 0
    told = {"seats": row.seats, "reserves": row.table.reserves, "revision": stage.revision}
    return Shortlist.objects.create(stage=stage, number=last + 1, **told)


def _picks(
    shortlist: Shortlist, decisions: Iterable[Decision], found: Standing, criteria: dict[str, str]
) -> Iterator[Pick]:
    """The list states what it rests on: places, totals and votes are copied, not looked up later."""
    for decision in decisions:
        facts: dict[str, Any] = {
            **decision.facts,
            "basis": found.basis,
            "total": found.totals[decision.entry],
            "votes": found.votes[decision.entry],
            "criterion": criteria.get(str(decision.facts["decided_by"]), ""),
        }
        yield Pick(
            shortlist=shortlist,
            entry_id=decision.entry,
            person=found.people[decision.entry],
            outcome=decision.outcome,
            place=decision.place,
            rank=decision.rank,
            position=decision.rank - 1,
            reason=decision.reason,
            facts=facts,
        )


def _criterion_names(stage: Stage) -> dict[str, str]:
    """What a place can have been decided by, as the rules write it, and what the score sheet calls it."""
    criteria = Criterion.objects.filter(ruleset__stage=stage).values_list("code", "name")
    return {f"criterion:{code}": name for code, name in criteria}


def _outcomes(decisions: Iterable[Decision]) -> dict[str, Any]:
    by_outcome: dict[str, list[int]] = {"finalist": [], "reserve": [], "needs_ruling": [], "outside": []}
    for decision in decisions:
        by_outcome[decision.outcome].append(decision.entry)
    del by_outcome["outside"]
    return by_outcome


def refuse_outdated(shortlist: Shortlist, stage: Stage) -> None:
    if why := why_outdated(shortlist, stage, seats_of(stage, held=True)):
        raise Outdated(why + _("请重新拟定名单。"))


def refuse_unruled(shortlist: Shortlist) -> None:
    waiting = list(shortlist.picks.filter(outcome=Pick.Outcome.NEEDS_RULING))
    if waiting:
        raise NeedsRuling([pick.who.name for pick in show_people(waiting)], [pick.entry_id for pick in waiting])


def submitter_of(shortlist: Shortlist) -> int | None:
    """Who sent the list in, as it stands now."""
    return Shortlist.objects.values_list("submitted_by", flat=True).get(pk=shortlist.pk)


def refuse_same_person(shortlist: Shortlist, by: "User") -> None:
    if submitter_of(shortlist) == by.pk:
        raise SamePerson(_("这份名单是您报送的，须由另一位市级工作人员审定或退回。"))


def refuse_not_as_shown(shortlist: Shortlist, shown: str | None) -> None:
    """Refuse whoever decides on another list than their page showed; None is no page."""
    if shown is not None:
        changed = _("名单在您打开页面之后有变化。请按现在的名单核对后再办理。")
        refuse_unless_shown(shown, list_as_shown(shortlist), NotAsShown, changed)


def claim(shortlist: Shortlist, before: Shortlist.State, **told: Any) -> None:
    """Take the step for one person: of two who press at once, the second is told."""
    if not Shortlist.objects.live().filter(pk=shortlist.pk, state=before).update(**told):
        now = Shortlist.objects.get(pk=shortlist.pk)
        raise WrongState(
            _("第 %(number)d 次名单现为“%(state)s”，请刷新页面后再操作。")
            % {"number": now.number, "state": now.get_state_display() if now.live else _("已作废")}
        )
    for field, value in told.items():
        setattr(shortlist, field, value)
