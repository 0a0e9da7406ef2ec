"""The envelope over HTTP: 郑直 breaks the seal, 应急账号 seconds what 陈晓 proposed, 何雅 and 罗平 review it."""

from datetime import timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import reverse

from accounts import log
from accounts.emergency.actions import review
from accounts.models import EmergencyAct, EmergencyReview, Proposal, Unsealing, User
from contest.models import Stage
from contest.models.stage import State
from demo.paper import blank_scan
from tests import cast
from tests.accounts.emergency.world import WHY, opened, sealed
from tests.clients import Browser
from tests.scoring.filling import counted, level
from tests.scoring.filling import opened as in_scoring

OWN = "baiyun-shan-1998-gao"


@pytest.fixture
def stage(maonan, people):
    """茂南区, tabulated."""
    stage = in_scoring(maonan, entrants=3, judges=3, by=people["chenxiao"])
    counted(stage, level(90, 80, 70, judges=3), typist=people["chenxiao"], checker=people["linfang"])
    return Stage.objects.whole().get(pk=stage.pk)


@pytest.fixture
def clock():
    """The pages' own moment, moved on by the tests."""
    with time_machine.travel(cast.later(30), tick=False) as clock:
        yield clock


def sign_in(password: str) -> tuple[Client, str]:
    """As its two envelopes say; the page that answers."""
    client = Browser()
    answer = client.post(reverse("sign_in"), {"username": "yingji", "password": password}, follow=True)
    return client, answer.content.decode()


def press(client: Client, address: str, *args, **told):
    return client.post(reverse(address, args=args), told)


def state_of(stage: Stage) -> str:
    stage.refresh_from_db()
    return str(stage.state)


def test_sealed_it_does_not_sign_in_and_is_told_why(people, clock):
    _account, password = sealed(people)
    client, page = sign_in(password)
    assert ("处于封存状态：须先由监督员" in page, "_auth_user_id" in client.session) == (True, False)
    _client, wrong = sign_in(password + "x")
    assert "封存" not in wrong


def test_the_lawful_way_from_the_seal_to_both_reviews(stage, people, signed_in, clock):
    _account, password = sealed(people)
    press(signed_in(people["chenxiao"]), "contest:move", stage.pk, "reopen_scoring", reason="录错一格")
    zhengzhi, here = signed_in(people["zhengzhi"]), Proposal.objects.get()
    paper = {"paper_kind": "instruction", "paper_number": "1", "paper_dated": "2023-11-25"}
    paper["paper_pages"] = SimpleUploadedFile("批示.png", blank_scan("批示"))
    assert press(zhengzhi, "break_seal", reason=WHY, **paper).url == reverse("emergency")
    for name in ("heya", "luoping", "zhengzhi"):
        desk = signed_in(people[name]).get(reverse("desk")).content.decode()
        assert ("应急账号已启封，可用至 11-26 09:30" in desk, f"郑直启封：{WHY}" in desk) == (True, True)
    yingji, _page = sign_in(password)
    press(yingji, "change_password", old=password, new=OWN, again=OWN)
    assert here.title in yingji.get(reverse("desk")).content.decode()
    assert press(yingji, "second", here.pk).status_code == 302
    assert state_of(stage) == "scoring"
    cast.put(stage, State.PUBLISHED)
    heya, luoping = signed_in(people["heya"]), signed_in(people["luoping"])
    closing = press(heya, "contest:move", stage.pk, "close")
    assert (closing.status_code, "应急账号办理的 2 件事尚待两人复查。" in closing.content.decode()) == (409, True)
    assert "待复查：应急账号办理的 2 件事" in heya.get(reverse("desk")).content.decode()
    page = heya.get(reverse("emergency")).content.decode()
    assert (reverse("proposal", args=[here.pk]) in page, WHY in page, "批示.png" in page) == (True, True, True)
    assert "赋能百千万 驻村话振兴（2023） ·" in page
    acts = [act.pk for act in EmergencyAct.objects.all()]
    assert press(heya, "review_emergency", acts=acts, verdict="no_objection").url == reverse("emergency")
    assert press(luoping, "review_emergency", acts=acts, verdict="objection", words="应等林芳").status_code == 302
    assert EmergencyReview.objects.count() == 2 * len(acts)
    told = heya.get(reverse("contest:stage", args=[stage.pk])).content.decode()
    assert ("复查时有异议" in told, reverse("contest:way_back", args=[stage.pk]) in told) == (True, True)
    assert "件事尚待两人复查" not in press(heya, "contest:move", stage.pk, "close").content.decode()


