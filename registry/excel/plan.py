"""What an import would do: every row of the file against the roster as it is, before anything is written."""

from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from registry.excel import keys
from registry.excel.districts import Districts
from registry.excel.headcounts import Reconciliation, reconcile
from registry.excel.levels import Level
from registry.excel.match import Case, Existing, grouped, match, numbers, refuse
from registry.excel.row import Row, RowProblem, clean
from registry.excel.settle import settle
from registry.excel.table import Table

# What a re-import may change. The district is part of who somebody is.
CHANGEABLE = ("town", "village", "name", "unit", "level", "since", "until", "phone", "post", "gender", "remark")
ACTIONS = ("add", "change", "same", "refuse")

Value = str | date | None


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """What happens to one row. `action` is add, change, same or refuse; `ref` names the posting it is about, if any.

    `changes` are field → (old, new). A refused row has problems and no values; notes stand in nobody's way.
    """

    number: int
    action: str
    key: str
    ref: int | str | None
    values: Row | None
    changes: Mapping[str, tuple[Value, Value]] = field(default_factory=dict)
    problems: tuple[RowProblem, ...] = ()
    notes: tuple[RowProblem, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """The whole preview. `absent` are postings of the file's districts that the file lacks; an import leaves them."""

    rows: tuple[PlannedRow, ...]
    reconciliations: tuple[Reconciliation, ...]
    counts: Mapping[str, int]
    absent: tuple[Existing, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def is_ready(self) -> bool:
        """Whether it may be carried out: all or nothing, so not one row refused, and something to do."""
        return self.counts["refuse"] == 0 and self.counts["add"] + self.counts["change"] > 0


def plan(
    table: Table,
    existing: Iterable[Existing],
    *,
    districts: Mapping[str, str],
    levels: Sequence[Level],
    units: Callable[[], Mapping[str, str]] = dict,
    district: str | None = None,
    headcounts: Mapping[str, int] | None = None,
) -> Plan:
    """Compare a table with the roster: which rows would be added, changed, are the same, or are refused, and why.

    `districts` are name or alias → code, `levels` those of the season, `units` tells name → level of the units that
    have one already, asked where a row states none, `district` is the code chosen at upload where one was chosen,
    `headcounts` are the decree's numbers by code (the notice's table of places in the final).
    match.py says who is taken for whom.
    """
    register, roster = Districts(districts), tuple(existing)
    cases = _cases(table, register, levels, district)
    settle(cases, roster, levels, units)
    _refuse_duplicates(cases)
    match(cases, roster)
    _refuse_backwards(cases)
    known = frozenset(level.code for level in levels)
    rows = tuple(_planned(case, known) for case in cases)
    actions = [row.action for row in rows]
    return Plan(
        rows,
        _reconciled(rows, roster, register, headcounts or {}, district),
        {action: actions.count(action) for action in ACTIONS},
        _absent(cases, roster),
        _notes(table),
    )


def _cases(table: Table, register: Districts, levels: Sequence[Level], chosen: str | None) -> list[Case]:
    headings, title = table.headings, table.district_from_title
    told: dict[str, Any] = {"districts": register, "levels": levels, "headings": headings}
    cases = []
    for raw in table.rows:
        cleaned = clean(raw, **told, district=chosen, title_district=title)
        cases.append(Case(raw.number, cleaned.row, list(cleaned.problems), [*cleaned.notes, *cleaned.questions]))
    return cases


def _refuse_duplicates(cases: Sequence[Case]) -> None:
    """The same person twice in one file: both rows are refused, each naming the other."""
    likenesses: Sequence[tuple[str, Callable[[Row], Hashable]]] = (
        (
            _("同村同名"),
            lambda row: (row.district, keys.town(row.town), keys.village(row.village), keys.name(row.name)),
        ),
        (_("同名同单位"), lambda row: (row.district, keys.name(row.name), keys.unit(row.unit))),
        (_("同名同手机"), lambda row: (keys.name(row.name), row.phone) if row.phone else None),
    )
    told: set[int] = set()
    for why, key in likenesses:
        for group in grouped(cases, key).values():
            fresh = [case for case in group if case.number not in told]
            if len(group) > 1 and fresh:
                sentence = _("第 %(rows)s 行是同一个人（%(why)s）。只保留一行。") % {"rows": numbers(group), "why": why}
                refuse(fresh, RowProblem("name", "duplicate", sentence))
                told.update(case.number for case in fresh)
    for group in grouped(cases, lambda row: row.phone or None).values():
        if len({keys.name(case.row.name) for case in group if case.row}) > 1:
            sentence = _("第 %s 行的手机相同而姓名不同，请核对。") % numbers(group)
            for case in group:
                case.notes.append(RowProblem("phone", "phone_shared", sentence))


def _refuse_backwards(cases: Iterable[Case]) -> None:
    """A row that states one end of a service must agree with the other end that the roster knows."""
    for case in cases:
        if case.row and case.existing:
            since, until = case.row.since or case.existing.since, case.row.until or case.existing.until
            if since and until and until < since:
                shown = {"since": f"{since:%Y-%m}", "until": f"{until:%Y-%m}"}
                sentence = _("与名册里已有的时间合起来，任职止（%(until)s）早于任职起（%(since)s）。请在表里写全起止。")
                refuse([case], RowProblem("until", "ends_before_it_begins", sentence % shown))


def _planned(case: Case, known: Collection[str]) -> PlannedRow:
    row, notes = case.row, tuple(case.notes)
    if row is None or case.problems:
        return PlannedRow(case.number, "refuse", "", None, None, {}, tuple(case.problems), notes)
    key = keys.posting(row.district, row.town, row.village, row.name)
    if case.existing is None:
        return PlannedRow(case.number, "add", key, None, row, {}, (), notes)
    changes = _changes(row, case.existing, known)
    return PlannedRow(case.number, "change" if changes else "same", key, case.existing.ref, row, changes, (), notes)


def _changes(row: Row, existing: Existing, known: Collection[str]) -> dict[str, tuple[Value, Value]]:
    """What differs. An empty cell erases nothing, and a guess never overrules the known level of the same unit.

    `known` are the codes of the season's levels: one that only another season has is no known level.
    """
    found: dict[str, tuple[Value, Value]] = {}
    for name in CHANGEABLE:
        old, new = getattr(existing, name), getattr(row, name)
        is_only_guess = name == "level" and row.level_guessed and old in known and row.unit == existing.unit
        if new not in ("", None, old) and not is_only_guess:
            found[name] = (old, new)
    return found


def _reconciled(
    rows: Iterable[PlannedRow],
    roster: Iterable[Existing],
    register: Districts,
    headcounts: Mapping[str, int],
    chosen: str | None,
) -> tuple[Reconciliation, ...]:
    accepted = [row for row in rows if row.values]
    return reconcile(
        [row.values.district for row in accepted if row.values],
        [row.values.district for row in accepted if row.values and row.action == "add"],
        [posting.district for posting in roster],
        register,
        headcounts,
        chosen,
    )


def _absent(cases: Iterable[Case], roster: Iterable[Existing]) -> tuple[Existing, ...]:
    concerned = {case.row.district for case in cases if case.row}
    matched = {case.existing.ref for case in cases if case.existing}
    return tuple(posting for posting in roster if posting.district in concerned and posting.ref not in matched)


def _notes(table: Table) -> tuple[str, ...]:
    """What is to be said about the file as a whole."""
    notes = []
    if table.headcount_stated not in (None, len(table.rows)):
        shown = {"stated": table.headcount_stated, "rows": len(table.rows)}
        notes.append(_("文件里写明 %(stated)s 人，实际读到 %(rows)s 行。请核对是否有漏行或多行。") % shown)
    if table.unknown:
        names = _("、").join(column.heading or _("第 %s 列") % column.letter for column in table.unknown)
        notes.append(_("这些列没有导入：%s。") % names)
    if table.other_sheets:
        notes.append(_("另有工作表没有读取：%s。一次导入一个工作表。") % _("、").join(table.other_sheets))
    return tuple(notes)
