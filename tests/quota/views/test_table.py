"""The quota page: the decree's table, its self-check, the calculator, the form."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from accounts.models import LogLine, Proposal
from accounts.proposals import actions as proposals
from quota.actions.shortlist import draw_up, submit
from quota.models import QuotaTable
from registry.models import District
from tests import cast
from tests.quota.lists import held, table

pytestmark = pytest.mark.django_db

URL = "/desk/seasons/2023/quota/"


@pytest.fixture
def heya_in(people, signed_in):
    return signed_in(people["heya"])


def form_of(response) -> dict[str, str]:
    """What the page's form would send if nothing were changed."""
    told = {name: str(response.context["form"].initial.get(name, "")) for name in response.context["form"].fields}
    for row in response.context["rows"]:
        told |= {row.add_prefix(name): str(row.initial.get(name, "")) for name in row.fields}
    return told


def test_the_page_shows_the_table_its_check_and_how_it_was_made(season, people, heya_in):
    table(season, by=people["heya"])
    response = heya_in.get(URL)
    told = response.content.decode()
    assert response.status_code == 200
    assert response.context["sums"] == {"headcount": 69, "on_roster": 0, "entered": 0, "seats": 7}
    assert "名册还是空的" in told
    assert "亚当斯法怎样分 7 个名额" in told
    assert response.context["chosen"].method == "adams"


def test_every_signed_in_office_sees_it_and_only_the_municipal_one_may_edit(season, people, signed_in):
    table(season, by=people["heya"])
    chenxiao = signed_in(people["chenxiao"])
    assert chenxiao.get(URL).status_code == 200
    assert reverse("quota:edit_table", args=["2023"]) not in chenxiao.get(URL).content.decode()
    assert chenxiao.get(reverse("quota:edit_table", args=["2023"])).status_code == 404
    assert signed_in(people["zhengzhi"]).get(URL).status_code == 200


def test_a_season_nobody_knows_is_not_found(people, heya_in):
    assert heya_in.get("/desk/seasons/1999/quota/").status_code == 404


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("seats=0", "不能小于 1"),
        ("seats=abc", "整数"),
        ("method=chance", "已不能选"),
        ("minimum=5", "每地至少 5 个，共需 15 个名额。"),
        ("people=roster", "名册还是空的，没有人数可算"),
        ("minimum=-1", "不能小于 0"),
    ],
)
def test_a_question_that_makes_no_sense_is_answered_beside_its_field(query, told, season, people, heya_in):
    table(season, by=people["heya"])
    response = heya_in.get(f"{URL}?{query}")
    assert response.status_code == 400
    assert told in response.content.decode()


def test_a_tie_is_shown_and_not_resolved(season, people, heya_in):
    table(season, by=people["heya"], seats={"maonan": (10, 1), "dianbai": (10, 1), "binhai": (10, 1)})
    response = heya_in.get(f"{URL}?seats=4&method=webster")
    assert "茂南区、电白区、滨海新区的要求完全相等，而名额只剩 1 个" in response.content.decode()


def test_the_calculator_takes_its_people_from_the_roster(season, people, heya_in):
    table(season, by=people["heya"])
    cast.station(District.objects.get(code="maonan"), 4)
    cast.station(District.objects.get(code="dianbai"), 2)
    response = heya_in.get(f"{URL}?seats=3&people=roster&method=jefferson")
    assert [(line.name, line.headcount, line.seats) for line in response.context["working"].lines] == [
        ("茂南区", 4, 2),
        ("电白区", 2, 1),
        ("滨海新区", 0, 0),
    ]


@pytest.mark.parametrize("districts", [1, 3])
def test_the_page_costs_the_same_number_of_queries_for_any_number_of_districts(
    districts, season, people, heya_in, django_assert_num_queries
):
    rows = {"maonan": (27, 3), "dianbai": (39, 3), "binhai": (3, 1)}
    table(season, by=people["heya"], seats=dict(list(rows.items())[:districts]))
    with django_assert_num_queries(18):
        heya_in.get(URL)


