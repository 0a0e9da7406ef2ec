"""Stages taken through scoring by the actions themselves: one person types, another confirms."""

from collections.abc import Mapping, Sequence
from typing import Any

from accounts.models import User
from contest.actions.documents import upload_signed_result
from contest.actions.season import schedule
from contest.models import Entry, Stage
from contest.models.stage import State
from scoring.actions.confirmation import Seen, confirm_sheets
from scoring.actions.overtime import SeenTime, TimeChange, confirm_times, time_talks
from scoring.actions.panel import Judge, seat_judges
from scoring.actions.rules import adopt_rules
from scoring.actions.scoring import open_scoring
from scoring.actions.sheets import Change, Saved, save_marks
from scoring.actions.tabulate import tabulate
from scoring.actions.votes import SeenVotes, cast_votes, confirm_votes
from scoring.models import Overtime, Result, Seat, Sheet, Tabulation
from tests import cast
from tests.scans import PDF

JUDGES = [
    Judge("郭明", "指挥办主任"),
    Judge("何静", "组织部副部长"),
    Judge("林涛", "宣传部副部长"),
    Judge("宋洁", "农业农村局局长"),
    Judge("许强", "乡村振兴局局长"),
    Judge("邓丽", "妇联主席"),
    Judge("曹军", "团委书记"),
    Judge("彭芳", "教育局副局长"),
    Judge("董伟", "民政局副局长"),
]
CRITERIA = {"achievement": 4000, "approach": 2000, "delivery": 2000, "slides": 1000, "poise": 1000}
BY_SCORE = {"basis": "score"}


def make_ready(
    stage: Stage,
    *,
    entrants: int,
    judges: int = 5,
    by: User,
    rules: Mapping[str, Any] = BY_SCORE,
    votes_each: int = 0,
) -> Stage:
    """A stage in READY with its people, rules, panel, day and place."""
    cast.enter_people(stage, entrants, by=by)
    schedule(stage, held_on=cast.NOW.date(), venue="白石镇礼堂", by=by, at=cast.NOW)
    adopt_rules(stage, rules=rules, votes_each=votes_each, by=by, at=cast.NOW)
    seat_judges(stage, JUDGES[:judges], by=by, at=cast.NOW)
    cast.put(stage, State.READY)
    return Stage.objects.whole().get(pk=stage.pk)


def opened(stage: Stage, *, by: User, **wanted: Any) -> Stage:
    """A stage in scoring, its sheets dealt."""
    stage = make_ready(stage, by=by, **wanted)
    open_scoring(stage, by=by, at=cast.NOW)
    return stage


def marks_of(total_c: int) -> dict[str, int]:
    """Marks of this total: the criteria filled up one after the other."""
    marks: dict[str, int] = {}
    for code, most in CRITERIA.items():
        marks[code] = min(most, total_c - sum(marks.values()))
    return marks


def fill(stage: Stage, totals_c: Sequence[Sequence[int]], *, typist: User) -> None:
    """Type every sheet: `totals_c[place - 1][seat number - 1]`, in hundredths."""
    sheets = {
        (order, number): (pk, edit)
        for pk, edit, order, number in Sheet.objects.counting()
        .filter(stage=stage)
        .values_list("pk", "edit", "entry__order", "seat__number")
    }
    changes = [
        Change(*sheets[order, number], marks_of(total_c))
        for order, row in enumerate(totals_c, start=1)
        for number, total_c in enumerate(row, start=1)
        if (order, number) in sheets
    ]
    outcomes = save_marks(stage, changes, by=typist, at=cast.later(1))
    assert [type(outcome) for outcome in outcomes] == [Saved] * len(changes)


def confirm(stage: Stage, *, checker: User) -> None:
    """Confirm every typed sheet, and every time."""
    typed = Sheet.objects.counting().filter(stage=stage, state=Sheet.State.TYPED)
    seen = [Seen(pk, edit, looked=True) for pk, edit in typed.values_list("pk", "edit")]
    assert confirm_sheets(stage, seen, by=checker, at=cast.later(2)) == []
    confirm_timed(stage, checker=checker)


def confirm_timed(stage: Stage, *, checker: User) -> None:
    """Confirm every time that waits."""
    waiting = Overtime.objects.waiting().filter(entry__stage=stage).values_list("entry_id", "edit")
    assert confirm_times(stage, [SeenTime(*each) for each in waiting], by=checker, at=cast.later(2)) == []


def vote(stage: Stage, ballots: Mapping[int, Sequence[int]], *, typist: User, checker: User | None = None) -> None:
    """Type the votes of the judges with these numbers, for the entrants at these places; `checker` confirms them."""
    seats = {seat.number: seat for seat in Seat.objects.filter(stage=stage).select_related("stage__season")}
    entries = {entry.order: entry for entry in Entry.objects.filter(stage=stage)}
    for number, places in ballots.items():
        cast_votes(seats[number], [entries[place] for place in places], seen=[], by=typist, at=cast.later(2))
    if checker is not None:
        seen = [SeenVotes(seats[number].pk, 1) for number in ballots]
        assert confirm_votes(stage, seen, by=checker, at=cast.later(2)) == []


def time(stage: Stage, seconds: Mapping[int, int], *, typist: User) -> None:
    """How long the entrants at these places in the order of appearance spoke."""
    entries = dict(Entry.objects.filter(stage=stage).values_list("order", "pk"))
    time_talks(
        stage, [TimeChange(entries[place], 0, spoken) for place, spoken in seconds.items()], by=typist, at=cast.later(2)
    )


def counted(stage: Stage, totals_c: Sequence[Sequence[int]], *, typist: User, checker: User) -> Tabulation:
    """Fill, confirm and tabulate a stage that is in scoring."""
    fill(stage, totals_c, typist=typist)
    confirm(stage, checker=checker)
    return tabulate(stage, by=typist, at=cast.later(3))


def level(*points: int, judges: int = 5) -> list[list[int]]:
    """Totals for entrants in order of appearance, each with the same points from every judge."""
    return [[each * 100] * judges for each in points]


def sign(stage: Stage, *, by: User) -> None:
    """Upload the signed and sealed result sheet of the live results."""
    upload_signed_result(stage, files=[("成绩单.pdf", PDF)], sealed=True, by=by, at=cast.later(4))


def board(stage: Stage) -> list[tuple[int | None, int, str]]:
    """The live results as (place in the order of appearance, rank, tier)."""
    live = Result.objects.filter(tabulation__stage=stage, tabulation__live=True)
    return list(live.order_by("position", "entry__order").values_list("entry__order", "rank", "tier"))


def entries_at(stage: Stage, *places: int) -> list[int]:
    """Entry ids by place in the order of appearance."""
    known = dict(Entry.objects.filter(stage=stage).values_list("order", "pk"))
    return [known[place] for place in places]