def test_after_a_day_it_is_signed_out_and_the_password_no_longer_opens_anything(people, signed_in, clock):
    _account, password = sealed(people)
    press(signed_in(people["zhengzhi"]), "break_seal", reason=WHY)
    yingji, _page = sign_in(password)
    press(yingji, "change_password", old=password, new=OWN, again=OWN)
    # A session lasts half a day.
    clock.move_to(cast.later(30) + timedelta(hours=22))
    yingji = sign_in(OWN)[0]
    clock.move_to(cast.later(30) + timedelta(hours=24, microseconds=-1))
    assert yingji.get(reverse("desk")).status_code == 200
    clock.move_to(cast.later(30) + timedelta(hours=24))
    answer = yingji.get(reverse("desk"), follow=True)
    assert (answer.redirect_chain, "重新封存" in answer.content.decode()) == ([(reverse("sign_in"), 302)], True)
    assert "处于封存状态" in sign_in(OWN)[1]
    refused = press(signed_in(people["zhengzhi"]), "break_seal", reason=WHY)
    assert (refused.status_code, "重置密码" in refused.content.decode()) == (409, True)
    assert Unsealing.objects.count() == 1


def test_without_an_account_there_is_nothing_to_break(people, signed_in, clock):
    client = signed_in(people["zhengzhi"])
    assert "还没有应急账号" in client.get(reverse("emergency")).content.decode()
    refused = press(client, "break_seal", reason=WHY)
    assert (refused.status_code, "须由市级工作人员提请建立" in refused.content.decode()) == (409, True)


def test_the_office_proposes_it_and_a_colleague_seconds_it(people, signed_in, clock):
    heya, luoping = signed_in(people["heya"]), signed_in(people["luoping"])
    told = {"username": "yingji", "name": "应急账号", "role": "emergency", "reason": "备用"}
    first = press(heya, "new_account", **told).content.decode()
    assert ("初始密码的前半" in first, "装入单独的信封" in first, "data-print" in first) == (True, True, True)
    assert "当面交给本人" not in first
    page = heya.get(reverse("emergency")).content.decode()
    assert ("已提请建立，正等另一位" in page, "还没有应急账号" in page) == (True, False)
    assert (Proposal.objects.get().get_absolute_url() in page, reverse("new_account") in page) == (True, False)
    second = press(luoping, "second", Proposal.objects.get().pk).content.decode()
    assert ("初始密码的后半" in second, "装入单独的信封" in second, "data-print" in second) == (True, True, True)
    assert "已封存，不能登录。" in heya.get(reverse("emergency")).content.decode()
    again = press(heya, "new_account", **told | {"username": "yingji2"})
    assert (again.status_code, "已经有一个在用的应急账号" in again.content.decode()) == (400, True)
    changed = press(heya, "account", User.objects.get(username="yingji").pk, name="应急账号", role="office", reason="x")
    assert (changed.status_code, "只有这一个角色" in changed.content.decode()) == (400, True)


def test_half_of_an_owners_password_is_handed_to_the_owner(people, signed_in, clock):
    answer = press(signed_in(people["heya"]), "propose_reset", people["wumin"].pk, reason="忘记密码").content.decode()
    assert ("当面交给本人" in answer, "data-print" in answer, "信封" in answer) == (True, True, False)


