"""A whole season, built by the same actions that the pages call.

Each step takes the season further; `build` runs them in order until the one asked for. Whoever types is never the one
who confirms, whoever submits never the one who approves: the demo obeys the rules it shows.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import chain, count
from typing import Any

from django.conf import settings
from django.utils import timezone

from accounts.actions import open_account
from accounts.models import User
from accounts.roles import Role
from certificates.actions.batch import ask, release
from certificates.making import work_off
from certificates.models.certificate import Template
from contest.actions.documents import upload_signed_result
from contest.actions.draw import commit_draw, draw_lots
from contest.actions.entries import enter_all, leave
from contest.actions.roster import import_roster
from contest.actions.season import schedule
from contest.models import Entry, Season, Stage
from contest.models.entry import Status
from contest.models.stage import Kind
from contest.reads.levels import level_names
from contest.workflow import perform
from demo.marks import marks_for
from demo.materials import bad_example, good_example
from demo.paper import blank_scan
from demo.people import everybody
from demo.roster import as_workbook
from quota.actions.approval import approve
from quota.actions.decree import adopt_decree
from quota.actions.shortlist import across_last_seat, draw_up, submit
from quota.decree import load_decree
from registry.models import Posting, Secretary
from scoring.actions.confirmation import Seen, confirm_sheets
from scoring.actions.overtime import SeenTime, TimeChange, confirm_times, time_talks
from scoring.actions.panel import Judge, seat_judges
from scoring.actions.rules import change_rules, read_rules
from scoring.actions.rulings import record_ruling
from scoring.actions.sheets import Change, save_marks
from scoring.models import Ruling, Sheet, Tabulation
from scoring.models.ruleset import Basis

PASSWORD = "yanlian-huashuo-2023"  # noqa: S105 - printed in the README: whoever runs the demo signs in with it
JUDGES = {Kind.PRELIMINARY: 7, Kind.FINAL: 9}
TALKS = ("把论文写在田埂上", "一条路走出一片天", "党建引领与村集体增收", "从荔枝园到直播间", "我在村里的八百天")
DAYS_AGO = 60
DECREE = settings.BASE_DIR / "fixtures" / "decree-2023.json"


@dataclass
class Rehearsal:
    """What the steps hand on: the season, the people, the clock and the dice."""

    code: str
    at: datetime
    dice: random.Random
    size: str = "full"
    # One entrant of a large field is absent, as in life, unless everybody is to come.
    all_come: bool = False
    season: Season | None = None
    people: dict[str, User] = field(default_factory=dict)

    def tick(self, minutes: int = 1) -> datetime:
        self.at += timedelta(minutes=minutes)
        return self.at

    def stages(self, kind: Kind) -> list[Stage]:
        return list(Stage.objects.whole().filter(season=self.season, kind=kind).order_by("district__order"))

    def pair(self, stage: Stage) -> tuple[User, User]:
        """The two who run a stage: one types and submits, the other confirms."""
        name = stage.district.code if stage.district else "shi"
        return self.people[f"{name}-a"], self.people[f"{name}-b"]

    @property
    def office(self) -> tuple[User, User]:
        return self.people["shi-a"], self.people["shi-b"]


Step = Callable[[Rehearsal], None]


def build(*, code: str, until: str, size: str, now: datetime, seed: int = 2023, all_come: bool = False) -> Rehearsal:
    """Build a rehearsal season up to and including the step `until` (one of STEPS)."""
    dice = random.Random(seed)  # noqa: S311 - nothing here must be unguessable
    rehearsal = Rehearsal(code=code, at=now - timedelta(days=DAYS_AGO), dice=dice, size=size, all_come=all_come)
    for name, step in STEPS.items():
        step(rehearsal)
        if name == until:
            break
    return rehearsal


def prepare(here: Rehearsal) -> None:
    """Accounts, the decree, the roster, the entrants."""
    decree = load_decree(DECREE)
    if here.size == "small":
        decree = smaller(decree)
    decree = _named_apart(decree, here.code)
    office = _account(here, "shi-a", "市局甲（演练）", Role.OFFICE, None)
    _account(here, "shi-b", "市局乙（演练）", Role.OFFICE, None)
    here.season = adopt_decree(decree, code=here.code, is_rehearsal=True, by=office, at=here.tick())
    _account(here, "jiandu", "监督员（演练）", Role.SUPERVISOR, None)
    for stage in here.stages(Kind.PRELIMINARY):
        _organizers(here, stage)
    headcounts = {row["name"]: row["headcount"] for row in decree["districts"]}
    data = as_workbook(everybody(headcounts), level_names(here.season))
    import_roster(here.season, data=data, name="演练名册.xlsx", by=office, at=here.tick())
    for stage in here.stages(Kind.PRELIMINARY):
        mine = Posting.objects.with_places().filter(rehearsal=here.code, village__town__district=stage.district)
        postings = list(mine.order_by("pk"))
        entries = enter_all(stage, postings, by=here.pair(stage)[0], at=here.tick())
        _secretary(here, stage, entries[0])


def _named_apart(decree: dict[str, Any], code: str) -> dict[str, Any]:
    """The decree under a title of its own, where another season has the notice's already."""
    taken = Season.objects.filter(title=decree["title"]).exists()
    return {**decree, "title": f"{decree['title']}（{code}）"} if taken else decree


