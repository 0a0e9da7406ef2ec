"""Typing the judges' marks from paper: many sheets at once, and nobody's marks silently written over.

A write names the edit of the sheet it was made from. When another write came between, nothing of that sheet is
written and the caller gets the sheet as it now stands, to show both.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import F, OuterRef, Subquery
from django.utils.translation import gettext as _

from accounts import log
from accounts.permissions import Action, require
from contest.models import Stage
from contest.models.entry import Status
from contest.models.stage import State
from scoring.actions.hold import hold
from scoring.models import Mark, Sheet
from scoring.typed import shown_points

if TYPE_CHECKING:
    from accounts.models import User

Marks = dict[str, int | None]


@dataclass(frozen=True, slots=True)
class Change:
    """What somebody wants on one sheet, having seen its `edit`: hundredths by criterion code, None to clear a mark."""

    sheet_id: int
    edit: int
    marks: Mapping[str, int | None]


@dataclass(frozen=True, slots=True)
class Saved:
    """The sheet as it stands after the write."""

    sheet_id: int
    edit: int
    state: str
    total_c: int | None
    marks: Mapping[str, int | None]


@dataclass(frozen=True, slots=True)
class Stale:
    """Nothing was written: this is what `who` put there meanwhile."""

    sheet_id: int
    edit: int
    state: str
    total_c: int | None
    marks: Mapping[str, int | None]
    who: str


@dataclass(frozen=True, slots=True)
class Refused:
    """A mark that cannot stand, or with an empty `code` a whole sheet that takes none, and why."""

    sheet_id: int
    code: str
    reason: str


Outcome = Saved | Stale | Refused


@dataclass(frozen=True, slots=True)
class Line:
    """A criterion as one sheet has it."""

    criterion_id: int
    name: str
    max_c: int
    step_c: int


@dataclass(frozen=True, slots=True)
class Page:
    """A sheet as one read found it."""

    edit: int
    entry_id: int
    seat_id: int
    state: str
    live: bool
    vacated: bool
    competing: bool
    who: str
    lines: dict[str, Line] = field(default_factory=dict)
    marks: Marks = field(default_factory=dict)


@transaction.atomic
def save_marks(stage: Stage, changes: Sequence[Change], *, by: "User", at: datetime) -> list[Outcome]:
    """Write marks on any number of the stage's sheets; each sheet for itself, all in one transaction.

    A mark outside its range or between its steps is Refused and the sheet's other marks are saved. A sheet that was
    written since its `edit` is Stale, unless it already says what is wanted. A complete sheet waits for confirmation,
    an incomplete one is open. Raises WrongState unless the stage is in scoring, PermissionDenied.
    """
    require(by, Action.TYPE_MARKS, stage)
    pages = _read(stage, [change.sheet_id for change in changes])
    outcomes: list[Outcome] = []
    stale: list[int] = []
    saved: list[Saved] = []
    for change in changes:
        page = pages.get(change.sheet_id)
        refusal = _closed(page)
        if page is None or refusal:
            outcomes.append(Refused(change.sheet_id, "", refusal))
            continue
        refused = _unfit(change, page)
        wanted = {code: value for code, value in change.marks.items() if code not in {each.code for each in refused}}
        outcomes += refused
        if not wanted:
            continue
        if not _has_news(page, wanted):
            outcomes.append(Saved(change.sheet_id, page.edit, page.state, _total(page.marks), page.marks))
        elif _unseen(change, page) or not (done := _write(change.sheet_id, page, wanted, by=by, at=at)):
            stale.append(change.sheet_id)
        else:
            saved.append(done)
    if saved:
        _write_marks(saved, pages, by)
        log.write(stage.season.code, "save_marks", by=by, at=at, on=stage, sheets=_facts(saved, pages))
    return [*outcomes, *saved, *_as_stale(stage, stale)]


def claim(sheet_id: int, edit: int, *states: Sheet.State, **fields: Any) -> bool:
    """Write on the live sheet if it is still in one of these states and nobody wrote on it since `edit`."""
    held = Sheet.objects.filter(pk=sheet_id, edit=edit, live=True, state__in=states)
    return bool(held.update(edit=F("edit") + 1, **fields))


def why_unfit(line: Line, value_c: int) -> str:
    """Why a judge cannot have given this mark (notice V: the panel scores by the stage's criteria); "" if one can."""
    told = {"name": line.name, "most": _plain(line.max_c), "step": _plain(line.step_c), "value": _plain(value_c)}
    if not 0 <= value_c <= line.max_c:
        return _("“%(name)s”须在 0 到 %(most)s 分之间，不能是 %(value)s。") % told
    if value_c % line.step_c:
        return _("“%(name)s”以 %(step)s 分为一档，不能是 %(value)s。") % told
    return ""


def _read(stage: Stage, sheet_ids: Iterable[int]) -> dict[int, Page]:
    """The sheets with their criteria and marks, in the one statement that also locks the stage's row.

    Where rows are locked a writer may wait here, and what it then gets is as old as its waiting: but edit and marks
    are of the same moment, and `claim` is made later. So an edit that both have seen had these marks.
    Raises WrongState unless the stage is in scoring.
    """
    mark = Mark.objects.filter(sheet=OuterRef("sheets"), criterion=OuterRef("ruleset__criteria"))
    rows = list(
        Stage.objects.held()
        .filter(pk=stage.pk, sheets__in=list(sheet_ids))
        .order_by("sheets", "ruleset__criteria__order", "ruleset__criteria")
        .values_list(
            "state",
            "sheets",
            "sheets__edit",
            "sheets__entry",
            "sheets__seat",
            "sheets__state",
            "sheets__live",
            "sheets__seat__vacated_at",
            "sheets__entry__status",
            "sheets__typed_by__name",
            "ruleset__criteria",
            "ruleset__criteria__code",
            "ruleset__criteria__name",
            "ruleset__criteria__max_c",
            "ruleset__criteria__step_c",
            Subquery(mark.values("value_c")),
        )
    )
    if not rows or rows[0][0] != State.SCORING:
        hold(stage, State.SCORING)
    pages: dict[int, Page] = {}
    for _stands, pk, *head, line_id, code, name, max_c, step_c, value_c in rows:
        page = pages.get(pk)
        if page is None:
            edit, entry_id, seat_id, state, live, vacated_at, status, who = head
            competing = status == Status.ENTERED
            page = pages[pk] = Page(edit, entry_id, seat_id, state, live, vacated_at is not None, competing, who or "")
        page.lines[code] = Line(line_id, name, max_c, step_c)
        page.marks[code] = value_c
    return pages


def _closed(page: Page | None) -> str:
    """Why this sheet takes no marks at all, or ""."""
    if page is None:
        return _("没有这份评分表，请刷新页面。")
    if not page.live:
        return _("这份评分表已经更正，请刷新页面查看新的一版。")
    if page.state == Sheet.State.CONFIRMED:
        return _("已核对的评分表不能直接改，请到“更正”页写明原因后更正。")
    if page.vacated:
        return _("这位评委已离席，其评分表不再计分。")
    if not page.competing:
        return _("这位参赛者已退出评比，不再录分。")
    return ""


def _unfit(change: Change, page: Page) -> list[Refused]:
    refused = []
    for code, value_c in change.marks.items():
        line = page.lines.get(code)
        if line is None:
            refused.append(Refused(change.sheet_id, code, _("评分细则里没有这一项，请刷新页面。")))
        elif value_c is not None and (reason := why_unfit(line, value_c)):
            refused.append(Refused(change.sheet_id, code, reason))
    return refused


def _has_news(page: Page, wanted: Mapping[str, int | None]) -> bool:
    """Whether writing `wanted` changes anything. A sheet that was sent back is handed in again as it is."""
    sent_back = page.state == Sheet.State.OPEN and _total(page.marks) is not None
    return sent_back or any(page.marks[code] != value_c for code, value_c in wanted.items())


def _unseen(change: Change, page: Page) -> bool:
    """Whether somebody wrote on the sheet after the edit that the change was made from."""
    return page.edit != change.edit


def _write(sheet_id: int, page: Page, wanted: Mapping[str, int | None], *, by: "User", at: datetime) -> Saved | None:
    """Claim the sheet with its new total; None when another write came first."""
    marks = {**page.marks, **wanted}
    total_c = _total(marks)
    state = Sheet.State.OPEN if total_c is None else Sheet.State.TYPED
    if not claim(
        sheet_id,
        page.edit,
        Sheet.State.OPEN,
        Sheet.State.TYPED,
        total_c=total_c,
        state=state,
        typed_by=by,
        typed_at=at,
    ):
        return None
    return Saved(sheet_id, page.edit + 1, state.value, total_c, marks)


def _write_marks(saved: Iterable[Saved], pages: Mapping[int, Page], by: "User") -> None:
    """Put down every mark that is new, take away every one that was cleared: in bulk, whatever the number of sheets.

    A mark written over waits for a second person again, whoever confirmed what stood there.
    """
    put: list[Mark] = []
    cleared: dict[int, list[int]] = {}
    for sheet in saved:
        page = pages[sheet.sheet_id]
        for code, value_c in _news(sheet, page).items():
            line = page.lines[code]
            if value_c is None:
                cleared.setdefault(line.criterion_id, []).append(sheet.sheet_id)
            else:
                mark = Mark(sheet_id=sheet.sheet_id, criterion_id=line.criterion_id, value_c=value_c, max_c=line.max_c)
                mark.typed_by = by
                put.append(mark)
    Mark.objects.bulk_create(
        put,
        update_conflicts=True,
        unique_fields=["sheet", "criterion"],
        update_fields=["value_c", "max_c", "typed_by", "confirmed_by"],
    )
    for criterion_id, sheet_ids in cleared.items():
        Mark.objects.filter(criterion=criterion_id, sheet__in=sheet_ids).delete()


def _as_stale(stage: Stage, sheet_ids: list[int]) -> list[Stale]:
    """The sheets as they stand now that nobody else can write on the stage."""
    pages = _read(stage, sheet_ids) if sheet_ids else {}
    return [Stale(pk, page.edit, page.state, _total(page.marks), page.marks, page.who) for pk, page in pages.items()]


def _news(sheet: Saved, page: Page) -> Marks:
    return {code: value_c for code, value_c in sheet.marks.items() if page.marks[code] != value_c}


def _facts(saved: Iterable[Saved], pages: Mapping[int, Page]) -> dict[str, dict[str, Any]]:
    """For the log: by sheet, whose it is, the edit made and the marks it changed, in hundredths."""
    facts = {}
    for sheet in saved:
        page = pages[sheet.sheet_id]
        told = {"entry": page.entry_id, "seat": page.seat_id, "edit": sheet.edit, "marks": _news(sheet, page)}
        facts[str(sheet.sheet_id)] = told
    return facts


def _total(marks: Mapping[str, int | None]) -> int | None:
    """The sum of a complete sheet (notice V(1), 总得分); None while a mark is missing, which is never zero."""
    values = [value_c for value_c in marks.values() if value_c is not None]
    return sum(values) if len(values) == len(marks) else None


def _plain(points_c: int) -> str:
    """Points without needless decimals: 40, 0.5."""
    return shown_points(points_c, 0 if points_c % 100 == 0 else 1 if points_c % 10 == 0 else 2)
