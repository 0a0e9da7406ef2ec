"""The page of the panel."""

import pytest
from django.urls import reverse

from contest.actions.entries import leave, reinstate
from contest.models import Entry
from contest.models.entry import Status
from scoring.actions.panel import seat_judges
from scoring.actions.scoring import open_scoring
from scoring.models import Seat, Sheet
from tests import cast
from tests.scoring.filling import JUDGES, make_ready, opened


@pytest.fixture
def chenxiao(people, signed_in):
    return signed_in(people["chenxiao"])


def panel(stage) -> str:
    return reverse("scoring:panel", args=[stage.pk])


def test_chen_xiao_pastes_the_list_from_the_notice(maonan, chenxiao):
    lines = "1. 郭明 区指挥办主任\r\n2. 何静 组织部副部长\r\n"
    assert chenxiao.post(panel(maonan), {"lines": lines}).status_code == 302
    assert list(Seat.objects.values_list("number", "judge", "duty")) == [
        (1, "郭明", "区指挥办主任"),
        (2, "何静", "组织部副部长"),
    ]
    assert "已增加 2 位评委。" in chenxiao.get(panel(maonan)).content.decode()


def test_two_judges_of_one_name_are_pointed_out(maonan, chenxiao):
    chenxiao.post(panel(maonan), {"lines": "郭明 指挥办\n郭明 宣传部"})
    text = chenxiao.get(panel(maonan)).content.decode()
    assert "评审团中有同名的评委：郭明。请核对是否重复登记。" in text
    assert text.count(">同名<") == 2


def test_an_empty_list_is_refused_beside_the_field(maonan, chenxiao):
    page = chenxiao.post(panel(maonan), {"lines": " \n 2. \n"})
    assert (page.status_code, "请至少填写一位评委的姓名。" in page.content.decode()) == (400, True)


def test_a_line_far_too_long_is_refused_and_nobody_is_seated(maonan, chenxiao):
    page = chenxiao.post(panel(maonan), {"lines": "郭明 指挥办\n" + "评" * 70})
    assert (page.status_code, Seat.objects.count()) == (400, 0)


def test_a_seat_is_corrected_removed_and_vacated_on_its_own_pages(maonan, people, chenxiao):
    first, second, *_rest = seat_judges(maonan, JUDGES[:5], by=people["chenxiao"], at=cast.NOW)
    told = {"name": "郭明", "duty": "主任", "is_chief": "on"}
    assert chenxiao.post(reverse("scoring:seat", args=[first.pk]), told).status_code == 302
    first.refresh_from_db()
    assert (first.duty, first.is_chief) == ("主任", True)
    assert "移除何静？" in chenxiao.get(reverse("scoring:remove_seat", args=[second.pk])).content.decode().replace(
        "从评审团", ""
    )
    assert chenxiao.post(reverse("scoring:remove_seat", args=[second.pk])).status_code == 302
    assert not Seat.objects.filter(pk=second.pk).exists()
    assert chenxiao.post(reverse("scoring:remove_seat", args=[second.pk])).status_code == 404


def test_vacating_asks_for_a_reason(maonan, people, chenxiao):
    stage = opened(maonan, entrants=1, judges=4, by=people["chenxiao"])
    seat = Seat.objects.get(stage=stage, number=4)
    url = reverse("scoring:vacate", args=[seat.pk])
    assert chenxiao.post(url, {"reason": ""}).status_code == 400
    assert chenxiao.post(url, {"reason": "突发疾病"}).status_code == 302
    assert "宋洁" in chenxiao.get(panel(stage)).content.decode().split("<h2>已离席")[1]
    assert chenxiao.post(url, {"reason": "再次"}).status_code == 404


def test_missing_sheets_are_dealt_from_the_panels_page(maonan, people, chenxiao):
    stage = make_ready(maonan, entrants=2, judges=3, by=people["chenxiao"])
    entry = Entry.objects.get(stage=stage, order=2)
    leave(entry, Status.WITHDRAWN, reason="调离", by=people["chenxiao"], at=cast.NOW)
    open_scoring(stage, by=people["chenxiao"], at=cast.NOW)
    reinstate(entry, reason="留任", by=people["chenxiao"], at=cast.NOW)
    assert "有 3 份评分表还没有发出" in chenxiao.get(panel(stage)).content.decode()
    assert chenxiao.post(reverse("scoring:deal_missing", args=[stage.pk])).status_code == 302
    assert Sheet.objects.filter(stage=stage).count() == 6


def test_the_neighbour_finds_nothing_and_the_supervisor_only_looks(maonan, people, signed_in):
    seat, *_rest = seat_judges(maonan, JUDGES[:3], by=people["chenxiao"], at=cast.NOW)
    wumin, zhengzhi = signed_in(people["wumin"]), signed_in(people["zhengzhi"])
    for url in (
        panel(maonan),
        reverse("scoring:deal_missing", args=[maonan.pk]),
        *(reverse(f"scoring:{name}", args=[seat.pk]) for name in ("seat", "vacate", "remove_seat")),
    ):
        assert wumin.post(url, {"lines": "某某", "reason": "某"}).status_code == 404
        assert zhengzhi.post(url, {"lines": "某某", "reason": "某"}).status_code == 404
    page = zhengzhi.get(panel(maonan))
    assert (page.status_code, "加入评审团" in page.content.decode()) == (200, False)
    assert Seat.objects.sitting().count() == 3


@pytest.mark.parametrize("judges", [1, 3])
def test_the_page_asks_as_often_for_one_judge_as_for_three(maonan, people, chenxiao, judges, django_assert_num_queries):
    seat_judges(maonan, JUDGES[:judges], by=people["chenxiao"], at=cast.NOW)
    with django_assert_num_queries(7):
        chenxiao.get(panel(maonan))
