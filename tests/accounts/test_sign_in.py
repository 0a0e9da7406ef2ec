"""Signing in and out, and where one is led afterwards."""

import pytest
from django.test import Client
from django.utils import timezone

from accounts.actions import set_active
from accounts.models import AccessLine, SignInCount
from tests import cast

WRONG = "用户名或密码不正确"
HALL, OFFICE = "10.8.0.7", "10.9.0.1"


def sign_in(client, username, password=cast.PASSWORD, **extra):
    return client.post("/sign-in/", {"username": username, "password": password, **extra})


def noted():
    """What the access log says, oldest first."""
    return list(AccessLine.objects.order_by("pk").values_list("kind", "user__username"))


def is_signed_in(client):
    return client.get("/desk/").status_code == 200


def test_chenxiao_signs_in_and_comes_to_the_desk(people):
    client = Client()
    answer = sign_in(client, "chenxiao")
    assert (answer.status_code, answer.url) == (302, "/desk/")
    assert "陈晓，您好" in client.get("/desk/").content.decode()
    assert noted() == [("signed_in", "chenxiao")]
    client.post("/sign-out/")
    client.post("/sign-out/")
    assert noted() == [("signed_in", "chenxiao"), ("signed_out", "chenxiao")]


def test_a_wrong_password_is_told_and_nothing_is_signed_in(people):
    client = Client()
    answer = sign_in(client, "chenxiao", "not-her-password")
    assert answer.status_code == 400
    assert WRONG in answer.content.decode()
    assert not is_signed_in(client)
    assert noted() == [("failed", "chenxiao")]


def test_an_unknown_name_gets_the_same_answer_as_a_wrong_password(people):
    known, unknown = (sign_in(Client(), name, "not-the-password") for name in ("chenxiao", "nobody"))
    assert (known.status_code, unknown.status_code) == (400, 400)
    assert known.context["form"].errors == unknown.context["form"].errors
    assert noted() == [("failed", "chenxiao"), ("failed", None)]


def test_a_name_longer_than_any_gets_the_same_answer(people):
    answer = sign_in(Client(), "x" * 70_000)
    assert answer.status_code == 400
    assert WRONG in answer.content.decode()


def test_a_closed_account_gets_the_same_answer_too(people, heya):
    set_active(people["chenxiao"], False, by=heya, at=cast.NOW)
    answer = sign_in(Client(), "chenxiao")
    assert answer.status_code == 400
    assert WRONG in answer.content.decode()


def test_whoever_is_signed_in_is_not_asked_again(people, signed_in):
    answer = signed_in(people["chenxiao"]).get("/sign-in/")
    assert (answer.status_code, answer.url) == (302, "/desk/")


def test_signing_in_changes_the_session_key(people):
    client = Client()
    client.session.save()
    before = client.session.session_key
    client.cookies["sessionid"] = before
    sign_in(client, "chenxiao")
    assert client.cookies["sessionid"].value != before


def test_signing_out_ends_the_session(people, signed_in):
    client = signed_in(people["chenxiao"])
    answer = client.post("/sign-out/")
    assert (answer.status_code, answer.url) == (302, "/sign-in/")
    assert not is_signed_in(client)


def test_signing_out_twice_is_no_detour(people):
    assert Client().post("/sign-out/").url == "/sign-in/"


def test_a_link_signs_nobody_out(people, signed_in):
    client = signed_in(people["chenxiao"])
    assert client.get("/sign-out/").status_code == 405
    assert is_signed_in(client)


def test_whoever_asked_for_a_page_comes_to_it_after_signing_in(people, maonan):
    client = Client()
    asked = client.get(f"/desk/stages/{maonan.pk}/entries/?q=%E9%99%88")
    form = client.get(asked.url)
    answer = sign_in(client, "chenxiao", next=form.context["next"])
    assert answer.url == f"/desk/stages/{maonan.pk}/entries/?q=%E9%99%88"


