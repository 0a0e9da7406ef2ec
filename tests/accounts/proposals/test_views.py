"""The pages on which 陈晓 proposes and 林芳 seconds."""

from datetime import date

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation

from accounts.actions import set_active
from accounts.halves import first_half
from accounts.models import Proposal, User
from accounts.proposals.actions import decline, propose, second
from accounts.proposals.paper import Paper
from accounts.proposals.places import Place, places_of
from accounts.proposals.reads import seconders
from accounts.proposals.waiting import TOLD
from contest.models.stage import State
from demo.paper import blank_scan
from tests import cast, hall
from tests.certificates.closed import close
from tests.scoring.filling import counted, level, opened

WHY = "3 号评委的评分表录错一格"


@pytest.fixture
def stage(maonan, people):
    stage = opened(maonan, entrants=3, judges=3, by=people["chenxiao"])
    counted(stage, level(90, 80, 70, judges=3), typist=people["chenxiao"], checker=people["linfang"])
    stage.refresh_from_db()
    return stage


def test_a_move_that_takes_two_is_proposed_on_its_page_and_seconded_on_the_proposals(stage, people, signed_in):
    chenxiao, linfang = signed_in(people["chenxiao"]), signed_in(people["linfang"])
    url = reverse("contest:move", args=[stage.pk, "reopen_scoring"])
    assert "提请复核" in chenxiao.get(url).content.decode()
    made = chenxiao.post(url, {"reason": WHY}, follow=True)
    here = Proposal.objects.get()
    assert made.redirect_chain == [(here.get_absolute_url(), 302)]
    assert "须由另一位有权限的同事复核" in made.content.decode()
    assert here.title in linfang.get(reverse("desk")).content.decode()
    assert linfang.post(reverse("second", args=[here.pk])).status_code == 302
    stage.refresh_from_db()
    assert stage.state == "scoring"


def test_a_reason_of_nothing_is_asked_for_again(stage, people, signed_in):
    url = reverse("contest:move", args=[stage.pk, "reopen_scoring"])
    answer = signed_in(people["chenxiao"]).post(url, {"reason": "\u200b\u3000"})
    assert (answer.status_code, Proposal.objects.count()) == (400, 0)


def test_the_proposer_presses_second_and_is_told_it_takes_another(stage, people, signed_in):
    here = propose("reopen_scoring", stage, {}, reason=WHY, by=people["chenxiao"], at=cast.later(0))
    Proposal.objects.update(proposed_at="2999-01-01T00:00Z")
    client = signed_in(people["chenxiao"])
    answer = client.post(reverse("second", args=[here.pk]))
    assert answer.status_code == 409
    assert "须由另一人复核" in answer.content.decode()
    assert "复核无误，同意" not in client.get(here.get_absolute_url()).content.decode()


def test_the_neighbour_district_meets_no_such_page(stage, people, signed_in):
    here = propose("reopen_scoring", stage, {}, reason=WHY, by=people["chenxiao"], at=cast.later(0))
    stranger = signed_in(people["wumin"])
    assert stranger.get(here.get_absolute_url()).status_code == 404
    assert stranger.post(reverse("second", args=[here.pk])).status_code == 404
    assert here.title not in stranger.get(reverse("proposals")).content.decode()


def test_a_supervisor_reads_it_and_decides_nothing(stage, people, signed_in):
    here = propose("reopen_scoring", stage, {}, reason=WHY, by=people["chenxiao"], at=cast.later(0))
    watcher = signed_in(people["zhengzhi"])
    assert here.title in watcher.get(reverse("proposals")).content.decode()
    assert watcher.post(reverse("second", args=[here.pk])).status_code == 409
    here.refresh_from_db()
    assert here.state == "open"


def test_declining_asks_for_a_reason_and_withdrawing_does_not(stage, people, signed_in):
    at = "2999-01-01T00:00Z"
    first = propose("reopen_scoring", stage, {}, reason=WHY, by=people["chenxiao"], at=cast.later(0))
    Proposal.objects.update(proposed_at=at)
    linfang = signed_in(people["linfang"])
    assert linfang.post(reverse("decline", args=[first.pk]), {"answer": " "}).status_code == 400
    assert linfang.post(reverse("decline", args=[first.pk]), {"answer": "纸质表无误"}).status_code == 302
    again = propose("reopen_scoring", stage, {}, reason=WHY, by=people["chenxiao"], at=cast.later(1))
    assert signed_in(people["chenxiao"]).post(reverse("withdraw_proposal", args=[again.pk])).status_code == 302
    assert list(Proposal.objects.order_by("pk").values_list("state", flat=True)) == ["declined", "withdrawn"]


