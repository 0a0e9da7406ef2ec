"""What an import would do: every row of the file against the roster as it is, before anything is written."""

from collections import Counter
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from registry.excel import keys
from registry.excel.cells import optional
from registry.excel.districts import Districts
from registry.excel.headcounts import Reconciliation, reconcile
from registry.excel.header import Column
from registry.excel.levels import Level, names_of
from registry.excel.match import Case, Existing, grouped, match, numbers, refuse
from registry.excel.row import Row, RowProblem, clean
from registry.excel.settle import settle
from registry.excel.table import RawRow, Table

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
    # What has to be answered before it is written; an answered question is a note.
    questions: tuple[RowProblem, ...] = ()
    name: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """The whole preview. `absent` are postings of the file's districts that the file lacks; an import leaves them."""

    rows: tuple[PlannedRow, ...]
    reconciliations: tuple[Reconciliation, ...]
    counts: Mapping[str, int]
    absent: tuple[Existing, ...] = ()
    notes: tuple[str, ...] = ()
    # Which words of the column were taken for which level.
    levels_read: tuple[str, ...] = ()

    @property
    def is_ready(self) -> bool:
        """Whether it may be carried out: all or nothing, so not one row refused or unanswered, and something to do."""
        return not self.counts["refuse"] and not self.asking and self.counts["add"] + self.counts["change"] > 0

    @property
    def asking(self) -> tuple[PlannedRow, ...]:
        """The rows that wait for an answer."""
        return tuple(row for row in self.rows if row.questions)


def plan(
    table: Table,
    existing: Iterable[Existing],
    *,
    districts: Mapping[str, str],
    levels: Sequence[Level],
    units: Callable[[], Mapping[str, str]] = dict,
    district: str | None = None,
    headcounts: Mapping[str, int] | None = None,
    accepted: Collection[str] = (),
) -> Plan:
    """Compare a table with the roster: which rows would be added, changed, are the same, or are refused, and why.

    `districts` are name or alias → code, `levels` those of the season, `units` tells name → level of the units that
    have one already, asked where a row states none, `district` is the code chosen at upload where one was chosen,
    `headcounts` are the decree's numbers by code (the notice's table of places in the final).
    `accepted` names the rows whose questions were answered with yes.
    match.py says who is taken for whom.
    """
    register, roster = Districts(districts), tuple(existing)
    cases = _cases(table, register, levels, district)
    settle(cases, roster, levels, units)
    _refuse_duplicates(cases)
    match(cases, roster)
    _refuse_backwards(cases)
    known = frozenset(level.code for level in levels)
    rows = tuple(_answered(_planned(case, known), case, accepted) for case in cases)
    actions = [row.action for row in rows]
    return Plan(
        rows,
        _reconciled(rows, roster, register, headcounts or {}, district),
        {action: actions.count(action) for action in ACTIONS},
        _absent(cases, roster),
        _notes(table),
        tuple(_levels_read(table, cases, levels)),
    )


def _cases(table: Table, register: Districts, levels: Sequence[Level], chosen: str | None) -> list[Case]:
    cases = []
    for each in (table, *table.together):
        told: dict[str, Any] = {"districts": register, "levels": levels, "headings": each.headings}
        for raw in each.rows:
            case = _case(raw, told, chosen, each.district_from_title)
            case.label = _("“%(sheet)s”%(row)d") % {"sheet": each.sheet, "row": raw.number} if table.together else ""
            cases.append(case)
    for number, raw in enumerate(table.added, start=1):
        case = _case(raw, {"districts": register, "levels": levels, "headings": {}}, chosen, None)
        case.label = _("手工添加的 %d") % number
        cases.append(case)
    return cases


def _case(raw: RawRow, told: Mapping[str, Any], chosen: str | None, title: str | None) -> Case:
    cleaned = clean(raw, **told, district=chosen, title_district=title)
    case = Case(raw.number, cleaned.row, list(cleaned.problems), list(cleaned.notes))
    case.questions, case.key = list(cleaned.questions), raw.key or str(raw.number)
    return case


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
    told: set[str] = set()
    for why, key in likenesses:
        for group in grouped(cases, key).values():
            fresh = [case for case in group if case.key not in told]
            if len(group) > 1 and fresh:
                sentence = _("第 %(rows)s 行是同一个人（%(why)s）。只保留一行。") % {"rows": numbers(group), "why": why}
                refuse(fresh, RowProblem("name", "duplicate", sentence))
                told.update(case.key for case in fresh)
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


def _answered(row: PlannedRow, case: Case, accepted: Collection[str]) -> PlannedRow:
    """The row with the questions that are still open; where nothing would be written, nothing is asked."""
    row = replace(row, name=case.key)
    is_open = row.action in ("add", "change") and case.key not in accepted
    told = tuple(case.questions)
    return replace(row, questions=told) if is_open else replace(row, notes=(*told, *row.notes))


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
    """What is to be said about the file as a whole, sheet by sheet."""
    tables = (table, *table.together)
    notes = [note for each in tables for note in _notes_of(each, with_sheet=len(tables) > 1)]
    if len(tables) > 1:
        names = _("、").join(each.sheet for each in tables)
        notes.insert(0, _("这些工作表一起读取：%s。") % names)
    if table.other_sheets:
        notes.append(_("另有工作表没有读取：%s。") % _("、").join(table.other_sheets))
    return tuple(notes)


def _levels_read(table: Table, cases: Iterable[Case], levels: Sequence[Level]) -> Iterator[str]:
    """Each word that was taken for a level of another name, with how many rows have it."""
    raws = {raw.key or str(raw.number): raw for each in (table, *table.together) for raw in each.rows}
    names = names_of(levels)
    written = Counter(
        (text, names.get(case.row.level, ""))
        for case in cases
        if case.row and case.key in raws and (text := optional(raws[case.key].values.get("level", "")))
    )
    for (text, name), count in written.items():
        if text != name:
            told = {"text": text, "level": name, "count": count}
            yield _("单位层级写作“%(text)s”的 %(count)d 行，按“%(level)s”导入。") % told


def _notes_of(table: Table, *, with_sheet: bool) -> Iterator[str]:
    where = _("工作表“%s”：") % table.sheet if with_sheet else ""
    if table.headcount_stated not in (None, len(table.rows)):
        shown = {"stated": table.headcount_stated, "rows": len(table.rows)}
        yield where + _("文件里写明 %(stated)s 人，实际读到 %(rows)s 行。请核对是否有漏行或多行。") % shown
    if table.town_from_name:
        yield where + _("没有镇街一列，按工作表的名称写作“%s”。") % table.town_from_name
    if table.hidden_columns:
        yield where + _("这些列在文件里是隐藏的，也读取了：%s。不需要的请在“列的对应”里设为不导入。") % _named(
            table.hidden_columns
        )
    if table.unchecked:
        yield where + _("这种文件看不出隐藏的行列、删除线和出错的公式，请自己核对，或另存为 .xlsx 后再上传。")
    if table.unknown:
        yield where + _("这些列没有导入：%s。") % _named(table.unknown)


def _named(columns: Iterable[Column]) -> str:
    return _("、").join(column.heading or _("第 %s 列") % column.letter for column in columns)
