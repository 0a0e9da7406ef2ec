"""What the page of the way back tells 何雅 and 陈晓 about 茂南区, from each state."""

import pytest
from django.urls import reverse

from accounts.proposals.actions import propose, second
from contest import overview, workflow
from contest.models import Stage
from contest.models.stage import State
from contest.reads.way_back import being_put_right, way_back
from contest.waiting import next_steps
from scoring.actions.tabulate import tabulate
from tests import cast
from tests.scoring.filling import counted, level, opened

BACK = ["reopen_closed", "withdraw_notice", "withdraw_certification", "reopen_scoring"]


@pytest.mark.parametrize(
    ("state", "names"),
    [
        (State.CLOSED, BACK),
        (State.PUBLISHED, BACK[1:]),
        (State.CERTIFIED, BACK[2:]),
        (State.TABULATED, BACK[3:]),
        (State.SCORING, []),
        (State.READY, []),
        (State.PREPARING, []),
    ],
)
def test_from_every_state_with_results_the_moves_lead_back_to_the_scoring(state, names):
    assert [move.name for move in workflow.back_from(state)] == names


def test_only_the_next_step_is_offered_and_only_to_whoever_may(maonan, people):
    cast.put(maonan, State.PUBLISHED)
    urls = [step.url for step in way_back(maonan, people["heya"], cast.NOW).steps]
    assert urls == [reverse("contest:move", args=[maonan.pk, "withdraw_notice"]), "", ""]
    assert [step.url for step in way_back(maonan, people["chenxiao"], cast.NOW).steps] == ["", "", ""]


def test_a_step_proposed_already_leads_to_its_proposal(maonan, people):
    cast.put(maonan, State.PUBLISHED)
    made = propose("withdraw_notice", maonan, {}, reason="姓名有误", by=people["heya"], at=cast.NOW)
    steps = way_back(maonan, people["luoping"], cast.later(1)).steps
    assert [step.waiting for step in steps] == [made, None, None]
    assert steps[0].url == ""


def test_the_page_says_what_to_do_and_the_neighbour_finds_none(maonan, people, signed_in):
    cast.put(maonan, State.PUBLISHED)
    url = reverse("contest:way_back", args=[maonan.pk])
    assert "提请这一步" in signed_in(people["heya"]).get(url).content.decode()
    assert "提请这一步" not in signed_in(people["chenxiao"]).get(url).content.decode()
    assert signed_in(people["wumin"]).get(url).status_code == 404


def test_a_stage_without_results_says_that_there_is_nothing_to_go_back_from(maonan, people, signed_in):
    url = reverse("contest:way_back", args=[maonan.pk])
    assert "还没有成绩，没有需要退回的步骤" in signed_in(people["heya"]).get(url).content.decode()


def withdrawn(stage, people):
    """茂南区's notice, proposed by 何雅, seconded by 罗平."""
    cast.put(stage, State.PUBLISHED)
    made = propose("withdraw_notice", stage, {}, reason="分数录错一行", by=people["heya"], at=cast.later(1))
    second(made, by=people["luoping"], at=cast.later(2))
    return made


def told(stage):
    """What began it, what it was, and what comes next."""
    found = being_put_right([Stage.objects.whole().get(pk=stage.pk)]).get(stage.pk)
    return (found.since, found.done, found.then) if found else None


def reopened(stage, people):
    """茂南区's only entrant counted, and scoring reopened by 陈晓 and 林芳."""
    stage = opened(stage, entrants=1, judges=3, by=people["chenxiao"])
    counted(stage, level(90, judges=3), typist=people["chenxiao"], checker=people["linfang"])
    stage = Stage.objects.whole().get(pk=stage.pk)
    assert told(stage) is None
    made = propose("reopen_scoring", stage, {}, reason="分数录错一行", by=people["chenxiao"], at=cast.later(4))
    assert told(stage) is None
    second(made, by=people["linfang"], at=cast.later(5))
    return made