def smaller(decree: dict[str, Any]) -> dict[str, Any]:
    """The decree with a fraction of the people, for a quick look; the seats stay."""
    rows = [
        {**row, "headcount": min(row["headcount"], row["seats"] + 2 + row["headcount"] // 20)}
        for row in decree["districts"]
    ]
    # How many of the fewer come from which units is nobody's figure.
    return {**decree, "districts": rows, "stated_headcount": sum(row["headcount"] for row in rows), "units": {}}


def collect(here: Rehearsal) -> None:
    """The collecting opens; the first district's secretary hands in all, the second one's a file that is refused."""
    _move_all(here, Kind.PRELIMINARY, "open_collecting")
    first, second = here.stages(Kind.PRELIMINARY)[:2]
    good_example(*_entrant(here, first), organizer=here.pair(first)[0], tick=here.tick)
    bad_example(*_entrant(here, second), tick=here.tick)


def get_ready(here: Rehearsal) -> None:
    for stage in here.stages(Kind.PRELIMINARY):
        _get_ready(here, stage)


def score(here: Rehearsal) -> None:
    for stage in here.stages(Kind.PRELIMINARY):
        _score(here, stage)


def tabulate(here: Rehearsal) -> None:
    for stage in here.stages(Kind.PRELIMINARY):
        _tabulate(here, stage)


def certify(here: Rehearsal) -> None:
    for stage in here.stages(Kind.PRELIMINARY):
        _certify(here, stage)


def shortlist(here: Rehearsal) -> None:
    for stage in here.stages(Kind.PRELIMINARY):
        organizer = here.pair(stage)[0]
        submit(draw_up(stage, by=organizer, at=here.tick()), by=organizer, at=here.tick())


def approve_lists(here: Rehearsal) -> None:
    for stage in here.stages(Kind.PRELIMINARY):
        approve(stage.shortlists.get(live=True), by=here.office[0], at=here.tick())


def publish(here: Rehearsal) -> None:
    _move_all(here, Kind.PRELIMINARY, "publish", by=here.office[1])


def final_ready(here: Rehearsal) -> None:
    """Two weeks on: the preliminaries' notice periods are over, and no approval is conditional any more."""
    here.tick(14 * 24 * 60)
    for stage in here.stages(Kind.FINAL):
        perform("open_collecting", stage, by=here.office[0], at=here.tick())
        _get_ready(here, stage)


def final_score(here: Rehearsal) -> None:
    for stage in here.stages(Kind.FINAL):
        _score(here, stage)


def final_tabulate(here: Rehearsal) -> None:
    for stage in here.stages(Kind.FINAL):
        _tabulate(here, stage)


def final_certify(here: Rehearsal) -> None:
    for stage in here.stages(Kind.FINAL):
        _certify(here, stage)


def final_publish(here: Rehearsal) -> None:
    _move_all(here, Kind.FINAL, "publish", by=here.office[1])


def close(here: Rehearsal) -> None:
    """Two weeks on: every notice period is over."""
    here.tick(14 * 24 * 60)
    for kind in (Kind.PRELIMINARY, Kind.FINAL):
        _move_all(here, kind, "close", by=here.office[0])


def issue(here: Rehearsal) -> None:
    """Every stage's certificates made and released."""
    asker, releaser = here.office
    dated = timezone.localdate(here.at)
    for kind in (Kind.PRELIMINARY, Kind.FINAL):
        for stage in here.stages(kind):
            batch = ask(stage, template=Template.RED, dated=dated, by=asker, at=here.tick())
            work_off()
            release(batch, by=releaser, at=here.tick())


# In the order of the season; `--until` names one of these.
STEPS: dict[str, Step] = {
    "preparing": prepare,
    "collecting": collect,
    "ready": get_ready,
    "scoring": score,
    "tabulated": tabulate,
    "certified": certify,
    "submitted": shortlist,
    "published": publish,
    "approved": approve_lists,
    "final-ready": final_ready,
    "final-scoring": final_score,
    "final-tabulated": final_tabulate,
    "final-certified": final_certify,
    "final-published": final_publish,
    "closed": close,
    "issued": issue,
}


def _get_ready(here: Rehearsal, stage: Stage) -> None:
    """Day and place set, the basis of recommendation chosen, a panel seated, lots drawn before witnesses."""
    typist, _checker = here.pair(stage)
    if stage.state == "preparing":
        perform("open_collecting", stage, by=typist, at=here.tick())
    perform("close_collecting", stage, by=typist, at=here.tick())
    venue = f"{stage.district or '茂名市'}会堂（演练）"
    schedule(stage, held_on=timezone.localdate(here.at), venue=venue, by=typist, at=here.tick())
    if not stage.is_final:
        rules = read_rules(stage.ruleset)
        change_rules(stage, replace(rules, basis=Basis.SCORE.value), by=typist, at=here.tick())
    judges = [Judge(f"评委{letter}（演练）", "演练单位", letter == "一") for letter in "一二三四五六七八九"]
    seat_judges(stage, judges[: JUDGES[Kind(stage.kind)]], by=typist, at=here.tick())
    draw = commit_draw(stage, by=typist, at=here.tick())
    word = str(here.dice.randrange(100, 1000))
    draw_lots(draw, witnesses="见证人甲（演练）、见证人乙（演练）", witness_word=word, by=typist, at=here.tick())


def _score(here: Rehearsal, stage: Stage) -> None:
    """Everybody speaks; one person types the sheets, another confirms them; one entrant of a large field is absent."""
    typist, checker = here.pair(stage)
    perform("open_scoring", stage, by=typist, at=here.tick())
    entries = list(Entry.objects.filter(stage=stage).select_related("stage__season", "stage__district").in_order())
    if len(entries) > 40 and not here.all_come:
        why = "当日因公外出（演练）"
        leave(entries.pop(), Status.ABSENT, reason=why, by=typist, seconded_by=checker, at=here.tick())
    criteria = list(stage.ruleset.criteria.all())
    sheets = list(Sheet.objects.counting().filter(stage=stage).order_by("seat__number", "entry__order"))
    talents = {entry.pk: here.dice.randrange(72, 96) for entry in entries}
    changes = [Change(s.pk, s.edit, marks_for(criteria, talents[s.entry_id], here.dice)) for s in sheets]
    save_marks(stage, changes, by=typist, at=here.tick(90))
    seconds = (330 if number % 17 == 5 else here.dice.randrange(250, 305) for number in range(len(entries)))
    times = [TimeChange(entry.pk, 0, spoken) for entry, spoken in zip(entries, seconds, strict=True)]
    time_talks(stage, times, by=typist, at=here.tick())
    typed = Sheet.objects.counting().filter(stage=stage).values_list("pk", "edit")
    confirm_sheets(stage, [Seen(*each) for each in typed], by=checker, at=here.tick(30))
    confirm_times(stage, [SeenTime(each.entry_id, 1) for each in times], by=checker, at=here.tick())


def _tabulate(here: Rehearsal, stage: Stage) -> None:
    """Tabulate, and settle by lots whatever tie cuts a prize or a seat."""
    typist, checker = here.pair(stage)
    perform("tabulate", stage, by=typist, at=here.tick())
    while (group := _waiting_for_ruling(stage)) is not None:
        record_ruling(
            stage,
            order=here.dice.sample(group, len(group)),
            kind=Ruling.Kind.LOTS,
            reason="评审团当场抽签决定（演练）",
            by=typist,
            seconded_by=checker,
            at=here.tick(),
        )
        stage.refresh_from_db()


def _waiting_for_ruling(stage: Stage) -> list[int] | None:
    """The entries of a group that a prize or the last seat cuts through, if there is one."""
    tabulation = Tabulation.objects.get(stage=stage, live=True)
    if tabulation.needs_ruling:
        return sorted(tabulation.needs_ruling[0])
    cut = None if stage.is_final else across_last_seat(stage)
    if cut is None:
        return None
    names, _seats_left = cut
    return list(
        Entry.objects.filter(stage=stage, secretary__name__in=names).order_by("pk").values_list("pk", flat=True)
    )


def _certify(here: Rehearsal, stage: Stage) -> None:
    """On the panel's signatures, photographed; the sealed sheet follows when somebody is back at the seal."""
    typist, checker = here.pair(stage)
    pages = [(f"成绩单第{page}页（演练）.png", blank_scan(f"{stage.title} {page}")) for page in (1, 2)]
    upload_signed_result(stage, files=pages, by=typist, at=here.tick())
    perform("certify", stage, by=typist, at=here.tick())
    sealed = [("成绩单（演练）.png", blank_scan(stage.title))]
    upload_signed_result(stage, files=sealed, sealed=True, by=checker, at=here.tick())


def _move_all(here: Rehearsal, kind: Kind, move: str, *, by: User | None = None) -> None:
    for stage in here.stages(kind):
        perform(move, stage, by=by or here.pair(stage)[0], at=here.tick())


def _organizers(here: Rehearsal, stage: Stage) -> None:
    district = stage.district
    assert district is not None  # noqa: S101 - a preliminary has one
    for letter, word in (("a", "甲"), ("b", "乙")):
        _account(here, f"{district.code}-{letter}", f"{district.name}{word}（演练）", Role.ORGANIZER, stage)


def _secretary(here: Rehearsal, stage: Stage, entry: Entry) -> None:
    """One first secretary of each district signs in."""
    district = stage.district
    assert district is not None  # noqa: S101 - a preliminary has one
    person = entry.secretary
    _account(here, f"{district.code}-s", person.name, Role.SECRETARY, None, person)


def _entrant(here: Rehearsal, stage: Stage) -> tuple[Entry, User]:
    """The entrant of the district who signs in."""
    assert stage.district is not None  # noqa: S101 - a preliminary has one
    user = here.people[f"{stage.district.code}-s"]
    return Entry.objects.select_related("stage__season", "secretary").get(stage=stage, secretary__account=user), user


def _free(username: str) -> str:
    """The name, or shi-a-2 where an earlier demo has it: an account stays when its rehearsal is removed."""
    taken = set(User.objects.filter(username__startswith=username).values_list("username", flat=True))
    others = (f"{username}-{number}" for number in count(2))
    return next(name for name in chain([username], others) if name not in taken)


def _account(
    here: Rehearsal, username: str, name: str, role: Role, stage: Stage | None, secretary: Secretary | None = None
) -> User:
    first, second = here.people.get("shi-a"), here.people.get("shi-b")
    user = open_account(
        username=_free(username),
        name=name,
        password=PASSWORD,
        grants=[(role, stage.district if stage else None)],
        secretary=secretary,
        must_change_password=False,
        rehearsal=here.code,
        by=first if second else None,
        seconded_by=second,
        at=here.tick(),
    )
    here.people[username] = user
    return user
