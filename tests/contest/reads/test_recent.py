"""The last acts about 茂南区's preliminary: on the stage, and on its entrants and judges."""

import pytest

from accounts import log
from contest.models import Stage
from contest.reads.recent import last_acts
from tests import cast
from tests.scoring.filling import opened


@pytest.fixture
def stage(maonan, dianbai, people):
    opened(dianbai, entrants=1, judges=3, by=people["huangqiang"])
    return opened(maonan, entrants=3, judges=3, by=people["chenxiao"])


def test_what_was_decided_about_somebody_is_told_with_their_name_and_nothing_of_the_neighbours(stage, dianbai, people):
    judge, entrant = stage.seats.order_by("number")[0], stage.entries.order_by("order")[0]
    sheet = entrant.sheets.order_by("seat__number")[0]
    for on, action in (
        (judge, "vacate"),
        (entrant, "leave"),
        (dianbai.entries.get(), "leave"),
        (stage, "schedule"),
        (sheet, "correct_sheet"),
        (sheet, "save_marks"),
        (dianbai, "schedule"),
    ):
        log.write("2023", action, by=people["chenxiao"], at=cast.later(9), on=on, reason="身体不适")
    told = [(line.text, line.about.name, line.reason) for line in last_acts(stage, 4)]
    assert told == [
        ("更正评分表", "陈志远的评分表（1 号评委）", "身体不适"),
        ("确定时间地点", "", "身体不适"),
        ("记录退出、缺席或取消资格", "陈志远", "身体不适"),
        ("评委离席", judge.judge, "身体不适"),
    ]


def test_three_entrants_cost_as_many_queries_as_one(stage, people, django_assert_num_queries):
    entries = list(stage.entries.order_by("order"))
    here = Stage.objects.whole().get(pk=stage.pk)
    log.write("2023", "leave", by=people["chenxiao"], at=cast.later(9), on=entries[0])
    with django_assert_num_queries(2):
        assert [line.about.name for line in last_acts(here, 1)] == ["陈志远"]
    for entry in entries[1:]:
        log.write("2023", "leave", by=people["chenxiao"], at=cast.later(9), on=entry)
    with django_assert_num_queries(2):
        assert [line.about.name for line in last_acts(here, 3)] == ["王䶮", "梁秀英", "陈志远"]
