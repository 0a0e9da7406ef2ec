"""A line seals whole tables: what is altered, put in or taken away beside the log shows at the table's newest seal."""

import pytest
from django.db import connection, transaction

from accounts import log, triggers
from accounts.log import sealing
from accounts.models import LogHead, LogLine
from contest.actions.draw import commit_draw, draw_lots
from contest.actions.entries import enter_all
from contest.actions.removal import remove_rehearsal
from contest.actions.season import schedule
from contest.actions.season_changes import archive_season
from contest.models import Entry, NameCorrection, Season, Stage
from contest.models.entry import Status
from contest.models.stage import State
from tests import cast


def faults(chain="2023"):
    return [str(fault) for fault in log.verify(chain)[2]]


def by_hand(sql, *args):
    """As somebody with the database in hand: the triggers taken off and put back."""
    triggers.remove(connection)
    with connection.cursor() as cursor:
        cursor.execute(sql, args)
    triggers.install(connection)


STAGES = "有赛段的状态、日期、版次、经办人或公示期与日志不符"


@pytest.mark.parametrize(
    "change",
    [
        "state = 'scoring'",
        "held_on = '2023-09-09'",
        "revision = 4",
        "certified_at = '2023-09-09 00:00:00+00:00'",
        "notice_provisional = (1 = 1)",
    ],
)
def test_maonans_stage_altered_by_hand_is_found_at_the_line_that_sealed_it(maonan, people, change):
    schedule(maonan, held_on=cast.NOW.date(), venue="茂南区会堂", by=people["chenxiao"], at=cast.NOW)
    assert faults() == []
    by_hand(f"UPDATE contest_stage SET {change} WHERE id = %s", maonan.pk)  # noqa: S608 - of the list above
    [fault] = log.verify("2023")[2]
    assert (fault.seq, str(fault)) == (2, STAGES)


def test_the_same_stage_is_whole_again_once_it_is_put_back(maonan):
    cast.written_down(maonan)
    by_hand("UPDATE contest_stage SET revision = 4 WHERE id = %s", maonan.pk)
    by_hand("UPDATE contest_stage SET revision = 0 WHERE id = %s", maonan.pk)
    assert faults() == []


def test_somebody_disqualified_by_hand_is_found(maonan, people):
    [first, _second] = cast.enter_people(maonan, 2, by=people["chenxiao"])
    assert faults() == []
    Entry.objects.filter(pk=first.pk).update(status=Status.DISQUALIFIED, status_reason="x")
    assert faults() == ["有参赛者的身份或参赛状态与日志不符"]


def test_an_entrant_who_was_put_in_by_hand_is_found(maonan, people):
    cast.enter_people(maonan, 1, by=people["chenxiao"])
    [other] = cast.station(maonan.district, 1)
    Entry.objects.create(stage=maonan, secretary=other.secretary, posting=other, district=maonan.district)
    assert faults() == ["有参赛者的身份或参赛状态与日志不符"]


def test_who_enters_after_the_draw_is_nothing_that_was_altered(maonan, people):
    """Their row stands among the drawn places, without one."""
    chenxiao = people["chenxiao"]
    cast.enter_people(maonan, 2, by=chenxiao)
    draw = commit_draw(cast.put(maonan, State.READY), by=chenxiao, at=cast.NOW)
    cast.written_down(maonan)
    draw_lots(draw, witnesses="见证人甲", witness_word="427", by=chenxiao, at=cast.later(1))
    assert faults() == []
    enter_all(maonan, cast.station(maonan.district, 1, start=2), by=chenxiao, at=cast.later(2))
    assert faults() == []


def test_a_name_put_right_by_hand_is_found_though_the_row_says_it_was_done_long_ago(maonan, people):
    [entry] = cast.enter_people(maonan, 1, by=people["chenxiao"])
    by_hand(
        "INSERT INTO contest_namecorrection (secretary_id, field, old, new, reason, by_id, seconded_by_id, at)"
        " VALUES (%s, 'name', 'a', 'b', 'x', %s, %s, '2020-01-01 00:00:00+00:00')",
        entry.secretary_id,
        people["heya"].pk,
        people["luoping"].pk,
    )
    row = NameCorrection.objects.get().pk
    assert faults() == [f"更正记录 {row} 没有对应的日志", "有姓名单位更正的记录与日志不符"]


def test_a_season_renamed_or_made_a_rehearsal_by_hand_is_found(season, people):
    archive_season(season, by=people["heya"], at=cast.later(1))
    assert faults() == []
    by_hand("UPDATE contest_season SET is_rehearsal = (1 = 1) WHERE id = %s", season.pk)
    assert faults() == ["届次的名称、公示天数、放假安排或演练标记与日志不符"]


def test_lines_from_before_there_were_seals_say_nothing(season, monkeypatch, people):
    monkeypatch.setattr(sealing, "_tables", [])
    with transaction.atomic():
        log.write("old", "open_season", by=people["heya"], at=cast.NOW, rehearsal=False)
    monkeypatch.undo()
    assert "sealed" not in LogLine.objects.get(chain="old").payload
    assert faults("old") == []


def test_seals_of_other_columns_are_passed_over(maonan, monkeypatch):
    fewer = [
        sealing.Table(table.name, table.model, table.within, table.columns[:1], table.verbs, table.says)
        for table in sealing._tables
    ]
    cast.written_down(maonan)
    Stage.objects.filter(pk=maonan.pk).update(state=State.READY)
    assert faults() == [STAGES]
    monkeypatch.setattr(sealing, "_tables", fewer)
    assert faults() == []


def test_a_table_is_read_in_one_query_however_many_rows_it_has(maonan, django_assert_num_queries):
    stages = next(table for table in sealing._tables if table.name == "stages")
    assert Stage.objects.filter(season__code="2023").count() > 1
    with django_assert_num_queries(1):
        stages.digest("2023")


def forge_removal(code):
    """Everything of the season gone, and a lawful-looking line that says so at the end of its chain."""
    triggers.remove(connection)
    Stage.objects.filter(season__code=code).delete()
    Season.objects.filter(code=code).delete()
    triggers.install(connection)
    with transaction.atomic():
        log.write(code, "removed", by=None, at=cast.later(9), counts={})


def test_a_real_season_with_certified_results_cannot_be_gone(season, people):
    with transaction.atomic():
        log.write("2023", "certify", by=people["luoping"], at=cast.later(1))
    forge_removal("2023")
    assert "这一届不是演练，且已有签字确认的成绩，不能移除" in faults()


def test_a_real_season_in_which_nothing_was_certified_can_be_gone(season):
    forge_removal("2023")
    assert faults() == []


def test_a_rehearsal_that_was_certified_can_be_gone(people):
    rehearsal = cast.rehearsal(people["heya"])
    with transaction.atomic():
        log.write(rehearsal.code, "certify", by=people["luoping"], at=cast.later(1))
    code = rehearsal.code
    remove_rehearsal(rehearsal, by=people["heya"], at=cast.later(2))
    assert (faults(code), LogHead.objects.get(chain=code).count) == ([], 3)


@pytest.mark.parametrize("change", ["is_superuser = (1 = 1)", "is_staff = (1 = 1)", "rehearsal = 'yanlian'"])
def test_chenxiao_given_everything_or_made_up_by_hand_is_found(people, change):
    chenxiao = people["chenxiao"].pk
    by_hand(f"UPDATE accounts_user SET {change} WHERE id = %s", chenxiao)  # noqa: S608 - of the list above
    assert f"账号 {chenxiao} 的权限或演练标记与日志不符" in faults("portal")
