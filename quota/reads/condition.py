"""On what an approval still depends: until the notice period ends it is conditional, name by name (DESIGN 6).

Nobody sets it unconditional: it becomes so when the moment passes. Apps further right add what keeps a name
conditional beyond it, such as an accepted objection, as blockers of moves are added.
"""

from collections.abc import Callable, Mapping
from datetime import datetime

from contest.models import Stage
from quota.models import Shortlist

Holder = Callable[[Shortlist, datetime], Mapping[int, str]]
_holders: list[Holder] = []


def keeps_conditional(holder: Holder) -> Holder:
    """Add a source of reasons, by the id of the preliminary's entry they touch; use as a decorator."""
    _holders.append(holder)
    return holder


def is_running(shortlist: Shortlist, stage: Stage, at: datetime) -> bool:
    """Whether an approved list waits for the end of its preliminary's notice period: for all its names alike.

    It is the first period that counts: the final begins when no list is conditional, and whatever is published of the
    preliminary afterwards, in another revision, no longer makes one so.
    """
    return shortlist.state == Shortlist.State.APPROVED and notice_runs(stage, at) and not shortlist.final_has_begun


def notice_runs(stage: Stage, at: datetime) -> bool:
    """Whether the period in which somebody may object to a preliminary's results is not over."""
    return stage.notice_until is None or at < stage.notice_until


def touched(shortlist: Shortlist, at: datetime) -> dict[int, str]:
    """Names of an approved list that stay conditional for a reason of their own: entry id and sentence."""
    if shortlist.state != Shortlist.State.APPROVED:
        return {}
    return {entry: why for holder in _holders for entry, why in holder(shortlist, at).items()}
