"""A stage's entrants with their materials, as its list shows them: filtered, sorted, counted."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts import search
from contest.models import Entry, Stage
from materials import standing
from materials.models import LateCode, Terms
from materials.standing import Standing, Step

# What the list can be narrowed to: everybody stands under one of them, so that their counts add up to the whole.
FILTERS = {str(step): step.label for step in Step}
_ORDER = list(Step)


@dataclass(frozen=True, slots=True)
class Row:
    entry: Entry
    standing: Standing
    has_late_code: bool

    @property
    def place(self) -> int:
        return self.entry.order or 10**6


SORTS: dict[str, Callable[[Row], Any]] = {
    "order": lambda row: (row.place, row.entry.pk),
    "name": lambda row: row.entry.secretary.name,
    "step": lambda row: (_ORDER.index(row.standing.step), row.place),
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody looks for in the list."""

    word: str
    filter: str
    sort: str

    @classmethod
    def of(cls, request: HttpRequest) -> "Wanted":
        told, sort = request.GET.get("step", ""), request.GET.get("sort", "")
        return cls(
            search.wanted(request),
            told if told in FILTERS else "",
            sort if sort.removeprefix("-") in SORTS else "order",
        )

    @property
    def is_filtered(self) -> bool:
        return bool(self.word or self.filter)

    def take(self, rows: Iterable[Row]) -> list[Row]:
        found = [
            row
            for row in rows
            if self.filter in ("", row.standing.step)
            and (not self.word or search.in_name(self.word, row.entry.secretary.name))
        ]
        return sorted(found, key=SORTS[self.sort.removeprefix("-")], reverse=self.sort.startswith("-"))


def rows_of(stage: Stage, terms: Terms, at: datetime) -> list[Row]:
    """Everybody who competes, in running order; four queries."""
    entries = list(Entry.objects.competing().filter(stage=stage).with_people().in_order())
    now = standing.of(entries, {stage.pk: terms})
    late = set(LateCode.objects.opening(at).filter(entry__stage=stage).values_list("entry", flat=True))
    return [Row(each, now[each.pk], each.pk in late) for each in entries]


def counts_of(rows: Iterable[Row]) -> list[tuple[str, str, int]]:
    """Each filter with its label and how many it would show."""
    counted = Counter(row.standing.step for row in rows)
    return [(key, str(label), counted[Step(key)]) for key, label in FILTERS.items()]


def headings() -> list[str]:
    return [
        _("出场顺序"), _("姓名"), _("地区"), _("镇街"), _("村"), _("选派单位"), _("演讲题目"), _("PPT 课件"),
        _("有效版本"), _("视频"), _("有效版本"), _("承诺签署"), _("确认单位"), _("情况"),
    ]  # fmt: skip


def as_cells(row: Row, written: Callable[[datetime], str]) -> list[Any]:
    """The row as the Excel file has it."""
    entry, now = row.entry, row.standing
    signed = now.pledge if now.pledge and not now.is_outdated else None
    confirmation = now.confirmation if signed else None
    village = entry.posting.village
    return [
        entry.order,
        entry.secretary.name,
        entry.district.name,
        village.town.name,
        village.name,
        entry.posting.unit.name,
        entry.talk,
        *(cell for each in now.kinds for cell in (str(each.state.label), each.counting and each.counting.version)),
        written(signed.signed_at) if signed else "",
        confirmation.body if confirmation else "",
        str(now.step.label),
    ]
