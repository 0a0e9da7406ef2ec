"""A total far from the panel's is looked at again on paper before it is confirmed, and who looked is put down."""

import json

import pytest
from django.urls import reverse

from accounts import log
from accounts.models import LogLine
from scoring.actions.confirmation import Seen, confirm_sheets, look_again
from scoring.models import Ruleset, Sheet
from tests import cast
from tests.scoring.dealing import MARKS, deal, sheet_of, type_sheets

# A sheet of 23.5 points beside sheets of 88.5.
SLIP = MARKS | {"achievement": 100, "approach": 150, "delivery": 400}
ASK = "合计 23.5，评审团中位数 88.5，相差很大。请再看一次纸质评分表，确为此分的，勾选“再看过”。"
FOUND = "1 号评委合计 23.5，评审团中位数 88.5：再看纸质评分表，确为此分。"


@pytest.fixture
def stage(maonan, heya):
    return deal(maonan, by=heya)


@pytest.fixture
def linfang(people):
    return people["linfang"]


@pytest.fixture
def others(stage, people):
    return type_sheets(stage, [sheet_of(stage, 1, 2), sheet_of(stage, 1, 3)], by=people["chenxiao"])


@pytest.fixture
def slip(stage, others, people):
    return type_sheets(stage, [sheet_of(stage)], by=people["chenxiao"], marks=SLIP)[0]


def confirm(stage, *seen, by):
    return [each.reason for each in confirm_sheets(stage, seen, by=by, at=cast.later(9))]


def looked(sheet) -> tuple:
    return Sheet.objects.values_list("state", "looked_c", "looked_by", "looked_at").get(pk=sheet.pk)


def test_it_is_not_confirmed_with_the_others_before_somebody_has_looked_again(stage, slip, others, linfang):
    seen = [Seen(each.pk, each.edit) for each in (slip, *others)]
    assert confirm(stage, *seen, by=linfang) == [ASK]
    assert looked(slip) == ("typed", None, None, None)
    assert Sheet.objects.filter(state="confirmed").count() == 2


def test_who_looked_again_is_put_down_on_the_sheet_and_in_the_line(stage, slip, others, linfang):
    assert confirm(stage, Seen(slip.pk, slip.edit, looked=True), by=linfang) == []
    assert looked(slip) == ("confirmed", 2350, linfang.pk, cast.later(9))
    line = LogLine.objects.latest("id")
    assert json.loads(line.payload)["facts"] == {"sheets": {str(slip.pk): 2}, "looked": {str(slip.pk): 2350}}
    assert line.note.text == FOUND
    assert log.verify("2023")[2] == []


def test_a_tick_beside_a_total_like_the_others_says_nothing(stage, slip, others, linfang):
    assert confirm(stage, Seen(others[0].pk, others[0].edit, looked=True), by=linfang) == []
    assert looked(others[0])[1:] == (None, None, None)


def test_a_total_typed_anew_is_asked_about_anew(stage, slip, others, linfang, people):
    Sheet.objects.filter(pk=slip.pk).update(looked_c=2350, looked_by=linfang, looked_at=cast.NOW)
    again = type_sheets(stage, [sheet_of(stage)], by=people["chenxiao"], marks=SLIP | {"achievement": 200})[0]
    assert confirm(stage, Seen(again.pk, again.edit), by=linfang) == [ASK.replace("23.5", "24.5")]


def test_who_looked_once_is_not_asked_again_when_the_median_moves(stage, slip, others, linfang, people):
    """A draft was put down as seen; then another judge's sheet changes what the panel's middle is."""
    Sheet.objects.filter(pk=slip.pk).update(looked_c=2350, looked_by=linfang, looked_at=cast.NOW)
    type_sheets(stage, [sheet_of(stage, 1, 2)], by=people["chenxiao"], marks=MARKS | {"slides": 500})
    assert confirm(stage, Seen(slip.pk, slip.edit), by=linfang) == []


