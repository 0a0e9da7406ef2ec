"""Tables and plans as JSON, so that a preview can be kept until somebody confirms it. Dates travel as ISO strings."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from registry.excel.doubts import Doubt
from registry.excel.headcounts import Reconciliation
from registry.excel.header import Column
from registry.excel.match import Existing
from registry.excel.plan import Plan, PlannedRow
from registry.excel.row import Row, RowProblem
from registry.excel.table import RawRow, Table

_PLAIN = ("sheet", "district_from_title", "headcount_stated", "unchecked", "town_from_name")


def table_to_json(table: Table) -> dict[str, Any]:
    """The table as values that json.dumps takes. It holds no identity numbers: the table itself has none."""
    return {
        **{name: getattr(table, name) for name in _PLAIN},
        "header_rows": list(table.header_rows),
        "columns": [asdict(column) for column in table.columns],
        "hidden_columns": [asdict(column) for column in table.hidden_columns],
        "rows": [_row_out(row) for row in table.rows],
        "added": [_row_out(row) for row in table.added],
        "left_out": [list(told) for told in table.left_out.items()],
        "together": [table_to_json(other) for other in table.together],
        "skipped": [list(skipped) for skipped in table.skipped],
        "other_sheets": list(table.other_sheets),
    }


def table_from_json(stored: Mapping[str, Any]) -> Table:
    """The table that table_to_json() took apart."""
    first, last = stored["header_rows"]
    return Table(
        sheet=stored["sheet"],
        header_rows=(first, last),
        columns=tuple(Column(**column) for column in stored["columns"]),
        district_from_title=stored["district_from_title"],
        hidden_columns=tuple(Column(**column) for column in stored["hidden_columns"]),
        rows=tuple(map(_row_in, stored["rows"])),
        added=tuple(map(_row_in, stored["added"])),
        left_out=dict(stored["left_out"]),
        together=tuple(map(table_from_json, stored["together"])),
        unchecked=stored["unchecked"],
        town_from_name=stored["town_from_name"],
        skipped=tuple((number, why) for number, why in stored["skipped"]),
        headcount_stated=stored["headcount_stated"],
        other_sheets=tuple(stored["other_sheets"]),
    )


def plan_to_json(plan: Plan) -> dict[str, Any]:
    """The plan as values that json.dumps takes."""
    return {
        "rows": [row_to_json(row) for row in plan.rows],
        "reconciliations": [asdict(reconciliation) for reconciliation in plan.reconciliations],
        "counts": dict(plan.counts),
        "absent": [_out(asdict(posting)) for posting in plan.absent],
        "notes": list(plan.notes),
        "levels_read": list(plan.levels_read),
    }


def plan_from_json(stored: Mapping[str, Any]) -> Plan:
    """The plan that plan_to_json() took apart."""
    return Plan(
        rows=tuple(row_from_json(row) for row in stored["rows"]),
        reconciliations=tuple(Reconciliation(**reconciliation) for reconciliation in stored["reconciliations"]),
        counts=stored["counts"],
        absent=tuple(Existing(**_in(posting)) for posting in stored["absent"]),
        notes=tuple(stored["notes"]),
        levels_read=tuple(stored["levels_read"]),
    )


def row_to_json(row: PlannedRow) -> dict[str, Any]:
    """One planned row by itself, for a preview that is stored row by row."""
    return {
        **{name: getattr(row, name) for name in ("number", "action", "key", "ref", "name")},
        "values": _out(asdict(row.values)) if row.values else None,
        "changes": {name: [_value_out(old), _value_out(new)] for name, (old, new) in row.changes.items()},
        "problems": [asdict(problem) for problem in row.problems],
        "notes": [asdict(note) for note in row.notes],
        "questions": [asdict(question) for question in row.questions],
    }


def row_from_json(stored: Mapping[str, Any]) -> PlannedRow:
    """The planned row that row_to_json() took apart."""
    return PlannedRow(
        **{name: stored[name] for name in ("number", "action", "key", "ref", "name")},
        values=Row(**_in(stored["values"])) if stored["values"] else None,
        changes={name: (_value_in(old), _value_in(new)) for name, (old, new) in stored["changes"].items()},
        problems=tuple(RowProblem(**problem) for problem in stored["problems"]),
        notes=tuple(RowProblem(**note) for note in stored["notes"]),
        questions=tuple(RowProblem(**question) for question in stored["questions"]),
    )


def _row_out(row: RawRow) -> dict[str, Any]:
    return {
        "number": row.number,
        "key": row.key,
        "values": _out(row.values),
        "filled": sorted(row.filled),
        "doubts": [asdict(doubt) for doubt in row.doubts],
    }


def _row_in(stored: Mapping[str, Any]) -> RawRow:
    doubts = tuple(Doubt(**doubt) for doubt in stored["doubts"])
    return RawRow(stored["number"], _in(stored["values"]), frozenset(stored["filled"]), doubts, stored["key"])


def _out(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _value_out(value) for name, value in values.items()}


def _in(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _value_in(value) for name, value in values.items()}


def _value_out(value: Any) -> Any:
    return {"date": value.isoformat()} if isinstance(value, date) else value


def _value_in(value: Any) -> Any:
    return date.fromisoformat(value["date"]) if isinstance(value, dict) else value
