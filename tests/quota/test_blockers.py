"""What the lists know of a stage: said before the button."""

import pytest

from contest.models import Entry
from contest.models.stage import State
from contest.workflow import MOVES, undone
from tests import cast
from tests.quota.lists import held

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("move", ["tabulate", "certify", "publish"])
def test_whoever_lost_the_preliminary_and_still_stands_in_the_begun_final_is_named_before_it_goes_on(
    maonan, final, people, move
):
    held(maonan, [95, 90, 88], by=people["heya"])
    winner = Entry.objects.get(stage=maonan, secretary__name="陈志远")
    other = Entry.objects.get(stage=maonan, secretary__name="梁秀英")
    Entry.objects.bulk_create(Entry(stage=final, secretary=e.secretary, posting=e.posting) for e in (winner, other))
    cast.put(final, State.SCORING)
    assert [each.text for each in undone(final, MOVES[move], cast.later(5)) if "初赛资格" in each.text] == []
    Entry.objects.filter(pk=winner.pk).update(status="disqualified", status_reason="材料不实")
    assert [each.text for each in undone(final, MOVES[move], cast.later(5)) if "初赛资格" in each.text] == [
        "陈志远 已被取消初赛资格，仍在决赛排名中；是否同时取消决赛资格，请凭处理决定办理。"
    ]
