"""The page on which a tie is settled."""

import pytest
from django.urls import reverse

from accounts.models import Proposal
from contest.models.stage import State
from scoring.models import Ruling, Tabulation
from tests import cast, hall
from tests.scoring.filling import board, counted, entries_at, level, opened


@pytest.fixture
def chenxiao(people, signed_in):
    return signed_in(people["chenxiao"])


@pytest.fixture
def tied(maonan, people):
    stage = opened(maonan, entrants=6, by=people["chenxiao"])
    counted(stage, level(95, 85, 85, 85, 70, 70), typist=people["chenxiao"], checker=people["linfang"])
    return stage


def page(stage) -> str:
    return reverse("scoring:ruling", args=[stage.pk])


def told(stage, places: dict[int, str], **more: str) -> dict[str, str]:
    entries = dict(zip(places, entries_at(stage, *places), strict=True))
    key = min(entries.values())
    return {
        "group": str(key),
        f"g{key}-kind": "chief_judge",
        f"g{key}-reason": "负责人当场裁定",
        **{f"g{key}-place_{entries[order]}": place for order, place in places.items()},
        **{f"g{key}-{name}": value for name, value in more.items()},
    }


def test_the_groups_are_shown_with_their_means_those_that_must_be_ruled_on_first(tied, chenxiao):
    html = chenxiao.get(page(tied)).content.decode()
    assert html.index("并列第 2 名，3 人，总分 85.00") < html.index("并列第 5 名，2 人，总分 70.00")
    assert html.count("涉及奖次，须裁定") == 1
    assert html.count('data-label="工作成效">40.00') == 5
    assert html.count("所以各项相加不一定等于总分。") == 1


def on_paper(stage) -> dict[str, object]:
    """The form signed in the hall about the first group, with the button for acting at once pressed."""
    return hall.photographed(f"g{min(entries_at(stage, 2, 3, 4))}-")


def seconded(client, proposal) -> int:
    return client.post(reverse("second", args=[proposal.pk])).status_code


def test_what_chen_xiao_puts_forward_waits_and_the_results_follow_when_it_is_seconded(
    tied, people, chenxiao, signed_in
):
    answer = chenxiao.post(page(tied), told(tied, {2: "3", 3: "1", 4: "2"}))
    made = Proposal.objects.get()
    assert (answer.status_code, answer.headers["Location"]) == (302, made.get_absolute_url())
    assert made.title == "茂南区初赛：裁定 王䶮 › 李㛃 › 梁秀英（评审团负责人裁定）"
    assert "已提请，待复核" in chenxiao.get(page(tied)).content.decode()
    assert board(tied)[1:4] == [(2, 2, ""), (3, 2, ""), (4, 2, "")]
    assert seconded(signed_in(people["linfang"]), made) == 302
    assert board(tied)[1:4] == [(3, 2, "second"), (4, 3, "second"), (2, 4, "third")]


def test_on_a_signed_form_the_results_follow_at_once(tied, chenxiao):
    chenxiao.post(page(tied), {**told(tied, {2: "3", 3: "1", 4: "2"}), **on_paper(tied)})
    assert Proposal.objects.get().state == "in_effect"
    assert board(tied)[1:4] == [(3, 2, "second"), (4, 3, "second"), (2, 4, "third")]
    assert "已先行办理，待复核" in chenxiao.get(page(tied)).content.decode()


def test_two_groups_put_forward_together_are_both_seconded(tied, people, chenxiao, signed_in):
    chenxiao.post(page(tied), told(tied, {2: "3", 3: "1", 4: "2"}))
    chenxiao.post(page(tied), told(tied, {5: "2", 6: "1"}))
    linfang = signed_in(people["linfang"])
    assert [seconded(linfang, each) for each in Proposal.objects.order_by("pk")] == [302, 302]
    assert [place for place, _rank, _tier in board(tied)] == [1, 3, 4, 2, 6, 5]