def test_the_first_table_is_typed_in_over_the_form(season, people, heya_in):
    assert "还没有名额分配表" in heya_in.get(URL).content.decode()
    url = reverse("quota:edit_table", args=["2023"])
    form = form_of(heya_in.get(url))
    form |= {"source": "附件", "stated_headcount": "69", "stated_seats": "7"}
    for code, headcount, seats in (("maonan", 27, 3), ("dianbai", 39, 3), ("binhai", 3, 1)):
        pk = District.objects.get(code=code).pk
        form |= {f"row-{pk}-headcount": str(headcount), f"row-{pk}-seats": str(seats)}
    assert heya_in.post(url, form).headers["Location"] == URL
    rows = QuotaTable.objects.get().rows.values_list("district__code", "headcount", "seats")
    assert list(rows) == [("maonan", 27, 3), ("dianbai", 39, 3), ("binhai", 3, 1)]


def test_a_wrong_row_is_told_at_the_row_and_nothing_is_written(season, people, heya_in):
    table(season, by=people["heya"])
    url = reverse("quota:edit_table", args=["2023"])
    binhai = District.objects.get(code="binhai").pk
    for wrong, told in (({f"row-{binhai}-seats": "4"}, "名额多于人数"), ({f"row-{binhai}-seats": ""}, "请填写这一项")):
        response = heya_in.post(url, form_of(heya_in.get(url)) | wrong)
        assert response.status_code == 400
        assert told in response.content.decode()
    assert QuotaTable.objects.get().rows.get(district=binhai).seats == 1


def test_two_corrections_at_once_show_both_versions(season, people, heya_in, signed_in):
    table(season, by=people["heya"])
    url = reverse("quota:edit_table", args=["2023"])
    luoping = signed_in(people["luoping"])
    mine, theirs = form_of(heya_in.get(url)), form_of(luoping.get(url))
    assert luoping.post(url, theirs | {"reserves": "4"}).status_code == 302
    response = heya_in.post(url, mine | {"stated_seats": "8"})
    assert response.status_code == 409
    told = {row["label"]: (row["theirs"], row["yours"]) for row in response.context["rows"] if row["differs"]}
    assert told == {"公文合计名额": (7, 8), "每个地区递补人数": (4, 2)}
    again = heya_in.post(url, dict(response.context["resubmit"]))
    assert again.status_code == 302
    assert QuotaTable.objects.values_list("stated_seats", "reserves").get() == (8, 2)


def test_once_a_list_was_sent_in_the_office_proposes_and_a_colleague_seconds(season, maonan, people, heya_in):
    table(season, by=people["heya"])
    held(maonan, [90, 80], by=people["heya"])
    submit(draw_up(maonan, by=people["chenxiao"], at=cast.NOW), by=people["chenxiao"], at=cast.NOW)
    url = reverse("quota:edit_table", args=["2023"])
    form = form_of(heya_in.get(url))
    assert heya_in.post(url, form | {"reserves": "5"}).status_code == 400
    made = heya_in.post(url, form | {"reserves": "5", "reason": "市里要求多排几位"})
    proposal = Proposal.objects.get()
    assert (made.status_code, made.url) == (302, proposal.get_absolute_url())
    assert proposal.changes == [["每个地区递补人数", "2", "5"]]
    with pytest.raises(proposals.OwnProposal):
        proposals.second(proposal, by=people["heya"], at=proposal.proposed_at)
    with pytest.raises(PermissionDenied):
        proposals.second(proposal, by=people["chenxiao"], at=proposal.proposed_at)
    assert QuotaTable.objects.get().reserves == 2
    proposals.second(proposal, by=people["luoping"], at=proposal.proposed_at)
    assert QuotaTable.objects.get().reserves == 5
    line = LogLine.objects.get(action="change_quota_table")
    assert (line.actor, line.second) == (people["heya"], people["luoping"])


def test_a_table_that_was_changed_meanwhile_is_not_seconded(season, maonan, people, heya_in):
    table(season, by=people["heya"])
    held(maonan, [90, 80], by=people["heya"])
    submit(draw_up(maonan, by=people["chenxiao"], at=cast.NOW), by=people["chenxiao"], at=cast.NOW)
    url = reverse("quota:edit_table", args=["2023"])
    heya_in.post(url, form_of(heya_in.get(url)) | {"reserves": "5", "reason": "市里要求多排几位"})
    QuotaTable.objects.update(reserves=3)
    proposal = Proposal.objects.get()
    with pytest.raises(proposals.Changed):
        proposals.second(proposal, by=people["luoping"], at=proposal.proposed_at)
    assert QuotaTable.objects.get().reserves == 3
