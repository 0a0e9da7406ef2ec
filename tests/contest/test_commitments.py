"""A correction that two decided is held by its line for ever: altered, put in or taken away by hand, it shows."""

import pytest
from django.db import connection

from accounts import log
from contest.actions.entries import enter_all
from contest.models import NameCorrection, Stage
from tests import cast
from tests.contest.test_correction import certified, put_right  # noqa: F401 - a fixture


@pytest.fixture
def corrected(certified, people):  # noqa: F811
    """陈志远 is really 陈致远, as 陈晓 and 林芳 decided after the results."""
    return put_right(certified, people)


def faults(chain="2023"):
    return [str(fault) for fault in log.verify(chain)[2]]


def by_hand(sql, *args):
    with connection.cursor() as cursor:
        cursor.execute(sql, args)
        assert cursor.rowcount == 1


@pytest.mark.parametrize("column", ["new", "old", "reason"])
def test_what_a_correction_says_altered_by_hand_shows(corrected, column):
    assert faults() == []
    by_hand(f"UPDATE contest_namecorrection SET {column} = '王大力' WHERE id = %s", corrected.pk)  # noqa: S608
    assert faults() == [f"更正 {corrected.pk} 的内容或原因与日志不符"]


@pytest.mark.parametrize("column", ["secretary_id", "field", "by_id", "at"])
def test_of_whom_and_by_whom_shows_after_a_later_correction_sealed_the_table(corrected, certified, people, column):  # noqa: F811
    other = certified.entries.get(order=2).secretary_id
    new = {"secretary_id": other, "field": "town", "by_id": people["heya"].pk, "at": cast.NOW}[column]
    by_hand(f"UPDATE contest_namecorrection SET {column} = %s WHERE id = %s", new, corrected.pk)  # noqa: S608
    put_right(certified, people, old="陈致远", new="陈至远")
    assert faults() == [f"更正记录 {corrected.pk} 与日志不符"]


def test_one_put_in_and_one_taken_away_by_hand_show_after_a_later_correction(corrected, certified, people):  # noqa: F811
    NameCorrection.objects.filter(pk=corrected.pk).delete()
    told = {"field": "name", "old": "陈志远", "new": "王大力", "reason": "x", "at": cast.NOW}
    made = NameCorrection.objects.create(
        secretary_id=corrected.secretary_id, by=people["heya"], seconded_by=people["luoping"], **told
    )
    put_right(certified, people, old="陈致远", new="陈至远")
    assert faults() == [f"更正记录 {corrected.pk} 不见了", f"更正记录 {made.pk} 没有对应的日志"]


def test_who_enters_the_next_season_brings_along_what_was_put_right(corrected, people, heya):
    cast.season(heya, code="2024", title="另一届", theme="另一届", at=cast.later(20))
    stage = Stage.objects.whole().get(season__code="2024", district__code="maonan")
    enter_all(stage, list(corrected.secretary.postings.all()), by=people["chenxiao"], at=cast.later(21))
    assert (faults("2024"), faults()) == ([], [])
