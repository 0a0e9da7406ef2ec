"""The page of the panel."""

import pytest
from django.urls import reverse

from accounts.models import Proposal
from contest.actions.entries import leave, reinstate
from contest.models import Entry
from contest.models.entry import Status
from scoring.actions.panel import seat_judges
from scoring.actions.scoring import open_scoring
from scoring.models import Seat, Sheet
from tests import cast, hall
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


@pytest.fixture
def leaving(maonan, people):
    """宋洁's seat, 茂南区 in scoring."""
    stage = opened(maonan, entrants=1, judges=4, by=people["chenxiao"])
    return Seat.objects.get(stage=stage, number=4)


def vacating(seat) -> str:
    return reverse("scoring:vacate", args=[seat.pk])


def test_a_departure_is_proposed_with_a_reason_and_takes_effect_when_seconded(leaving, people, chenxiao, signed_in):
    assert chenxiao.post(vacating(leaving), {"reason": ""}).status_code == 400
    answer = chenxiao.post(vacating(leaving), {"reason": "突发疾病", "way": "propose", "paper_kind": "hall_form"})
    made = Proposal.objects.get()
    assert (answer.status_code, answer.headers["Location"]) == (302, made.get_absolute_url())
    page = chenxiao.get(panel(leaving.stage)).content.decode()
    assert ("已提请，待复核" in page, "已离席" in page) == (True, False)
    signed_in(people["linfang"]).post(reverse("second", args=[made.pk]))
    assert "宋洁" in chenxiao.get(panel(leaving.stage)).content.decode().split("<h2>已离席")[1]
    assert chenxiao.post(vacating(leaving), {"reason": "再次"}).status_code == 404


def test_on_a_signed_form_a_judge_leaves_at_once(leaving, chenxiao):
    answer = chenxiao.post(vacating(leaving), {"reason": "突发疾病", **hall.photographed()})
    assert (answer.status_code, Proposal.objects.get().state) == (302, "in_effect")
    page = chenxiao.get(panel(leaving.stage)).content.decode()
    assert ("已先行办理，待复核" in page, "宋洁" in page.split("<h2>已离席")[1]) == (True, True)


def second(client) -> int:
    made = Proposal.objects.get(state="open")
    return client.post(reverse("second", args=[made.pk])).status_code


def test_a_judge_who_left_by_mistake_has_the_seat_back_by_two_and_the_sheets_count_again(
    leaving, people, chenxiao, signed_in
):
    linfang, back = signed_in(people["linfang"]), reverse("scoring:unvacate", args=[leaving.pk])
    assert "恢复在席" not in chenxiao.get(panel(leaving.stage)).content.decode()
    assert chenxiao.post(back, {"reason": "席号写错"}).status_code == 409
    chenxiao.post(vacating(leaving), {"reason": "突发疾病", "way": "propose"})
    assert (second(linfang), Sheet.objects.counting().filter(stage=leaving.stage).count()) == (302, 3)
    assert back in chenxiao.get(panel(leaving.stage)).content.decode()
    assert chenxiao.post(back, {"reason": ""}).status_code == 400
    assert chenxiao.post(back, {"reason": "席号写错"}).status_code == 302
    assert "4 号评委宋洁恢复在席" in chenxiao.get(panel(leaving.stage)).content.decode()
    assert (second(linfang), Sheet.objects.counting().filter(stage=leaving.stage).count()) == (302, 4)
    leaving.refresh_from_db()
    assert (leaving.vacated_at, leaving.vacated_reason) == (None, "")


def test_a_chief_who_left_by_mistake_is_chief_again_unless_another_was_named(leaving, people, chenxiao, signed_in):
    linfang, back = signed_in(people["linfang"]), reverse("scoring:unvacate", args=[leaving.pk])
    Seat.objects.filter(pk=leaving.pk).update(is_chief=True, vacated_at=cast.NOW, vacated_reason="误办")
    chenxiao.post(back, {"reason": "席号写错"})
    made = Proposal.objects.get()
    assert ["评审团负责人", "", "宋洁"] in made.changes
    Seat.objects.filter(stage=leaving.stage, number=1).update(is_chief=True)
    assert second(linfang) == 409
    chenxiao.post(reverse("withdraw_proposal", args=[made.pk]))
    chenxiao.post(back, {"reason": "席号写错"})
    assert second(linfang) == 302
    assert [seat.number for seat in Seat.objects.sitting().filter(is_chief=True)] == [1]


