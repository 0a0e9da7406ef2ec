"""What the page of the way back tells 何雅 and 陈晓 about 茂南区, from each state."""

import pytest
from django.urls import reverse

from accounts.proposals.actions import propose
from contest import workflow
from contest.models.stage import State
from contest.reads.way_back import way_back
from tests import cast

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
