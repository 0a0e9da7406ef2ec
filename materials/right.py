"""Who may hand in now, until when, and if not, why not.

The right to send a file is fixed when its upload begins: up to, and not at, the closing moment. What was begun in time
may still arrive within the grace; both moments are kept.
"""

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
    return Terms.objects.filter(stage=stage).first() or Terms(stage=stage)


def right_of(entry: Entry, at: datetime) -> Right:
    """What the entrant may do at this moment. Notice V(1), V(2): material is handed in before the stage is held."""
    stage, terms = entry.stage, terms_of(entry.stage)
    if entry.status != Status.ENTERED:
        return _none(at, _("已不在参赛名单中，不能再上传材料。"))
    if stage.state == State.COLLECTING and terms.is_open(at):
        until = terms.closes_at
        return Right(True, until, min(until + terms.grace, at + LONGEST) if until else at + LONGEST)
    late = LateCode.objects.opening(at).filter(entry=entry).first() if stage.is_in(*LATE) else None
    if late is not None:
        return Right(True, late.expires_at, late.expires_at + terms.grace, late=late)
    return _none(at, _why_not(stage, terms))


def may_arrive(upload: Upload, stage: Stage, at: datetime) -> bool:
    """Whether bytes of an upload that began in time are still taken: until it ends, and never once scores are given.

    Where no deadline was set, the collecting closed when the stage became ready, and the grace runs from there.
    """
    if at >= upload.ends_at or not stage.is_in(*LATE):
        return False
    if stage.state == State.COLLECTING or upload.late_id is not None:
        return True
    terms = terms_of(stage)
    return terms.closes_at is not None or stage.moved_at is None or at < stage.moved_at + terms.grace


def may_sign(entry: Entry, at: datetime) -> bool:
    """Whether the pledge may be signed: as long as material may come, and through the grace."""
    if right_of(entry, at).may_begin:
        return True
    closes_at, grace = terms_of(entry.stage).closes_at, terms_of(entry.stage).grace
    late = LateCode.objects.filter(entry=entry, redeemed_at__isnull=False, withdrawn_at=None).first()
    ends = [moment + grace for moment in (closes_at, late.expires_at if late else None) if moment is not None]
    return entry.status == Status.ENTERED and entry.stage.is_in(*LATE) and any(at < end for end in ends)


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
