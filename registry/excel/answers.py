"""What people said about the rows of a file on its preview: which to take or leave, what to change, whom to add."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import gettext as _

from registry.excel import cells
from registry.excel.doubts import Doubt
from registry.excel.table import RawRow, Table

# What may be changed of a row, and what a person added by hand has.
CHANGED = ("town", "village", "level")
ADDED = ("district", "town", "village", "name", "unit", "level", "since", "phone")
HAND = "hand"


@dataclass(frozen=True, slots=True)
class Answers:
    """Rows by their keys: `accepted` are imported although they are doubtful, `left` are not, `changed` otherwise.

    `added` are people written by hand, as fields and texts.
    """

    accepted: frozenset[str] = frozenset()
    left: frozenset[str] = frozenset()
    changed: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    added: tuple[Mapping[str, str], ...] = ()

    def answering(self, keys: frozenset[str], *, take: bool) -> "Answers":
        """With these rows taken, or left."""
        taken, left = (keys, frozenset[str]()) if take else (frozenset[str](), keys)
        return replace(self, accepted=self.accepted - keys | taken, left=self.left - keys | left)

    def changing(self, key: str, told: Mapping[str, str]) -> "Answers":
        """With these fields of a row as they are told; a row written by hand is rewritten."""
        if key.startswith(HAND):
            number = int(key.removeprefix(HAND)) - 1
            rows = [{**row, **told} if place == number else row for place, row in enumerate(self.added)]
            return replace(self, added=tuple(rows))
        return replace(self, changed={**self.changed, key: {**self.changed.get(key, {}), **told}})

    def adding(self, told: Mapping[str, str]) -> "Answers":
        """With one person more."""
        return replace(self, added=(*self.added, dict(told)))


# Of a file about which nobody said anything.
NOTHING_SAID = Answers()


def from_json(stored: Mapping[str, Any]) -> Answers:
    """The answers that as_json() took apart; none from an empty one."""
    return Answers(
        frozenset(stored.get("accepted", ())),
        frozenset(stored.get("left", ())),
        stored.get("changed", {}),
        tuple(stored.get("added", ())),
    )


def as_json(answers: Answers) -> dict[str, Any]:
    """The answers as values that json.dumps takes."""
    return {
        "accepted": sorted(answers.accepted),
        "left": sorted(answers.left),
        "changed": {key: dict(told) for key, told in answers.changed.items()},
        "added": [dict(row) for row in answers.added],
    }


def applied(table: Table, answers: Answers) -> Table:
    """The table as people want it read: without the rows they leave, with what they changed and whom they added."""
    tables = [_applied(each, answers) for each in (table, *table.together)]
    added = tuple(
        RawRow(0, {name: text for name, text in row.items() if text}, key=f"{HAND}{number}")
        for number, row in enumerate(answers.added, start=1)
        if f"{HAND}{number}" not in answers.left
    )
    first = replace(tables[0], together=tuple(tables[1:]))
    return replace(first, added=added)


def _applied(table: Table, answers: Answers) -> Table:
    gone = [row for row in table.rows if row.key in answers.left]
    left = [(row.number, _("您选择了不导入")) for row in gone]
    said = {row.number: " ".join(cells.text(cell) for cell in row.values.values())[:60] for row in gone}
    rows = [_changed(row, answers.changed.get(row.key, {})) for row in table.rows if row.key not in answers.left]
    return replace(
        table, rows=tuple(rows), skipped=tuple(sorted((*table.skipped, *left))), left_out={**table.left_out, **said}
    )


def _changed(row: RawRow, told: Mapping[str, str]) -> RawRow:
    if not told:
        return row
    kept = {name: cell for name, cell in row.values.items() if not (name == "place" and "village" in told)}
    doubts = [doubt for doubt in row.doubts if doubt.field not in told]
    return replace(
        row,
        values={**kept, **{name: text for name, text in told.items() if text}},
        filled=row.filled - told.keys(),
        doubts=(*doubts, *(Doubt("by_hand", name, text) for name, text in told.items())),
    )
