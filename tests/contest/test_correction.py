"""What is decided keeps its names; a wrong one is put right by two people, and then shows everywhere."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from accounts.models import LogLine
from accounts.permissions import NeedsSecond
from contest.actions.correction import BadCorrection, record_correction
from contest.models import Award, NameCorrection
from contest.models.stage import State
from registry.models import Posting, Secretary
from scoring.actions.certify import certify
from scoring.models import Result
from tests import cast
from tests.quota.lists import held, table
from tests.scoring.filling import counted, level, opened, sign


@pytest.fixture
def certified(maonan, people):
    stage = opened(maonan, entrants=3, by=people["chenxiao"])
    counted(stage, level(95, 90, 88), typist=people["chenxiao"], checker=people["linfang"])
    sign(stage, by=people["chenxiao"])
    certify(stage, by=people["chenxiao"], at=cast.later(5))
    return stage


def swap(stage) -> None:
    """陈志远 and 王䶮 have each other's names in the registry."""
    first, last = (entry.secretary for entry in stage.entries.order_by("order")[::2])
    first.name, last.name = last.name, first.name
    first.save()
    last.save()


def put_right(stage, people, **changed):
    entry = stage.entries.select_related("secretary").get(order=1)
    told = {
        "field": "name",
        "old": "陈志远",
        "new": "陈致远",
        "reason": "抄录有误",
        "by": "chenxiao",
        "second": "linfang",
    }
    told |= changed
    return record_correction(
        entry.secretary,
        told["field"],
        told["old"],
        told["new"],
        reason=told["reason"],
        by=people[told["by"]],
        seconded_by=people.get(told["second"]),
        at=cast.later(9),
    )


def test_names_swapped_in_the_registry_are_swapped_nowhere_in_what_was_decided(certified, people, signed_in):
    chenxiao = signed_in(people["chenxiao"])
    pages = [reverse(f"scoring:{name}", args=[certified.pk]) for name in ("results", "result_sheet")]
    before = [chenxiao.get(page).content for page in pages]
    swap(certified)
    after = [chenxiao.get(page).content for page in pages]
    assert [page.split(b"<tbody>")[1:] for page in after] == [page.split(b"<tbody>")[1:] for page in before]
    assert [award.who.name for award in Award.objects.order_by("rank")] == ["陈志远", "梁秀英", "王䶮"]


def test_a_list_keeps_the_names_of_the_results(maonan, people, season, signed_in):
    table(season, by=people["heya"])
    held(maonan, [90, 80, 70], by=people["chenxiao"])
    swap(maonan)
    chenxiao = signed_in(people["chenxiao"])
    chenxiao.post(reverse("quota:draw_up", args=[maonan.pk]), {"once": "k" * 32})
    html = chenxiao.get(reverse("quota:shortlist", args=[maonan.pk])).content.decode()
    assert html.index("陈志远") < html.index("梁秀英") < html.index("王䶮")


def test_a_correction_shows_with_its_mark_and_the_copy_stays(certified, people, signed_in):
    put_right(certified, people)
    html = signed_in(people["chenxiao"]).get(reverse("scoring:results", args=[certified.pk])).content.decode()
    row = html.split("<tbody>")[1].split("</tr>")[0]
    assert ("陈致远" in row, ">更正<" in row, "姓名原为“陈志远”" in row) == (True, True, True)
    sheet = signed_in(people["chenxiao"]).get(reverse("scoring:result_sheet", args=[certified.pk])).content.decode()
    assert "陈致远（更正）" in sheet
    assert Result.objects.get(rank=1).person["name"] == Award.objects.get(rank=1).person["name"] == "陈志远"


def test_a_correction_of_a_correction_shows_the_last_and_tells_the_first(certified, people):
    put_right(certified, people)
    put_right(certified, people, old="陈致远", new="陈至远")
    assert (Result.objects.get(rank=1).who.name, Result.objects.get(rank=1).who.original) == (
        "陈至远",
        "姓名原为“陈志远”",
    )
    put_right(certified, people, old="陈至远", new="陈志远")
    assert (Result.objects.get(rank=1).who.name, Result.objects.get(rank=1).who.original) == ("陈志远", "")


def test_a_copy_made_after_the_registry_was_put_right_wears_no_mark(certified, people):
    put_right(certified, people, old="陈志源", new="陈志远")
    assert Result.objects.get(rank=1).who.mark == ""


def test_both_people_stand_in_the_log_of_the_season_with_old_and_new(certified, people):
    made = put_right(certified, people)
    line = LogLine.objects.get(action="correct_decided")
    assert (line.chain, line.actor, line.second) == ("2023", people["chenxiao"], people["linfang"])
    assert (line.note.text, line.note.words) == ("抄录有误", {"name": ["陈志远", "陈致远"]})
    assert "陈" not in line.payload
    assert str(made) == "陈志远 → 陈致远"


@pytest.mark.parametrize("second", ["", "chenxiao"])
def test_alone_it_has_no_effect(certified, people, second):
    with pytest.raises(NeedsSecond):
        put_right(certified, people, second=second)
    assert NameCorrection.objects.count() == 0


@pytest.mark.parametrize(("by", "second"), [("huangqiang", "linfang"), ("chenxiao", "wumin"), ("chenxiao", "zhengzhi")])
def test_neighbours_and_supervisors_correct_nobody(certified, people, by, second):
    with pytest.raises(PermissionDenied):
        put_right(certified, people, by=by, second=second)
    assert NameCorrection.objects.count() == 0


@pytest.mark.parametrize(
    "changed", [{"reason": " \u200b"}, {"new": "\u3164"}, {"new": "陈志远"}, {"old": ""}, {"field": "phone"}]
)
def test_a_correction_of_nothing_or_without_a_reason_is_refused(certified, people, changed):
    with pytest.raises(BadCorrection):
        put_right(certified, people, **changed)


def test_who_serves_in_two_districts_is_put_right_by_people_of_both(certified, people, dianbai):
    secretary = Secretary.objects.get(name="陈志远")
    other = cast.station(dianbai.district, 1, start=9)[0]
    Posting.objects.filter(pk=other.pk).update(secretary=secretary)
    with pytest.raises(PermissionDenied):
        put_right(certified, people)
    assert put_right(certified, people, by="heya", second="luoping").pk


def test_a_stage_that_is_closed_shows_it_too(certified, people, signed_in):
    cast.put(certified, State.CLOSED)
    put_right(certified, people, field="unit", old="茂名市示例局", new="茂名市另一局")
    url = reverse("scoring:result", args=[certified.pk, certified.entries.get(order=1).pk])
    assert "选派单位原为“茂名市示例局”" in signed_in(people["heya"]).get(url).content.decode()