def test_its_page_leads_back_to_what_it_is_about(stage, people, signed_in):
    here = propose("reopen_scoring", stage, {}, reason=WHY, by=people["chenxiao"], at=cast.later(0))
    page = signed_in(people["linfang"]).get(here.get_absolute_url())
    assert [(place.url, place.name) for place in page.context["places"]] == [(stage.get_absolute_url(), "茂南区初赛")]
    assert f'<a href="{stage.get_absolute_url()}">茂南区初赛</a>' in page.content.decode()


def test_one_about_somebody_on_stage_leads_to_the_stage_and_to_the_panel(maonan, people):
    stage = opened(maonan, entrants=2, judges=4, by=people["chenxiao"])
    told = {"reason": "评委离席", "by": people["chenxiao"], "at": cast.later(0)}
    here = propose("vacate", stage.seats.order_by("number")[0], {}, **told)
    assert places_of(here, people["linfang"]) == [
        Place(stage.get_absolute_url(), "茂南区初赛"),
        Place(reverse("scoring:panel", args=[stage.pk]), "郭明（茂南区）"),
    ]


def test_one_about_an_account_leads_there_whoever_manages_accounts(people):
    told = {"reason": "忘记密码", "by": people["heya"], "at": cast.later(0)}
    here = propose("reset_password", people["wumin"], {"half": first_half()[1]}, **told)
    assert places_of(here, people["luoping"]) == [Place(reverse("account", args=[people["wumin"].pk]), "吴敏")]
    assert places_of(here, people["zhengzhi"]) == []


def test_what_is_gone_has_no_page(stage, people):
    here = propose("reopen_scoring", stage, {}, reason=WHY, by=people["chenxiao"], at=cast.later(0))
    here.about = here.subject = "contest.stage:99999"
    assert places_of(here, people["linfang"]) == []


def test_a_paper_dated_after_today_is_no_ground(stage, people, signed_in):
    url = reverse("contest:move", args=[stage.pk, "reopen_scoring"])
    paper = hall.photographed() | {"paper_kind": "minutes", "paper_dated": "2199-01-01"}
    answer = signed_in(people["chenxiao"]).post(url, {"reason": "录错一格", **paper})
    assert (answer.status_code, "依据的日期不能晚于今天。" in answer.content.decode()) == (400, True)
    assert Proposal.objects.count() == 0


def test_one_that_opens_an_account_leads_there_once_it_is_made_and_never_to_who_proposed_it(people, signed_in):
    half = first_half()[1]
    told = {"username": "liukai", "name": "刘凯", "grants": [["supervisor", None]], "half": half}
    here = propose("open_account", people["heya"], told, reason="新到岗", by=people["heya"], at=timezone.now())
    heya = reverse("account", args=[people["heya"].pk])
    assert places_of(here, people["luoping"]) == []
    assert here.title not in signed_in(people["luoping"]).get(heya).content.decode()
    second(here, by=people["luoping"], at=timezone.now())
    made = reverse("account", args=[User.objects.get(username="liukai").pk])
    assert places_of(here, people["luoping"]) == [Place(made, "刘凯")]


def test_what_falls_with_a_step_back_is_told_without_an_arrow(maonan, people, signed_in):
    close(maonan, 2, by=people["chenxiao"])
    told = {"reason": WHY, "by": people["chenxiao"], "at": cast.NOW}
    here = propose("withdraw_certification", cast.put(maonan, State.CERTIFIED), {}, **told)
    falls = "现行的 2 项获奖将失效，以更正后的一版为准。"
    assert here.changes == [["状态", "已签字确认", "已统分"], ["受影响", "", falls]]
    page = signed_in(people["heya"]).get(reverse("log")).content.decode()
    assert ("<del>已签字确认</del> →" in page, f"<ins>{falls}</ins>" in page) == (True, True)
    assert f"<del>{falls}" not in page


def test_several_rows_of_one_kind_are_all_kept_for_the_log():
    told = Proposal(changes=[["状态", "甲", "乙"], ["受影响", "", "丙"], ["受影响", "", "丁"]])
    assert told.words == {"状态": ["甲", "乙"], "受影响": ["", "丙；丁"]}


def test_the_proposer_is_told_who_can_second_and_finds_it_on_the_desk(stage, people, signed_in):
    here = propose("reopen_scoring", stage, {}, reason=WHY, by=people["chenxiao"], at=timezone.now())
    chenxiao = signed_in(people["chenxiao"])
    page = chenxiao.get(here.get_absolute_url()).content.decode()
    assert "可以复核的：何雅、林芳、罗平。" in page
    assert "本地区没有别人可以复核" not in page
    desk = chenxiao.get(reverse("desk"))
    waits = [(todo.text, todo.url) for todo in desk.context["waits"]]
    assert waits == [("您提请的 1 项等同事复核", f"{reverse('proposals')}?mine=1")]
    assert [todo.text for todo in desk.context["todos"] if "复核" in todo.text] == []


