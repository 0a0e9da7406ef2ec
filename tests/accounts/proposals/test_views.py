"""The pages on which 陈晓 proposes and 林芳 seconds."""

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.halves import first_half
from accounts.models import Proposal, User
from accounts.proposals.actions import propose, second
from accounts.proposals.places import Place, places_of
from contest.models.stage import State
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
