"""Sheets and marks: every write on a sheet is in the log, so the log alone says what each sheet must say today."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import F, Q
from django.utils.translation import gettext_noop as _

from accounts.log import Fault, Line, checks, keeps
from scoring.models import Criterion, Mark, Sheet

State = Sheet.State


# A mark: hundredths, typist, confirmer.
Said = tuple[int, int | None, int | None]
keeps(Sheet, "correction_reason", "correct_sheet", says=_("评分表 %(row)s 更正的原因与日志不符"))


@dataclass(slots=True)
class Told:
    """A sheet as its lines tell it; `marks` by criterion code."""

    seq: int = 0
    entry_id: int | None = None
    seat_id: int | None = None
    version: int = 1
    live: bool = True
    edit: int = 0
    state: str = State.OPEN
    typed_by: int | None = None
    typed_at: datetime | None = None
    confirmed_by: int | None = None
    confirmed_at: datetime | None = None
    marks: dict[str, Said] = field(default_factory=dict)

    def mark(self, marks: dict[str, int | None], line: Line) -> None:
        """What is written waits for a second person, whoever confirmed what stood there."""
        for code, value_c in marks.items():
            if value_c is None:
                self.marks.pop(code, None)
            else:
                self.marks[code] = (value_c, line.user, None)

    def confirm(self, codes: Iterable[str], confirmer: int | None) -> None:
        for code in codes:
            value_c, typist, before = self.marks[code]
            self.marks[code] = (value_c, typist, confirmer if before is None else before)

    @property
    def values(self) -> dict[str, int]:
        return {code: value_c for code, (value_c, *_who) in self.marks.items()}

    def typed(self, line: Line, edit: int) -> None:
        self.seq, self.edit, self.typed_by, self.typed_at = line.seq, edit, line.user, line.at


@checks("save_marks", "confirm_sheets", "return_sheet", "correct_sheet")
def sheets_say_what_was_written(chain: str, lines: Sequence[Line]) -> Iterator[Fault]:
    """DESIGN 12: a mark, a total, a typist, a confirmer or a sheet's owner that was altered beside the log."""
    criteria = _criteria(chain)
    told: dict[int, Told] = {}
    for line in lines:
        _follow(line, told, criteria)
    marks = _marks(chain)
    for row in _rows(chain):
        pk = row["pk"]
        sheet = told.pop(pk, None)
        if what := _differs(row, marks.get(pk, {}), sheet or Told(), criteria.get(row["entry__stage"], 0)):
            yield Fault(sheet.seq if sheet else 0, what, {"sheet": pk})
    yield from (Fault(sheet.seq, _("评分表 %(sheet)s 不见了"), {"sheet": pk}) for pk, sheet in told.items())


@checks()
def marks_have_the_maximum_of_their_criterion(chain: str, _lines: Sequence[Line]) -> Iterator[Fault]:
    """The copy by which the database checks a mark says what its criterion says, which a line seals. One query.

    And the criterion is one of the stage's own.
    """
    marks = Mark.objects.filter(sheet__stage__season__code=chain).order_by()
    fits = Q(max_c=F("criterion__max_c"), criterion__ruleset__stage=F("sheet__stage"))
    for sheet in sorted(set(marks.exclude(fits).values_list("sheet", flat=True))):
        yield Fault(0, _("评分表 %(sheet)s 有的分数的满分与评分项不符"), {"sheet": sheet})


def _follow(line: Line, told: dict[int, Told], criteria: dict[int, int]) -> None:
    """Bring what is told of the sheets one line further."""
    if line.verb == "save_marks":
        complete = criteria.get(line.pk, 0)
        for pk, write in line.facts["sheets"].items():
            sheet = told.setdefault(int(pk), Told(entry_id=write["entry"], seat_id=write["seat"]))
            sheet.mark(write["marks"], line)
            sheet.typed(line, write["edit"])
            sheet.state = State.TYPED if len(sheet.marks) == complete else State.OPEN
    elif line.verb == "confirm_sheets":
        for pk, edit in line.facts["sheets"].items():
            _confirm(line, told.setdefault(int(pk), Told()), edit, line.facts.get("only", {}).get(pk))
    elif line.verb == "return_sheet":
        sheet = told.setdefault(line.pk, Told())
        sheet.seq, sheet.edit, sheet.state = line.seq, line.facts["edit"], State.OPEN
        sheet.marks = {code: (value_c, typist, None) for code, (value_c, typist, _confirmer) in sheet.marks.items()}
    else:
        _correct(line, told)