def test_whoever_sent_a_form_too_late_comes_to_the_desk_and_not_to_a_page_that_only_takes_forms(people, maonan):
    answer = Client().post(f"/desk/stages/{maonan.pk}/draw/commit/")
    assert (answer.status_code, answer.url) == (302, "/sign-in/")


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "http://evil.example",
        "//evil.example/",
        "///evil.example/",
        "////evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "\\/evil.example",
        "https:///evil.example",
        "https:evil.example",
        "http:\\\\evil.example",
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "ftp://testserver/desk/",
        "\t//evil.example",
        " //evil.example",
        "/\t/evil.example",
        "https://testserver@evil.example/",
        "https://evil.example#testserver",
        "http://[::1",
        "desk",
        "account",
        "contest:stages",
        "",
    ],
)
def test_signing_in_never_leads_elsewhere(people, elsewhere):
    assert sign_in(Client(), "chenxiao", next=elsewhere).url == "/desk/"


def test_a_nul_in_the_way_back_signs_nobody_in(people):
    client = Client()
    assert sign_in(client, "chenxiao", next="\x00//evil.example").status_code == 400
    assert not is_signed_in(client)


def test_eight_wrong_passwords_lock_this_name_at_this_address(people):
    client = Client(REMOTE_ADDR=HALL)
    answers = [sign_in(client, "chenxiao", f"wrong-{number}").status_code for number in range(8)]
    assert answers == [400] * 7 + [429]
    assert noted() == [("failed", "chenxiao")] * 7 + [("locked", "chenxiao")]
    answer = sign_in(client, "chenxiao")
    assert answer.status_code == 429
    assert "登录暂时锁定" in answer.content.decode()


def test_a_colleague_in_the_same_hall_signs_in_while_chenxiao_is_locked(people):
    for number in range(9):
        sign_in(Client(REMOTE_ADDR=HALL), "chenxiao", f"wrong-{number}")
    assert sign_in(Client(REMOTE_ADDR=HALL), "linfang").status_code == 302


def test_chenxiao_signs_in_at_the_office_while_her_name_is_locked_in_the_hall(people):
    for number in range(9):
        sign_in(Client(REMOTE_ADDR=HALL), "chenxiao", f"wrong-{number}")
    assert sign_in(Client(REMOTE_ADDR=HALL), "chenxiao").status_code == 429
    assert sign_in(Client(REMOTE_ADDR=OFFICE), "chenxiao").status_code == 302


def test_an_invented_address_in_a_header_does_not_open_the_lock(people):
    for number in range(9):
        sign_in(Client(REMOTE_ADDR=HALL), "chenxiao", f"wrong-{number}")
    pretending = Client(REMOTE_ADDR=HALL, HTTP_X_FORWARDED_FOR="10.9.9.9", HTTP_X_REAL_IP="10.9.9.9")
    assert sign_in(pretending, "chenxiao").status_code == 429


def test_another_browser_does_not_open_the_lock(people):
    for number in range(9):
        sign_in(Client(REMOTE_ADDR=HALL, HTTP_USER_AGENT=f"browser {number}"), "chenxiao", f"wrong-{number}")
    assert sign_in(Client(REMOTE_ADDR=HALL, HTTP_USER_AGENT="another"), "chenxiao").status_code == 429


def test_a_quarter_of_an_hour_later_chenxiao_may_try_again(people):
    for number in range(9):
        sign_in(Client(REMOTE_ADDR=HALL), "chenxiao", f"wrong-{number}")
    SignInCount.objects.update(until=timezone.now())
    assert sign_in(Client(REMOTE_ADDR=HALL), "chenxiao").status_code == 302


def test_the_right_password_forgets_the_wrong_ones(people):
    client = Client(REMOTE_ADDR=HALL)
    for _round in range(2):
        for number in range(7):
            sign_in(client, "chenxiao", f"wrong-{number}")
        assert sign_in(client, "chenxiao").status_code == 302
        client.post("/sign-out/")
