"""WeChat's own browser on a phone keeps no file: it is told where the address can be opened, and nobody else is."""

from typing import Any

import pytest
from django.http import FileResponse, HttpResponse
from django.test import RequestFactory

from accounts.middleware import OpenInBrowser
from tests.materials.handing import collecting

PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148"
ANDROID = "Mozilla/5.0 (Linux; Android 13; V2055A) AppleWebKit/537.36 Version/4.0 Chrome/116 Mobile Safari/537.36"
WINDOWS = "Mozilla/5.0 (Windows NT 10.0; WOW64) AppleWebKit/537.36 Chrome/116 Safari/537.36"
WECHAT = " MicroMessenger/8.0.42"
HINT = "在浏览器中打开"


def answered(agent: str, answer: Any, method: str = "get") -> Any:
    request = getattr(RequestFactory(), method)("/desk/x/?a=1", headers={"User-Agent": agent})
    return OpenInBrowser(lambda _request: answer)(request)


def file(**headers: str) -> HttpResponse:
    told = {"Content-Disposition": "attachment; filename=a.zip", **{k.replace("_", "-"): v for k, v in headers.items()}}
    return HttpResponse(b"PK", headers=told)


@pytest.mark.parametrize(
    "agent",
    [
        PHONE + WECHAT,
        ANDROID + WECHAT + " MMWEBID/1",
        ANDROID + " wxwork/4.1" + WECHAT,
        "Mozilla/5.0 (iPad; CPU OS 16_0)" + WECHAT,
        "Mozilla/5.0 (Phone; HarmonyOS 5.0)" + WECHAT,
    ],
)
def test_in_wechat_on_a_phone_a_file_becomes_a_hint_with_its_address(agent):
    page = answered(agent, file()).content.decode()
    assert (HINT in page, "http://testserver/desk/x/?a=1" in page) == (True, True)


@pytest.mark.parametrize("agent", [PHONE, ANDROID, WINDOWS, WINDOWS + WECHAT + " WindowsWechat", ""])
def test_every_other_browser_gets_the_file(agent):
    answer = file()
    assert answered(agent, answer) is answer


@pytest.mark.parametrize(
    "answer",
    [
        HttpResponse("page"),
        HttpResponse(b"%PDF", headers={"Content-Disposition": "inline; filename=a.pdf"}),
        HttpResponse("no", status=404, headers={"Content-Disposition": "attachment; filename=a.pdf"}),
    ],
)
def test_what_is_only_shown_stays_as_it_is(answer):
    assert answered(ANDROID + WECHAT, answer) is answer


def test_a_picture_within_a_page_stays_a_picture():
    answer = file()
    told = {"User-Agent": ANDROID + WECHAT, "Accept": "image/avif,image/webp,*/*"}
    assert OpenInBrowser(lambda _request: answer)(RequestFactory().get("/x/", headers=told)) is answer


def test_what_is_sent_and_what_is_only_asked_about_stays_as_it_is():
    for method in ("post", "head"):
        answer = file()
        assert answered(ANDROID + WECHAT, answer, method) is answer


@pytest.mark.django_db
def test_a_file_that_was_opened_for_the_answer_is_closed_with_the_page(tmp_path):
    path = tmp_path / "a.zip"
    path.write_bytes(b"PK")
    opened = path.open("rb")
    page = answered(PHONE + WECHAT, FileResponse(opened, as_attachment=True))
    assert opened.closed is False
    page.close()
    assert opened.closed


def test_chenxiaos_export_is_the_first_to_say_so(maonan, people, signed_in):
    collecting(maonan, by=people["chenxiao"])
    path = f"/desk/stages/{maonan.pk}/materials/export/"
    told = {"User-Agent": ANDROID + WECHAT}
    shown, given = signed_in(people["chenxiao"]).get(path, headers=told), signed_in(people["chenxiao"]).get(path)
    assert (HINT in shown.content.decode(), shown["Content-Type"]) == (True, "text/html; charset=utf-8")
    assert given["Content-Disposition"].startswith("attachment")
