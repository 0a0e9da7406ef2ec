"""A stage that is being scored: entrants, a panel, the default rules and one empty sheet each, without the moves."""

from collections.abc import Iterable

from accounts.models import User
from contest.models import Entry, Stage
from contest.models.stage import State
from scoring.actions.rules import adopt_rules
from scoring.actions.sheets import Change, Saved, save_marks
from scoring.models import Seat, Sheet
from scoring.models.ruleset import Basis
from tests import cast

JUDGES = ["甲评委", "乙评委", "丙评委", "丁评委", "戊评委", "己评委", "庚评委", "辛评委", "壬评委"]
# A sheet of 88.5 points.
MARKS = {"achievement": 3600, "approach": 1750, "delivery": 1800, "slides": 850, "poise": 850}


def deal(
    stage: Stage, *, entrants: int = 3, judges: int = 3, by: User, basis: str = Basis.SCORE, votes_each: int = 0
) -> Stage:
    """Put `stage` into scoring with that many entrants and judges, every sheet empty."""
    cast.enter_people(stage, entrants, by=by)
    ruleset = adopt_rules(stage, rules={"basis": basis}, votes_each=votes_each, by=by, at=cast.NOW)
    seats = [
        Seat(stage=stage, number=number, judge=JUDGES[number - 1], is_chief=number == 1)
        for number in range(1, judges + 1)
    ]
    Seat.objects.bulk_create(seats)
    deal_sheets(stage)
    ruleset.frozen_at = cast.NOW
    ruleset.save(update_fields=["frozen_at"])
    cast.put(stage, State.SCORING)
    return Stage.objects.whole().get(pk=stage.pk)


def deal_sheets(stage: Stage) -> None:
    entries = Entry.objects.competing().filter(stage=stage)
    Sheet.objects.bulk_create(
        Sheet(stage=stage, entry=entry, seat=seat) for entry in entries for seat in Seat.objects.filter(stage=stage)
    )


def sheet_of(stage: Stage, place: int = 1, judge: int = 1) -> Sheet:
    """The live sheet of the entrant at this place in the order of appearance, from the judge with this number."""
    return Sheet.objects.live().get(stage=stage, entry__order=place, seat__number=judge)


def marks_of(sheet: Sheet) -> dict[str, int]:
    return dict(sheet.marks.values_list("criterion__code", "value_c"))


def type_sheets(stage: Stage, sheets: Iterable[Sheet], *, by: User, marks: dict[str, int] = MARKS) -> list[Sheet]:
    """Fill these sheets in, all alike."""
    sheets = list(sheets)
    outcomes = save_marks(stage, [Change(sheet.pk, sheet.edit, marks) for sheet in sheets], by=by, at=cast.later(1))
    assert [type(outcome) for outcome in outcomes] == [Saved] * len(sheets)
    for sheet in sheets:
        sheet.refresh_from_db()
    return sheets
