"""The database itself refuses to change, remove or replace what is in the log, and a head only grows by one."""

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from accounts import log, triggers
from accounts.models import LogHead, LogLine
from tests import cast

on_sqlite = pytest.mark.skipif(connection.vendor != "sqlite", reason="INSERT OR REPLACE is SQLite's")
on_postgresql = pytest.mark.skipif(connection.vendor != "postgresql", reason="ON CONFLICT fires the update trigger")


@pytest.fixture
def three_lines(season, heya):
    with transaction.atomic():
        for number in range(2):
            log.write("2023", "try_out", by=heya, at=cast.later(number), on=season, number=number)
    return list(LogLine.objects.filter(chain="2023").order_by("seq"))


def refused(sql, *args, match="append-only"):
    with pytest.raises(DatabaseError, match=match), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, args)


REPLACE = """INSERT OR REPLACE INTO accounts_logline (id, chain, seq, at, action, subject, payload, digest, hash)
    SELECT %s, chain, %s, at, 'other', subject, payload, digest, hash FROM accounts_logline WHERE id = %s"""


@on_sqlite
def test_a_line_cannot_be_replaced_by_its_key(three_lines):
    last = three_lines[-1]
    refused(REPLACE, last.pk, 99, last.pk)
    assert LogLine.objects.get(pk=last.pk).action == "try_out"


@on_sqlite
def test_a_line_cannot_be_replaced_by_its_place_in_the_chain(three_lines):
    last = three_lines[-1]
    refused(REPLACE, last.pk + 50, last.seq, last.pk)
    assert LogLine.objects.get(chain="2023", seq=last.seq).action == "try_out"


@on_sqlite
def test_an_update_cannot_replace_a_line(three_lines):
    refused("UPDATE OR REPLACE accounts_logline SET seq = 2 WHERE chain = '2023' AND seq = 3")


@on_sqlite
def test_a_head_cannot_be_replaced(three_lines):
    head = LogHead.objects.get(chain="2023")
    for pk in (head.pk, head.pk + 50):
        refused(
            "INSERT OR REPLACE INTO accounts_loghead (id, chain, count, hash) VALUES (%s, '2023', 0, %s)",
            pk,
            log.GENESIS,
            match="grows by one",
        )


@on_postgresql
def test_an_upsert_cannot_replace_a_line(three_lines):
    refused(
        "INSERT INTO accounts_logline (chain, seq, at, action, subject, payload, digest, hash)"
        " SELECT chain, seq, at, 'other', subject, payload, digest, hash FROM accounts_logline WHERE id = %s"
        " ON CONFLICT (chain, seq) DO UPDATE SET action = 'other'",
        three_lines[-1].pk,
    )


@on_postgresql
def test_neither_lines_nor_heads_can_be_emptied(three_lines):
    connection.check_constraints()
    refused("TRUNCATE accounts_logline CASCADE")
    refused("TRUNCATE accounts_loghead", match="grows by one")


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE accounts_loghead SET count = count - 1 WHERE chain = '2023'",
        "UPDATE accounts_loghead SET count = count + 2 WHERE chain = '2023'",
        "UPDATE accounts_loghead SET hash = 'f' WHERE chain = '2023'",
        "UPDATE accounts_loghead SET count = count + 1, chain = 'other' WHERE chain = '2023'",
        "UPDATE accounts_loghead SET count = count + 1, id = id + 50 WHERE chain = '2023'",
    ],
)
def test_a_head_grows_by_one_and_nothing_else(three_lines, change):
    refused(change, match="grows by one")


def test_a_head_cannot_be_deleted(three_lines):
    refused("DELETE FROM accounts_loghead WHERE chain = '2023'", match="grows by one")


def test_a_head_begins_at_nothing(three_lines):
    refused(
        "INSERT INTO accounts_loghead (chain, count, hash) VALUES ('2024', 7, %s)", log.GENESIS, match="grows by one"
    )


def test_missing_triggers_are_a_fault_of_every_chain(three_lines):
    triggers.remove(connection)
    try:
        found = [str(fault) for fault in log.verify("2023")[2]]
    finally:
        triggers.install(connection)
    assert len(found) == 6
    assert found[0].startswith("数据库里缺少防止改动日志的触发器：logline_")
    assert log.verify("2023")[2] == []


@on_sqlite
def test_a_trigger_of_that_name_that_does_something_else_is_missing(three_lines):
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER logline_no_delete")
        cursor.execute("CREATE TRIGGER logline_no_delete BEFORE DELETE ON accounts_logline WHEN 0 BEGIN SELECT 1; END")
    assert triggers.missing(connection) == ["logline_no_delete"]
    triggers.install(connection)
    assert triggers.missing(connection) == []


@on_postgresql
def test_a_trigger_that_is_switched_off_is_missing(three_lines):
    connection.check_constraints()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE accounts_logline DISABLE TRIGGER logline_append_only")
    assert triggers.missing(connection) == ["logline_append_only"]
    triggers.install(connection)
    assert triggers.missing(connection) == []


@pytest.mark.django_db(transaction=True)
def test_migrate_puts_the_triggers_back_that_a_rebuilt_table_lost():
    triggers.remove(connection)
    assert len(triggers.missing(connection)) == 6
    call_command("migrate", verbosity=0)
    assert triggers.missing(connection) == []
