"""The desk's list of certificates: found by name or number, narrowed, and handed over as a file."""

import io

import pytest
from openpyxl import load_workbook

from accounts.actions import open_account
from accounts.roles import Role
from certificates.actions.batch import discard
from certificates.actions.ending import revoke
from certificates.models import Certificate
from registry.models import District
from tests import cast
from tests.certificates.closed import asked, released

pytestmark = pytest.mark.django_db

URL, EXPORT = "/desk/certificates/", "/desk/certificates/export/"


@pytest.fixture
def certificates(people, maonan) -> list[Certificate]:
    """茂南区's five, released."""
    return released(maonan, 5, organizer=people["chenxiao"], office=people["heya"])


@pytest.fixture
def neighbours(people, dianbai) -> list[Certificate]:
    """电白区's two, wanted."""
    batch = asked(dianbai, 2, organizer=people["huangqiang"], office=people["heya"])
    return list(batch.certificates.in_order())


def names(answer) -> list[str]:
    return [row.facts["name"] for row in answer.context["rows"]]


@pytest.fixture
def office(people, signed_in):
    return signed_in(people["heya"])


def test_the_office_sees_all_and_an_organizer_the_own_district(certificates, neighbours, people, office, signed_in):
    ours, theirs = [each.name for each in certificates], [each.name for each in neighbours]
    assert (len(ours), len(theirs)) == (5, 2)
    assert sorted(names(office.get(URL))) == sorted(ours + theirs)
    assert names(signed_in(people["chenxiao"]).get(URL)) == ours
    assert names(signed_in(people["huangqiang"]).get(URL)) == theirs
    assert names(signed_in(people["xiening"]).get(URL)) == []


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "王䶮"}, ["王䶮"]),
        ({"q": "茂南初一"}, ["陈志远"]),
        ({"q": "%"}, []),
        ({"tier": "second"}, ["梁秀英", "王䶮", "梁秀英"]),
        ({"tier": "nothing"}, []),
        ({"district": "maonan", "tier": "first"}, ["陈志远"]),
        ({"standing": "revoked"}, ["王䶮"]),
        ({"standing": "valid", "tier": "second"}, ["梁秀英"]),
        ({"standing": "held_back"}, ["陈志远", "梁秀英"]),
        ({"standing": "held_back", "district": "maonan"}, []),
        ({"standing": "replaced"}, []),
    ],
)
def test_it_is_narrowed_to_what_is_asked_for(certificates, neighbours, office, people, query, found):
    wang = next(each for each in certificates if each.name == "王䶮")
    revoke(wang, reason="误发：x", by=people["heya"], seconded_by=people["luoping"], at=cast.later(60))
    assert names(office.get(URL, query)) == found


def test_a_stage_is_asked_for_by_its_number(certificates, neighbours, office, maonan, dianbai):
    assert len(names(office.get(URL, {"stage": maonan.pk}))) == 5
    assert len(names(office.get(URL, {"stage": dianbai.pk}))) == 2


@pytest.mark.parametrize("odd", [{"stage": "9" * 30}, {"stage": "²"}, {"standing": "x"}, {"standing": "discarded"}])
def test_what_no_list_offers_asks_for_nothing_special(certificates, office, odd):
    assert len(names(office.get(URL, odd))) == 5


def test_what_was_given_up_is_not_listed(neighbours, office, people):
    discard(neighbours[0].batch, reason="样式选错", by=people["heya"], at=cast.later(1))
    assert "还没有证书" in office.get(URL).content.decode()


def test_one_certificate_and_three_cost_the_same(people, maonan, office, django_assert_num_queries):
    released(maonan, 1, organizer=people["chenxiao"], office=people["heya"])
    office.get(URL)
    with django_assert_num_queries(10):
        assert len(names(office.get(URL))) == 1


def test_three_certificates_cost_no_more(people, maonan, office, django_assert_num_queries):
    released(maonan, 3, organizer=people["chenxiao"], office=people["heya"])
    office.get(URL)
    with django_assert_num_queries(10):
        assert len(names(office.get(URL))) == 3


def test_the_file_holds_what_the_page_shows(certificates, neighbours, office):
    answer = office.get(EXPORT, {"tier": "second", "district": "maonan"})
    sheet = load_workbook(io.BytesIO(answer.content)).active
    rows = list(sheet.iter_rows(min_row=2, values_only=True))
    assert [row[0] for row in rows] == [
        "编号",
        *(each.serial for each in certificates if each.facts["tier"] == "二等奖"),
    ]
    told = dict(zip(rows[0], rows[1], strict=True))
    assert (told["姓名"], told["地区"], told["效力"]) == ("梁秀英", "茂南区", "有效")
    assert told["SHA-256"] == certificates[1].sha256


def test_whoever_may_see_no_certificate_sees_no_list(people, signed_in):
    operator = open_account(
        username="liukai",
        name="刘凯",
        password=cast.PASSWORD,
        grants=[(Role.OPERATOR, District.objects.get(code="maonan"))],
        must_change_password=False,
        by=people["heya"],
        at=cast.NOW,
    )
    for url in (URL, EXPORT):
        assert signed_in(operator).get(url).status_code == 403
