"""Ending a session, or the right to one, works at once: an old cookie opens nothing (promise P17)."""

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from accounts.actions import change_grants, choose_password, seal_password, set_active
from accounts.halves import first_half, second_half
from accounts.models import User
from accounts.roles import Role
from tests import cast

ENDED = "/sign-in/?next=/desk/&ended=1"


@pytest.fixture
def chenxiao(people) -> Client:
    client = Client()
    client.post("/sign-in/", {"username": "chenxiao", "password": cast.PASSWORD})
    assert client.get("/desk/").status_code == 200
    return client


def replay(client: Client) -> Client:
    """Another browser with a copy of the cookie."""
    thief = Client()
    thief.cookies["sessionid"] = client.cookies["sessionid"].value
    return thief


def test_a_copied_cookie_works_until_something_ends_the_session(chenxiao):
    assert replay(chenxiao).get("/desk/").status_code == 200


def test_a_cookie_from_before_signing_out_opens_nothing(chenxiao):
    thief = replay(chenxiao)
    chenxiao.post("/sign-out/")
    assert thief.get("/desk/").url == ENDED


def test_closing_an_account_ends_its_sessions_at_once(chenxiao, people, heya):
    set_active(people["chenxiao"], False, by=heya, at=cast.NOW)
    assert replay(chenxiao).get("/desk/").url == ENDED
    assert not Session.objects.exists()


def test_an_account_opened_again_does_not_revive_the_old_cookie(chenxiao, people, heya):
    set_active(people["chenxiao"], False, by=heya, at=cast.NOW)
    set_active(people["chenxiao"], True, by=heya, seconded_by=people["luoping"], at=cast.later(1))
    assert replay(chenxiao).get("/desk/").url == ENDED


def test_closing_one_account_leaves_the_colleagues_signed_in(chenxiao, people, heya):
    set_active(people["linfang"], False, by=heya, at=cast.NOW)
    assert chenxiao.get("/desk/").status_code == 200


def test_a_reset_password_ends_the_sessions(chenxiao, people, heya):
    _second, sealed = second_half(first_half()[1])
    seal_password(people["chenxiao"], sealed, by=heya, seconded_by=people["luoping"], at=cast.NOW)
    assert replay(chenxiao).get("/desk/").url == ENDED


def test_a_new_own_password_ends_the_sessions_elsewhere(chenxiao, people):
    thief = replay(chenxiao)
    choose_password(people["chenxiao"], "lianzhi-xiangcun-8", at=cast.NOW)
    assert thief.get("/desk/").url == ENDED


def test_a_grant_taken_away_is_gone_at_the_next_page(chenxiao, people, heya, maonan, dianbai):
    assert chenxiao.get(f"/desk/stages/{maonan.pk}/schedule/").status_code == 200
    moved, office = [(Role.ORGANIZER, dianbai.district)], {"by": heya, "seconded_by": people["luoping"]}
    change_grants(people["chenxiao"], moved, name="陈晓", **office, at=cast.NOW)
    assert chenxiao.get(f"/desk/stages/{maonan.pk}/schedule/").status_code == 404


def test_whose_session_ended_is_told_so_and_a_stranger_is_not(chenxiao, people, heya):
    set_active(people["chenxiao"], False, by=heya, at=cast.NOW)
    thief = replay(chenxiao)
    pages = [browser.get("/desk/", follow=True).content.decode() for browser in (chenxiao, Client())]
    assert ["您已退出登录" in page for page in pages] == [True, False]
    assert thief.post("/desk/accounts/new/").url == "/sign-in/?ended=1"


def test_an_account_closed_beside_the_pages_is_told_so_too(chenxiao, people):
    User.objects.filter(pk=people["chenxiao"].pk).update(is_active=False)
    assert chenxiao.get("/desk/").url == ENDED
    assert Session.objects.exists()
