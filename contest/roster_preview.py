"""The preview of a roster file as its page shows it: what stands in the way, then row by row."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from contest.actions.roster import Look
from contest.roster_list import month, span
from registry.excel import cells
from registry.excel.answers import HAND
from registry.excel.fields import labels
from registry.excel.levels import called
from registry.excel.plan import Plan, PlannedRow, Value
from registry.excel.workbook import Cell
from registry.models import Unit
from registry.places import joined

# In the order of what needs attention, with the chip of each.
CHIPS = {"refuse": "failed", "add": "done", "change": "open", "same": "withdrawn"}

# The rows that wait for an answer, as a filter.
ASKING = "ask"

# The note that would stand on nearly every row of a file without a column for the level.
GUESSED = "level_guessed"


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the file on the page; a refused row shows what the file says, any other what the roster would."""

    number: int | str
    action: str
    chip: str
    label: str
    name: str
    district: str
    place: str
    unit: str
    level: str
    service: str
    phone: str
    key: str
    changes: Sequence[tuple[str, str, str]]
    problems: Sequence[str]
    notes: Sequence[str]
    questions: Sequence[str] = ()


def action_labels() -> dict[str, str]:
    """What happens to a row, in words."""
    return {"refuse": _("不能导入"), "add": _("新增"), "change": _("变更"), "same": _("不变")}


def obstacle(found: Look) -> str:
    """Why this cannot be confirmed, and what to do; '' when it can."""
    plan, missing = found.plan, found.table.missing
    if missing:
        names = _("、").join(labels()[field] for field in missing)
        return _("没有找到这些必需的列：%s。请在下面指明是哪一列；文件里确实没有的，请补上后重新上传。") % names
    if not plan.rows:
        return _("表头下面没有读到人员。请检查选的工作表是否正确，或填好后重新上传。")
    if plan.counts["refuse"]:
        return _(
            "有 %(count)d 行不能导入，原因写在每一行里。请在 Excel 里改好，保存后重新上传；全部能导入时才能确认。"
        ) % {"count": plan.counts["refuse"]}
    if plan.asking:
        return _("有 %(count)d 行需要您确认是否导入，写在每一行里。逐行确认，或在下面一起确认。") % {
            "count": len(plan.asking)
        }
    if not plan.is_ready:
        return _("文件里的人员与名册完全一致，不需要导入。")
    return ""


def notes(plan: Plan) -> list[str]:
    """What is to be said of the file as a whole; that levels were guessed is said once, not on each row."""
    guessed = sum(1 for row in plan.rows if row.values and row.values.level_guessed)
    sentence = _("有 %(count)d 行没有写单位层级，按单位名称推断，标有“推断”，请核对。") % {"count": guessed}
    return [*([sentence] if guessed else []), *plan.notes]


def kept(units: Sequence[tuple[Unit, str]], levels: Mapping[str, str]) -> list[str]:
    """Of units that do not take the level that the file states, which one stays, a sentence each."""
    sentence = _("“%(unit)s”不只在这次演练中派人：文件写的“%(told)s”不写入，层级仍是“%(has)s”。")
    return [
        sentence % {"unit": unit.name, "told": called(level, levels), "has": called(unit.level, levels)}
        for unit, level in units
    ]


def skipped(found: Look, left: Collection[str]) -> list[tuple[str, str, str, str]]:
    """The rows that were left out: which, why, what they say, and their key where somebody left them on the page."""
    tables = (found.table, *found.table.together)
    told = []
    for each in tables:
        for number, why in each.skipped:
            key = f"{each.sheet}!{number}" if len(tables) > 1 else str(number)
            told.append((key.replace("!", " "), why, each.left_out.get(number, ""), key if key in left else ""))
    return told


def ordered(rows: Iterable[PlannedRow], action: str) -> list[PlannedRow]:
    """The rows of one action, or of all with the refused ones first."""
    rank = {name: place for place, name in enumerate(CHIPS)}
    shown = (row for row in rows if action in ("", row.action) or (action == ASKING and row.questions))
    return sorted(shown, key=lambda row: (rank[row.action] and not row.questions, rank[row.action], row.number))


def lines(rows: Iterable[PlannedRow], found: Look, districts: Mapping[str, str]) -> list[Line]:
    """The rows of one page; `districts` are code → name."""
    raw = written(found)
    return [_line(row, raw.get(row.name, {}), districts, found.levels) for row in rows]


def written(found: Look) -> dict[str, Mapping[str, Cell]]:
    """What the file says in each row, or who added it by hand."""
    tables = (found.table, *found.table.together)
    rows = [*found.table.added, *(row for each in tables for row in each.rows)]
    return {row.key: row.values for row in rows}


def in_short(row: PlannedRow, found: Look) -> dict[str, str]:
    """The name, the town, the village and the level of a row: as it would be imported, else as it is written."""
    if row.values:
        level = found.levels.get(row.values.level, "")
        return {"name": row.values.name, "town": row.values.town, "village": row.values.village, "level": level}
    raw = {name: cells.readable(cell) for name, cell in written(found).get(row.name, {}).items()}
    level = raw.get("level", "") if raw.get("level", "") in found.levels.values() else ""
    told = {"name": raw.get("name", ""), "town": raw.get("town", ""), "level": level}
    return told | {"village": raw.get("village") or raw.get("place", "")}


def _line(row: PlannedRow, raw: Mapping[str, Cell], districts: Mapping[str, str], levels: Mapping[str, str]) -> Line:
    told = _planned(row, districts, levels) if row.values else _as_written(raw)
    return Line(
        number=_number(row),
        key=row.name,
        action=row.action,
        chip="open" if row.questions else CHIPS[row.action],
        label=_("待确认") if row.questions else action_labels()[row.action],
        changes=[
            (labels()[field], _shown(field, old, levels), _shown(field, new, levels))
            for field, (old, new) in row.changes.items()
        ],
        questions=[question.sentence for question in row.questions],
        problems=[problem.sentence for problem in row.problems],
        notes=[note.sentence for note in row.notes if note.code != GUESSED],
        **told,
    )


def _number(row: PlannedRow) -> int | str:
    """Excel's number of a row, with its sheet where several are read together."""
    if row.name.startswith(HAND):
        return _("手工")
    return row.name.replace("!", " ") if "!" in row.name else row.number


def _planned(row: PlannedRow, districts: Mapping[str, str], levels: Mapping[str, str]) -> dict[str, str]:
    values = row.values
    assert values is not None  # noqa: S101 - the caller looked
    return {
        "name": values.name,
        "district": districts.get(values.district, values.district),
        "place": joined(values.town, values.village),
        "unit": values.unit,
        "level": called(values.level, levels) + (_("（推断）") if values.level_guessed else ""),
        "service": span(values.since, values.until),
        "phone": values.phone,
    }


def _as_written(raw: Mapping[str, Cell]) -> dict[str, str]:
    # As it came: two people in one cell are not shown as one.
    text = {field: cells.readable(cells.optional(cell) and cell) for field, cell in raw.items()}
    return {
        "name": text.get("name", ""),
        "district": text.get("district", ""),
        "place": joined(text.get("town", ""), text.get("village") or text.get("place", "")),
        "unit": text.get("unit", ""),
        "level": text.get("level", ""),
        "service": text.get("period") or "—".join(filter(None, (text.get("since"), text.get("until")))),
        "phone": text.get("phone", ""),
    }


def _shown(field: str, value: Value, levels: Mapping[str, str]) -> str:
    if isinstance(value, date):
        return month(value)
    return called(value or "", levels) if field == "level" else value or _("（空）")
