"""Every judge's votes at a glance, and who typed and who confirmed them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from contest.models import Entry, Stage
from scoring.models import Seat, Vote

if TYPE_CHECKING:
    from accounts.models import User


@dataclass(frozen=True, slots=True)
class JudgeVotes:
    """A sitting judge's ballot; `edit` is None where none was typed. `obstacle`: why the reader cannot confirm it."""

    seat: int
    number: int
    judge: str
    count: int
    edit: int | None
    typed_by: str
    confirmed_by: str
    confirmed_at: datetime | None
    obstacle: str

    @property
    def waits(self) -> bool:
        return self.edit is not None and not self.confirmed_by

    @property
    def seen(self) -> str:
        """The value that a form sends along, empty where the reader cannot confirm."""
        return f"{self.seat}:{self.edit}" if self.waits and not self.obstacle else ""


@dataclass(frozen=True, slots=True)
class VotedFor:
    """An entrant's row: which judges (in their order) named them, and how many did."""

    order: str
    name: str
    ticks: Sequence[bool]
    count: int


def votes_of(stage: Stage, reader: "User") -> tuple[list[JudgeVotes], list[VotedFor]]:
    """The sitting judges by number, the competing entrants in order of appearance. Three queries."""
    cast = set(
        Vote.objects.filter(seat__stage=stage, seat__vacated_at=None, entry__status="entered").values_list(
            "seat_id", "entry_id"
        )
    )
    of_seat, of_entry = Counter(seat for seat, _e in cast), Counter(entry for _s, entry in cast)
    seats = Seat.objects.sitting().filter(stage=stage).order_by("number")
    judges = [
        JudgeVotes(
            pk, number, judge, of_seat[pk], edit, typist_name or "", confirmer or "", confirmed_at,
            obstacle=_("您录入过") if typist == reader.pk else "",
        )
        for pk, number, judge, edit, typist, typist_name, confirmer, confirmed_at in seats.values_list(
            "pk", "number", "judge", "ballot__edit", "ballot__typed_by", "ballot__typed_by__name",
            "ballot__confirmed_by__name", "ballot__confirmed_at",
        )
    ]  # fmt: skip
    entries = Entry.objects.competing().filter(stage=stage).in_order()
    rows = [
        VotedFor(str(order or ""), name, [(each.seat, entry) in cast for each in judges], of_entry[entry])
        for entry, order, name in entries.values_list("pk", "order", "secretary__name")
    ]
    return judges, rows
