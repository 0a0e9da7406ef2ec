"""What was written on a sheet is in the log; a sheet altered beside the log is found from the tables."""

import pytest
from django.db import connection

from accounts import log
from scoring.actions.confirmation import Seen, confirm_sheets, return_sheet
from scoring.actions.corrections import correct_sheet
from scoring.actions.sheets import Change, save_marks
from scoring.models import Criterion, Sheet
from tests import cast
from tests.scoring.dealing import MARKS, deal, sheet_of, type_sheets


@pytest.fixture
def stage(people, maonan):
    """One sheet confirmed, one confirmed and corrected, one sent back, one with a mark cleared, the others empty."""
    chenxiao, linfang = people["chenxiao"], people["linfang"]
    stage = deal(maonan, entrants=3, judges=3, by=chenxiao)
    first, second, third, fourth = type_sheets(stage, Sheet.objects.order_by("pk")[:4], by=chenxiao)
    assert confirm_sheets(stage, [Seen(pk, 1) for pk in (first.pk, second.pk)], by=linfang, at=cast.later(2)) == []
    second.refresh_from_db()
    correct_sheet(second, {"poise": 900}, "看错一位", by=linfang, at=cast.later(3))
    return_sheet(third, "合计不符", edit=1, by=linfang, at=cast.later(4))
    save_marks(stage, [Change(fourth.pk, 1, {"poise": None, "slides": 900})], by=linfang, at=cast.later(5))
    return stage


def found():
    return [str(fault) for fault in log.verify("2023")[2]]


def alter(sql, *args):
    with connection.cursor() as cursor:
        cursor.execute(sql, args)
        assert cursor.rowcount == 1


def test_sheets_nobody_altered_say_what_the_log_says(stage):
    assert (Sheet.objects.count(), found()) == (10, [])


def test_an_altered_mark_shows(stage):
    sheet = sheet_of(stage)
    alter("UPDATE scoring_mark SET value_c = 3650 WHERE sheet_id = %s AND value_c = 3600", sheet.pk)
    assert found() == [f"评分表 {sheet.pk} 的分数与日志不符"]


def test_an_altered_mark_shows_though_its_total_was_altered_with_it(stage):
    sheet = sheet_of(stage)
    alter("UPDATE scoring_mark SET value_c = 3650 WHERE sheet_id = %s AND value_c = 3600", sheet.pk)
    alter("UPDATE scoring_sheet SET total_c = total_c + 50 WHERE id = %s", sheet.pk)
    assert found() == [f"评分表 {sheet.pk} 的分数与日志不符"]


def test_a_mark_moved_from_one_criterion_to_another_shows(stage):
    sheet = sheet_of(stage)
    alter("UPDATE scoring_mark SET value_c = 3700 WHERE sheet_id = %s AND value_c = 3600", sheet.pk)
    alter("UPDATE scoring_mark SET value_c = 1650 WHERE sheet_id = %s AND value_c = 1750", sheet.pk)
    assert found() == [f"评分表 {sheet.pk} 的分数与日志不符"]


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ("UPDATE scoring_sheet SET total_c = total_c + 50 WHERE id = %s", "合计"),
        ("UPDATE scoring_sheet SET confirmed_by_id = confirmed_by_id + 2 WHERE id = %s", "核对人"),
        ("UPDATE scoring_sheet SET typed_by_id = typed_by_id + 2 WHERE id = %s", "录入人"),
        ("UPDATE scoring_sheet SET live = NOT live WHERE id = %s", "状态"),
        ("UPDATE scoring_sheet SET edit = edit + 1 WHERE id = %s", "状态"),
        ("UPDATE scoring_sheet SET state = 'typed', confirmed_by_id = NULL WHERE id = %s", "核对人"),
    ],
)
def test_an_altered_sheet_shows(stage, change, what):
    sheet = sheet_of(stage)
    alter(change, sheet.pk)
    assert found() == [f"评分表 {sheet.pk} 的{what}与日志不符"]


@pytest.mark.parametrize("who", ["typed_by_id", "confirmed_by_id"])
def test_a_mark_whose_typist_or_confirmer_was_altered_shows(stage, who):
    sheet = sheet_of(stage)
    other = {"typed_by_id": "typed_by_id + 2", "confirmed_by_id": "confirmed_by_id + 2"}[who]
    alter(f"UPDATE scoring_mark SET {who} = {other} WHERE sheet_id = %s AND value_c = 3600", sheet.pk)  # noqa: S608
    assert found() == [f"评分表 {sheet.pk} 有的分数录入人或核对人与日志不符"]


def test_a_mark_whose_maximum_is_not_its_criterions_shows(stage):
    sheet = sheet_of(stage)
    alter("UPDATE scoring_mark SET max_c = max_c + 100 WHERE sheet_id = %s AND value_c = 3600", sheet.pk)
    assert found() == [f"评分表 {sheet.pk} 有的分数的满分与评分项不符"]


def test_marks_that_two_clerks_typed_and_confirmed_for_each_other_are_no_fault(stage, people):
    chenxiao, linfang = people["chenxiao"], people["linfang"]
    sheet = sheet_of(stage, 2, 2)
    save_marks(stage, [Change(sheet.pk, 0, {**MARKS, "poise": None})], by=chenxiao, at=cast.later(6))
    save_marks(stage, [Change(sheet.pk, 1, {"poise": 700})], by=linfang, at=cast.later(7))
    assert confirm_sheets(stage, [Seen(sheet.pk, 2)], by=linfang, at=cast.later(8)) == []
    assert found() == []
    assert confirm_sheets(stage, [Seen(sheet.pk, 3)], by=chenxiao, at=cast.later(9)) == []
    assert (sheet_of(stage, 2, 2).state, found()) == ("confirmed", [])


def test_a_sheet_laid_to_another_entrant_shows(stage):
    sheet, empty = sheet_of(stage), sheet_of(stage, 3, 3)
    empty.delete()
    Sheet.objects.filter(pk=sheet.pk).update(entry=sheet_of(stage, 3).entry_id, seat=sheet_of(stage, 1, 3).seat_id)
    assert found() == [f"评分表 {sheet.pk} 的参赛者或评委与日志不符"]


def test_an_older_version_that_was_altered_shows(stage):
    old = Sheet.objects.get(live=False)
    alter("UPDATE scoring_mark SET value_c = 800 WHERE sheet_id = %s AND value_c = 850 AND criterion_id = %s", old.pk,
          Criterion.objects.get(code="poise", ruleset__stage=stage).pk)  # fmt: skip
    assert found() == [f"评分表 {old.pk} 的分数与日志不符"]


def test_a_sheet_filled_in_beside_the_log_shows(stage):
    sheet = sheet_of(stage, 3, 3)
    poise = Criterion.objects.get(code="poise", ruleset__stage=stage)
    sheet.marks.create(criterion=poise, value_c=1000, max_c=1000)
    assert found() == [f"评分表 {sheet.pk} 的分数与日志不符"]


def test_a_sheet_taken_away_shows(stage):
    pk = sheet_of(stage).pk
    Sheet.objects.filter(pk=pk).delete()
    assert found() == [f"评分表 {pk} 不见了"]


def test_the_check_asks_as_much_for_ten_sheets_as_for_three(people, maonan, dianbai, django_assert_num_queries):
    for stage, entrants, who in ((maonan, 1, "chenxiao"), (dianbai, 3, "huangqiang")):
        deal(stage, entrants=entrants, by=people[who])
        type_sheets(stage, Sheet.objects.filter(stage=stage), by=people[who])
        with django_assert_num_queries(46):
            log.verify("2023")
