"""Preliminaries with results to recommend from, without a judge having to score them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from fractions import Fraction

from accounts.models import User
from contest.models import Entry, Season, Stage
from contest.models.person import people_of
from contest.models.stage import State
from quota.actions.table import adopt_table
from quota.models import QuotaTable
from registry.models import District
from scoring.actions.rules import adopt_rules, as_ruleset, ruleset_of
from scoring.models import Result, Tabulation
from scoring.rules.ranking import rank
from scoring.rules.totals import Tally, show
from tests import cast

SEATS = {"maonan": (27, 3), "dianbai": (39, 3), "binhai": (3, 1)}


def table(season: Season, *, by: User, reserves: int = 2, seats: dict[str, tuple[int, int]] = SEATS) -> QuotaTable:
    """The decree's rows for the districts every test knows."""
    districts = District.objects.in_bulk(field_name="code")
    rows = [(districts[code], headcount, count) for code, (headcount, count) in seats.items()]
    return adopt_table(
        season,
        source="茂乡振〔2023〕20号附件",
        rows=rows,
        stated_headcount=sum(headcount for _code, (headcount, _count) in seats.items()),
        stated_seats=sum(count for _code, (_headcount, count) in seats.items()),
        reserves=reserves,
        by=by,
        at=cast.NOW,
    )


def held(
    stage: Stage, totals: Sequence[int], *, by: User, votes: Sequence[int] | None = None, state: State = State.PUBLISHED
) -> list[Entry]:
    """Enter as many people as there are totals (whole points), count them, and put the stage into a signed state.

    Where it is published, its notice period is over.
    """
    entries = cast.enter_people(stage, len(totals), by=by)
    adopt_rules(stage, rules={"basis": "votes" if votes else "score"}, votes_each=3, by=by, at=cast.NOW)
    count(stage, entries, totals, by=by, votes=votes)
    cast.put(stage, state)
    if state == State.PUBLISHED:
        announce(stage, until=cast.NOW - timedelta(days=1))
    return entries


def announce(stage: Stage, *, until: datetime) -> None:
    """Put a stage into its notice period, or past it: it ends then."""
    Stage.objects.filter(pk=stage.pk).update(
        state=State.PUBLISHED, notice_from=until - timedelta(days=7), notice_until=until
    )
    stage.refresh_from_db()


def count(
    stage: Stage, entries: Sequence[Entry], totals: Sequence[int], *, by: User, votes: Sequence[int] | None = None
) -> Tabulation:
    """Write the next revision of the results, ranked by the real rules."""
    ruleset = as_ruleset(ruleset_of(stage))
    nothing = (Fraction(0),) * len(ruleset.criteria)
    tallies = [
        Tally(entry.pk, Fraction(total * 100), Fraction(total * 100), (), 0, nothing)
        for entry, total in zip(entries, totals, strict=True)
    ]
    number = stage.revision + 1
    Tabulation.objects.filter(stage=stage).update(live=False)
    tabulation = Tabulation.objects.create(stage=stage, revision=number, at=cast.NOW, by=by, reason="演练")
    cast_votes = dict(zip((entry.pk for entry in entries), votes or [], strict=False))
    people = people_of(Entry.objects.filter(stage=stage))
    Result.objects.bulk_create(
        Result(
            tabulation=tabulation,
            entry_id=placing.entry,
            person=people[placing.entry],
            rank=placing.rank,
            position=placing.position,
            shared=placing.shared,
            decided_by=placing.decided_by,
            total_num=placing.total.numerator,
            total_den=placing.total.denominator,
            total=show(placing.total, 2),
            votes=cast_votes.get(placing.entry),
            working={"sheets": [], "mean": "0/1", "criteria": ["0/1"] * len(ruleset.criteria)},
        )
        for placing in rank(tallies, ruleset)
    )
    Stage.objects.filter(pk=stage.pk).update(revision=number)
    stage.refresh_from_db()
    return tabulation
