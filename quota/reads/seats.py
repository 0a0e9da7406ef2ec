"""Who holds a list's seats in the final, which of them are empty and why, and who is next in line for one."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from contest.models import Entry
from contest.models.entry import Status
from contest.models.stage import Kind
from quota.models import Pick, Shortlist, Substitution

# A reserve who is in the final already, on another district's list.
ELSEWHERE = "elsewhere"


@dataclass(frozen=True, slots=True)
class Passed:
    """A reserve who cannot be called: out of the ranking in some way, or seated elsewhere, and the reason written."""

    pick: Pick
    how: str
    reason: str

    def as_json(self) -> dict[str, str | int]:
        return {"pick": self.pick.pk, "how": self.how, "reason": self.reason}


@dataclass(frozen=True, slots=True)
class Line:
    """The reserves in order. `first` is one, several who stand level, or nobody; `passed` stood before them."""

    first: list[Pick]
    passed: list[Passed]


@dataclass(frozen=True, slots=True)
class Seats:
    """A list's seats: `held` by whom, best first, and `empty` ones, each by the substitution that left it so.

    `never_filled` seats had nobody from the beginning: fewer entrants than seats.
    """

    total: int
    held: list[Pick] = field(default_factory=list)
    empty: list[Substitution] = field(default_factory=list)

    @property
    def never_filled(self) -> int:
        return self.total - len(self.held) - len(self.empty)


def seats(shortlist: Shortlist, substitutions: Sequence[Substitution], picks: Sequence[Pick]) -> Seats:
    """Notice V(1): the seats of an approved list as they stand now; no queries, `picks` come with their people."""
    done = [each for each in substitutions if each.state == Substitution.State.APPROVED]
    gone = {each.leaving_id for each in done}
    called = {each.coming_id for each in done}
    held = [
        pick for pick in picks if pick.pk not in gone and (pick.outcome == Pick.Outcome.FINALIST or pick.pk in called)
    ]
    return Seats(shortlist.seats, held, [each for each in done if each.coming_id is None])


def seated(shortlist: Shortlist) -> list[Pick]:
    """Who holds a seat and is not about to leave it: finalists, and reserves called up, best first."""
    standing = list(shortlist.substitutions.standing())
    leaving = {each.leaving_id for each in standing}
    return [
        pick for pick in seats(shortlist, standing, list(shortlist.picks.with_people())).held if pick.pk not in leaving
    ]


def in_line(shortlist: Shortlist) -> Line:
    """The next reserves still free to come, and those before them who are not, each with the reason."""
    called = shortlist.substitutions.standing().filter(coming__isnull=False).values("coming_id")
    reserves = list(
        shortlist.picks.with_people()
        .filter(outcome=Pick.Outcome.RESERVE)
        .exclude(pk__in=called)
        .order_by("place", "id")
    )
    known = _in_the_final(shortlist, reserves)
    out = {pick.pk: why for pick in reserves if (why := _why_not(pick, known.get(pick.entry.secretary_id)))}
    free = [pick for pick in reserves if pick.pk not in out]
    first = [pick for pick in free if pick.place == free[0].place]
    before = [pick for pick in reserves if pick.pk in out and (not first or (pick.place or 0) <= (first[0].place or 0))]
    return Line(first, [Passed(pick, *out[pick.pk]) for pick in before])


def _in_the_final(shortlist: Shortlist, picks: Sequence[Pick]) -> dict[int, Entry]:
    people = [pick.entry.secretary_id for pick in picks]
    entries = Entry.objects.filter(
        stage__season=shortlist.stage.season_id, stage__kind=Kind.FINAL, secretary__in=people
    )
    return {entry.secretary_id: entry for entry in entries}


def _why_not(pick: Pick, there: Entry | None) -> tuple[str, str] | None:
    """In what way a reserve is out, and the reason written down; None for who is free to come."""
    if pick.entry.status != Status.ENTERED:
        return str(pick.entry.status), pick.entry.status_reason
    if there is None:
        return None
    if there.status == Status.ENTERED:
        return ELSEWHERE, ""
    return str(there.status), there.status_reason
