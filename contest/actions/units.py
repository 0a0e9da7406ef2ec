"""A unit belongs to everybody it sends: who may change what is written about it, and who only reads it."""

from collections.abc import Collection
from typing import TYPE_CHECKING

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.permissions import POLICY, Action, Where
from contest.actions.correction import BOUND
from contest.models import Entry
from registry.models import Posting, Unit

if TYPE_CHECKING:
    from accounts.models import User


class UnitRefused(Exception):
    """Only the office changes what is written about a unit that sends somebody; the message says what to do."""

    def __init__(self, units: Collection[Unit]) -> None:
        names = _("、").join(unit.name for unit in units)
        super().__init__(
            _("%(names)s 的名称和层级由各地共用，只由市级改正；请照名册里的写法填写，有误时请报市级。")
            % {"names": names}
        )


def shared(units: Collection[Unit], rehearsal: str) -> list[Unit]:
    """Those that send somebody already: real people, or for a rehearsal anybody who is not its own. One query."""
    postings = Posting.objects.filter(unit__in=[unit.pk for unit in units])
    others = postings.exclude(rehearsal=rehearsal) if rehearsal else postings.filter(rehearsal="")
    held = set(others.order_by().values_list("unit", flat=True))
    return [unit for unit in units if unit.pk in held]


def require_office(units: Collection[Unit], rehearsal: str, *, by: "User") -> None:
    """Raise UnitRefused unless this person may change all of these."""
    everywhere = any(where is Where.EVERYWHERE for where, _district in by.places(POLICY[Action.IMPORT_ROSTER]))
    if not everywhere and (held := shared(units, rehearsal)):
        raise UnitRefused(held)


def bound_by(units: Collection[Unit], rehearsal: str) -> QuerySet[Entry]:
    """Entries whose scoring has opened, of people whom these units send: then a change takes two."""
    here = Entry.objects.filter(posting__unit__in=[unit.pk for unit in units], posting__rehearsal=rehearsal)
    return here.filter(stage__state__in=BOUND).order_by()
