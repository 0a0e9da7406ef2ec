"""One page says where a stage stands, what is missing, and what comes next."""

import pytest

from accounts.models import LogLine
from contest import workflow
from contest.models import Stage
from contest.models.stage import State
from contest.workflow import MOVES
from tests import cast
from tests.scoring.filling import confirm, confirm_timed, fill, level, opened, time


def page(client, stage):
    return client.get(f"/desk/stages/{stage.pk}/")


def move(client, stage, name, **told):
    return client.post(f"/desk/stages/{stage.pk}/move/{name}/", told)


@pytest.mark.parametrize("state", list(State))
def test_the_rail_shows_where_the_stage_stands(people, maonan, signed_in, state):
    cast.put(maonan, state)
    steps = page(signed_in(people["chenxiao"]), maonan).context["steps"]
    assert [step["state"] for step in steps].count("here") == 1
    assert next(step["label"] for step in steps if step["state"] == "here") == state.label
    assert len(steps) == 8


def test_what_is_missing_stands_where_the_button_will_be(people, maonan, signed_in):
    client = signed_in(people["chenxiao"])
    told = page(client, maonan).content.decode()
    assert "还没有参赛者。" in told
    assert f'action="/desk/stages/{maonan.pk}/move/open_collecting/"' not in told
    cast.enter_people(maonan, 1, by=people["chenxiao"])
    told = page(client, maonan).content.decode()
    assert "还没有参赛者。" not in told
    assert f'action="/desk/stages/{maonan.pk}/move/open_collecting/"' in told


def test_every_problem_leads_to_a_page_that_opens(people, maonan, signed_in):
    client = signed_in(people["heya"])
    seen = 0
    for name, each in MOVES.items():
        cast.put(maonan, each.before)
        for problem in workflow.problems(maonan, each, cast.NOW):
            if problem.url:
                assert client.get(problem.url).status_code == 200, (name, problem)
                seen += 1
    assert seen >= 5


def test_chenxiao_takes_the_first_step_and_sees_it_in_the_log(people, maonan, signed_in):
    cast.enter_people(maonan, 1, by=people["chenxiao"])
    client = signed_in(people["chenxiao"])
    answer = move(client, maonan, "open_collecting")
    assert (answer.status_code, answer.url) == (302, f"/desk/stages/{maonan.pk}/")
    told = client.get(answer.url).content.decode()
    assert "“茂南区初赛”：开始征集，已完成。" in told
    assert Stage.objects.get(pk=maonan.pk).state == "collecting"


def test_a_move_that_something_blocks_is_refused_with_the_whole_list(people, maonan, signed_in):
    cast.put(maonan, State.READY)
    answer = move(signed_in(people["chenxiao"]), maonan, "open_scoring")
    assert answer.status_code == 409
    told = answer.content.decode()
    for sentence in ("这一步没有完成", "还没有参赛者。", "还没有评分细则", "评审团至少"):
        assert sentence in told
    assert Stage.objects.get(pk=maonan.pk).state == "ready"


def test_a_button_from_an_old_page_is_refused(people, maonan, signed_in):
    cast.put(maonan, State.READY)
    answer = move(signed_in(people["chenxiao"]), maonan, "open_collecting")
    assert answer.status_code == 409
    assert "的状态已经变化，请刷新页面后再操作" in answer.content.decode()


def test_going_back_asks_for_the_reason_first(people, maonan, signed_in):
    cast.put(maonan, State.READY)
    client = signed_in(people["chenxiao"])
    form = client.get(f"/desk/stages/{maonan.pk}/move/reopen_collecting/").content.decode()
    assert "茂南区初赛：退回征集？" in form
    assert move(client, maonan, "reopen_collecting", reason=" ", x="1").status_code == 400
    assert move(client, maonan, "reopen_collecting", reason="长" * 256).status_code == 400
    assert move(client, maonan, "reopen_collecting", reason="漏了一位").status_code == 302
    assert "漏了一位" in page(client, maonan).content.decode()


