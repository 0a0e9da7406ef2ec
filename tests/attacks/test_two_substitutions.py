"""Two finalists of 茂南区 are said not to come, over the pages: whoever is next in line at approval is called.

Refusing one kept the first reserve behind while the second went to the final; with one reserve a seat stayed empty.
陈晓 of 茂南区 proposes, 何雅 and 罗平 of the office decide; 吴敏 organizes next door.
"""

import pytest
from django.db import connection
from django.urls import reverse

from accounts.log import verify
from contest.models import Entry
from contest.models.stage import Kind
from quota.actions.approval import approve
from quota.actions.shortlist import draw_up, submit
from quota.models import Shortlist, Substitution
from tests import cast
from tests.quota.lists import held, table
from tests.races import at_once

WHY = "因病住院，有医院证明"


@pytest.fixture
def desk(people, signed_in):
    return {name: signed_in(people[name]) for name in ("heya", "luoping", "chenxiao", "wumin")}


@pytest.fixture
def approved(maonan, people):
    """陈志远 and 梁秀英 have 茂南区's two seats; everybody further down the totals stands in reserve."""

    def after(totals: list[int]) -> Shortlist:
        table(maonan.season, by=people["heya"], seats={"maonan": (27, 2)})
        held(maonan, totals, by=people["heya"])
        shortlist = draw_up(maonan, by=people["chenxiao"], at=cast.later(1))
        submit(shortlist, by=people["chenxiao"], at=cast.later(2))
        approve(shortlist, by=people["luoping"], at=cast.later(3))
        return shortlist

    return after


def leaves(desk, shortlist, name) -> Substitution:
    """陈晓 says on the list's page that somebody cannot come."""
    pick = shortlist.picks.get(entry__secretary__name=name)
    answer = desk["chenxiao"].post(reverse("quota:propose", args=[shortlist.pk]), {"leaving": pick.pk, "reason": WHY})
    assert answer.status_code == 302
    return Substitution.objects.get(leaving=pick)


def decide(client, what, substitution, **told) -> int:
    return client.post(reverse(f"quota:{what}_substitution", args=[substitution.pk]), told).status_code


def in_the_final() -> list[tuple[str, str]]:
    entries = Entry.objects.filter(stage__kind=Kind.FINAL).order_by("pk")
    return list(entries.values_list("secretary__name", "status"))


def page(client, shortlist) -> str:
    return client.get(reverse("quota:shortlist", args=[shortlist.stage_id])).content.decode()


def test_when_one_is_refused_the_first_reserve_follows_the_other(approved, desk):
    shortlist = approved([95, 90, 88, 85])
    one, two = leaves(desk, shortlist, "陈志远"), leaves(desk, shortlist, "梁秀英")
    assert decide(desk["luoping"], "refuse", one, reason="缺少医院证明") == 302
    assert decide(desk["heya"], "approve", two) == 302
    assert in_the_final() == [("陈志远", "entered"), ("梁秀英", "replaced"), ("王䶮", "entered")]
    assert verify("2023")[2] == []


def test_with_one_reserve_the_second_empty_seat_says_why(approved, desk):
    shortlist = approved([95, 90, 88])
    one, two = leaves(desk, shortlist, "陈志远"), leaves(desk, shortlist, "梁秀英")
    assert decide(desk["luoping"], "approve", one) == 302
    assert "空缺 1 个" not in page(desk["chenxiao"], shortlist)
    assert decide(desk["heya"], "approve", two) == 302
    assert in_the_final() == [("陈志远", "replaced"), ("梁秀英", "withdrawn"), ("王䶮", "entered")]
    said = page(desk["chenxiao"], shortlist)
    assert "决赛名额 2 个，现有 1 人。" in said
    assert f"空缺 1 个：梁秀英 退出（{WHY}），没有可递补的人。" in said


def test_with_one_reserve_who_is_refused_keeps_the_seat_and_none_stays_empty(approved, desk):
    shortlist = approved([95, 90, 88])
    one, two = leaves(desk, shortlist, "陈志远"), leaves(desk, shortlist, "梁秀英")
    assert decide(desk["luoping"], "refuse", one, reason="缺少医院证明") == 302
    assert decide(desk["heya"], "approve", two) == 302
    assert in_the_final() == [("陈志远", "entered"), ("梁秀英", "replaced"), ("王䶮", "entered")]
    assert "决赛名额 2 个，现有 2 人。" in page(desk["chenxiao"], shortlist)


def test_neither_the_county_nor_its_neighbour_decides_it_and_nobody_decides_it_twice(approved, desk):
    shortlist = approved([95, 90, 88, 85])
    one = leaves(desk, shortlist, "陈志远")
    assert decide(desk["chenxiao"], "approve", one) == 404
    assert decide(desk["wumin"], "approve", one) == 404
    assert decide(desk["heya"], "approve", one) == 302
    assert decide(desk["luoping"], "approve", one) == 409
    assert in_the_final() == [("陈志远", "replaced"), ("梁秀英", "entered"), ("王䶮", "entered")]


def test_in_the_office_too_whoever_proposes_it_does_not_decide_it(approved, desk):
    shortlist = approved([95, 90, 88, 85])
    one = leaves({"chenxiao": desk["heya"]}, shortlist, "陈志远")
    assert decide(desk["heya"], "approve", one) == 409
    assert in_the_final() == [("陈志远", "entered"), ("梁秀英", "entered")]
    assert decide(desk["luoping"], "approve", one) == 302
    assert in_the_final()[2] == ("王䶮", "entered")


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("totals", "entered"), [([95, 90, 88, 85], ["王䶮", "李㛃"]), ([95, 90, 88], ["王䶮"])])
def test_two_who_press_at_the_same_moment_call_nobody_twice(approved, desk, totals, entered):
    """The control that this race needs its lock is `tests/quota/actions/test_races.py`."""
    shortlist = approved(totals)
    one, two = leaves(desk, shortlist, "陈志远"), leaves(desk, shortlist, "梁秀英")
    answers: dict[str, int] = {}
    pressed = (("heya", one), ("luoping", two))
    connection.close()
    assert at_once(
        *(lambda who=who, each=each: answers.update({who: decide(desk[who], "approve", each)}) for who, each in pressed)
    ) == ["done", "done"]
    # Who was told that somebody else comes now than the page said opens it again.
    again = {who: decide(desk[who], "approve", each) for who, each in pressed if answers[who] == 409}
    assert (302 in answers.values(), {**answers, **again}) == (True, {"heya": 302, "luoping": 302})
    assert sorted(name for name, status in in_the_final() if status == "entered") == sorted(entered)
    gone = sorted(status for name, status in in_the_final() if name not in entered)
    assert gone == ["replaced"] * len(entered) + ["withdrawn"] * (2 - len(entered))
    assert verify("2023")[2] == []
