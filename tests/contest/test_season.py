"""A season opens with its districts, their preliminaries and the final; then each stage gets its day and place."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts import log
from accounts.models import LogLine
from contest.actions import season as actions
from contest.models import Season, Stage
from contest.models.stage import State
from registry.models import District
from tests import cast

HELD = date(2023, 11, 28)


def open_another(by, **told):
    return actions.open_season(
        **{
            "code": "2024",
            "title": "驻村话振兴（2024）",
            "theme": "驻村话振兴",
            "notice_number": "",
            "notice_date": None,
            "hosts": ["茂名市乡村振兴局"],
            "notice_working_days": 5,
            "is_rehearsal": False,
            "districts": cast.DISTRICTS,
            "preliminary_due": None,
            "final_due": None,
            **told,
        },
        by=by,
        at=cast.later(10),
    )


def test_a_season_has_a_preliminary_in_each_district_and_one_final(season):
    stages = Stage.objects.filter(season=season).order_by("-kind", "district__order")
    assert [(stage.title, stage.state, stage.due_on) for stage in stages] == [
        ("茂南区初赛", "preparing", date(2023, 11, 30)),
        ("电白区初赛", "preparing", date(2023, 11, 30)),
        ("滨海新区初赛", "preparing", date(2023, 11, 30)),
        ("市级决赛", "preparing", date(2023, 12, 20)),
    ]
    line = LogLine.objects.get(chain="2023")
    assert (line.action, line.subject) == ("open_season", f"contest.season:{season.pk}")


def test_the_next_season_uses_the_same_districts(season, heya):
    open_another(heya)
    assert District.objects.count() == 3
    assert Stage.objects.count() == 8
    assert log.chains() == ["2023", "2024", "portal"]


@pytest.mark.parametrize(
    "told",
    [
        {"code": "2023"},
        {"code": "portal"},
        {"code": "PORTAL"},
        {"code": "Portal"},
        {"code": "new"},
        {"code": "no spaces"},
        {"code": ""},
        {"title": ""},
        {"districts": [{"code": "gaozhou", "name": "高州市"}, {"code": "maonan", "name": "茂南"}]},
    ],
)
def test_what_cannot_stand_opens_nothing(season, heya, told):
    with pytest.raises(ValidationError):
        open_another(heya, **told)
    assert (Season.objects.count(), District.objects.count(), Stage.objects.count()) == (1, 3, 4)
    assert not LogLine.objects.filter(chain="2024").exists()


@pytest.mark.parametrize("username", ["chenxiao", "zhengzhi"])
def test_only_the_office_opens_a_season(people, username):
    with pytest.raises(PermissionDenied):
        open_another(people[username])


def test_chenxiao_sets_day_and_place(people, maonan):
    actions.schedule(maonan, held_on=HELD, venue="白石镇礼堂", by=people["chenxiao"], at=cast.NOW)
    maonan.refresh_from_db()
    assert (maonan.held_on, maonan.venue) == (HELD, "白石镇礼堂")
    assert LogLine.objects.filter(action="schedule", subject=f"contest.stage:{maonan.pk}").count() == 1


@pytest.mark.parametrize("username", ["huangqiang", "zhengzhi"])
def test_nobody_else_sets_day_and_place(people, maonan, username):
    with pytest.raises(PermissionDenied):
        actions.schedule(maonan, held_on=HELD, venue="", by=people[username], at=cast.NOW)


@pytest.mark.parametrize("state", [State.CERTIFIED, State.PUBLISHED, State.CLOSED])
def test_what_stands_on_a_signed_sheet_is_not_changed(people, maonan, state):
    cast.put(maonan, state)
    with pytest.raises(actions.TooLate, match="已签字确认"):
        actions.schedule(maonan, held_on=HELD, venue="别处", by=people["heya"], at=cast.NOW)
    maonan.refresh_from_db()
    assert (maonan.held_on, maonan.venue) == (None, "")


def test_the_page_saves_and_leads_back_to_the_stage(people, maonan, signed_in):
    client = signed_in(people["chenxiao"])
    path = f"/desk/stages/{maonan.pk}/schedule/"
    assert "通知要求 2023-11-30 前举办" in client.get(path).content.decode()
    answer = client.post(path, {"held_on": "2023-11-28", "venue": "白石镇礼堂"})
    assert (answer.status_code, answer.url) == (302, f"/desk/stages/{maonan.pk}/")
    maonan.refresh_from_db()
    assert maonan.held_on == HELD


def test_the_page_says_beside_the_field_what_is_wrong(people, maonan, signed_in):
    client = signed_in(people["chenxiao"])
    answer = client.post(f"/desk/stages/{maonan.pk}/schedule/", {"held_on": "十一月底", "venue": "白" * 129})
    assert answer.status_code == 400
    assert set(answer.context["form"].errors) == {"held_on", "venue"}


def test_the_page_says_when_it_is_too_late(people, maonan, signed_in):
    cast.put(maonan, State.CERTIFIED)
    answer = signed_in(people["chenxiao"]).post(f"/desk/stages/{maonan.pk}/schedule/", {"venue": "别处"})
    assert answer.status_code == 400
    assert "成绩已签字确认，时间地点不能再改" in answer.content.decode()


def test_the_neighbour_finds_no_page(people, maonan, signed_in):
    client = signed_in(people["huangqiang"])
    assert client.get(f"/desk/stages/{maonan.pk}/schedule/").status_code == 404
    assert client.post(f"/desk/stages/{maonan.pk}/schedule/", {"venue": "别处"}).status_code == 404


def test_the_log_tells_the_place_that_stood_there_not_the_one_a_page_had_read(maonan, people):
    opened_before = Stage.objects.whole().get(pk=maonan.pk)
    actions.schedule(maonan, held_on=None, venue="白石镇礼堂", by=people["chenxiao"], at=cast.NOW)
    actions.schedule(opened_before, held_on=None, venue="文化馆", by=people["linfang"], at=cast.later(1))
    words = [line.note.words["venue"] for line in LogLine.objects.filter(action="schedule").order_by("seq")]
    assert words == [["", "白石镇礼堂"], ["白石镇礼堂", "文化馆"]]
