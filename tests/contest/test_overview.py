"""How far the stages have come: a chart and a table that say the same, in a constant number of queries."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from contest import overview
from contest.models import Stage
from contest.models.stage import State
from tests import cast


def test_the_chart_and_the_table_say_the_same(people, maonan, dianbai):
    cast.enter_people(maonan, 2, by=people["chenxiao"])
    cast.put(dianbai, State.CERTIFIED)
    told = overview.of(Stage.objects.whole().order_by("-kind", "district__order"))
    assert [(row.stage.title, row.stage.state, row.entrants) for row in told["rows"]] == [
        ("茂南区初赛", "preparing", 2),
        ("电白区初赛", "certified", 0),
        ("滨海新区初赛", "preparing", 0),
        ("市级决赛", "preparing", 0),
    ]
    svg = str(told["chart"].svg)
    assert all(row.stage.title in svg for row in told["rows"])
    assert "已签字确认" in svg


def test_the_table_comes_first_and_leads_to_each_stage_once(people, maonan, signed_in):
    page = signed_in(people["heya"]).get("/desk/stages/").content.decode()
    assert page.index("</table>") < page.index("<svg xmlns")
    assert page.count(f'href="{maonan.get_absolute_url()}"') == 1


def test_without_stages_there_is_no_chart():
    assert overview.of([]) == {"rows": [], "chart": None}


def test_one_stage_and_three_take_as_many_queries(people, maonan, dianbai, binhai, django_assert_num_queries):
    cast.enter_people(maonan, 3, by=people["chenxiao"])
    for stages in ([maonan], [maonan, dianbai, binhai]):
        with django_assert_num_queries(4):
            overview.of(stages)


@pytest.mark.parametrize("path", ["/desk/stages/", "/desk/seasons/2023/"])
def test_the_pages_take_as_many_queries_for_four_stages_as_for_one(people, maonan, signed_in, path):
    def queries(username):
        client = signed_in(people[username])
        with CaptureQueriesContext(connection) as counted:
            rows = client.get(path).context["rows"]
        return len(rows), len(counted)

    (one, few), (four, many) = queries("chenxiao"), queries("zhengzhi")
    assert (one, four) == (1, 4)
    assert few == many


def test_each_sees_the_stages_within_reach(people, season, signed_in):
    def titles(username, path="/desk/stages/"):
        return [row.stage.title for row in signed_in(people[username]).get(path).context["rows"]]

    assert titles("chenxiao") == ["茂南区初赛"]
    assert titles("xiening") == ["滨海新区初赛"]
    assert titles("heya") == titles("zhengzhi") == ["茂南区初赛", "电白区初赛", "滨海新区初赛", "市级决赛"]
    assert titles("chenxiao", "/desk/seasons/2023/") == ["茂南区初赛"]


def test_a_season_that_does_not_exist_is_not_found(people, signed_in):
    client = signed_in(people["heya"])
    assert client.get("/desk/seasons/2099/").status_code == 404
    assert client.get("/desk/seasons/2023/").status_code == 200
    assert "赋能百千万" in client.get("/desk/seasons/").content.decode()


def test_the_public_sees_only_what_is_on_notice(people, maonan, dianbai, client):
    cast.put(maonan, State.PUBLISHED)
    cast.put(dianbai, State.CERTIFIED)
    told = client.get("/").content.decode()
    assert "茂南区初赛" in told
    assert "电白区初赛" not in told


def test_before_the_first_season_every_page_says_so(heya, client, signed_in):
    assert "活动尚未开始" in client.get("/").content.decode()
    office = signed_in(heya)
    assert "还没有届次" in office.get("/desk/seasons/").content.decode()
    assert "还没有赛段" in office.get("/desk/stages/").content.decode()
    assert office.get("/desk/").status_code == 200