def test_once_scoring_opened_another_chief_and_another_duty_take_two(leaving, people, chenxiao, signed_in):
    Seat.objects.filter(stage=leaving.stage, number=1).update(is_chief=True)
    url = reverse("scoring:seat", args=[leaving.pk])
    told = {"name": "宋洁", "duty": "换了单位", "is_chief": "on", "reason": "负责人到外地开会"}
    page = chenxiao.get(url).content.decode()
    assert ("修改须由另一位同事复核" in page, "提请复核" in page) == (True, True)
    assert chenxiao.post(url, told | {"reason": "\u200b"}).status_code == 400
    assert chenxiao.post(url, told | {"name": "换人"}).status_code == 400
    assert chenxiao.post(url, told | {"duty": leaving.duty, "is_chief": ""}).status_code == 400
    assert chenxiao.post(url, told).status_code == 302
    leaving.refresh_from_db()
    assert (leaving.duty, leaving.is_chief) == (JUDGES[3].duty, False)
    assert Proposal.objects.get().changes == [
        ["单位职务", JUDGES[3].duty, "换了单位"],
        ["评审团负责人", JUDGES[0].name, "宋洁"],
    ]
    assert second(signed_in(people["linfang"])) == 302
    leaving.refresh_from_db()
    assert (leaving.duty, leaving.is_chief) == ("换了单位", True)


@pytest.mark.parametrize(
    ("without", "sentence"),
    [
        ({"paper_kind": ""}, "请选择所附依据的种类。"),
        ({"paper_kind": "minutes"}, "先行办理须附评审团负责人、监督员签字的现场签字表。"),
        ({"paper_pages": ""}, "请附上依据的扫描件或照片。"),
        ({"paper_dated": ""}, "请填写依据的日期。"),
    ],
)
def test_without_the_signed_form_nobody_leaves_at_once(leaving, chenxiao, without, sentence):
    told = {"reason": "突发疾病", **hall.photographed()} | without
    answer = chenxiao.post(vacating(leaving), told)
    assert (answer.status_code, sentence in answer.content.decode()) == (400, True)
    assert (Proposal.objects.count(), Seat.objects.sitting().count()) == (0, 4)


def test_a_reserve_is_proposed_once_scoring_opened(leaving, people, chenxiao, signed_in):
    stage = leaving.stage
    assert chenxiao.post(panel(stage), {"lines": "邓丽 妇联主席"}).status_code == 400
    answer = chenxiao.post(panel(stage), {"lines": "邓丽 妇联主席", "reason": "递补宋洁"})
    made = Proposal.objects.get()
    assert (answer.status_code, made.title) == (302, "茂南区初赛：邓丽加入评审团")
    assert Seat.objects.filter(stage=stage).count() == 4
    assert chenxiao.post(panel(stage), {"lines": "邓丽 妇联主席", "reason": "递补宋洁"}).status_code == 400
    signed_in(people["linfang"]).post(reverse("second", args=[made.pk]))
    assert list(Seat.objects.filter(stage=stage, number=5).values_list("judge", "duty")) == [("邓丽", "妇联主席")]


def test_missing_sheets_are_dealt_from_the_panels_page(maonan, people, chenxiao):
    stage = make_ready(maonan, entrants=2, judges=3, by=people["chenxiao"])
    entry = Entry.objects.get(stage=stage, order=2)
    leave(entry, Status.WITHDRAWN, reason="调离", by=people["chenxiao"], seconded_by=people["linfang"], at=cast.NOW)
    open_scoring(stage, by=people["chenxiao"], at=cast.NOW)
    reinstate(entry, reason="留任", by=people["chenxiao"], seconded_by=people["linfang"], at=cast.NOW)
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
    with django_assert_num_queries(8):
        chenxiao.get(panel(maonan))
