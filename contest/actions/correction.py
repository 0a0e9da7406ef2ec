"""Putting a wrong name right in what was decided."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import log
from accounts.permissions import Action, require_pair
from accounts.words import written
from contest.models import Entry, NameCorrection
from contest.models.correction import Field
from contest.models.stage import State
from registry.models import Posting, Secretary

if TYPE_CHECKING:
    from accounts.models import User


class BadCorrection(Exception):
    """The correction cannot be recorded; the message says why."""


@transaction.atomic
def record_correction(
    secretary: Secretary,
    field: str,
    old: str,
    new: str,
    *,
    posting: Posting | None = None,
    reason: str,
    by: "User",
    seconded_by: "User | None",
    at: datetime,
) -> NameCorrection:
    """Correct one thing by itself, with its lines. Raises what `write_correction` raises."""
    two: dict[str, Any] = {"by": by, "seconded_by": seconded_by, "at": at}
    made = write_correction(secretary, field, old, new, posting=posting, reason=reason, **two)
    log_corrections([made])
    return made


def write_correction(
    secretary: Secretary,
    field: str,
    old: str,
    new: str,
    *,
    posting: Posting | None = None,
    reason: str,
    by: "User",
    seconded_by: "User | None",
    at: datetime,
) -> NameCorrection:
    """DESIGN 5: what was decided about somebody shows `new` instead of `old` from now on; the copies keep `old`.

    A unit or a place is that of one `posting`, and put right in what was decided of its entries; a name everywhere.
    Two people, both with the right in every district where the person serves. Logged in each season in which the
    person takes part, by `log_corrections`. Raises NeedsSecond, PermissionDenied, BadCorrection.
    """
    for each in _postings(secretary):
        require_pair(by, seconded_by, Action.IMPORT_ROSTER, each, at=at)
    if seconded_by is None:
        raise BadCorrection(_("此人没有任职记录，无从更正。"))
    old, new, reason = old.strip(), written(new), written(reason)
    # A town may be missing in a roster; nothing else of a person is.
    if field not in Field.values or not new or old == new or not (old or field == Field.TOWN):
        raise BadCorrection(_("请写明更正的内容：原来怎样写、应当怎样写。"))
    if not reason:
        raise BadCorrection(_("请写明更正的原因。"))
    own = None if field == Field.NAME else posting
    told: dict[str, Any] = {"field": field, "old": old, "new": new, "reason": reason, "at": at}
    return NameCorrection.objects.create(secretary=secretary, posting=own, by=by, seconded_by=seconded_by, **told)


def log_corrections(made: Sequence[NameCorrection], *besides: str) -> None:
    """The lines of corrections, once their action has written all else; `besides` are chains it writes in as well."""
    if not made:
        return
    entered = Entry.objects.filter(secretary__in=[each.secretary_id for each in made]).order_by()
    chains: dict[int, set[str]] = defaultdict(set)
    for secretary, chain in entered.values_list("secretary", "stage__season__code"):
        chains[secretary].add(chain)
    log.hold(*besides, *(chain for found in chains.values() for chain in found))
    for each in made:
        for chain in sorted(chains[each.secretary_id]):
            log.write(
                chain,
                "correct_decided",
                by=each.by,
                seconded_by=each.seconded_by,
                at=each.at,
                on=each.secretary,
                reason=each.reason,
                words={each.field: [each.old, each.new]},
                correction=each.pk,
                posting=each.posting_id,
            )


# What a decision names somebody by; all but the name is a matter of one posting.
IDENTITY = ("name", "unit", "town", "village")
# From here on somebody's marks hang on who they are (DESIGN 9, scoring opened).
BOUND = (State.SCORING, State.TABULATED, State.CERTIFIED, State.PUBLISHED, State.CLOSED)


@dataclass(frozen=True, slots=True)
class Bound:
    """People of whom a stage has opened its scoring, and the postings by which they take part in it."""

    people: frozenset[int]
    postings: frozenset[int]

    def by_two(self, posting: Posting, fields: Iterable[str]) -> bool:
        """Whether changing these of a posting takes two: the person's name, or this posting's unit or place."""
        told = set(fields) & set(IDENTITY)
        own = bool(told - {"name"}) and posting.pk in self.postings
        return own or ("name" in told and posting.secretary_id in self.people)


def bound(secretaries: Iterable[int]) -> Bound:
    """Who of these is bound, and by which postings: what names them is corrected by two people. One query."""
    entries = Entry.objects.filter(secretary__in=list(secretaries), stage__state__in=BOUND)
    found = list(entries.order_by().values_list("secretary", "posting"))
    return Bound(frozenset(person for person, _own in found), frozenset(own for _person, own in found))


def _postings(secretary: Secretary) -> Iterable[Posting]:
    return Posting.objects.with_places().filter(secretary=secretary)