def _confirm(line: Line, sheet: Told, edit: int, only: list[str] | None) -> None:
    """All marks that waited and with them the sheet; or `only` some, and the sheet waits on for somebody else."""
    sheet.seq, sheet.edit = line.seq, edit
    sheet.confirm(sheet.marks if only is None else only, line.user)
    if only is None:
        sheet.state, sheet.confirmed_by, sheet.confirmed_at = State.CONFIRMED, line.user, line.at


def _correct(line: Line, told: dict[int, Told]) -> None:
    """The old version stays and lives no more; in the new one only what was changed waits for a second person."""
    old = told.setdefault(line.facts["old"], Told())
    old.seq, old.edit, old.live = line.seq, old.edit + 1, False
    new = told[line.pk] = Told(entry_id=old.entry_id, seat_id=old.seat_id, version=old.version + 1, state=State.TYPED)
    new.marks = dict(old.marks)
    new.mark({code: after for code, (_before, after) in line.facts["marks"].items()}, line)
    new.typed(line, 1)


def _differs(row: dict[str, Any], marks: dict[str, Said], told: Told, criteria: int) -> str:
    """What the tables say otherwise than the lines, or ""."""
    if {code: value_c for code, (value_c, *_who) in marks.items()} != told.values:
        return _("评分表 %(sheet)s 的分数与日志不符")
    if marks != told.marks:
        return _("评分表 %(sheet)s 有的分数录入人或核对人与日志不符")
    complete = len(told.marks) == criteria and criteria > 0
    if row["total_c"] != (sum(told.values.values()) if complete else None):
        return _("评分表 %(sheet)s 的合计与日志不符")
    if (row["typed_by"], row["typed_at"]) != (told.typed_by, told.typed_at):
        return _("评分表 %(sheet)s 的录入人与日志不符")
    if (row["confirmed_by"], row["confirmed_at"]) != (told.confirmed_by, told.confirmed_at):
        return _("评分表 %(sheet)s 的核对人与日志不符")
    if told.entry_id is not None and (row["entry"], row["seat"]) != (told.entry_id, told.seat_id):
        return _("评分表 %(sheet)s 的参赛者或评委与日志不符")
    if row["stage"] != row["entry__stage"]:
        return _("评分表 %(sheet)s 的参赛者或评委与日志不符")
    if any(row[name] != getattr(told, name) for name in ("version", "live", "edit", "state")):
        return _("评分表 %(sheet)s 的状态与日志不符")
    return ""


def _criteria(chain: str) -> dict[int, int]:
    """By stage, how many marks make a sheet complete."""
    criteria = Criterion.objects.filter(ruleset__stage__season__code=chain)
    return Counter(criteria.values_list("ruleset__stage", flat=True))


def _rows(chain: str) -> Iterator[dict[str, Any]]:
    fields = ["pk", "stage", "entry", "entry__stage", "seat", "version", "live", "state", "edit", "total_c"]
    people = ["typed_by", "typed_at", "confirmed_by", "confirmed_at"]
    sheets = Sheet.objects.filter(stage__season__code=chain).order_by("pk")
    return sheets.values(*fields, *people).iterator(chunk_size=2000)


def _marks(chain: str) -> dict[int, dict[str, Said]]:
    """By sheet, the marks that stand on it."""
    found: dict[int, dict[str, Said]] = {}
    marks = Mark.objects.filter(sheet__stage__season__code=chain)
    rows = marks.values_list("sheet", "criterion__code", "value_c", "typed_by", "confirmed_by")
    for sheet_id, code, *said in rows.iterator(chunk_size=5000):
        found.setdefault(sheet_id, {})[code] = (said[0], said[1], said[2])
    return found
