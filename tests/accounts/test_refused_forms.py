"""A form whose token is out of date: 何雅 signed in anew in another window while she wrote a reason."""

import pytest
from django.test import Client

from accounts.hooks import CARRIED
from accounts.models import LogLine

pytestmark = pytest.mark.django_db

PAGE = "http://testserver/desk/accounts/new/"
TYPED = {
    "username": "liukai",
    "name": "刘凯",
    "reason": "县区新来的操作员，\n电话里说定",
    "password": "gehem-123",
    "new": "gehem-456",
    "once_key": "a-key-of-the-page",
    "shown": "what-it-showed",
    CARRIED: "the-season-of-the-page",
    "csrfmiddlewaretoken": "an-old-token",
}


@pytest.fixture
def browser(heya):
    client = Client(enforce_csrf_checks=True)
    client.force_login(heya, backend="django.contrib.auth.backends.ModelBackend")
    return client


def refused(browser, **headers) -> str:
    before = LogLine.objects.count()
    answer = browser.post("/desk/accounts/new/", TYPED, **headers)
    assert (answer.status_code, LogLine.objects.count()) == (403, before)
    return answer.content.decode()


def test_what_she_typed_stands_on_the_page_to_be_copied_and_no_password_does(browser):
    told = refused(browser, HTTP_REFERER=PAGE)
    assert [each for each in ("liukai", "刘凯", "县区新来的操作员，\n电话里说定") if each not in told] == []
    secret = [TYPED[name] for name in ("password", "new", "once_key", "shown", CARRIED, "csrfmiddlewaretoken")]
    assert [each for each in secret if each in told] == []


def test_the_advice_empties_no_form_and_opens_the_page_beside_it(browser):
    told = refused(browser, HTTP_REFERER=PAGE)
    assert ("后退" in told, "不要刷新" in told, "并刷新" in told) == (True, True, False)
    assert '<a href="/desk/accounts/new/" target="_blank" rel="noopener">在新窗口打开原来的页面</a>' in told


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"HTTP_REFERER": "http://evil.example/desk/accounts/new/"},
        {"HTTP_REFERER": PAGE, "HTTP_ORIGIN": "http://evil.example"},
        {"HTTP_REFERER": PAGE, "HTTP_ORIGIN": "null"},
    ],
)
def test_words_of_another_site_do_not_stand_on_a_page_of_ours(browser, headers):
    told = refused(browser, **headers)
    assert ("刘凯" in told, "在新窗口打开原来的页面" in told, "没有写入任何数据" in told) == (False, False, True)


def test_what_was_typed_is_shown_and_never_run(browser):
    answer = browser.post("/desk/accounts/new/", {"reason": "<img src=x onerror=alert(1)>"}, HTTP_REFERER=PAGE)
    assert "&lt;img src=x onerror=alert(1)&gt;" in answer.content.decode()


def test_a_body_that_is_none_is_answered_all_the_same(browser):
    raw = {"data": b"--x\r\nbroken", "content_type": "multipart/form-data; boundary=x", "HTTP_REFERER": PAGE}
    assert browser.post("/desk/accounts/new/", **raw).status_code == 403
