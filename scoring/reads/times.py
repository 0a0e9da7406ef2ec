"""The entrants' times, as the person who compares them with the timekeeper's sheet goes through them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from contest.models import Entry, Stage
from scoring.typed import shown_points, shown_seconds

if TYPE_CHECKING:
    from accounts.models import User


@dataclass(frozen=True, slots=True)
class Time:
    """One entrant's time as ready strings; `edit` is None where none was ever typed.

    `obstacle` says why the reader cannot confirm it. A time that was taken back reads "—" and waits like any other.
    """

    entry: int
    edit: int | None
    order: str
    name: str
    text: str
    deduction: str
    typed_by: str
    typed_at: datetime | None
    confirmed_by: str
    confirmed_at: datetime | None
    obstacle: str

    @property
    def waits(self) -> bool:
        return self.edit is not None and not self.confirmed_by

    @property
    def seen(self) -> str:
        """The value that a form sends along, empty where the reader cannot confirm."""
        return f"{self.entry}:{self.edit}" if self.waits and not self.obstacle else ""


def times_of(stage: Stage, reader: "User") -> Sequence[Time]:
    """Everybody who competes, in order of appearance. One query."""
    entries = (
        Entry.objects.competing()
        .filter(stage=stage)
        .in_order()
        .values_list(
            "pk",
            "order",
            "secretary__name",
            "overtime__edit",
            "overtime__seconds",
            "overtime__points_c",
            "overtime__typed_by",
            "overtime__typed_by__name",
            "overtime__typed_at",
            "overtime__confirmed_by__name",
            "overtime__confirmed_at",
        )
    )
    return [
        Time(
            entry=pk,
            edit=edit,
            order=str(order or ""),
            name=name,
            text=shown_seconds(seconds) or "—",
            deduction=shown_points(points_c, 2) if points_c else "—",
            typed_by=typist_name or "",
            typed_at=typed_at,
            confirmed_by=confirmer or "",
            confirmed_at=confirmed_at,
            obstacle=_("您录入过") if typist == reader.pk else "",
        )
        for (
            pk, order, name, edit, seconds, points_c, typist, typist_name, typed_at, confirmer, confirmed_at,
        ) in entries
    ]  # fmt: skip
