"""What the lists know of a stage: said before the button."""

import pytest

from contest.models import Entry
from contest.models.stage import State
from contest.workflow import MOVES, undone
from quota.actions.approval import approve
from quota.actions.shortlist import draw_up, submit
from tests import cast
from tests.quota.lists import held, table

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("move", ["tabulate", "certify", "publish", "close"])
def test_whoever_lost_the_preliminary_and_still_stands_in_the_begun_final_is_named_before_it_goes_on(
    maonan, final, people, move
):
    table(maonan.season, by=people["heya"])
    held(maonan, [95, 90, 88, 85], by=people["heya"])
    shortlist = draw_up(maonan, by=people["chenxiao"], at=cast.later(1))
    submit(shortlist, by=people["chenxiao"], at=cast.later(2))
    approve(shortlist, by=people["luoping"], at=cast.later(3))
    cast.put(final, State.SCORING)
    winner = Entry.objects.get(stage=maonan, secretary__name="陈志远")
    assert [each.text for each in undone(final, MOVES[move], cast.later(5)) if "初赛资格" in each.text] == []
    Entry.objects.filter(pk=winner.pk).update(status="disqualified", status_reason="材料不实")
    assert [each.text for each in undone(final, MOVES[move], cast.later(5)) if "初赛资格" in each.text] == [
        "陈志远 已被取消初赛资格，仍在决赛排名中；是否同时取消决赛资格，请凭处理决定办理。"
    ]
