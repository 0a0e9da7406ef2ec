"""The desk answers one question: what is waiting for me?"""

from datetime import datetime

import pytest
import time_machine

from accounts import desk
from accounts.actions import open_account
from accounts.roles import Role
from contest.actions.entries import leave
from contest.actions.season_changes import archive_season
from contest.models.entry import Status
from contest.models.stage import State
from contest.templatetags.portal import SHANGHAI
from contest.waiting import entrant_steps, next_steps
from tests import cast


def steps(user):
    return [(todo.text, todo.detail) for todo in next_steps(user)]


def test_chenxiao_is_told_the_next_step_of_her_stage_and_what_it_lacks(people, maonan):
    text = "茂南区初赛：下一步，开始征集"
    with time_machine.travel(cast.NOW, tick=False):
        assert steps(people["chenxiao"]) == [(text, "还没有参赛者。")]
    # The last day itself still counts.
    with time_machine.travel(datetime(2023, 11, 30, 20, 0, tzinfo=SHANGHAI), tick=False):
        assert steps(people["chenxiao"]) == [(text, "还没有参赛者。")]
    with time_machine.travel(datetime(2023, 12, 1, 8, 0, tzinfo=SHANGHAI), tick=False):
        assert steps(people["chenxiao"]) == [(text, "须在2023年11月30日前举办，已过期。 还没有参赛者。")]
        assert [todo.urgent for todo in next_steps(people["chenxiao"])] == [True]
    cast.enter_people(maonan, 1, by=people["chenxiao"])
    with time_machine.travel(cast.NOW, tick=False):
        assert steps(people["chenxiao"]) == [(text, "")]


def test_the_counties_steps_do_not_wait_for_the_office(people, season):
    assert [text for text, _detail in steps(people["heya"])] == ["市级决赛：下一步，开始征集"]


def test_publishing_and_closing_wait_for_the_office_and_not_for_the_county(people, maonan, dianbai):
    cast.put(maonan, State.CERTIFIED)
    cast.put(dianbai, State.PUBLISHED)
    assert [text for text, _detail in steps(people["heya"])] == [
        "茂南区初赛：下一步，公示",
        "电白区初赛：下一步，生效",
        "市级决赛：下一步，开始征集",
    ]
    assert steps(people["chenxiao"]) == []


def test_three_districts_that_can_be_closed_are_one_line_on_the_offices_desk(people, maonan, dianbai, season):
    binhai = season.stages.get(district__code="binhai")
    for stage in (maonan, dianbai, binhai):
        cast.put(stage, State.PUBLISHED)
    found = desk.grouped(next_steps(people["heya"]))
    assert [(todo.text, [place for place, _url in todo.links]) for todo in found] == [
        ("3 个地区：下一步，生效", ["茂南区", "电白区", "滨海新区"]),
        ("市级决赛：下一步，开始征集", []),
    ]


def test_what_the_office_cannot_do_yet_is_not_its_work(people, maonan, heya):
    cast.put(maonan, State.PUBLISHED)
    maonan.notice_until = datetime(2023, 12, 2, tzinfo=SHANGHAI)
    maonan.save()
    with time_machine.travel(datetime(2023, 12, 1, 23, 59, tzinfo=SHANGHAI), tick=False):
        [first, _final] = next_steps(heya)
        assert (first.waits, first.detail) == (True, "公示至 2023年12月1日（含），期满后办理。")
    with time_machine.travel(datetime(2023, 12, 2, tzinfo=SHANGHAI), tick=False):
        assert [todo.waits for todo in next_steps(heya)] == [False, False]


def test_whoever_certified_is_told_that_another_publishes(people, maonan, heya):
    cast.put(maonan, State.CERTIFIED)
    maonan.certified_by = heya
    maonan.save()
    first = next(iter(next_steps(heya)))
    assert (first.waits, first.detail) == (True, "成绩由您签字确认，须由另一位市级工作人员公示。")
    assert [todo.waits for todo in next_steps(people["luoping"])] == [False, False]


def test_nothing_waits_in_a_closed_stage_or_for_the_supervisor(people, maonan):
    cast.put(maonan, State.CLOSED)
    assert steps(people["chenxiao"]) == []
    assert steps(people["zhengzhi"]) == []
    assert desk.waiting(people["zhengzhi"]) == []


def test_the_steps_of_a_season_that_was_put_away_wait_no_more(people, season, maonan, heya):
    new = cast.rehearsal(heya)
    both = [todo.season for todo in next_steps(people["chenxiao"])]
    assert sorted(both) == sorted([season.pk, new.pk])
    archive_season(season, by=heya, at=cast.later(2))
    assert [todo.season for todo in next_steps(people["chenxiao"])] == [new.pk]


def test_a_first_secretary_is_told_where_each_of_their_stages_stands(people, maonan, heya):
    entries = cast.enter_people(maonan, 2, by=people["chenxiao"])
    zhiyuan = open_account(
        username="zhiyuan",
        name="陈志远",
        password=cast.PASSWORD,
        grants=[(Role.SECRETARY, None)],
        secretary=entries[0].secretary,
        by=heya,
        at=cast.NOW,
    )
    assert [(todo.text, todo.detail) for todo in entrant_steps(zhiyuan)] == [("茂南区初赛：筹备", "出场顺序 1")]
    entries[0].order = None
    entries[0].save()
    leave(
        entries[0], Status.WITHDRAWN, reason="生病", by=people["chenxiao"], seconded_by=people["linfang"], at=cast.NOW
    )
    assert [(todo.text, todo.detail) for todo in entrant_steps(zhiyuan)] == [("茂南区初赛：筹备", "退出")]
    assert [todo.waits for todo in entrant_steps(zhiyuan)] == [True]
    assert list(entrant_steps(people["chenxiao"])) == []


def test_the_desk_shows_what_waits_and_leads_there(people, maonan, signed_in):
    told = signed_in(people["chenxiao"]).get("/desk/").content.decode()
    assert "茂南区初赛：下一步，开始征集" in told
    assert f'href="/desk/stages/{maonan.pk}/"' in told
    assert "现在没有等您办理的事" in signed_in(people["zhengzhi"]).get("/desk/").content.decode()


def test_urgent_things_come_first(people, monkeypatch):
    monkeypatch.setattr(
        desk,
        "_sources",
        [
            lambda user: [
                desk.Todo("明天的事", "/a/", season=None),
                desk.Todo("现在的事", "/b/", urgent=True, season=None),
                desk.Todo("后天", "/c/", season=None),
            ]
        ],
    )
    assert [todo.text for todo in desk.waiting(people["chenxiao"])] == ["现在的事", "明天的事", "后天"]


@pytest.mark.parametrize("username", ["heya", "zhengzhi"])
def test_whoever_watches_several_stages_sees_them_at_a_glance(people, maonan, signed_in, username):
    told = signed_in(people[username]).get("/desk/").content.decode()
    assert all(f"{name}初赛" in told for name in ("茂南区", "电白区", "滨海新区"))
