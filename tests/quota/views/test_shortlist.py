"""The pages of a district's list."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from accounts.desk import waiting
from accounts.models import Proposal
from contest import workflow
from contest.models import Entry, Stage
from contest.models.stage import State
from demo.paper import blank_scan
from quota.actions.approval import approve, revoke_approval
from quota.actions.shortlist import draw_up, return_list, submit
from quota.actions.substitution import approve_substitution, propose
from quota.models import Pick, Shortlist, Substitution
from tests import cast
from tests.quota.lists import announce, held, table

pytestmark = pytest.mark.django_db


@pytest.fixture
def chenxiao(people, signed_in):
    return signed_in(people["chenxiao"])


@pytest.fixture
def luoping(people, signed_in):
    return signed_in(people["luoping"])


@pytest.fixture
def signed(maonan, people) -> Stage:
    """茂南区 with its decree and six results, signed."""
    table(maonan.season, by=people["heya"])
    held(maonan, [95, 90, 88, 85, 80, 60], by=people["heya"])
    return maonan


def sent(stage: Stage, people) -> Shortlist:
    shortlist = draw_up(stage, by=people["chenxiao"], at=cast.later(1))
    submit(shortlist, by=people["chenxiao"], at=cast.later(2))
    return shortlist


def page(client, stage: Stage) -> str:
    response = client.get(reverse("quota:shortlist", args=[stage.pk]))
    assert response.status_code == 200
    return response.content.decode()


def test_the_whole_way_by_buttons(signed, final, chenxiao, luoping):
    assert "拟定推荐名单" in page(chenxiao, signed)
    home = reverse("quota:shortlist", args=[signed.pk])
    assert chenxiao.post(reverse("quota:draw_up", args=[signed.pk])).headers["Location"] == home
    shortlist = Shortlist.objects.get()
    assert "报送市级审定" in page(chenxiao, signed)
    assert chenxiao.post(reverse("quota:submit", args=[shortlist.pk])).headers["Location"] == home
    assert "名单已报送" in page(chenxiao, signed)
    assert "审定名单" in page(luoping, signed)
    asked = luoping.get(reverse("quota:approve", args=[shortlist.pk])).content.decode()
    assert "进入决赛：陈志远、梁秀英、王䶮。" in asked
    assert luoping.post(reverse("quota:approve", args=[shortlist.pk])).headers["Location"] == home
    assert "名单已审定" in page(luoping, signed)
    assert Entry.objects.filter(stage=final).count() == 3


def test_everybodys_reason_stands_beside_the_name(signed, people, chenxiao):
    sent(signed, people)
    told = page(chenxiao, signed)
    for sentence in ("第 3 名，名额 3 个，推荐参加决赛", "第 4 名，递补第 1 位", "第 6 名，在名额 3 个和递补 2 人之外"):
        assert sentence in told


def test_the_neighbour_finds_no_such_page(signed, people, signed_in):
    shortlist = sent(signed, people)
    huangqiang = signed_in(people["huangqiang"])
    for name, pk in [("shortlist", signed.pk), ("print", shortlist.pk), ("export", shortlist.pk)]:
        assert huangqiang.get(reverse(f"quota:{name}", args=[pk])).status_code == 404
    for name, pk in [("draw_up", signed.pk), ("submit", shortlist.pk), ("approve", shortlist.pk)]:
        assert huangqiang.post(reverse(f"quota:{name}", args=[pk])).status_code == 404


def test_the_supervisor_sees_every_list_and_has_no_button(signed, people, signed_in):
    shortlist = sent(signed, people)
    zhengzhi = signed_in(people["zhengzhi"])
    told = page(zhengzhi, signed)
    assert "陈志远" in told
    assert "审定名单" not in told
    assert zhengzhi.get(reverse("quota:approve", args=[shortlist.pk])).status_code == 404


def test_an_organizer_has_no_way_to_approve(signed, people, chenxiao):
    shortlist = sent(signed, people)
    assert chenxiao.get(reverse("quota:approve", args=[shortlist.pk])).status_code == 404
    assert chenxiao.post(reverse("quota:return", args=[shortlist.pk]), {"reason": "x"}).status_code == 404


def test_the_final_has_no_list(final, people, luoping):
    assert luoping.get(reverse("quota:shortlist", args=[final.pk])).status_code == 404


def test_before_the_results_are_signed_the_page_says_what_it_waits_for(maonan, people, chenxiao):
    table(maonan.season, by=people["heya"])
    told = page(chenxiao, maonan)
    assert "等成绩签字确认" in told
    refused = chenxiao.post(reverse("quota:draw_up", args=[maonan.pk]))
    assert refused.status_code == 409
    assert "成绩还没有签字确认（现为“筹备”）" in refused.content.decode()


def test_without_the_decree_the_page_says_who_must_bring_it(maonan, people, chenxiao):
    held(maonan, [90, 80], by=people["heya"])
    assert "名额分配表中没有茂南区" in page(chenxiao, maonan)


def test_a_list_sent_twice_is_refused_on_its_own_page(signed, people, chenxiao):
    shortlist = sent(signed, people)
    refused = chenxiao.post(reverse("quota:submit", args=[shortlist.pk]))
    assert refused.status_code == 409
    assert "第 1 次名单现为“已报送”，请刷新页面后再操作。" in refused.content.decode()


def test_whoever_submitted_is_told_to_leave_it_to_a_colleague(signed, people, signed_in):
    heya = signed_in(people["heya"])
    shortlist = draw_up(signed, by=people["heya"], at=cast.NOW)
    submit(shortlist, by=people["heya"], at=cast.NOW)
    assert "这份名单是您报送的，须由另一位市级工作人员审定或退回。" in page(heya, signed)
    refused = heya.post(reverse("quota:approve", args=[shortlist.pk]))
    assert refused.status_code == 409
    assert "这份名单是您报送的" in refused.content.decode()


def test_a_tie_on_the_page_names_the_people_and_offers_no_sending(maonan, people, chenxiao):
    table(maonan.season, by=people["heya"])
    held(maonan, [90, 80, 80, 80, 70], by=people["heya"])
    shortlist = draw_up(maonan, by=people["chenxiao"], at=cast.NOW)
    told = page(chenxiao, maonan)
    assert "梁秀英、王䶮、李㛃 并列在最后一个名额上" in told
    assert reverse("quota:submit", args=[shortlist.pk]) not in told
    assert chenxiao.post(reverse("quota:submit", args=[shortlist.pk])).status_code == 409


def test_a_return_needs_its_reason_and_the_district_reads_it(signed, people, chenxiao, luoping):
    shortlist = sent(signed, people)
    url = reverse("quota:return", args=[shortlist.pk])
    assert luoping.post(url, {"reason": ""}).status_code == 400
    assert luoping.post(url, {"reason": "第二页未盖章"}).status_code == 302
    told = page(chenxiao, signed)
    assert "退回原因：第二页未盖章" in told
    assert "重新拟定推荐名单" in told


def test_earlier_lists_stay_readable(signed, people, chenxiao):
    first = sent(signed, people)
    return_list(first, "第二页未盖章", by=people["heya"], at=cast.later(3))
    draw_up(signed, by=people["chenxiao"], at=cast.later(4))
    told = page(chenxiao, signed)
    assert "以前各次名单" in told
    assert "第二页未盖章" in told


def test_a_form_sent_twice_with_one_key_draws_up_one_list(signed, chenxiao):
    url = reverse("quota:draw_up", args=[signed.pk])
    answers = [chenxiao.post(url, {"once_key": "the-same-key-twice"}) for _time in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert Shortlist.objects.count() == 1


def test_the_paper_carries_the_list_and_the_head_of_the_log(signed, people, chenxiao):
    shortlist = sent(signed, people)
    told = chenxiao.get(reverse("quota:print", args=[shortlist.pk])).content.decode()
    for words in ("茂南区推荐参加市级决赛人员名单", "陈志远", "李㛃", "末条校验值", "盖章"):
        assert words in told
    assert "张三" not in told


def test_the_workbook_is_named_after_the_district_and_holds_everybody(signed, people, chenxiao):
    import io

    from openpyxl import load_workbook

    shortlist = sent(signed, people)
    response = chenxiao.get(reverse("quota:export", args=[shortlist.pk]))
    sheet = load_workbook(io.BytesIO(response.content)).active
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0][0] == "茂南区推荐名单"
    assert [row[:2] for row in rows[2:]] == [
        (1, "陈志远"), (2, "梁秀英"), (3, "王䶮"), (4, "李㛃"), (5, "黄𬱖"), (6, "张三")
    ]  # fmt: skip
    assert rows[2][-1] == "第 1 名，名额 3 个，推荐参加决赛"


def test_somebody_who_cannot_come_is_replaced_over_the_pages(signed, final, people, chenxiao, luoping):
    shortlist = sent(signed, people)
    approve(shortlist, by=people["heya"], at=cast.later(3))
    url = reverse("quota:propose", args=[shortlist.pk])
    assert "现在轮到 <strong>李㛃</strong> 递补" in chenxiao.get(url).content.decode()
    leaving = shortlist.picks.get(rank=3)
    assert chenxiao.post(url, {"leaving": leaving.pk, "reason": "因病住院"}).status_code == 302
    substitution = Substitution.objects.get()
    assert "陈晓 提出：王䶮 退出，现在轮到 李㛃 递补。原因：因病住院" in page(luoping, signed)
    decide = reverse("quota:approve_substitution", args=[substitution.pk])
    assert "李㛃（递补第 1 位）进入决赛" in luoping.get(decide).content.decode()
    assert luoping.post(decide).status_code == 302
    assert luoping.post(decide).status_code == 409
    told = page(chenxiao, signed)
    assert "已退出决赛" in told
    assert "已递补进入决赛" in told
    assert Entry.objects.competing().filter(stage=final).count() == 3


def test_the_pages_say_that_whoever_is_next_at_approval_comes(signed, final, people, chenxiao, luoping):
    shortlist = sent(signed, people)
    approve(shortlist, by=people["heya"], at=cast.later(3))
    url = reverse("quota:propose", args=[shortlist.pk])
    for rank in (1, 2):
        leaving = shortlist.picks.get(rank=rank)
        told = chenxiao.get(url).content.decode()
        assert "由谁递补，以市级审定时轮到的人为准。" in told
        assert ("另有 1 项退出等审定，先审定的先递补。" in told) == (rank == 2)
        chenxiao.post(url, {"leaving": leaving.pk, "reason": "因病住院"})
    first, second = Substitution.objects.order_by("pk")
    Entry.objects.filter(secretary__name="李㛃").update(status="disqualified", status_reason="材料不实")
    luoping.post(reverse("quota:refuse_substitution", args=[first.pk]), {"reason": "缺少证明"})
    decide = reverse("quota:approve_substitution", args=[second.pk])
    asked = luoping.get(decide).content.decode()
    assert "李㛃（递补第 1 位）不能递补：取消资格，材料不实。" in asked
    assert "黄𬱖（递补第 2 位）进入决赛" in asked
    luoping.post(decide)
    told = page(chenxiao, signed)
    assert "李㛃（递补第 1 位）不能递补：取消资格，材料不实。" in told
    assert "决赛名额 3 个，现有 3 人。" in told


def test_a_submitted_list_is_taken_back_over_the_page(signed, people, chenxiao):
    shortlist = sent(signed, people)
    assert "收回名单" in page(chenxiao, signed)
    url = reverse("quota:take_back", args=[shortlist.pk])
    assert "市级还没有审定或退回" in chenxiao.get(url).content.decode()
    assert chenxiao.post(url, {"reason": ""}).headers["Location"] == reverse("quota:shortlist", args=[signed.pk])
    told = page(chenxiao, signed)
    assert "收回名单" not in told
    assert "报送市级审定" in told
    assert chenxiao.post(url, {"reason": ""}).status_code == 409


def test_until_the_notice_period_ends_the_pages_say_conditional(signed, final, people, chenxiao, luoping):
    announce(signed, until=timezone.now() + timedelta(days=3))
    shortlist = sent(signed, people)
    asked = luoping.get(reverse("quota:approve", args=[shortlist.pk])).content.decode()
    assert "此前为有条件审定，期满没有成立的异议即自行生效。" in asked
    answer = luoping.post(reverse("quota:approve", args=[shortlist.pk]), follow=True).content.decode()
    assert "名单已有条件审定，推荐的人已进入决赛参赛名单；公示至" in answer
    assert "名单已有条件审定" in page(chenxiao, signed)
    overview = luoping.get(reverse("quota:shortlists", args=["2023"]))
    assert [(row.label, row.waiting_for) for row in overview.context["rows"]][:1] == [("有条件审定", "等公示期满")]
    announce(signed, until=timezone.now() - timedelta(seconds=1))
    told = page(chenxiao, signed)
    assert "有条件审定" not in told
    assert "名单已审定" in told


def test_before_the_results_are_published_nobody_is_asked_to_approve(maonan, people, luoping):
    table(maonan.season, by=people["heya"])
    held(maonan, [90, 80], by=people["heya"], state=State.CERTIFIED)
    shortlist = sent(maonan, people)
    told = page(luoping, maonan)
    assert "“茂南区初赛”的成绩公示后才能审定名单。" in told
    assert reverse("quota:approve", args=[shortlist.pk]) not in told
    assert "茂南区的推荐名单等您审定" not in luoping.get(reverse("desk")).content.decode()
    refused = luoping.post(reverse("quota:approve", args=[shortlist.pk]))
    assert refused.status_code == 409
    assert "成绩还没有公示（现为“已签字确认”）" in refused.content.decode()


def test_a_revoked_list_says_why_and_is_drawn_up_again(signed, final, people, chenxiao):
    shortlist = sent(signed, people)
    approve(shortlist, by=people["heya"], at=cast.later(3))
    told = {"reason": "初赛计分有误", "by": people["heya"], "seconded_by": people["luoping"]}
    revoke_approval(shortlist, at=cast.later(4), **told)
    here = page(chenxiao, signed)
    for sentence in ("何雅 提请、罗平 复核", "撤销审定的原因：初赛计分有误", "重新拟定推荐名单"):
        assert sentence in here
    assert "审定已撤销：成绩要更正的，先等更正；否则重新拟定并报送" in chenxiao.get(reverse("desk")).content.decode()
    office = [todo.text for todo in waiting(people["heya"])]
    assert "茂南区初赛：推荐名单审定已撤销，成绩要更正的，接着走更正程序" in office
    notes = [note.text for note in workflow.undone(signed, workflow.MOVES["close"], cast.later(5))]
    assert notes == ["推荐名单的审定已撤销，还没有重新审定；成绩要更正的，生效之前走更正程序。"]
    assert chenxiao.post(reverse("quota:draw_up", args=[signed.pk])).status_code == 302
    assert "撤销审定的原因：初赛计分有误" in page(chenxiao, signed)
    assert workflow.undone(signed, workflow.MOVES["close"], cast.later(6)) == []


def test_an_approval_is_revoked_over_the_pages_by_two(signed, final, people, chenxiao, luoping, signed_in):
    shortlist = sent(signed, people)
    approve(shortlist, by=people["heya"], at=cast.later(3))
    url = reverse("quota:revoke", args=[shortlist.pk])
    assert url in page(luoping, signed)
    assert url not in page(chenxiao, signed)
    assert "陈志远、梁秀英、王䶮 离开决赛" in luoping.get(url).content.decode()
    made = luoping.post(url, {"reason": "初赛计分有误"})
    assert made.status_code == 302
    # Proposed already: both pages lead to the proposal instead of offering it again.
    waits = (Proposal.objects.get().get_absolute_url(), url)
    assert [each in page(luoping, signed) for each in waits] == [True, False]
    way_back = luoping.get(reverse("contest:way_back", args=[signed.pk])).content.decode()
    assert waits[0] in way_back
    second = reverse("second", args=[Proposal.objects.get().pk])
    assert luoping.post(second).status_code == 409
    shortlist.refresh_from_db()
    assert (shortlist.state, Entry.objects.competing().filter(stage=final).count()) == ("approved", 3)
    assert signed_in(people["heya"]).post(second).status_code == 302
    shortlist.refresh_from_db()
    assert (shortlist.state, shortlist.revoked_by, shortlist.revoked_second) == (
        "revoked",
        people["luoping"],
        people["heya"],
    )
    assert Entry.objects.competing().filter(stage=final).count() == 0


def test_a_substitution_meanwhile_makes_a_proposed_revocation_another_one(
    signed, final, people, chenxiao, luoping, signed_in
):
    shortlist = sent(signed, people)
    approve(shortlist, by=people["heya"], at=cast.later(3))
    luoping.post(reverse("quota:revoke", args=[shortlist.pk]), {"reason": "初赛计分有误"})
    leaving = Pick.objects.with_people().get(shortlist=shortlist, rank=1)
    gone = propose(shortlist, leaving, "因病", by=people["chenxiao"], at=cast.later(4))
    approve_substitution(gone, by=people["heya"], at=cast.later(5))
    answer = signed_in(people["heya"]).post(reverse("second", args=[Proposal.objects.get().pk]))
    assert answer.status_code == 409
    assert Entry.objects.competing().filter(stage=final).count() == 3


def test_somebody_who_won_twice_is_decided_about_by_two(signed, dianbai, final, people, luoping, signed_in):
    there = held(dianbai, [95, 90, 88, 85], by=people["heya"])
    announce(dianbai, until=timezone.now() + timedelta(days=3))
    approve(sent(signed, people), by=people["heya"], at=cast.later(3))
    winner = Entry.objects.filter(stage=final).order_by("id")[0].secretary
    Entry.objects.filter(pk=there[0].pk).update(secretary=winner)
    shortlist = draw_up(dianbai, by=people["huangqiang"], at=cast.later(4))
    submit(shortlist, by=people["huangqiang"], at=cast.later(5))
    url = reverse("quota:approve", args=[shortlist.pk])
    assert "陈志远 已由茂南区的名单进入决赛，一人只占一个名额" in luoping.get(url).content.decode()
    unanswered = luoping.post(url)
    assert unanswered.status_code == 400
    assert "请决定。" in unanswered.content.decode()
    asked = shortlist.picks.get(rank=1)
    assert luoping.post(url, {f"pick-{asked.pk}": "pass"}).status_code == 302
    proposal = Proposal.objects.get()
    assert (proposal.verb, proposal.reason) == ("approve_shortlist", "已由茂南区的名单参加决赛")
    assert ["陈志远", "推荐", "由下一位递补（已由茂南区的名单参加决赛）"] in proposal.changes
    shortlist.refresh_from_db()
    assert shortlist.state == Shortlist.State.SUBMITTED
    assert proposal.get_absolute_url() in page(luoping, dianbai)
    seconded = signed_in(people["heya"]).post(reverse("second", args=[proposal.pk]), follow=True)
    # The notice is not over: what is approved is so on condition, and the seconder is told until when.
    told = "已复核：审定电白区第 1 次推荐名单，有人由下一位递补。名单已有条件审定，推荐的人已进入决赛参赛名单；公示"
    [said] = [str(each) for each in seconded.context["messages"]]
    assert (said.startswith(told), "期满没有成立的异议即自行生效。" in said) == (True, True)
    assert Entry.objects.competing().filter(stage=final, district=dianbai.district).count() == 3


def test_level_reserves_behind_who_passes_are_asked_about_on_the_form(signed, dianbai, final, people, luoping):
    there = held(dianbai, [95, 90, 88, 80, 80], by=people["heya"])
    approve(sent(signed, people), by=people["heya"], at=cast.later(3))
    winner = Entry.objects.filter(stage=final).order_by("id")[0].secretary
    Entry.objects.filter(pk=there[0].pk).update(secretary=winner)
    shortlist = draw_up(dianbai, by=people["huangqiang"], at=cast.later(4))
    submit(shortlist, by=people["huangqiang"], at=cast.later(5))
    url, asked = reverse("quota:approve", args=[shortlist.pk]), shortlist.picks.get(rank=1)
    unruled = luoping.post(url, {f"pick-{asked.pk}": "pass"})
    assert (unruled.status_code, "请选择由谁递补。" in unruled.content.decode()) == (400, True)
    first = shortlist.picks.filter(rank=4)[1]
    ruled = {"first": first.pk, "tie_kind": "lots", "tie_note": "抽签，监督员在场"}
    assert luoping.post(url, {f"pick-{asked.pk}": "pass"} | ruled).status_code == 302
    assert Proposal.objects.get().arguments["first"] == first.pk


def test_level_reserves_are_asked_about_on_the_form(maonan, people, chenxiao):
    table(maonan.season, by=people["heya"])
    held(maonan, [95, 90, 88, 80, 80, 60], by=people["heya"])
    shortlist = sent(maonan, people)
    approve(shortlist, by=people["heya"], at=cast.later(3))
    url = reverse("quota:propose", args=[shortlist.pk])
    assert "下一位递补有 2 人并列，系统不代为选择" in chenxiao.get(url).content.decode()
    leaving, first = shortlist.picks.get(rank=3), shortlist.picks.filter(rank=4)[1]
    told = {"leaving": leaving.pk, "reason": "因病住院"}
    refused = chenxiao.post(url, told)
    assert refused.status_code == 400
    assert "请选择由谁递补。" in refused.content.decode()
    ruled = {**told, "first": first.pk, "tie_kind": "lots", "tie_note": "当场抽签"}
    assert chenxiao.post(url, ruled).status_code == 302
    substitution = Substitution.objects.get()
    assert (substitution.tie_first, substitution.coming) == (first, None)


@pytest.mark.parametrize(
    "wrong", [{}, {"leaving": "x", "reason": "y"}, {"leaving": "999999", "reason": "y"}, {"reason": "y" * 300}]
)
def test_a_wrong_form_is_refused_beside_its_fields(wrong, signed, people, chenxiao):
    shortlist = sent(signed, people)
    approve(shortlist, by=people["heya"], at=cast.later(3))
    response = chenxiao.post(reverse("quota:propose", args=[shortlist.pk]), wrong)
    assert response.status_code == 400
    assert Substitution.objects.count() == 0


def test_a_refusal_needs_its_reason_and_is_shown(signed, people, chenxiao, luoping):
    shortlist = sent(signed, people)
    approve(shortlist, by=people["heya"], at=cast.later(3))
    leaving = Pick.objects.with_people().get(shortlist=shortlist, rank=3)
    substitution = propose(shortlist, leaving, "因病", by=people["chenxiao"], at=cast.later(4))
    url = reverse("quota:refuse_substitution", args=[substitution.pk])
    assert luoping.post(url, {"reason": " "}).status_code == 400
    assert luoping.post(url, {"reason": "缺少医院证明"}).status_code == 302
    assert "不予审定：缺少医院证明" in page(chenxiao, signed)


def test_nobody_proposes_for_a_list_that_is_not_approved(signed, people, chenxiao):
    shortlist = sent(signed, people)
    assert chenxiao.get(reverse("quota:propose", args=[shortlist.pk])).status_code == 404


@pytest.mark.parametrize("entrants", [1, 3, 12])
def test_a_lists_page_costs_the_same_number_of_queries_for_any_number_of_entrants(
    entrants, maonan, people, chenxiao, django_assert_num_queries
):
    table(maonan.season, by=people["heya"])
    held(maonan, list(range(90, 90 - entrants, -1)), by=people["heya"])
    sent(maonan, people)
    with django_assert_num_queries(13):
        page(chenxiao, maonan)


@pytest.mark.parametrize("districts", [1, 3])
def test_the_overview_costs_the_same_number_of_queries_for_any_number_of_lists(
    districts, maonan, dianbai, binhai, people, luoping, django_assert_num_queries
):
    table(maonan.season, by=people["heya"])
    for stage in (maonan, dianbai, binhai)[:districts]:
        held(stage, [90], by=people["heya"])
        submit(draw_up(stage, by=people["heya"], at=cast.NOW), by=people["heya"], at=cast.NOW)
    with django_assert_num_queries(10):
        response = luoping.get(reverse("quota:shortlists", args=["2023"]))
    assert response.status_code == 200


def test_the_overview_says_who_waits_for_whom_and_how_many_seats_are_filled(
    signed, dianbai, binhai, people, luoping, chenxiao
):
    approve(sent(signed, people), by=people["heya"], at=cast.later(3))
    held(dianbai, [90, 80, 70, 60], by=people["heya"])
    submit(draw_up(dianbai, by=people["huangqiang"], at=cast.NOW), by=people["huangqiang"], at=cast.NOW)
    response = luoping.get(reverse("quota:shortlists", args=["2023"]))
    rows = response.context["rows"]
    assert [(row.stage.district.name, row.state, row.waiting_for, row.filled, row.may_decide) for row in rows] == [
        ("茂南区", "approved", "已进入决赛", 3, False),
        ("电白区", "submitted", "等市级审定", 0, True),
        ("滨海新区", "", "等成绩签字确认", 0, False),
    ]
    assert "7 个决赛名额，已审定 3 个。" in response.content.decode()
    theirs = chenxiao.get(reverse("quota:shortlists", args=["2023"])).context["rows"]
    assert [row.stage.district.name for row in theirs] == ["茂南区"]


def test_the_desk_tells_each_whose_turn_it_is(signed, people, chenxiao, luoping):
    desk = reverse("desk")
    assert "茂南区初赛已签字确认，请拟定推荐名单" in chenxiao.get(desk).content.decode()
    shortlist = draw_up(signed, by=people["chenxiao"], at=cast.later(1))
    assert "已拟定，请核对并报送" in chenxiao.get(desk).content.decode()
    submit(shortlist, by=people["chenxiao"], at=cast.later(2))
    assert "推荐名单已拟定" not in chenxiao.get(desk).content.decode()
    assert "茂南区的推荐名单等您审定" in luoping.get(desk).content.decode()
    return_list(shortlist, "第二页未盖章", by=people["luoping"], at=cast.later(3))
    told = chenxiao.get(desk).content.decode()
    assert "推荐名单被退回" in told
    assert "第二页未盖章" in told
    again = draw_up(signed, by=people["chenxiao"], at=cast.later(4))
    submit(again, by=people["chenxiao"], at=cast.later(5))
    approve(again, by=people["heya"], at=cast.later(6))
    leaving = Pick.objects.with_people().get(shortlist=again, rank=1)
    propose(again, leaving, "因病", by=people["chenxiao"], at=cast.later(7))
    assert "茂南区的递补等您审定" in luoping.get(desk).content.decode()


def test_who_is_not_signed_in_is_sent_to_the_door(maonan, client):
    assert "/sign-in/" in client.get(reverse("quota:shortlist", args=[maonan.pk])).headers["Location"]


def test_a_state_reached_meanwhile_shows_on_the_refusing_page(signed, final, people, luoping):
    shortlist = sent(signed, people)
    cast.put(final, State.SCORING)
    refused = luoping.post(reverse("quota:approve", args=[shortlist.pk]))
    assert refused.status_code == 409
    assert "决赛已进入“评分”，参赛者已经确定" in refused.content.decode()


def test_a_list_is_approved_on_a_paper_and_its_page_shows_it(
    signed, final, people, chenxiao, luoping, settings, tmp_path
):
    settings.MEDIA_ROOT = tmp_path
    shortlist = sent(signed, people)
    announce(signed, until=cast.later(9000))
    url = reverse("quota:approve", args=[shortlist.pk])
    assert "附依据（批示、授权、会签、会议纪要等），可不附" in luoping.get(url).content.decode()
    half = luoping.post(url, {"paper_kind": "instruction"})
    assert (half.status_code, "请附上依据的扫描件或照片。" in half.content.decode()) == (400, True)
    scan = SimpleUploadedFile("批示.png", blank_scan("批示"))
    paper = {"paper_kind": "instruction", "paper_number": "批3", "paper_dated": "2023-11-24", "paper_pages": scan}
    assert luoping.post(url, paper).status_code == 302
    shortlist.refresh_from_db()
    assert (shortlist.state, str(shortlist.decided_basis)) == ("approved", "批示 批3")
    told = page(chenxiao, signed)
    assert ("批示 批3" in told, "批示.png" in told) == (True, True)
