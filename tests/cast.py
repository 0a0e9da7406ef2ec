"""The people and places every test knows. All of them are made up.

何雅 and 罗平 work in the municipal office. 陈晓 and 林芳 organize in 茂南区,
黄强 and 吴敏 in 电白区, 谢宁 and 庞静 in 滨海新区.
郑直 supervises and changes nothing. Villagers see nothing of the desk.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db import transaction

from accounts import log
from accounts.actions import open_account
from accounts.log import sealing
from accounts.models import User
from accounts.roles import Role
from contest.actions.entries import enter_all
from contest.actions.season import open_season
from contest.models import Entry, Season, Stage
from contest.models.person import Person, people_of
from contest.models.stage import State
from registry.models import District, Posting, Secretary, Town, Unit, Village

PASSWORD = "baishi-2023-xiangcun"
# A Saturday morning in November 2023, in UTC; tests move on from here and never ask the clock.
NOW = datetime(2023, 11, 25, 1, 0, tzinfo=UTC)

OFFICE = [("heya", "何雅"), ("luoping", "罗平")]
ORGANIZERS = {
    "maonan": [("chenxiao", "陈晓"), ("linfang", "林芳")],
    "dianbai": [("huangqiang", "黄强"), ("wumin", "吴敏")],
    "binhai": [("xiening", "谢宁"), ("pangjing", "庞静")],
}
DISTRICTS = [
    {"code": "maonan", "name": "茂南区"},
    {"code": "dianbai", "name": "电白区"},
    {"code": "binhai", "name": "滨海新区"},
]
SECRETARIES = ["陈志远", "梁秀英", "王䶮", "李㛃", "黄𬱖", "张三", "欧阳明", "周文", "吴桂香", "郑启", "冯立", "邓小芸"]


def later(minutes: int) -> datetime:
    return NOW + timedelta(minutes=minutes)


def first_office() -> User:
    """何雅, and 罗平 with her: the first two accounts are made on the server, with nobody signed in."""
    made = [
        open_account(
            username=username,
            name=name,
            password=PASSWORD,
            grants=[(Role.OFFICE, None)],
            must_change_password=False,
            by=None,
            at=NOW,
        )
        for username, name in OFFICE
    ]
    return made[0]


def season(office: User, **other: Any) -> Season:
    """The season of 2023; `other` is what another one says otherwise."""
    told: dict[str, Any] = {
        "code": "2023",
        "title": "赋能百千万 驻村话振兴（2023）",
        "theme": "赋能百千万 驻村话振兴",
        "notice_number": "茂乡振〔2023〕20号",
        "notice_date": date(2023, 11, 17),
        "hosts": ["茂名市乡村振兴局", "中共茂名市委组织部", "珠海市驻茂名市帮扶指挥部"],
        "notice_working_days": 5,
        "is_rehearsal": False,
        "districts": DISTRICTS,
        "preliminary_due": date(2023, 11, 30),
        "final_due": date(2023, 12, 20),
        "at": NOW,
    }
    with unsealed():
        return open_season(**told | other, by=office)


@contextmanager
def unsealed() -> Iterator[None]:
    """No line seals a table meanwhile, as none did once: tests put stages by hand where they begin."""
    tables = sealing._tables[:]
    sealing._tables.clear()
    try:
        yield
    finally:
        sealing._tables.extend(tables)


def rehearsal(office: User, **other: Any) -> Season:
    """A rehearsal that was opened after the season of 2023, in the same districts."""
    told = {"code": "yanlian", "title": "赋能百千万 驻村话振兴（彩排）", "is_rehearsal": True, "at": later(1)}
    return season(office, **told | other)


def colleagues(office: User) -> dict[str, User]:
    """Everybody who signs in, by user name; the districts must be there already."""
    luoping = User.objects.get(username="luoping")
    people = {"heya": office, "luoping": luoping}
    for code, pair in ORGANIZERS.items():
        district = District.objects.get(code=code)
        for username, name in pair:
            people[username] = _account(username, name, Role.ORGANIZER, district, office, luoping)
    people["zhengzhi"] = _account("zhengzhi", "郑直", Role.SUPERVISOR, None, office, luoping)
    return people


def _account(username: str, name: str, role: Role, district: District | None, office: User, luoping: User) -> User:
    return open_account(
        username=username,
        name=name,
        password=PASSWORD,
        grants=[(role, district)],
        must_change_password=False,
        by=office,
        seconded_by=luoping,
        at=NOW,
    )


def made_up(people: dict[str, User], *names: str, role: Role = Role.OFFICE, at: datetime = NOW) -> list[User]:
    """Accounts made for the rehearsal, as its demo makes them; an operator's in 茂南区."""
    district = District.objects.get(code="maonan") if role == Role.OPERATOR else None
    return [
        open_account(
            username=name,
            name=name,
            password=PASSWORD,
            grants=[(role, district)],
            must_change_password=False,
            rehearsal="yanlian",
            by=people["heya"],
            seconded_by=people["luoping"],
            at=at,
        )
        for name in names
    ]


def first_secretary(entry: Entry, *, by: User, username: str = "zhiyuan") -> User:
    """The entrant's own account; 陈志远 is the first who enters a stage."""
    return open_account(
        username=username,
        name=entry.secretary.name,
        password=PASSWORD,
        grants=[(Role.SECRETARY, None)],
        secretary=entry.secretary,
        must_change_password=False,
        by=by,
        at=NOW,
    )


def station(district: District, count: int, *, start: int = 0, rehearsal: str = "") -> list[Posting]:
    """`count` secretaries stationed in villages of one town of the district."""
    town, _made = Town.objects.get_or_create(district=district, name=f"{district.name}白石镇")
    unit, _made = Unit.objects.get_or_create(name="茂名市示例局", defaults={"level": "maoming"})
    pks = []
    for number in range(start, start + count):
        name = SECRETARIES[number % len(SECRETARIES)] + ("" if number < len(SECRETARIES) else str(number))
        village, _made = Village.objects.get_or_create(town=town, name=f"示例{number + 1}村")
        person = Secretary.objects.create(name=name, rehearsal=rehearsal)
        pks.append(Posting.objects.create(secretary=person, village=village, unit=unit, rehearsal=rehearsal).pk)
    return list(Posting.objects.with_places().filter(pk__in=pks).order_by("pk"))


def person(entry: Entry) -> Person:
    """An entrant as a decision copies them."""
    return people_of(Entry.objects.filter(pk=entry.pk))[entry.pk]


def enter_people(stage: Stage, count: int, *, by: User) -> list[Entry]:
    """Enter `count` secretaries and give them places 1, 2, 3 … in the order of appearance, without a draw."""
    assert stage.district is not None
    entries = enter_all(stage, station(stage.district, count, rehearsal=stage.season.roster), by=by, at=NOW)
    for place, entry in enumerate(entries, start=1):
        entry.order = place
    Entry.objects.bulk_update(entries, ["order"])
    return entries


def put(stage: Stage, state: State) -> Stage:
    """Put a stage into a state without making the moves, for tests that start there."""
    Stage.objects.filter(pk=stage.pk).update(state=state)
    stage.refresh_from_db()
    return stage


def written_down(stage: Stage) -> Stage:
    """Have a line say how the stage stands, for tests that put it there and then look whether the log is whole."""
    with transaction.atomic():
        log.write(stage.season.code, "schedule", by=None, at=NOW, on=stage)
    return stage
