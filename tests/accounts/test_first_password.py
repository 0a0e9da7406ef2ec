"""A password that somebody else set is changed before anything else is done."""

import pytest
from django.test import Client

from accounts.actions import seal_password
from accounts.halves import first_half, joined, second_half
from accounts.models import LogLine
from tests import cast

OWN = "lianzhi-xiangcun-8"


@pytest.fixture
def reset(people, heya) -> str:
    """林芳's new first password, as she joins it from the halves of 何雅 and 罗平."""
    first, kept = first_half()
    second, sealed = second_half(kept)
    seal_password(people["linfang"], sealed, by=heya, seconded_by=people["luoping"], at=cast.NOW)
    return joined(first, second)


@pytest.fixture
def linfang(reset) -> Client:
    client = Client()
    answer = client.post("/sign-in/", {"username": "linfang", "password": reset})
    assert answer.headers["Location"] == "/desk/"
    return client


@pytest.mark.parametrize("path", ["/desk/", "/desk/stages/", "/desk/accounts/", "/desk/log/"])
def test_every_page_leads_to_the_change_of_password(linfang, path):
    assert linfang.get(path).url == "/desk/password/"


def test_no_form_works_before_the_change(linfang, maonan):
    answer = linfang.post(f"/desk/stages/{maonan.pk}/schedule/", {"venue": "白石镇礼堂"})
    assert answer.url == "/desk/password/"
    assert not LogLine.objects.filter(action="schedule").exists()


def test_the_public_page_and_the_way_out_stay_open(linfang):
    assert linfang.get("/").status_code == 200
    assert linfang.get("/desk/password/").status_code == 200
    assert linfang.post("/sign-out/").url == "/sign-in/"


def test_after_the_change_linfang_works_on_without_signing_in_again(linfang, reset, people):
    answer = linfang.post("/desk/password/", {"old": reset, "new": OWN, "again": OWN})
    assert answer.url == "/desk/"
    assert linfang.get("/desk/").status_code == 200
    people["linfang"].refresh_from_db()
    assert people["linfang"].check_password(OWN)
    assert LogLine.objects.filter(action="choose_password", actor=people["linfang"]).count() == 1


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ({"old": "not this", "new": OWN, "again": OWN}, "现在的密码不正确"),
        ({"new": OWN, "again": OWN + "x"}, "两次输入的新密码不一致"),
        ({"new": "short-1", "again": "short-1"}, "10"),
        ({"new": "1234567890123", "again": "1234567890123"}, "不能全是数字"),
        ({"new": "password1234", "again": "password1234"}, "太常见"),
        ({"new": "", "again": ""}, "请填写这一项"),
    ],
)
def test_a_password_that_cannot_stand_is_refused_beside_its_field(linfang, reset, told, sentence):
    answer = linfang.post("/desk/password/", {"old": reset, **told})
    assert answer.status_code == 400
    assert sentence in str(answer.context["form"].errors)
    assert linfang.get("/desk/").url == "/desk/password/"


def test_the_first_password_cannot_be_kept(linfang, reset):
    answer = linfang.post("/desk/password/", {"old": reset, "new": reset, "again": reset})
    assert answer.status_code == 400
    assert "不能与现在的密码相同" in str(answer.context["form"].errors)
