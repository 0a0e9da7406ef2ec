"""The audit log keeps every act in order and shows when somebody tampers with it."""

import json

import pytest
from django.db import DatabaseError, connection, transaction

from accounts import log, triggers
from accounts.log import verifying
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


def wrong(chain="2023"):
    """What the verification says, and at which line."""
    return [(fault.seq, str(fault)) for fault in log.verify(chain)[2]]


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


def test_a_changed_payload_shows_though_its_digest_is_mended(ten_lines):
    payload = ten_lines[4].payload.replace('"number":3', '"number":8')
    tamper(
        "UPDATE accounts_logline SET payload = %s, digest = %s WHERE chain = '2023' AND seq = 5",
        payload,
        log.digest(payload),
    )
    assert wrong() == [(5, "与上一条不衔接")]


def test_the_hash_of_a_line_needs_its_digest_only(ten_lines):
    hashes, digests = [line.hash for line in ten_lines], [line.digest for line in ten_lines[1:]]
    assert [log.link(*each) for each in zip(hashes[:-1], digests, strict=True)] == hashes[1:]


def test_a_payload_names_who_acted_and_who_seconded(people):
    heya, luoping = people["heya"], people["luoping"]
    with transaction.atomic():
        line = log.write("2023", "try_out", by=heya, seconded_by=luoping, at=cast.NOW)
        alone = log.write("2023", "try_out", by=None, at=cast.NOW)
    told = [json.loads(each.payload) for each in (line, alone)]
    assert [(each["actor"], each["second"]) for each in told] == [
        (f"user:{heya.pk}", f"user:{luoping.pk}"),
        ("system", ""),
    ]
    assert wrong() == []


def test_an_actor_taken_away_from_a_line_shows(ten_lines):
    tamper("UPDATE accounts_logline SET actor_id = NULL WHERE chain = '2023' AND seq = 4")
    assert wrong() == [(4, "各栏与正文不符")]


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
    assert wrong() == [(10, "末条记录写有 10 条，实有 9 条，或末条不同")]


def test_a_reworded_reason_shows(ten_lines):
    tamper("UPDATE accounts_lognote SET text = '别的原因' WHERE line_id = %s", ten_lines[2].pk)
    assert wrong() == [(3, "写下的理由被改动")]


def test_an_erased_reason_leaves_the_chain_whole(ten_lines):
    tamper("DELETE FROM accounts_lognote WHERE line_id = %s", ten_lines[2].pk)
    assert log.verify("2023")[2] == []


def test_no_payload_carries_the_written_reason_or_a_name(ten_lines):
    told = "".join(line.payload for line in LogLine.objects.all())
    assert "因为要试" not in told
    assert "何雅" not in told


def test_a_head_taken_away_does_not_hide_its_lines(ten_lines):
    tamper("DELETE FROM accounts_loghead WHERE chain = '2023'")
    assert log.chains() == ["2023", "portal"]
    assert wrong() == [(10, "缺少末条记录")]


def test_a_head_set_back_shows(ten_lines):
    tamper("UPDATE accounts_loghead SET count = 5, hash = %s WHERE chain = '2023'", ten_lines[4].hash)
    assert wrong() == [(5, "末条记录写有 5 条，实有 10 条，或末条不同")]


def test_a_line_put_in_at_the_end_shows(ten_lines):
    last = ten_lines[-1]
    payload = last.payload.replace('"seq":10', '"seq":11')
    told = {"chain": "2023", "seq": 11, "at": last.at, "action": last.action, "subject": last.subject}
    told |= {"actor": last.actor, "payload": payload, "digest": log.digest(payload)}
    LogLine.objects.create(**told, hash=log.link(last.hash, told["digest"]))
    assert wrong() == [(10, "末条记录写有 10 条，实有 11 条，或末条不同")]


def test_lines_moved_to_another_chain_show(ten_lines):
    tamper("UPDATE accounts_logline SET chain = '2024' WHERE chain = '2023'")
    tamper("UPDATE accounts_loghead SET chain = '2024' WHERE chain = '2023'")
    assert wrong("2024") == [(seq, "各栏与正文不符") for seq in range(1, 11)]


def test_a_line_written_while_the_chain_is_read_is_no_fault(ten_lines, heya, monkeypatch):
    def head_then_another_line(chain, read=verifying._head):
        head = read(chain)
        monkeypatch.undo()
        with transaction.atomic():
            log.write("2023", "try_out", by=heya, at=cast.NOW)
        return head

    monkeypatch.setattr(verifying, "_head", head_then_another_line)
    assert log.verify("2023") == (11, LogHead.objects.get(chain="2023").hash, [])


def test_floats_are_refused(season, heya):
    with pytest.raises(TypeError, match="no floats"), transaction.atomic():
        log.write("2023", "try_out", by=heya, at=cast.NOW, points=[1, {"x": 0.5}])


@pytest.mark.django_db(transaction=True)
def test_a_line_outside_a_transaction_is_refused():
    with pytest.raises(RuntimeError):
        log.write("2023", "try_out", by=None, at=cast.NOW)


def test_what_is_rolled_back_leaves_no_line(season, heya):
    before = LogHead.objects.get(chain="2023").count

    @transaction.atomic
    def act_and_stumble():
        log.write("2023", "try_out", by=heya, at=cast.NOW)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        act_and_stumble()
    assert LogHead.objects.get(chain="2023").count == before
