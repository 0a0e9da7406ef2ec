"""Three people level on the last seats: the whole way from the sheets to the final, by the portal's own moves."""

import pytest

from contest.actions.documents import upload_signed_result
from contest.actions.season import schedule
from contest.models import Award, Entry, Stage
from contest.workflow import CannotMove, perform
from quota.actions.approval import approve
from quota.actions.shortlist import draw_up, submit
from quota.wording import reason
from scoring.actions.confirmation import Seen, confirm_sheets
from scoring.actions.rulings import record_ruling
from scoring.models import Sheet
from tests import cast
from tests.quota.lists import table
from tests.scans import PDF
from tests.scoring.dealing import deal, type_sheets

pytestmark = pytest.mark.django_db

STRONG = {"achievement": 3900, "approach": 1900, "delivery": 1900, "slides": 950, "poise": 950}
LEVEL = {"achievement": 3600, "approach": 1750, "delivery": 1800, "slides": 850, "poise": 850}
WEAK = {"achievement": 3000, "approach": 1500, "delivery": 1500, "slides": 700, "poise": 700}


def scored(stage: Stage, people) -> Stage:
    """陈志远 leads, 梁秀英, 王䶮 and 李㛃 are level, 黄𬱖 and 张三 follow: three judges, every sheet confirmed."""
    stage = deal(stage, entrants=6, judges=3, by=people["chenxiao"])
    schedule(stage, held_on=cast.NOW.date(), venue="白石镇礼堂", by=people["chenxiao"], at=cast.NOW)
    for places, marks in (([1], STRONG), ([2, 3, 4], LEVEL), ([5, 6], WEAK)):
        type_sheets(
            stage, Sheet.objects.filter(stage=stage, entry__order__in=places), by=people["chenxiao"], marks=marks
        )
    seen = [Seen(pk, edit) for pk, edit in Sheet.objects.filter(stage=stage).values_list("pk", "edit")]
    confirm_sheets(stage, seen, by=people["linfang"], at=cast.later(2))
    perform("tabulate", stage, by=people["chenxiao"], at=cast.later(3))
    return Stage.objects.whole().get(pk=stage.pk)


def sign(stage: Stage, people, *, minutes: int) -> None:
    upload_signed_result(stage, files=[("成绩单.pdf", PDF)], by=people["chenxiao"], at=cast.later(minutes))
    perform("certify", stage, by=people["chenxiao"], at=cast.later(minutes + 1))


def test_a_three_way_tie_across_the_last_seats_stops_asks_and_is_settled_by_the_ruling(maonan, final, people):
    table(maonan.season, by=people["heya"])
    stage = scored(maonan, people)
    with pytest.raises(CannotMove) as stopped:
        sign(stage, people, minutes=4)
    asks = [problem for problem in stopped.value.problems if "决赛名额" in problem.text]
    assert [problem.text for problem in asks] == [
        "梁秀英、王䶮、李㛃 并列，决赛名额只剩 2 个，请评审团裁定先后并登记，再重新统分。"
    ]
    assert asks[0].url == f"/desk/stages/{stage.pk}/ruling/"

    entry = {each.secretary.name: each for each in Entry.objects.filter(stage=stage).select_related("secretary")}
    order = [entry[name].pk for name in ("李㛃", "梁秀英", "王䶮")]
    record_ruling(
        stage,
        order=order,
        kind="lots",
        reason="评审团当场抽签",
        by=people["chenxiao"],
        seconded_by=people["linfang"],
        at=cast.later(6),
    )
    stage = Stage.objects.whole().get(pk=stage.pk)
    sign(stage, people, minutes=7)
    shortlist = draw_up(stage, by=people["chenxiao"], at=cast.later(9))
    submit(shortlist, by=people["chenxiao"], at=cast.later(10))
    perform("publish", stage, by=people["luoping"], at=cast.later(11))
    approve(shortlist, by=people["heya"], at=cast.later(12))

    ranked = ["陈志远", "李㛃", "梁秀英", "王䶮"]
    live = stage.tabulations.get(live=True).results.order_by("position")
    assert list(live.values_list("entry__secretary__name", "rank"))[:4] == [
        (name, place) for place, name in enumerate(ranked, start=1)
    ]
    prizes = Award.objects.filter(entry__stage=stage).order_by("rank").values_list("entry__secretary__name", "tier")
    assert list(prizes)[:4] == [("陈志远", "first"), ("李㛃", "second"), ("梁秀英", "second"), ("王䶮", "third")]
    picks = list(shortlist.picks.values_list("entry__secretary__name", "outcome"))
    assert picks[:4] == [("陈志远", "finalist"), ("李㛃", "finalist"), ("梁秀英", "finalist"), ("王䶮", "reserve")]
    assert reason(shortlist.picks.all()[1]) == "第 2 名，名额 3 个，推荐参加决赛（同分，名次经当场抽签）"
    entered = Entry.objects.filter(stage=final).order_by("pk")
    assert list(entered.values_list("secretary__name", flat=True)) == ranked[:3]
