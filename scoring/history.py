"""A sheet's versions: what each said, who typed it, who confirmed it, and why it was corrected or sent back."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.log import subject
from accounts.models import LogLine
from scoring.grid import Line
from scoring.models import Mark, Sheet
from scoring.typed import shown_points


@dataclass(frozen=True, slots=True)
class Return:
    """A sheet sent back to be typed again."""

    at: datetime
    who: str
    reason: str


@dataclass(frozen=True, slots=True)
class Version:
    """`marks` are ready strings in the order of the criteria; `changed` says which differ from the version before."""

    pk: int
    number: int
    live: bool
    state: str
    state_label: str
    marks: Sequence[str]
    changed: Sequence[bool]
    total: str
    typed_by: str
    typed_at: datetime | None
    confirmed_by: str
    confirmed_at: datetime | None
    reason: str
    returns: Sequence[Return] = field(default_factory=list)

    @property
    def cells(self) -> list[tuple[str, bool]]:
        return list(zip(self.marks, self.changed, strict=True))


def versions_of(sheets: Sequence[Sheet], lines: Sequence[Line], places: int) -> dict[tuple[int, int], list[Version]]:
    """By (entry, seat) of these sheets, every version there is, the newest first. Three queries."""
    found = list(
        Sheet.objects.filter(entry__in={s.entry_id for s in sheets}, seat__in={s.seat_id for s in sheets})
        .select_related("typed_by", "confirmed_by")
        .order_by("entry", "seat", "version")
    )
    wanted = {(sheet.entry_id, sheet.seat_id) for sheet in sheets}
    found = [sheet for sheet in found if (sheet.entry_id, sheet.seat_id) in wanted]
    marks: dict[int, dict[int, int]] = {}
    people: dict[int, list[tuple[str, str]]] = {}
    read = Mark.objects.filter(sheet__in=found).order_by("sheet", "criterion__order", "criterion")
    for pk, criterion, value_c, typist, confirmer in read.values_list(
        "sheet", "criterion", "value_c", "typed_by__name", "confirmed_by__name"
    ):
        marks.setdefault(pk, {})[criterion] = value_c
        people.setdefault(pk, []).append((typist or "", confirmer or ""))
    returns = _returns(found)
    told: dict[tuple[int, int], list[Version]] = {}
    before: dict[tuple[int, int], tuple[str, ...]] = {}
    for sheet in found:
        key = (sheet.entry_id, sheet.seat_id)
        shown = tuple(shown_points(marks.get(sheet.pk, {}).get(line.pk), places) for line in lines)
        changed = [now != then for now, then in zip(shown, before.get(key, shown), strict=True)]
        before[key] = shown
        version = _version(sheet, shown, changed, places, returns.get(subject(sheet), []), people.get(sheet.pk, []))
        told.setdefault(key, []).insert(0, version)
    return told


def _version(
    sheet: Sheet,
    marks: Sequence[str],
    changed: Sequence[bool],
    places: int,
    returns: Sequence[Return],
    people: Sequence[tuple[str, str]],
) -> Version:
    return Version(
        pk=sheet.pk,
        number=sheet.version,
        live=sheet.live,
        state=sheet.state,
        state_label=sheet.get_state_display(),
        marks=marks,
        changed=changed,
        total=shown_points(sheet.total_c, places),
        typed_by=_names(typist for typist, _confirmer in people) or str(sheet.typed_by or ""),
        typed_at=sheet.typed_at,
        confirmed_by=_names(confirmer for _typist, confirmer in people) or str(sheet.confirmed_by or ""),
        confirmed_at=sheet.confirmed_at,
        reason=sheet.correction_reason,
        returns=returns,
    )


def _names(names: Iterable[str]) -> str:
    """Everybody once: the marks of one sheet may have several typists and several confirmers."""
    return _("、").join(dict.fromkeys(name for name in names if name))


def _returns(sheets: Sequence[Sheet]) -> dict[str, list[Return]]:
    """By log subject, when and why these sheets were sent back, from the log, which is where that is kept."""
    lines = LogLine.objects.filter(action="return_sheet", subject__in=[subject(sheet) for sheet in sheets])
    told: dict[str, list[Return]] = {}
    for line in lines.select_related("actor", "note").order_by("seq"):
        note = getattr(line, "note", None)
        told.setdefault(line.subject, []).append(Return(line.at, str(line.actor or ""), note.text if note else ""))
    return told
