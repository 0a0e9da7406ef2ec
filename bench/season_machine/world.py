"""A small rehearsal season: 茂南区 and 电白区 with three entrants each, two criteria, one final."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from accounts.models import User
from accounts.proposals.paper import Paper
from contest.actions.season import schedule
from contest.models import Season, Stage
from contest.models.stage import Kind
from quota.actions.table import adopt_table
from registry.models import District
from scoring.actions.panel import Judge, seat_judges
from scoring.actions.rules import adopt_rules
from tests import cast, scans

CHAIN = "2023"
# Steps of ten points: marks are often equal, so that ties are often ruled on.
CRITERIA = {"achievement": 6000, "delivery": 4000}
TIERS = [
    {"code": "first", "name": "一等奖", "count": 1},
    {"code": "second", "name": "二等奖", "count": 1},
    {"code": "merit", "name": "优秀", "count": None},
]
RULES: dict[str, Any] = {
    "criteria": [
        {"code": "achievement", "name": "工作成效", "max_c": 6000, "step_c": 1000},
        {"code": "delivery", "name": "语言表达", "max_c": 4000, "step_c": 1000},
    ],
    "tie_order": ["achievement"],
    "drop": 0,
    "tiers": {"preliminary": TIERS, "final": TIERS},
}
JUDGES = [Judge(name, "茂名市示例局") for name in ("郭明", "何静", "林涛", "宋洁")]
# Everybody who acts: the office, the organizers of three districts, the supervisor; 滨海新区 holds no preliminary here.
OFFICE = ("heya", "luoping")
ORGANIZERS = {
    "maonan": ("chenxiao", "linfang"),
    "dianbai": ("huangqiang", "wumin"),
    "binhai": ("xiening", "pangjing"),
}
SUPERVISOR = "zhengzhi"
WHO = [*OFFICE, *(name for pair in ORGANIZERS.values() for name in pair), SUPERVISOR]
IN_PLAY = ("maonan", "dianbai")
SEATS = {"maonan": 2, "dianbai": 1, "binhai": 1}
ENTERED, MOST_ENTERED = 3, 5
SIGNED_SHEET = scans.PNG
DECISION = Paper("decision", date(2023, 11, 25), "茂乡振处〔2023〕1号", [("处理决定.png", SIGNED_SHEET)])
HALL_FORM = Paper("hall_form", date(2023, 11, 25), "", [("现场签字表.png", SIGNED_SHEET)])


@dataclass(frozen=True, slots=True)
class World:
    """Where every example begins: nothing but people, rules and seats is there."""

    season: Season
    stages: list[Stage]
    final: Stage
    people: dict[str, User]

    def district(self, stage: Stage) -> str:
        return stage.district.code if stage.district else ""


def build() -> World:
    """The season, opened by the actions themselves."""
    office = cast.first_office()
    season = cast.season(office, is_rehearsal=True, code=CHAIN)
    people = cast.colleagues(office)
    _table(season, office)
    stages = [Stage.objects.whole().get(season=season, district__code=code) for code in IN_PLAY]
    final = Stage.objects.whole().get(season=season, kind=Kind.FINAL)
    for number, stage in enumerate(stages):
        organizer = people[ORGANIZERS[stage.district.code][0]] if stage.district else office
        # 电白区 recommends by votes, one for each judge.
        basis = {"basis": "score" if number == 0 else "votes"}
        _prepare(stage, rules=RULES | basis, votes_each=number, judges=4 - number, by=organizer)
        if stage.district:
            cast.station(stage.district, MOST_ENTERED, start=number * MOST_ENTERED, rehearsal=season.roster)
    _prepare(final, rules=RULES, votes_each=0, judges=3, by=office)
    return World(season, stages, final, people)


def _table(season: Season, office: User) -> None:
    districts = District.objects.in_bulk(field_name="code")
    adopt_table(
        season,
        source="茂乡振〔2023〕20号附件",
        rows=[(districts[code], 27, seats) for code, seats in SEATS.items()],
        stated_headcount=27 * len(SEATS),
        stated_seats=sum(SEATS.values()),
        reserves=1,
        by=office,
        at=cast.NOW,
    )


def _prepare(stage: Stage, *, rules: dict[str, Any], votes_each: int, judges: int, by: User) -> None:
    """Its rules, panel, day and place."""
    adopt_rules(stage, rules=rules, votes_each=votes_each, by=by, at=cast.NOW)
    seat_judges(stage, JUDGES[:judges], by=by, at=cast.NOW)
    schedule(stage, held_on=cast.NOW.date(), venue="白石镇礼堂", by=by, at=cast.NOW)