def test_the_desk_tells_the_proposer_who_declined_and_why(stage, people, signed_in):
    here = propose("reopen_scoring", stage, {}, reason=WHY, by=people["chenxiao"], at=timezone.now())
    decline(here, answer="原件没有错", by=people["linfang"], at=timezone.now())
    told = [(todo.text, todo.detail, todo.url) for todo in signed_in(people["chenxiao"]).get("/desk/").context["waits"]]
    assert told == [(f"复核不同意：{here.title}", "林芳：原件没有错", here.get_absolute_url())]
    Proposal.objects.update(closed_at=timezone.now() - TOLD)
    assert signed_in(people["chenxiao"]).get("/desk/").context["waits"] == []


def test_whoever_is_alone_in_the_district_is_told_of_the_office_and_of_a_deputy(stage, people, signed_in):
    set_active(people["linfang"], False, by=people["heya"], at=cast.later(0))
    here = propose("reopen_scoring", stage, {}, reason=WHY, by=people["chenxiao"], at=timezone.now())
    page = signed_in(people["chenxiao"]).get(here.get_absolute_url()).content.decode()
    assert "本地区没有别人可以复核；可以复核的：何雅、罗平。也可以请市级指定一位临时复核员。" in page


def test_the_office_is_not_told_that_a_district_has_nobody(stage, people, signed_in):
    here = propose("reopen_scoring", stage, {}, reason=WHY, by=people["heya"], at=timezone.now())
    page = signed_in(people["heya"]).get(here.get_absolute_url()).content.decode()
    assert ("可以复核的：陈晓、林芳、罗平。" in page, "本地区没有别人" in page) == (True, False)


def test_who_can_second_costs_as_many_queries_for_three_as_for_one(stage, people, django_assert_num_queries):
    here = propose("reopen_scoring", stage, {}, reason=WHY, by=people["chenxiao"], at=timezone.now())
    here = Proposal.objects.whole().get(pk=here.pk)
    people["chenxiao"].all_granted, here.proposed_by = list(people["chenxiao"].grants.all()), people["chenxiao"]
    with django_assert_num_queries(3):
        assert len(seconders(here, timezone.now()).names) == 3
    for name in ("linfang", "heya"):
        User.objects.filter(username=name).update(is_active=False)
    with django_assert_num_queries(3):
        assert list(seconders(here, timezone.now()).names) == ["罗平"]


def test_whoever_has_decided_is_led_to_the_next_that_waits(stage, people, signed_in):
    first = propose("reopen_scoring", stage, {}, reason=WHY, by=people["chenxiao"], at=timezone.now())
    paper = Paper("decision", date(2023, 11, 25), "", [("处理决定.png", blank_scan("decision"))])
    told = {"reason": WHY, "paper": paper, "by": people["heya"], "at": timezone.now()}
    later = propose("disqualify", stage.entries.get(order=1), {}, **told)
    luoping = signed_in(people["luoping"])
    listed = luoping.get(reverse("proposals")).content.decode()
    assert f'<a href="{first.get_absolute_url()}">从第一项开始逐项复核</a>' in listed
    assert luoping.get(first.get_absolute_url()).context["next"] == later
    assert luoping.get(later.get_absolute_url()).context["next"] == first
    page = luoping.post(reverse("decline", args=[first.pk]), {"answer": "纸质表无误"}, follow=True)
    assert page.context["next"] == later
    assert "下一项待复核" in page.content.decode()
    page = luoping.post(reverse("decline", args=[later.pk]), {"answer": "材料属实"}, follow=True)
    assert (page.context["next"], "下一项待复核" in page.content.decode()) == (None, False)
    assert signed_in(people["chenxiao"]).get(first.get_absolute_url()).context["next"] is None


def test_an_english_reader_reads_titles_and_changes_in_english_and_the_record_stays_chinese(stage, people, signed_in):
    with translation.override("en"):
        here = propose("reopen_scoring", stage, {}, reason=WHY, by=people["chenxiao"], at=timezone.now())
    assert (here.title, here.changes) == ("茂南区初赛：退回评分", [["状态", "已统分", "评分"]])
    linfang = signed_in(people["linfang"])
    linfang.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    english = here.told["en"]["title"]
    assert english != here.title
    for url in (here.get_absolute_url(), reverse("proposals"), reverse("desk")):
        page = linfang.get(url).content.decode()
        assert (english in page, here.title in page) == (True, False)
    second(here, by=people["linfang"], at=timezone.now())
    assert here.state == "seconded"
    here.told = {}
    with translation.override("en"):
        assert (here.shown_title, here.shown_changes) == (here.title, here.changes)


