"""The audit log keeps every act in order and shows when somebody tampers with it."""

import pytest
from django.db import DatabaseError, connection, transaction

from accounts import log, triggers
from accounts.models import LogHead, LogLine
from tests import cast


@pytest.fixture
def ten_lines(season, heya):
    with transaction.atomic():
        for number in range(9):
            log.write("2023", "try_out", by=heya, at=cast.later(number), on=season, reason="因为要试", number=number)
    return list(LogLine.objects.filter(chain="2023").order_by("seq"))


def tamper(sql, *args):
    """What somebody with the database's password could do."""
    triggers.remove(connection)
    with connection.cursor() as cursor:
        cursor.execute(sql, args)
    triggers.install(connection)


def test_a_chain_nobody_touched_has_no_faults(ten_lines):
    head = LogHead.objects.get(chain="2023")
    assert log.verify("2023") == (10, head.hash, [])
    assert (head.count, head.hash) == (10, ten_lines[-1].hash)


def test_a_line_cannot_be_changed(ten_lines):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        LogLine.objects.filter(seq=3).update(action="other")


def test_a_line_cannot_be_deleted(ten_lines):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        LogLine.objects.filter(seq=3)._raw_delete("default")


def test_a_changed_column_shows(ten_lines):
    tamper("UPDATE accounts_logline SET action = 'other' WHERE chain = '2023' AND seq = 4")
    assert [fault.seq for fault in log.verify("2023")[2]] == [4]


def test_a_changed_payload_shows(ten_lines):
    tamper("UPDATE accounts_logline SET payload = replace(payload, '\"number\":3', '\"number\":8') WHERE seq = 5")
    assert [fault.seq for fault in log.verify("2023")[2]] == [5]


def test_a_missing_line_shows(ten_lines):
    tamper("DELETE FROM accounts_lognote WHERE line_id = %s", ten_lines[5].pk)
    tamper("DELETE FROM accounts_logline WHERE chain = '2023' AND seq = 6")
    assert {fault.seq for fault in log.verify("2023")[2]} == {7, 8, 9, 10}


def test_a_cut_tail_shows_against_the_head(ten_lines):
    tamper("DELETE FROM accounts_lognote WHERE line_id = %s", ten_lines[9].pk)
    tamper("DELETE FROM accounts_logline WHERE chain = '2023' AND seq = 10")
    assert log.verify("2023")[2] == [log.Fault(10, "head says 10 lines, 9 are there")]


def test_a_reworded_reason_shows(ten_lines):
    tamper("UPDATE accounts_lognote SET text = '别的原因' WHERE line_id = %s", ten_lines[2].pk)
    assert log.verify("2023")[2] == [log.Fault(3, "the written reason was changed")]


def test_an_erased_reason_leaves_the_chain_whole(ten_lines):
    tamper("DELETE FROM accounts_lognote WHERE line_id = %s", ten_lines[2].pk)
    assert log.verify("2023")[2] == []


def test_no_payload_carries_the_written_reason_or_a_name(ten_lines):
    told = "".join(line.payload for line in LogLine.objects.all())
    assert "因为要试" not in told
    assert "何雅" not in told


def test_floats_are_refused(season, heya):
    with pytest.raises(TypeError, match="no floats"), transaction.atomic():
        log.write("2023", "try_out", by=heya, at=cast.NOW, points=[1, {"x": 0.5}])


@pytest.mark.django_db(transaction=True)
def test_a_line_outside_a_transaction_is_refused():
    with pytest.raises(RuntimeError):
        log.write("2023", "try_out", by=None, at=cast.NOW)


def test_what_is_rolled_back_leaves_no_line(season, heya):
    before = LogHead.objects.get(chain="2023").count
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        log.write("2023", "try_out", by=heya, at=cast.NOW)
        _ = 1 / 0
    assert LogHead.objects.get(chain="2023").count == before