def test_the_last_step_back_is_told_until_the_stage_is_as_far_as_it_was(maonan, dianbai, people):
    made = reopened(maonan, people)
    assert told(maonan) == (made, "退回评分", "请先更正分数、由另一人核对，再重新统分。")
    assert told(dianbai) is None
    tabulate(Stage.objects.whole().get(pk=maonan.pk), by=people["chenxiao"], at=cast.later(6))
    assert told(maonan) is None


def test_results_that_were_published_are_put_right_until_they_are_published_again(maonan, people):
    made = withdrawn(maonan, people)
    further = "成绩有误的，继续走更正程序；不用再退的，才办下面的“下一步”。"
    assert told(maonan) == (made, "撤回公示", further)
    # Counted and signed again, one step after the other.
    Stage.objects.filter(pk=maonan.pk).update(state=State.TABULATED, revision=2, moved_at=cast.later(3))
    assert told(maonan) == (made, "撤回公示", "现为第 2 版成绩。接下来：签字确认成绩。")
    Stage.objects.filter(pk=maonan.pk).update(state=State.CERTIFIED, moved_at=cast.later(4))
    assert told(maonan) == (made, "撤回公示", "现为第 2 版成绩。接下来：公示。")
    steps = [(todo.text, todo.detail, todo.urgent) for todo in next_steps(people["heya"])]
    assert ("茂南区初赛正在更正：接下来公示", "已撤回公示，原因：分数录错一行", True) in steps
    Stage.objects.filter(pk=maonan.pk).update(state=State.PUBLISHED, moved_at=cast.later(5))
    assert told(maonan) is None


def test_the_desk_marks_each_stage_that_is_put_right_in_as_many_queries_for_three(
    maonan, dianbai, season, people, django_assert_num_queries
):
    binhai = Stage.objects.whole().get(season=season, district__code="binhai")
    withdrawn(maonan, people)
    maonan.refresh_from_db()
    with django_assert_num_queries(1):
        assert set(being_put_right([maonan])) == {maonan.pk}
    for stage in (dianbai, binhai):
        withdrawn(stage, people)
    stages = list(Stage.objects.whole().filter(season=season))
    with django_assert_num_queries(1):
        assert set(being_put_right(stages)) == {maonan.pk, dianbai.pk, binhai.pk}
    marked = [(row.stage.title, row.is_put_right) for row in overview.of(stages)["rows"]]
    assert ("茂南区初赛", True) in marked
    assert ("市级决赛", False) in marked


def test_the_desk_says_who_goes_on_and_who_waits(maonan, people):
    withdrawn(maonan, people)
    steps = [(todo.text, todo.urgent) for todo in next_steps(people["chenxiao"])]
    assert steps == [("茂南区初赛正在更正：接着撤回签字确认", True)]
    steps = [(todo.text, todo.urgent) for todo in next_steps(people["heya"])]
    assert ("茂南区初赛正在更正：更正完了再公示", False) in steps


def test_whoever_seconded_a_step_is_led_on(maonan, people, signed_in):
    made = withdrawn(maonan, people)
    page = signed_in(people["luoping"]).get(made.get_absolute_url()).content.decode()
    for each in ("接下来：茂南区初赛的更正程序", reverse("contest:way_back", args=[maonan.pk])):
        assert each in page


def test_reopened_the_page_leads_to_the_corrections_and_the_stage_says_so(maonan, people, signed_in):
    reopened(maonan, people)
    chenxiao = signed_in(people["chenxiao"])
    page = chenxiao.get(reverse("contest:way_back", args=[maonan.pk])).content.decode()
    for each in ("已退回评分，不用再退。", "分数录错一行", reverse("scoring:corrections", args=[maonan.pk])):
        assert each in page
    page = chenxiao.get(maonan.get_absolute_url()).content.decode()
    assert "正在更正：陈晓 提请、林芳 复核" in page
    assert "请先更正分数、由另一人核对，再重新统分。" in page
    assert "更正分数，另一人核对后重新统分" not in page
    assert [todo.text for todo in next_steps(people["chenxiao"])] == [
        "茂南区初赛正在更正：更正分数，另一人核对后重新统分"
    ]