def test_what_rests_on_a_paper_cannot_be_proposed_without_one(maonan, people, signed_in):
    close(maonan, 2, by=people["chenxiao"])
    url, heya = reverse("contest:move", args=[maonan.pk, "reopen_closed"]), signed_in(people["heya"])
    form = heya.get(url).content.decode()
    assert ("不附" in form, "请选择" in form) == (False, True)
    answer = heya.post(url, {"reason": WHY})
    assert (answer.status_code, list(answer.context["form"].errors)) == (
        400,
        ["paper_kind", "paper_dated", "paper_pages"],
    )
    assert Proposal.objects.count() == 0


class TestAProposalThatCanBeSecondedNoMore:
    """陈晓 proposed that scoring be reopened; the page says why nobody can second it any more."""

    PRESS = "复核无误，同意"

    @pytest.fixture
    def here(self, stage, people):
        return propose("reopen_scoring", stage, {}, reason=WHY, by=people["chenxiao"], at=timezone.now())

    def page(self, client, here):
        return client.get(here.get_absolute_url()).content.decode()

    def test_while_it_can_be_the_button_is_there(self, here, people, signed_in):
        page = self.page(signed_in(people["linfang"]), here)
        assert (self.PRESS in page, "已不能复核" in page) == (True, False)

    def test_where_things_changed_since_it_says_so_and_only_no_can_be_said(self, here, stage, people, signed_in):
        type(stage).objects.filter(pk=stage.pk).update(revision=7)
        page = self.page(signed_in(people["linfang"]), here)
        assert "提请之后情况有变化，这项提请已不能复核；请按现在的情况重新提请。" in page
        assert (self.PRESS in page, "不同意，退回提请人" in page) == (False, True)
        mine = self.page(signed_in(people["chenxiao"]), here)
        assert ("请撤回这一项。" in mine, "撤回这项提请" in mine, "须由另一位有权限的同事复核" in mine) == (
            True,
            True,
            False,
        )

    def test_where_the_proposers_account_was_closed_or_the_right_is_gone(self, here, people, signed_in):
        User.objects.filter(username="chenxiao").update(is_active=False)
        page = self.page(signed_in(people["linfang"]), here)
        assert ("提请人陈晓已没有办理此事的权限，请由他人重新提请。" in page, self.PRESS in page) == (True, False)

    @pytest.mark.parametrize("end", ["withdrawn", "declined"])
    def test_what_is_over_is_not_looked_at_again(self, here, stage, people, signed_in, end):
        told = {"closed_by": people["chenxiao"], "closed_at": timezone.now(), "answer": "不必"}
        Proposal.objects.filter(pk=here.pk).update(state=end, **told)
        type(stage).objects.filter(pk=stage.pk).update(revision=7)
        assert "已不能复核" not in self.page(signed_in(people["linfang"]), here)


@pytest.mark.parametrize("what", ["absence", "seat"])
def test_in_the_hall_who_has_proposed_it_before_is_told_to_withdraw_that_first(maonan, people, signed_in, what):
    stage = opened(maonan, entrants=3, judges=4, by=people["chenxiao"])
    url, told = reverse("scoring:vacate", args=[stage.seats.get(number=4).pk]), {"reason": "有事"}
    if what == "absence":
        url = reverse("contest:entry", args=[stage.entries.get(order=1).pk])
        told = {"step": "leave", "status": "absent", "reason": "没有到场"}
    chenxiao = signed_in(people["chenxiao"])
    assert chenxiao.post(url, told | {"way": "propose"}).status_code == 302
    refused = chenxiao.post(url, told | hall.photographed()).content.decode()
    assert "现场要先行办理的，由陈晓先撤回那项提请；或由另一人复核那项提请，复核后即生效。" in refused
    assert ("不必再提" in refused, Proposal.objects.count()) == (False, 1)
    assert "不必再提" in chenxiao.post(url, told | {"way": "propose"}).content.decode()
    withdraw = reverse("withdraw_proposal", args=[Proposal.objects.get().pk])
    assert chenxiao.post(withdraw).status_code == 302
    assert chenxiao.post(url, told | hall.photographed()).status_code == 302
    assert set(Proposal.objects.values_list("state", flat=True)) == {"withdrawn", "in_effect"}
