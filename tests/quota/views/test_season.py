"""Opening a season over its page."""

import json
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from contest.models import Season, Stage
from quota.models import QuotaTable
from tests import cast
from tests.quota.test_decree import DECREE

pytestmark = pytest.mark.django_db

TITLE = json.loads(DECREE.read_text())["title"]
URL = "/desk/seasons/new/decree/"


@pytest.fixture
def office(heya, signed_in):
    return signed_in(heya)


def form_of(response) -> dict[str, str]:
    """What the page would send as it stands."""
    form, rows = response.context["form"], response.context["rows"]
    told = {}
    for name in form.fields:
        value = form.initial.get(name)
        told[name] = value.isoformat() if isinstance(value, date) else str(value) if value not in (None, False) else ""
    told |= {
        rows.add_prefix(None).replace("None", key): str(value) for key, value in rows.management_form.initial.items()
    }
    for row in rows:
        told |= {row.add_prefix(name): str(row.initial.get(name, "")) for name in row.fields}
    return {key: value for key, value in told.items() if value != ""}


def test_the_page_comes_filled_in_from_the_decree_and_one_button_opens_the_season(office):
    response = office.get(URL)
    assert response.status_code == 200
    answer = office.post(URL, form_of(response))
    assert answer.headers["Location"] == reverse("contest:season", args=["2023"])
    assert Stage.objects.count() == 8
    assert QuotaTable.objects.get().rows.count() == 7
    season = Season.objects.get()
    assert (season.code, season.is_rehearsal, season.theme) == ("2023", False, "赋能百千万 驻村话振兴")


def test_every_figure_can_be_corrected_before_it_is_opened(office):
    form = form_of(office.get(URL))
    form |= {"code": "2024", "is_rehearsal": "on", "reserves": "3", "districts-6-DELETE": "on"}
    form |= {"districts-0-headcount": "28", "stated_headcount": "209", "stated_seats": "19"}
    assert office.post(URL, form).status_code == 302
    table = QuotaTable.objects.get()
    assert (table.reserves, table.stated_headcount, table.stated_seats) == (3, 209, 19)
    assert table.rows.count() == 6
    assert table.rows.get(district__code="maonan").headcount == 28
    assert Season.objects.get().is_rehearsal


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"code": ""}, "请填写这一项"),
        ({"code": "portal"}, "这个代码留给系统使用"),
        ({"notice_date": "17.11.2023"}, "日期"),
        ({"districts-5-seats": "4"}, "滨海新区的名额 4 个多于人数 3 人。"),
        ({"districts-1-code": "maonan"}, "代码 maonan 用了两次。"),
        ({"districts-1-code": "电白"}, "以小写字母开头"),
        ({"base": "{}"}, "公文数据已损坏"),
        ({"base": "["}, "公文数据已损坏"),
        ({"districts-TOTAL_FORMS": "x"}, "请至少填写一个地区。"),
        ({"hosts": " "}, "请填写这一项"),
    ],
)
def test_what_does_not_fit_is_told_and_nothing_is_opened(wrong, told, office):
    response = office.post(URL, form_of(office.get(URL)) | wrong)
    assert response.status_code == 400
    assert told in response.content.decode()
    assert Season.objects.count() == 0


def test_a_code_that_is_taken_is_told(office):
    form = form_of(office.get(URL))
    assert office.post(URL, form).status_code == 302
    response = office.post(URL, form)
    assert response.status_code == 400
    assert Season.objects.count() == 1


def test_beside_a_season_of_that_title_and_code_both_are_left_to_be_written(office, season, heya):
    shown = office.get(URL).context["form"]
    assert (shown["title"].value(), shown["code"].value(), shown["theme"].value()) == (
        TITLE,
        "",
        "赋能百千万 驻村话振兴",
    )
    cast.rehearsal(heya, title=TITLE)
    shown = office.get(URL).context["form"]
    assert (shown["title"].value(), shown["code"].value(), shown["theme"].value()) == ("", "", "赋能百千万 驻村话振兴")


def test_another_decrees_file_fills_the_form_in_and_writes_nothing(office):
    decree = json.loads(DECREE.read_text()) | {"title": "二〇二四年活动", "notice_date": "2024-10-08"}
    file = SimpleUploadedFile("decree-2024.json", json.dumps(decree).encode())
    response = office.post(reverse("quota:read_decree"), {"file": file})
    assert response.status_code == 200
    assert (response.context["form"]["title"].value(), response.context["form"]["code"].value()) == (
        "二〇二四年活动",
        "2024",
    )
    assert Season.objects.count() == 0


@pytest.mark.parametrize("data", [b"not a decree", b"{}", b"\xff\xfe", b" " * 300_000])
def test_a_file_that_is_no_decree_is_refused_beside_its_field(data, office):
    response = office.post(reverse("quota:read_decree"), {"file": SimpleUploadedFile("x.json", data)})
    assert response.status_code == 400
    assert response.context["upload"].errors["file"]


def test_only_the_municipal_office_opens_seasons(people, signed_in):
    for who in ("chenxiao", "zhengzhi"):
        client = signed_in(people[who])
        assert client.get(URL).status_code == 403
        assert client.post(URL, {}).status_code == 403
        assert client.post(reverse("quota:read_decree"), {}).status_code == 403
