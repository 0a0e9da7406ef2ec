"""Every answer tells the browser what it may not do, whatever its status (promise P21)."""

import pytest
from django.test import Client

from accounts import desk
from tests import cast


@pytest.fixture
def answers(people, maonan, signed_in, monkeypatch):
    """One answer of each status that the portal gives, by what was asked."""
    chenxiao, heya, visitor = signed_in(people["chenxiao"]), signed_in(people["heya"]), Client()
    strict = Client(enforce_csrf_checks=True)
    found = {
        "200 to a visitor": visitor.get("/"),
        "200 signed in": chenxiao.get("/desk/password/"),
        "302 to a visitor": visitor.get("/desk/"),
        "302 signed in": heya.post(f"/desk/accounts/{people['linfang'].pk}/active/", {"active": "0"}),
        "301 without the slash": visitor.get("/desk"),
        "400 wrong password": visitor.post("/sign-in/", {"username": "chenxiao", "password": "x"}),
        "400 strange host": visitor.get("/", headers={"host": "evil.example"}),
        "400 signed in": heya.post(f"/desk/accounts/{people['wumin'].pk}/active/"),
        "403 signed in": chenxiao.get("/desk/accounts/"),
        "403 no token": strict.post("/sign-in/", {}),
        "404 to a visitor": visitor.get("/no-such-page/"),
        "404 signed in": heya.get("/desk/accounts/999/"),
        "405 signed in": heya.get("/desk/log/check/"),
        "409 signed in": heya.post(f"/desk/accounts/{people['heya'].pk}/password/"),
    }
    for number in range(9):
        found["429 to a visitor"] = visitor.post("/sign-in/", {"username": "linfang", "password": f"x{number}"})
    monkeypatch.setattr(desk, "_sources", [lambda user: 1 / 0])
    chenxiao.raise_request_exception = False
    found["500 signed in"] = chenxiao.get("/desk/")
    return found


def test_each_answer_has_the_status_it_is_listed_for(answers):
    answers.pop("200 signed in")
    assert {asked: answer.status_code for asked, answer in answers.items()} == {
        asked: int(asked[:3]) for asked in answers
    }


def test_no_answer_lacks_a_header(answers):
    wanted = {
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
    }
    lacking = {
        (asked, name): answer.headers.get(name)
        for asked, answer in answers.items()
        for name, value in wanted.items()
        if answer.headers.get(name) != value
    }
    assert lacking == {}


def test_no_answer_lets_a_page_run_what_is_written_inside_it(answers):
    expected = {
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "media-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    }
    told = {
        asked: {part.strip() for part in answer.headers.get("Content-Security-Policy", "").split(";")}
        for asked, answer in answers.items()
    }
    assert told == dict.fromkeys(answers, expected)


def test_what_a_signed_in_person_saw_is_kept_nowhere(answers):
    private = [asked for asked in answers if asked.endswith("signed in")]
    assert len(private) == 8
    told = {asked: answers[asked].headers.get("Cache-Control") for asked in private}
    assert told == dict.fromkeys(private, "no-store, private")


def test_the_sign_in_page_is_kept_nowhere_either(answers):
    assert "no-store" in Client().get("/sign-in/").headers.get("Cache-Control", "")


def test_the_session_cookie_is_out_of_reach_of_scripts_and_of_other_sites(people):
    client = Client()
    client.post("/sign-in/", {"username": "chenxiao", "password": cast.PASSWORD})
    for name in ("sessionid", "csrftoken"):
        cookie = client.cookies[name]
        assert (bool(cookie["httponly"]), cookie["samesite"]) == (True, "Lax")
