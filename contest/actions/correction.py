"""Putting a wrong name right in what was decided."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import log
from accounts.permissions import Action, require_pair
from accounts.words import written
from contest.models import Entry, NameCorrection, Season
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
    reason: str,
    by: "User",
    seconded_by: "User | None",
    at: datetime,
) -> NameCorrection:
    """DESIGN 5: what was decided about somebody shows `new` instead of `old` from now on; the copies keep `old`.

    Two people, both with the right in every district where the person serves. Logged in each season in which the
    person takes part. Raises NeedsSecond, PermissionDenied, BadCorrection.
    """
    for posting in _postings(secretary):
        require_pair(by, seconded_by, Action.IMPORT_ROSTER, posting, at=at)
    if seconded_by is None:
        raise BadCorrection(_("此人没有任职记录，无从更正。"))
    old, new, reason = old.strip(), written(new), written(reason)
    if field not in Field.values or not old or not new or old == new:
        raise BadCorrection(_("请写明更正的内容：原来怎样写、应当怎样写。"))
    if not reason:
        raise BadCorrection(_("请写明更正的原因。"))
    made = NameCorrection.objects.create(
        secretary=secretary, field=field, old=old, new=new, reason=reason, by=by, seconded_by=seconded_by, at=at
    )
    for season in Season.objects.filter(stages__entries__secretary=secretary).distinct():
        log.write(
            season.code,
            "correct_decided",
            by=by,
            seconded_by=seconded_by,
            at=at,
            on=secretary,
            reason=reason,
            words={field: [old, new]},
            correction=made.pk,
        )
    return made


# From here on somebody's marks hang on who they are (DESIGN 9, scoring opened).
BOUND = (State.SCORING, State.TABULATED, State.CERTIFIED, State.PUBLISHED, State.CLOSED)


def bound(secretaries: Iterable[int]) -> set[int]:
    """Those of whom a stage has opened its scoring: their name and unit are corrected by two people. One query."""
    entries = Entry.objects.filter(secretary__in=list(secretaries), stage__state__in=BOUND)
    return set(entries.order_by().values_list("secretary", flat=True))


def _postings(secretary: Secretary) -> Iterable[Posting]:
    return Posting.objects.with_places().filter(secretary=secretary)