def test_the_envelope_is_used_up_and_the_desk_says_so_until_two_have_renewed_it(people, signed_in, clock):
    account, _password = sealed(people)
    heya, luoping, zhengzhi = (signed_in(people[name]) for name in ("heya", "luoping", "zhengzhi"))
    once_only = "信封里的密码只能用于一次启封"
    assert once_only in zhengzhi.get(reverse("break_seal")).content.decode()
    told = press(zhengzhi, "break_seal", reason=WHY)
    assert once_only in zhengzhi.get(told.url).content.decode()
    used, waits = "应急账号的密码已经用过：请提请重置，重新封存", "应急账号的密码已经用过，等市级重置后重新封存"
    assert used not in heya.get(reverse("desk")).content.decode()
    clock.move_to(cast.later(30) + timedelta(hours=24))
    heya, luoping, zhengzhi = (signed_in(people[name]) for name in ("heya", "luoping", "zhengzhi"))
    desk = heya.get(reverse("desk")).content.decode()
    assert (used in desk, reverse("propose_reset", args=[account.pk]) in desk) == (True, True)
    assert waits in zhengzhi.get(reverse("desk")).content.decode()
    assert "应急账号的密码" not in signed_in(people["chenxiao"]).get(reverse("desk")).content.decode()
    assert "装入单独的信封" in press(heya, "propose_reset", account.pk, reason="已用过").content.decode()
    assert used not in heya.get(reverse("desk")).content.decode()
    assert waits in zhengzhi.get(reverse("desk")).content.decode()
    here = Proposal.objects.get()
    assert here.get_absolute_url() in zhengzhi.get(reverse("emergency")).content.decode()
    assert "装入单独的信封" in press(luoping, "second", here.pk).content.decode()
    for client in (heya, luoping, zhengzhi):
        assert "应急账号的密码已经用过" not in client.get(reverse("desk")).content.decode()
    assert "已封存，不能登录。" in zhengzhi.get(reverse("emergency")).content.decode()


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ({"verdict": "no_objection"}, "请勾选复查的事项，并选择结论。"),
        ({"acts": ["1" * 30], "verdict": "no_objection"}, "请勾选复查的事项，并选择结论。"),
        ({"acts": "ALL"}, "请勾选复查的事项，并选择结论。"),
        ({"acts": "ALL", "verdict": "objection", "words": "\u200b"}, "有异议的，请写明异议。"),
    ],
)
def test_a_review_that_says_too_little_is_asked_again(people, maonan, signed_in, clock, told, sentence):
    one_act(people, maonan)
    if told.get("acts") == "ALL":
        told = told | {"acts": [act.pk for act in EmergencyAct.objects.all()]}
    answer = press(signed_in(people["heya"]), "review_emergency", **told)
    assert (answer.status_code, EmergencyReview.objects.count()) == (400, 0)
    assert sentence in answer.content.decode()


def test_who_broke_the_seal_sees_the_acts_and_no_form(people, maonan, signed_in, clock):
    one_act(people, maonan)
    page = signed_in(people["zhengzhi"]).get(reverse("emergency")).content.decode()
    assert ("应急账号由您启封，须由他人复查。" in page, "登记复查结论" in page) == (True, False)
    acts = [act.pk for act in EmergencyAct.objects.all()]
    refused = press(signed_in(people["zhengzhi"]), "review_emergency", acts=acts, verdict="no_objection")
    assert (refused.status_code, EmergencyReview.objects.count()) == (409, 0)


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_asks_as_often_for_one_act_as_for_three(
    people, maonan, signed_in, clock, count, django_assert_num_queries
):
    account = one_act(people, maonan)
    for minute in range(1, count):
        one_line(people, maonan, account, minute)
    review(list(EmergencyAct.objects.all()), "no_objection", "", by=people["luoping"], at=cast.later(35))
    client = signed_in(people["heya"])
    client.get(reverse("emergency"))
    with django_assert_num_queries(QUERIES):
        client.get(reverse("emergency"))


QUERIES = 15


def one_act(people, maonan):
    account = opened(people)
    one_line(people, maonan, account, 0)
    return account


def one_line(people, maonan, account, minute):
    with transaction.atomic():
        at = cast.later(30 + minute)
        log.write("2023", "second", by=people["chenxiao"], seconded_by=account, at=at, on=maonan)