def test_what_a_step_leaves_undone_is_shown_first_and_stops_nobody(people, maonan, signed_in):
    cast.enter_people(maonan, 2, by=people["chenxiao"])
    cast.put(maonan, State.COLLECTING)
    client = signed_in(people["chenxiao"])
    there = f"/desk/stages/{maonan.pk}/move/close_collecting/"
    told = page(client, maonan).content.decode()
    assert (f'href="{there}"' in told, f'action="{there}"' in told) == (True, False)
    asked = client.get(there).content.decode()
    assert "2 位参赛者的材料没有交齐或没有签署承诺：陈志远、梁秀英。" in asked
    assert move(client, maonan, "close_collecting").status_code == 302
    assert Stage.objects.get(pk=maonan.pk).state == "ready"


def test_whose_time_nobody_wrote_down_is_named_before_counting(people, maonan, signed_in):
    stage = opened(maonan, entrants=3, judges=3, by=people["chenxiao"])
    fill(stage, level(90, 80, 70, judges=3), typist=people["chenxiao"])
    time(stage, {1: 300}, typist=people["chenxiao"])
    confirm(stage, checker=people["linfang"])
    client = signed_in(people["chenxiao"])
    there = f"/desk/stages/{stage.pk}/move/tabulate/"
    assert f'href="{there}"' in page(client, stage).content.decode()
    assert "2 位参赛者的用时未登记，不作超时扣分：梁秀英、王䶮。" in client.get(there).content.decode()
    time(stage, {2: 300, 3: 300}, typist=people["chenxiao"])
    confirm_timed(stage, checker=people["linfang"])
    assert f'action="{there}"' in page(client, stage).content.decode()
    assert move(client, stage, "tabulate").status_code == 302


def test_many_are_named_by_the_first_and_counted_to_the_last():
    names = [f"参赛者{number}" for number in range(1, 15)]
    assert workflow.named(names[:3]) == "参赛者1、参赛者2、参赛者3"
    assert workflow.named(names) == "、".join(names[:12]) + " 等，另有 2 人"


def test_a_button_pressed_twice_is_told_the_second_time(people, maonan, signed_in):
    cast.enter_people(maonan, 1, by=people["chenxiao"])
    client = signed_in(people["chenxiao"])
    assert move(client, maonan, "open_collecting").status_code == 302
    assert move(client, maonan, "open_collecting").status_code == 409
    assert LogLine.objects.filter(action="open_collecting").count() == 1


@pytest.mark.parametrize("name", ["dance", "OPEN_COLLECTING", "open-collecting", "make", "__class__"])
def test_a_move_that_does_not_exist_is_not_found(people, maonan, signed_in, name):
    assert move(signed_in(people["heya"]), maonan, name).status_code == 404


def test_the_county_is_told_when_the_next_step_is_the_offices(people, maonan, signed_in):
    cast.put(maonan, State.CERTIFIED)
    told = page(signed_in(people["chenxiao"]), maonan)
    assert told.context["waiting"].name == "publish"
    assert "这一步由市级工作人员办理。" in told.content.decode()
    assert page(signed_in(people["heya"]), maonan).context["waiting"] is None


def test_the_supervisor_sees_everything_and_no_button(people, maonan, signed_in):
    for state in State:
        cast.put(maonan, state)
        answer = page(signed_in(people["zhengzhi"]), maonan)
        assert answer.status_code == 200
        assert answer.context["moves"] == []
        assert 'class="move-go"' not in answer.content.decode()


def test_the_neighbour_finds_no_stage_and_makes_no_move(people, maonan, signed_in):
    client = signed_in(people["huangqiang"])
    assert page(client, maonan).status_code == 404
    for name in MOVES:
        assert client.get(f"/desk/stages/{maonan.pk}/move/{name}/").status_code == 404
        assert move(client, maonan, name, reason="x").status_code == 404
    assert Stage.objects.get(pk=maonan.pk).state == "preparing"


def test_the_page_takes_as_many_queries_for_three_entrants_as_for_one(
    people, maonan, signed_in, django_assert_num_queries
):
    client = signed_in(people["chenxiao"])
    cast.enter_people(maonan, 1, by=people["chenxiao"])
    with django_assert_num_queries(24):
        page(client, maonan)
    from contest.actions.entries import enter_all

    for number in (1, 2):
        enter_all(maonan, cast.station(maonan.district, 1, start=number), by=people["chenxiao"], at=cast.NOW)
    with django_assert_num_queries(24):
        page(client, maonan)
