"""What scoring puts on the desk and into the overview."""

import pytest

from contest import progress
from scoring.waiting import sheets_to_type_and_confirm, ties_to_rule_on
from tests.scoring.filling import confirm, counted, fill, level, opened, time, vote


@pytest.fixture
def tied(maonan, people):
    stage = opened(maonan, entrants=4, by=people["chenxiao"])
    counted(stage, level(95, 85, 85, 85), typist=people["chenxiao"], checker=people["linfang"])
    return stage


def test_a_tie_that_cuts_a_prize_waits_for_its_district_and_nobody_elses(tied, people):
    (todo,) = ties_to_rule_on(people["chenxiao"])
    assert (todo.text, todo.url, todo.urgent) == (
        "茂南区初赛：有 1 组并列跨越奖次界线，须登记裁定",
        f"/desk/stages/{tied.pk}/ruling/",
        True,
    )
    assert list(ties_to_rule_on(people["wumin"])) == []
    assert list(ties_to_rule_on(people["zhengzhi"])) == []


def test_a_tie_within_one_prize_waits_for_nobody(maonan, people):
    stage = opened(maonan, entrants=3, by=people["chenxiao"])
    counted(stage, level(95, 85, 85), typist=people["chenxiao"], checker=people["linfang"])
    assert list(ties_to_rule_on(people["chenxiao"])) == []


def test_progress_counts_confirmed_sheets_of_all_stages_at_once(
    maonan, dianbai, binhai, people, django_assert_num_queries
):
    first = opened(maonan, entrants=2, judges=3, by=people["chenxiao"])
    second = opened(dianbai, entrants=1, judges=3, by=people["wumin"])
    fill(first, level(90, judges=3), typist=people["chenxiao"])
    confirm(first, checker=people["linfang"])
    found = progress.of([first, second, binhai])
    told = {pk: [(each.label, each.done, each.total) for each in pieces] for pk, pieces in found.items()}
    assert told[first.pk][-1] == ("评分表已核对", 3, 6)
    assert told[second.pk][-1] == ("评分表已核对", 0, 3)
    assert "评分表已核对" not in [label for label, _done, _total in told[binhai.pk]]


@pytest.mark.parametrize("stages", [1, 2])
def test_the_desk_asks_as_often_for_one_tied_stage_as_for_two(
    maonan, dianbai, people, stages, django_assert_num_queries
):
    for stage, by, checker in [(maonan, "chenxiao", "linfang"), (dianbai, "wumin", "huangqiang")][:stages]:
        here = opened(stage, entrants=2, judges=3, by=people[by])
        counted(here, level(85, 85, judges=3), typist=people[by], checker=people[checker])
    heya = people["heya"]
    assert heya.granted
    with django_assert_num_queries(2):
        assert len(list(ties_to_rule_on(heya))) == stages


def test_times_and_votes_wait_for_everybody_but_their_typist(maonan, people):
    rules = {"basis": "votes"}
    stage = opened(maonan, entrants=2, judges=3, by=people["chenxiao"], rules=rules, votes_each=1)
    fill(stage, level(90, 80, judges=3), typist=people["chenxiao"])
    confirm(stage, checker=people["linfang"])
    time(stage, {1: 300, 2: 310}, typist=people["chenxiao"])
    vote(stage, {1: [1]}, typist=people["linfang"])
    told = {name: [todo.text for todo in sheets_to_type_and_confirm(people[name])] for name in ("chenxiao", "linfang")}
    assert told == {
        "chenxiao": ["茂南区初赛：1 位评委的推荐票等您核对"],
        "linfang": ["茂南区初赛：2 个用时等您核对"],
    }
    assert list(sheets_to_type_and_confirm(people["wumin"])) == []
