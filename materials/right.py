"""Who may hand in now, until when, and if not, why not.

An upload begins up to, and not at, the closing moment. What was begun in time may still arrive within the grace. A
deadline that is set or moved meanwhile holds for what is on its way too (`actions.terms`); a late code's does not move.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from contest.models import Entry, Stage
from contest.models.entry import Status
from contest.models.stage import State
from materials.models import LateCode, Terms, Upload

# Where nothing closes: an upload nobody went on with for so long is over.
LONGEST = timedelta(days=7)
# Afterwards only with a late code, and no longer than until the first entrant is scored.
LATE = (State.COLLECTING, State.READY)


@dataclass(frozen=True, slots=True)
class Right:
    """Whether an upload may begin, the moment that ends, and the moment until which it must have arrived."""

    may_begin: bool
    until: datetime | None
    ends_at: datetime
    why_not: str = ""
    late: LateCode | None = None


def terms_of(stage: Stage) -> Terms:
    """The stage's terms, or the notice's where nobody has set any."""
    return terms_by_stage([stage.pk])[stage.pk]


def terms_by_stage(stages: Iterable[int]) -> dict[int, Terms]:
    """The terms of these stages by stage id, the notice's where nobody has set any; one query."""
    stages = set(stages)
    found = {each.stage_id: each for each in Terms.objects.filter(stage__in=stages)}
    return {pk: found.get(pk) or Terms(stage_id=pk) for pk in stages}


def right_of(entry: Entry, at: datetime) -> Right:
    """What the entrant may do at this moment. Notice V(1), V(2): material is handed in before the stage is held."""
    return right_under(entry, terms_of(entry.stage), _used_code(entry), at)


def right_under(entry: Entry, terms: Terms, late: LateCode | None, at: datetime) -> Right:
    """The same where the terms and the entrant's used late code are at hand; asks the database nothing."""
    stage = entry.stage
    if entry.status != Status.ENTERED:
        return _none(at, _("已不在参赛名单中，不能再上传材料。"))
    if stage.state == State.COLLECTING and terms.is_open(at):
        return Right(True, terms.closes_at, ends_under(terms, at))
    if stage.is_in(*LATE) and late is not None and at < late.expires_at:
        return Right(True, late.expires_at, late.expires_at + terms.grace, late=late)
    return _none(at, _why_not(stage, terms))


def ends_under(terms: Terms, at: datetime) -> datetime:
    """The moment until which what is begun, or goes on, at `at` must have arrived: never before the deadline."""
    return terms.closes_at + terms.grace if terms.closes_at else at + LONGEST


def may_arrive(upload: Upload, stage: Stage, at: datetime) -> bool:
    """Whether bytes of an upload that began in time are still taken: until it ends, and never once scores are given.

    Nor of somebody who is no longer among the entrants.
    """
    if at >= upload.ends_at or not stage.is_in(*LATE) or upload.entry.status != Status.ENTERED:
        return False
    if stage.state == State.COLLECTING or upload.late_id is not None:
        return True
    terms = terms_of(stage)
    closed = closed_at(stage, terms)
    return closed is None or at < closed + terms.grace


def closed_at(stage: Stage, terms: Terms) -> datetime | None:
    """The moment that ends the collecting; without a deadline that at which the stage became ready."""
    return terms.closes_at or (stage.moved_at if stage.state == State.READY else None)


def may_sign(entry: Entry, at: datetime) -> bool:
    """Whether the pledge may be signed: as long as material may come, and through the grace."""
    return may_sign_under(entry, terms_of(entry.stage), _used_code(entry), at)


def may_sign_under(entry: Entry, terms: Terms, late: LateCode | None, at: datetime) -> bool:
    """The same where the terms and the entrant's used late code are at hand; asks the database nothing."""
    if right_under(entry, terms, late, at).may_begin:
        return True
    ends = (closed_at(entry.stage, terms), late.expires_at if late else None)
    in_grace = any(at < end + terms.grace for end in ends if end is not None)
    return entry.status == Status.ENTERED and entry.stage.is_in(*LATE) and in_grace


def used_codes(entries: Iterable[Entry]) -> dict[int, LateCode]:
    """The late code that each of these entrants has used, by entry; the one that is good for longest. One query."""
    used = LateCode.objects.used().filter(entry__in=[entry.pk for entry in entries]).order_by("expires_at")
    return {code.entry_id: code for code in used}


def _used_code(entry: Entry) -> LateCode | None:
    return used_codes([entry]).get(entry.pk)


def _none(at: datetime, why_not: str) -> Right:
    return Right(False, None, at, why_not)


def _why_not(stage: Stage, terms: Terms) -> str:
    if stage.state == State.PREPARING:
        return _("材料征集还没有开始。")
    if stage.state == State.COLLECTING and terms.closes_at is not None:
        closed = timezone.localtime(terms.closes_at).strftime("%Y-%m-%d %H:%M")
        return _("材料征集已于 %(closed)s 截止。确需补交的，请向组织者申请补交码。") % {"closed": closed}
    if stage.state == State.READY:
        return _("材料征集已结束。确需补交的，请向组织者申请补交码。")
    return _("比赛已经开始，材料不能再改。")
