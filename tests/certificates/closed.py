"""Closed stages with awards, put there without scoring: for tests that begin where certificates begin."""

from datetime import date

from accounts.models import User
from certificates.actions.batch import ask, release
from certificates.making import make_due
from certificates.models import Batch, Certificate
from contest.models import Award, Entry, NameCorrection, Stage
from contest.models.stage import State
from tests import cast

DATED = date(2023, 12, 25)
TIERS = [("first", "一等奖"), ("second", "二等奖"), ("second", "二等奖"), ("third", "三等奖"), ("merit", "优秀")]


def close(stage: Stage, count: int, *, by: User) -> list[Award]:
    """Enter `count` people into a preliminary and close it: a first prize, two seconds, a third, the rest 优秀."""
    entries = cast.enter_people(stage, count, by=by)
    awards = award(entries)
    cast.put(stage, State.CLOSED)
    return awards


def award(entries: list[Entry]) -> list[Award]:
    """Prizes in the order of the entries."""
    made = []
    for place, entry in enumerate(entries):
        tier, name = TIERS[min(place, len(TIERS) - 1)]
        order = [code for code, _name in dict.fromkeys(TIERS)].index(tier)
        told = {"tier": tier, "tier_name": name, "tier_order": order, "rank": place + 1, "revision": 1}
        made.append(Award(entry=entry, person=cast.person(entry), **told))
    return Award.objects.bulk_create(made)


def put_right(old: str, new: str, field: str = "name", *, of: str = "") -> None:
    """何雅 and 罗平 put right what awards say of whoever they call `old`, or of the one named; the copies stay."""
    two = [User.objects.get(username=name) for name in ("heya", "luoping")]
    told = Award.objects.values_list("person", flat=True)
    people = {each["secretary"] for each in told if each[field] == old and of in ("", each["name"])}
    NameCorrection.objects.bulk_create(
        NameCorrection(
            secretary_id=pk,
            field=field,
            old=old,
            new=new,
            reason="抄录有误",
            by=two[0],
            seconded_by=two[1],
            at=cast.NOW,
        )
        for pk in people
    )


def asked(stage: Stage, count: int, *, organizer: User, office: User) -> Batch:
    """A closed stage of `count` people whose certificates are wanted."""
    close(stage, count, by=organizer)
    return ask(stage, template="red", dated=DATED, by=office, at=cast.NOW)


def colleague(office: User) -> User:
    """The other of 何雅 and 罗平: whoever asked for certificates does not release them."""
    return User.objects.get(username="luoping" if office.username == "heya" else "heya")


def released(stage: Stage, count: int, *, organizer: User, office: User) -> list[Certificate]:
    """A closed stage of `count` people whose certificates are made and released."""
    batch = asked(stage, count, organizer=organizer, office=office)
    while make_due(cast.NOW):
        pass
    release(batch, by=colleague(office), at=cast.later(30))
    return list(Certificate.objects.filter(batch=batch).in_order())
