"""Who holds a list's seats in the final, which of them are empty and why, and who is next in line for one."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import Q
from django.utils.translation import gettext as _

from contest.models import Entry
from contest.models.correction import show_people
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
class Question:
    """A finalist who is or was in the final already: `text` says what is to be decided, `why` what stands in the way.

    Only where `may_take` may they take this list's seat; else the next reserve does.
    """

    pick: Pick
    text: str
    why: str
    may_take: bool


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


def seats_of_list(shortlist: Shortlist) -> Seats:
    """The same, read from the database."""
    return seats(shortlist, list(shortlist.substitutions.all()), list(shortlist.picks.with_people()))


def seated(shortlist: Shortlist) -> list[Pick]:
    """Who holds a seat and is not about to leave it: finalists, and reserves called up, best first."""
    standing = list(shortlist.substitutions.standing())
    leaving = {each.leaving_id for each in standing}
    return [
        pick for pick in seats(shortlist, standing, list(shortlist.picks.with_people())).held if pick.pk not in leaving
    ]


def holders(season_id: int) -> dict[int, int]:
    """Who holds a seat in a season's final on an approved list: the preliminary's id by the secretary's."""
    lists = Shortlist.objects.live().filter(stage__season=season_id, state=Shortlist.State.APPROVED)
    done = Substitution.objects.filter(shortlist__in=lists, state=Substitution.State.APPROVED)
    called = done.filter(coming__isnull=False).values("coming_id")
    chosen = Pick.objects.filter(Q(outcome=Pick.Outcome.FINALIST) | Q(pk__in=called), shortlist__in=lists)
    holding = chosen.exclude(pk__in=done.values("leaving_id"))
    return dict(holding.values_list("entry__secretary_id", "shortlist__stage_id"))


def in_line(shortlist: Shortlist) -> Line:
    """The next reserves still free to come, and those before them who are not, each with the reason."""
    reserves, out = _reserves(shortlist)
    free = [pick for pick in reserves if pick.pk not in out]
    first = [pick for pick in free if pick.place == free[0].place]
    before = [pick for pick in reserves if pick.pk in out and (not first or (pick.place or 0) <= (first[0].place or 0))]
    return Line(first, [Passed(pick, *out[pick.pk]) for pick in before])


def in_turn(shortlist: Shortlist, first: int | None = None) -> list[Pick]:
    """All reserves still free to come, in order; `first` is the pick that goes before those level with it."""
    reserves, out = _reserves(shortlist)
    free = [pick for pick in reserves if pick.pk not in out]
    return sorted(free, key=lambda pick: (pick.place or 0, pick.pk != first))


def _reserves(shortlist: Shortlist) -> tuple[list[Pick], dict[int, tuple[str, str]]]:
    """The reserves who were not called, and in what way some of them are out, with the reason."""
    called = shortlist.substitutions.standing().filter(coming__isnull=False).values("coming_id")
    reserves = list(
        shortlist.picks.with_people()
        .filter(outcome=Pick.Outcome.RESERVE)
        .exclude(pk__in=called)
        .order_by("place", "id")
    )
    known = _in_the_final(shortlist, reserves)
    return reserves, {pick.pk: why for pick in reserves if (why := _why_not(pick, known.get(pick.entry.secretary_id)))}


def questions(shortlist: Shortlist) -> list[Question]:
    """What a person decides before a list is approved: finalists who won elsewhere too, or had left the final."""
    finalists = list(shortlist.picks.with_people().filter(outcome=Pick.Outcome.FINALIST))
    known = _in_the_final(shortlist, finalists)
    known = {pk: entry for pk, entry in known.items() if entry.status != Status.UNSEATED}
    there = show_people(pick for pick in finalists if pick.entry.secretary_id in known)
    return [_question(pick, known[pick.entry.secretary_id], shortlist) for pick in there]


def _question(pick: Pick, entry: Entry, shortlist: Shortlist) -> Question:
    told = {"name": pick.who.name, "other": entry.district, "here": shortlist.stage.district}
    if entry.status == Status.ENTERED:
        text = _(
            "%(name)s 已由%(other)s的名单进入决赛，一人只占一个名额，须定由哪个地区保留。"
            "由%(other)s保留的，本名单由下一位递补；由%(here)s保留的，先在%(other)s的名单上办理退出和递补，再来审定。"
        )
        return Question(pick, text % told, _("已由%(other)s的名单参加决赛") % told, may_take=False)
    told |= {"how": entry.get_status_display(), "reason": entry.status_reason}
    text = _("%(name)s 曾离开决赛（%(how)s：%(reason)s），须定是恢复参赛，还是由下一位递补。")
    why = _("%(how)s：%(reason)s") % told
    return Question(pick, text % told, why[:255], may_take=entry.status != Status.DISQUALIFIED)


def _in_the_final(shortlist: Shortlist, picks: Sequence[Pick]) -> dict[int, Entry]:
    people = [pick.entry.secretary_id for pick in picks]
    entries = Entry.objects.filter(
        stage__season=shortlist.stage.season_id, stage__kind=Kind.FINAL, secretary__in=people
    )
    return {entry.secretary_id: entry for entry in entries.select_related("district")}


def _why_not(pick: Pick, there: Entry | None) -> tuple[str, str] | None:
    """In what way a reserve is out, and the reason written down; None for who is free to come."""
    if pick.entry.status != Status.ENTERED:
        return str(pick.entry.status), pick.entry.status_reason
    if there is None or there.status == Status.UNSEATED:
        return None
    if there.status == Status.ENTERED:
        return ELSEWHERE, ""
    return str(there.status), there.status_reason
