"""Whoever reads English has the portal in English; names and titles stay as they are (DESIGN section 3)."""

import re

import pytest
from django.test import Client
from django.utils.html import strip_tags

pytestmark = pytest.mark.django_db

CHINESE = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]+")


def chinese(answer) -> set[str]:
    """The Chinese words on a page, its attributes included."""
    return set(CHINESE.findall(answer.content.decode()))


def test_a_visitor_with_an_english_browser_signs_in_in_english():
    answer = Client().get("/sign-in/", headers={"accept-language": "en-GB,en;q=0.9"})
    assert '<html lang="en">' in answer.content.decode()
    assert chinese(answer) == {"简体中文"}


def test_heya_finds_an_english_desk_with_the_names_of_people_and_places(signed_in, people, maonan):
    answer = signed_in(people["heya"]).get("/desk/", headers={"accept-language": "en"})
    assert "To do" in strip_tags(answer.content.decode())
    assert "Hello, 何雅" in answer.content.decode()
    title = {"赋能百千万", "驻村话振兴（", "）"}
    assert chinese(answer) == {"简体中文", "何雅", "茂南区", "电白区", "滨海新区"} | title


def test_a_visitor_chooses_english_and_keeps_it():
    visitor = Client(headers={"accept-language": "zh-CN"})
    answer = visitor.post("/language/", {"language": "en", "next": "/sign-in/?next=/desk/"})
    assert (answer.status_code, answer["Location"]) == (302, "/sign-in/?next=/desk/")
    assert '<html lang="en">' in visitor.get("/sign-in/").content.decode()
    visitor.post("/language/", {"language": "zh-hans", "next": "/"})
    assert '<html lang="zh-hans">' in visitor.get("/sign-in/").content.decode()


def test_each_page_offers_the_other_language_by_its_own_name(signed_in, heya):
    english = '<button type="submit" name="language" value="en" lang="en">English</button>'
    chinese = '<button type="submit" name="language" value="zh-hans" lang="zh-hans">简体中文</button>'
    for client, path in ((Client(), "/"), (signed_in(heya), "/desk/")):
        shown = [client.get(path, headers={"accept-language": told}).content.decode() for told in ("zh-CN", "en")]
        assert [(english in page, chinese in page) for page in shown] == [(True, False), (False, True)]


def test_the_way_back_leads_nowhere_else():
    answer = Client().post("/language/", {"language": "en", "next": "https://evil.example/"})
    assert answer["Location"] == "/"


def test_a_language_nobody_translated_changes_nothing():
    visitor = Client(headers={"accept-language": "zh-CN"})
    for told in ("xx", "zh-hant", "../en", "", "e\u200bn"):
        assert visitor.post("/language/", {"language": told, "next": "/"}).status_code == 302
    assert visitor.post("/language/", {"language": "e\0n", "next": "/"}).status_code == 400
    assert '<html lang="zh-hans">' in visitor.get("/").content.decode()


def test_the_language_is_sent_as_a_form():
    assert Client().get("/language/?language=en").status_code == 405


def test_xiening_may_choose_it_before_choosing_a_password(signed_in, people):
    xiening = people["xiening"]
    xiening.must_change_password = True
    xiening.save()
    answer = signed_in(xiening).post("/language/", {"language": "en", "next": "/desk/password/"})
    assert answer["Location"] == "/desk/password/"


def test_an_answer_to_a_form_offers_no_other_language_so_that_nothing_typed_is_lost():
    answer = Client().post("/sign-in/", {"username": "chenxiao", "password": ""})
    assert answer.status_code == 400
    assert 'name="language"' not in answer.content.decode()
