"""What was counted is kept: every revision recounts for ever, and what was altered beside the log is found."""

import json

import pytest
from django.db import connection
from django.db.models import F

from accounts import log
from accounts.models import LogLine
from contest.actions.entries import leave
from contest.models import Award, Entry
from contest.models.entry import Status
from scoring.actions.certify import certify
from scoring.actions.scoring import reopen_scoring
from scoring.actions.tabulate import tabulate
from scoring.models import Mark, Overtime, Result, Seat, Sheet, Tabulation
from scoring.reads.kept import leaf, recount
from tests import cast
from tests.scoring.filling import confirm, fill, level, opened, sign, time


@pytest.fixture
def stage(maonan, people):
    """Three entrants of 茂南区 counted; the third was absent."""
    stage = opened(maonan, entrants=4, by=people["chenxiao"])
    two = {"by": people["chenxiao"], "seconded_by": people["linfang"]}
    leave(Entry.objects.get(stage=stage, order=4), Status.ABSENT, reason="因公出差", **two, at=cast.NOW)
    fill(stage, level(95, 90, 88), typist=people["chenxiao"])
    time(stage, {1: 335}, typist=people["chenxiao"])
    confirm(stage, checker=people["linfang"])
    tabulate(stage, by=people["chenxiao"], at=cast.later(3))
    return stage


@pytest.fixture
def certified(stage, people):
    sign(stage, by=people["chenxiao"])
    certify(stage, by=people["chenxiao"], at=cast.later(5))
    return stage


def again(stage, people) -> None:
    """A correction of a mark makes revision 2."""
    reopen_scoring(stage, by=people["chenxiao"], seconded_by=people["linfang"], at=cast.later(4), reason="第 1 份录错")
    mark = Mark.objects.filter(sheet__entry__stage=stage, sheet__entry__order=1)[0]
    Mark.objects.filter(pk=mark.pk).update(value_c=mark.value_c - 50)
    Sheet.objects.filter(pk=mark.sheet_id).update(total_c=F("total_c") - 50)
    tabulate(stage, by=people["chenxiao"], at=cast.later(5))


def faults(chain: str = "2023") -> list[str]:
    return [str(fault) for fault in log.verify(chain)[2]]


def alter(table: str, what: str, where: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET {what} WHERE {where}")  # noqa: S608 - our own words
        assert cursor.rowcount == 1


def test_every_revision_recounts_from_its_stored_inputs(stage, people):
    again(stage, people)
    first, second = Tabulation.objects.order_by("revision")
    assert [recount(each.inputs) == each.outcome for each in (first, second)] == [True, True]
    assert first.outcome != second.outcome
    assert second.reason == "第 1 份录错"


def test_a_recount_asks_no_database(stage, django_assert_num_queries):
    kept = Tabulation.objects.get(stage=stage)
    with django_assert_num_queries(0):
        assert recount(kept.inputs) == kept.outcome


def test_the_inputs_hold_everything_that_counted_and_no_name(stage):
    kept = Tabulation.objects.get(stage=stage)
    told = json.loads(kept.inputs)
    assert [each["seconds"] for each in told["entrants"]] == [335, None, None]
    assert [(each["status"], kept.leaves[f"gone:{each['entry']}"][1]) for each in told["gone"]] == [
        ("absent", "因公出差")
    ]
    assert sorted(told["marks"]) == sorted(str(each["entry"]) for each in told["entrants"])
    assert [seat["left"] for seat in told["panel"]] == [None] * 5
    assert [name for name in ("陈志远", "因公出差", "郭明") if name in kept.inputs + kept.outcome] == []


def test_a_name_is_a_leaf_that_its_salt_opens(stage):
    kept = Tabulation.objects.get(stage=stage)
    first = json.loads(kept.inputs)["entrants"][0]
    salt, person = kept.leaves[f"person:{first['entry']}"]
    assert (person["name"], leaf(salt, person)) == ("陈志远", first["person"])


def test_the_line_commits_to_inputs_and_outcome(stage):
    facts = json.loads(LogLine.objects.get(action="tabulate").payload)["facts"]
    kept = Tabulation.objects.get(stage=stage)
    assert {key: facts[key] for key in ("inputs", "outcome")} == kept.digests


def test_two_revisions_and_a_certification_verify(stage, people):
    reopen_scoring(stage, by=people["chenxiao"], seconded_by=people["linfang"], at=cast.later(4), reason="再核对一遍")
    tabulate(stage, by=people["chenxiao"], at=cast.later(5))
    sign(stage, by=people["chenxiao"])
    certify(stage, by=people["chenxiao"], at=cast.later(7))
    assert faults() == []


ROW = "id = (SELECT MIN(id) FROM {})"


@pytest.mark.parametrize(
    ("table", "what", "found"),
    [
        ("scoring_result", "rank = 3", "成绩与统分结果不符"),
        ("scoring_result", "total_num = total_num + 100", "成绩与统分结果不符"),
        ("scoring_result", "tier = 'second'", "成绩与统分结果不符"),
        ("scoring_tabulation", "outcome = outcome || ' '", "留存的统分结果被改动"),
        ("scoring_tabulation", "inputs = REPLACE(inputs, '335', '300')", "留存的统分依据被改动"),
        ("contest_award", "tier = 'second'", "签字确认的奖项被改动"),
        ("contest_award", "tier_name = '二等奖'", "签字确认的奖项被改动"),
        ("contest_award", "rank = 3", "签字确认的奖项被改动"),
        ("contest_stagedocument", f"sha256 = '{'0' * 64}'", "签字确认所据的扫描件被改动"),
    ],
)
def test_what_is_altered_beside_the_log_is_found(certified, table, what, found):
    assert faults() == []
    alter(table, what, ROW.format(table))
    assert found in faults()


def test_a_swapped_name_is_found_in_the_results_and_in_the_awards(certified):
    for model, found in ((Result, "成绩中的姓名、单位与统分时不符"), (Award, "签字确认的奖项被改动")):
        row = model.objects.order_by("pk").first()
        model.objects.filter(pk=row.pk).update(person={**row.person, "name": "黄三"})
        assert found in faults()


@pytest.mark.parametrize(
    ("model", "changed", "found"),
    [
        (Mark, {"value_c": 50}, "统分之后分数被改动"),
        (Overtime, {"seconds": 300}, "统分之后用时、扣分被改动"),
        (Overtime, {"points_c": 0}, "统分之后用时、扣分被改动"),
        (Seat, {"judge": "别人"}, "统分之后评审团被改动"),
    ],
)
def test_the_tables_of_the_live_results_still_say_what_was_counted(stage, model, changed, found):
    row = model.objects.order_by("pk").first()
    model.objects.filter(pk=row.pk).update(**changed)
    assert found in faults()


def test_while_scoring_is_open_again_the_tables_may_differ(stage, people):
    reopen_scoring(stage, by=people["chenxiao"], seconded_by=people["linfang"], at=cast.later(4), reason="用时录错")
    Overtime.objects.update(seconds=300)
    assert "统分之后用时、扣分被改动" not in faults()


def test_a_result_taken_out_is_found(stage):
    Result.objects.filter(rank=3).delete()
    assert faults() == ["成绩与统分结果不符"]


def test_a_name_erased_from_the_leaves_breaks_nothing(certified):
    kept = Tabulation.objects.get(stage=certified)
    del kept.leaves[f"gone:{Entry.objects.get(stage=certified, order=4).pk}"]
    kept.save(update_fields=["leaves"])
    assert faults() == []
    assert recount(kept.inputs) == kept.outcome