def test_one_confirmed_before_the_panel_was_there_is_looked_at_again_afterwards(stage, linfang, people):
    slip = type_sheets(stage, [sheet_of(stage)], by=people["chenxiao"], marks=SLIP)[0]
    assert confirm(stage, Seen(slip.pk, slip.edit), by=linfang) == []
    type_sheets(stage, [sheet_of(stage, 1, 2), sheet_of(stage, 1, 3)], by=people["chenxiao"])
    seen = [Seen(slip.pk, slip.edit + 1)]
    assert [each.reason for each in look_again(stage, seen, by=people["chenxiao"], at=cast.later(10))] == [
        "这份评分表有您录入的项，须由另一人再看。"
    ]
    assert look_again(stage, seen, by=linfang, at=cast.later(11)) == []
    assert looked(slip) == ("confirmed", 2350, linfang.pk, cast.later(11))
    line = LogLine.objects.latest("id")
    assert (line.action, line.note.text) == ("look_again", FOUND)
    assert look_again(stage, seen, by=linfang, at=cast.later(12)) == []
    assert LogLine.objects.filter(action="look_again").count() == 1
    assert log.verify("2023")[2] == []


@pytest.mark.parametrize(("percent", "asked"), [(0, []), (64, [ASK]), (65, [])])
def test_the_limit_is_the_rulesets(stage, slip, others, linfang, percent, asked):
    Ruleset.objects.filter(stage=stage).update(far_percent=percent)
    assert confirm(stage, Seen(slip.pk, slip.edit), by=linfang) == asked


@pytest.mark.parametrize(("who", "told"), [("linfang", True), ("heya", True), ("zhengzhi", False)])
def test_those_who_may_type_and_confirm_are_told_and_the_supervisor_is_not(stage, slip, people, signed_in, who, told):
    client = signed_in(people[who])
    grid = client.get(reverse("scoring:grid", args=[stage.pk]))
    found = (slip.entry_id, slip.seat_id, "88.5")
    assert grid.context["data"]["far"] == ([found] if told else None)
    state = client.get(reverse("scoring:grid_state", args=[stage.pk])).json()
    assert state["far"] == ([list(found)] if told else None)
    confirming = client.get(reverse("scoring:confirm", args=[stage.pk]) + "?judge=1").content.decode()
    assert ("评审团中位数" in confirming) is told


def test_over_the_page(stage, slip, linfang, signed_in):
    client, address = signed_in(linfang), reverse("scoring:confirm", args=[stage.pk]) + "?judge=1"
    ticked = {"sheet": f"{slip.pk}:{slip.edit}"}
    refused = client.post(address, ticked)
    assert (refused.status_code, ASK in refused.content.decode()) == (409, True)
    assert client.post(address, ticked | {"looked": f"{slip.pk}:{slip.edit}"}).status_code == 302
    assert looked(slip)[:3] == ("confirmed", 2350, linfang.pk)
    page = client.get(reverse("scoring:sheet", args=[slip.pk])).content.decode()
    assert "合计与其他评委相差很大，林芳再看过纸质评分表，确为此分：" in page


def test_a_confirmed_one_over_the_page(stage, linfang, people, signed_in):
    slip = type_sheets(stage, [sheet_of(stage)], by=people["chenxiao"], marks=SLIP)[0]
    confirm(stage, Seen(slip.pk, slip.edit), by=linfang)
    type_sheets(stage, [sheet_of(stage, 1, 2), sheet_of(stage, 1, 3)], by=people["chenxiao"])
    client, address = signed_in(linfang), reverse("scoring:confirm", args=[stage.pk]) + "?judge=1"
    assert "现在看来与其他评委相差很大" in client.get(address).content.decode()
    there = reverse("scoring:look_again", args=[stage.pk]) + "?judge=1"
    answer = client.post(there, {"again": f"{slip.pk}:{slip.edit + 1}"})
    assert (answer.status_code, answer.url) == (302, address)
    page = client.get(address).content.decode()
    assert "已记下再看 1 份。" in page
    assert "现在看来与其他评委相差很大" not in page
