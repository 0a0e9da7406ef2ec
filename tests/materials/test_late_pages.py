"""After the deadline 陈晓 lets 陈志远 in with a code that is shown once and used once."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from contest.models.stage import State
from materials.actions import late
from materials.models import LateCode
from tests import cast


@pytest.fixture
def chenxiao(people, signed_in):
    return signed_in(people["chenxiao"])


@pytest.fixture
def closed(entry):
    """Everything is collected; only a code lets anybody in."""
    entry.stage = cast.put(entry.stage, State.READY)
    return entry


def path(entry) -> str:
    return f"/desk/entries/{entry.pk}/late/"


def form(hours=2, **more):
    then = timezone.localtime(timezone.now() + timedelta(hours=hours))
    return {"reason": "停电", "expires_on": then.strftime("%Y-%m-%d"), "expires_time": then.strftime("%H:%M"), **more}


def given_code(client, entry, **told) -> str:
    text = client.post(path(entry), form(**told)).content.decode()
    return re.findall(r'id="late-code" data-copy>([^<]+)<', text)[0]


def redeem(client, entry, code):
    return client.post(f"{path(entry)}redeem/", {"code": code})


def test_the_code_is_shown_once_and_kept_as_a_digest(chenxiao, closed):
    code = given_code(chenxiao, closed)
    assert re.fullmatch(r"[A-Z2-9]{4}-[A-Z2-9]{4}", code)
    text = chenxiao.get(path(closed)).content.decode()
    assert (code in text, "停电" in text, "未使用" in text) == (False, True, True)
    assert code.replace("-", "") not in LateCode.objects.get().code_hash


def test_a_form_sent_twice_gives_one_code(chenxiao, closed):
    codes = [chenxiao.post(path(closed), form(once_key="k")).status_code for _time in range(2)]
    assert (codes, LateCode.objects.count()) == ([200, 409], 1)


@pytest.mark.parametrize("typed", ["{}", "  {} ", "{}".lower(), "a b"])
def test_zhiyuan_types_it_as_people_type(chenxiao, client, closed, typed):
    code = given_code(chenxiao, closed)
    spoken = f" {code[:2].lower()} {code[2:]} " if typed == "a b" else typed.format(code)
    answer = redeem(client, closed, spoken)
    assert answer.url == f"/desk/entries/{closed.pk}/materials/"
    assert "使用中" in chenxiao.get(path(closed)).content.decode()
    assert "data-upload " in client.get(answer.url).content.decode()


@pytest.mark.parametrize("typed", ["", "----", "AAAA-AAAA", "x" * 65, "补交码"])
def test_a_wrong_code_opens_nothing_and_says_what_to_do(chenxiao, client, closed, typed):
    given_code(chenxiao, closed)
    answer = redeem(client, closed, typed)
    assert (answer.status_code, LateCode.objects.get().redeemed_at) == (400, None)
    assert "补交码" in answer.content.decode()


def test_a_code_is_used_once_and_not_after_its_end(chenxiao, client, closed):
    code = given_code(chenxiao, closed)
    assert redeem(client, closed, code).status_code == 302
    assert redeem(client, closed, code).status_code == 400
    second = given_code(chenxiao, closed)
    past = timezone.now() - timedelta(hours=1)
    LateCode.objects.filter(redeemed_at=None).update(given_at=past - timedelta(hours=1), expires_at=past)
    assert redeem(client, closed, second).status_code == 400
    assert "已失效" in chenxiao.get(path(closed)).content.decode()


def test_a_code_that_was_taken_back_opens_nothing(chenxiao, client, closed):
    code = given_code(chenxiao, closed)
    here = f"/desk/late-codes/{LateCode.objects.get().pk}/withdraw/"
    assert chenxiao.post(here).url == path(closed)
    assert redeem(client, closed, code).status_code == 400
    assert "已收回" in chenxiao.get(path(closed)).content.decode()
    assert "这个补交码已经收回。" in chenxiao.post(here, follow=True).content.decode()


@pytest.mark.parametrize("told", [{"hours": -1}, {"reason": ""}, {"expires_on": ""}, {"expires_time": "25:00"}])
def test_a_code_needs_a_reason_and_an_end(chenxiao, closed, told):
    answer = chenxiao.post(path(closed), form(**told))
    assert (answer.status_code, LateCode.objects.count()) == (400, 0)


def test_once_the_scoring_has_begun_nobody_is_let_in(chenxiao, closed):
    cast.put(closed.stage, State.SCORING)
    assert "现在不能发放补交码。" in chenxiao.get(path(closed)).content.decode()
    assert (chenxiao.post(path(closed), form()).status_code, LateCode.objects.count()) == (400, 0)


def test_who_may_upload_anyway_is_told_so(client, entry):
    assert "不用补交码" in client.get(f"{path(entry)}redeem/").content.decode()


def test_nobody_else_gives_takes_back_or_uses_one(chenxiao, closed, people, signed_in, client):
    code = given_code(chenxiao, closed)
    here = f"/desk/late-codes/{LateCode.objects.get().pk}/withdraw/"
    for each in (client, signed_in(people["huangqiang"]), signed_in(people["zhengzhi"])):
        assert (each.post(path(closed), form()).status_code, each.post(here).status_code) == (404, 404)
    for who in ("chenxiao", "huangqiang", "zhengzhi", "heya"):
        assert redeem(signed_in(people[who]), closed, code).status_code == 404
    assert (LateCode.objects.count(), LateCode.objects.get().redeemed_at) == (1, None)


def test_the_code_of_another_entrant_opens_nothing(chenxiao, client, entries, closed, people):
    _given, code = late.give_late_code(
        entries[1],
        reason="停电",
        expires_at=timezone.now() + timedelta(hours=1),
        by=people["chenxiao"],
        at=timezone.now(),
    )
    assert redeem(client, closed, code).status_code == 400