@pytest.mark.parametrize(
    ("places", "more", "sentence"),
    [
        ({2: "1", 3: "1", 4: "2"}, {}, "名次须从 1 到 3 各用一次，不重复、不遗漏。"),
        ({2: "1", 3: "4", 4: "2"}, {}, "请填 1 到 3 之间的整数。"),
        ({2: "1", 3: "", 4: "2"}, {}, "请填 1 到 3 之间的整数。"),
        ({2: "1", 3: "甲", 4: "2"}, {}, "请填 1 到 3 之间的整数。"),
        ({2: "1", 3: "3", 4: "2"}, {"reason": " "}, "请写明原因。"),
        ({2: "1", 3: "3", 4: "2"}, {"kind": "dice"}, "“dice”已不能选，请刷新页面后重选。"),
    ],
)
def test_a_bad_order_is_refused_beside_its_field(tied, chenxiao, places, more, sentence):
    answer = chenxiao.post(page(tied), told(tied, places, **more))
    assert (answer.status_code, sentence in answer.content.decode()) == (400, True)
    assert (Ruling.objects.count(), Tabulation.objects.count()) == (0, 1)


def test_a_group_settled_meanwhile_leads_back_to_the_results(tied, chenxiao):
    sent = told(tied, {2: "3", 3: "1", 4: "2"})
    chenxiao.post(page(tied), {**sent, **on_paper(tied)})
    answer = chenxiao.post(page(tied), sent)
    assert answer.status_code == 302
    assert "这一组已经不再并列" in chenxiao.get(answer.headers["Location"]).content.decode()
    assert Ruling.objects.count() == 1


def test_a_ruling_is_withdrawn_by_two_over_a_page_that_asks_why(tied, people, chenxiao, signed_in):
    chenxiao.post(page(tied), {**told(tied, {2: "3", 3: "1", 4: "2"}), **on_paper(tied)})
    there = reverse("scoring:withdraw_ruling", args=[Ruling.objects.get().pk])
    assert there in chenxiao.get(page(tied)).content.decode()
    assert chenxiao.post(there, {"reason": ""}).status_code == 400
    assert chenxiao.post(there, {"reason": "顺序写反"}).status_code == 302
    made = Proposal.objects.get(verb="withdraw_ruling")
    assert (made.changes, made.state) == ([["先后", "王䶮 › 李㛃 › 梁秀英", "恢复并列"]], "open")
    assert seconded(signed_in(people["linfang"]), made) == 302
    assert board(tied)[1:4] == [(2, 2, ""), (3, 2, ""), (4, 2, "")]
    assert chenxiao.post(there, {"reason": "再撤"}).status_code == 404
    assert "（已撤回）" in chenxiao.get(page(tied)).content.decode()


def test_after_certification_a_ruling_comes_too_late(tied, chenxiao):
    cast.put(tied, State.CERTIFIED)
    answer = chenxiao.post(page(tied), told(tied, {2: "3", 3: "1", 4: "2"}))
    assert answer.status_code == 302
    assert "的状态已经变化" in chenxiao.get(answer.headers["Location"]).content.decode()
    assert (Ruling.objects.count(), Proposal.objects.count()) == (0, 0)


def test_the_supervisor_sees_the_tie_and_cannot_decide_it(tied, people, signed_in):
    zhengzhi = signed_in(people["zhengzhi"])
    html = zhengzhi.get(page(tied)).content.decode()
    assert ("并列第 2 名" in html, "现场先行办理" in html) == (True, False)
    assert zhengzhi.post(page(tied), told(tied, {2: "3", 3: "1", 4: "2"})).status_code == 404
    assert signed_in(people["wumin"]).post(page(tied), {}).status_code == 404


def test_without_rules_or_results_the_page_is_empty_or_not_there(maonan, dianbai, people, chenxiao):
    assert chenxiao.get(page(maonan)).status_code == 404
    stage = opened(maonan, entrants=1, by=people["chenxiao"])
    assert "没有并列的参赛者" in chenxiao.get(page(stage)).content.decode()


@pytest.mark.parametrize("size", [2, 4])
def test_the_page_asks_as_often_for_a_pair_as_for_four(maonan, people, chenxiao, size, django_assert_num_queries):
    stage = opened(maonan, entrants=size, by=people["chenxiao"])
    counted(stage, level(*[85] * size), typist=people["chenxiao"], checker=people["linfang"])
    with django_assert_num_queries(13):
        assert chenxiao.get(page(stage)).status_code == 200
