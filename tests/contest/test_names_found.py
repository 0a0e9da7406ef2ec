"""A name with a dot or a rare character is found however it is typed, and kept in one way."""

import pytest
from django.urls import reverse

from registry.models import Secretary
from tests.contest.rosters import HEADER, LI, ZHANG, confirm, preview, sent
from tests.registry.excel.office import xlsx

pytestmark = pytest.mark.django_db

MAIMAITI = (*ZHANG[:3], "买买提．吐尔逊", *ZHANG[4:])
GE = (*LI[:3], "葛\U000e0100示例", *LI[4:])


def found(client, word):
    page = client.get(reverse("contest:roster"), {"q": word}).context["page"]
    return [posting.secretary.name for posting in page]


def test_any_dot_is_kept_as_one_and_any_dot_or_selector_finds_it(season, people, signed_in):
    client = signed_in(people["chenxiao"])
    confirm(client, sent(client, xlsx(HEADER, MAIMAITI, GE)))
    assert set(Secretary.objects.values_list("name", flat=True)) == {"买买提\u00b7吐尔逊", "葛\U000e0100示例"}
    for typed in ("买买提·吐尔逊", "买买提•吐尔逊", "买买提．吐", "提・吐尔逊", "买买提.吐尔逊"):
        assert found(client, typed) == ["买买提·吐尔逊"]
    assert found(client, "葛示例") == found(client, "葛\ufe00示例") == ["葛\U000e0100示例"]
    assert found(client, "买买提吐") == found(client, "(葛|买)") == []


def test_the_same_people_under_other_dots_are_the_same_people(season, people, signed_in):
    client = signed_in(people["chenxiao"])
    confirm(client, sent(client, xlsx(HEADER, MAIMAITI, GE)))
    again = xlsx(HEADER, (*MAIMAITI[:3], "买买提‧吐尔逊", *MAIMAITI[4:]), (*GE[:3], "葛示例", *GE[4:]))
    plan = preview(client, sent(client, again)).context["plan"]
    assert [row.ref for row in plan.rows] == list(Secretary.objects.order_by("pk").values_list("postings", flat=True))
    assert plan.counts["add"] == 0
