"""The database's own refusals, on both databases: a log line is never changed, removed or replaced, a head only grows.

Installed anew after every `migrate`, since rebuilding a table drops its triggers; `verify_log` faults a missing one.
"""

from typing import Any

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

LINES, HEADS = "accounts_logline", "accounts_loghead"
ONLY_APPENDED = "the audit log is append-only"
ONLY_GROWS = "the head of the audit log grows by one and nothing else"
GROWS = "NEW.id = OLD.id AND NEW.chain = OLD.chain AND NEW.count = OLD.count + 1"


def _sqlite(name: str, when: str, table: str, condition: str, message: str) -> str:
    guard = f" WHEN {condition}" if condition else ""
    return f"CREATE TRIGGER {name} {when} ON {table}{guard} BEGIN SELECT RAISE(ABORT, '{message}'); END"


# INSERT OR REPLACE removes the row in its way without asking the DELETE trigger: it is refused before it inserts.
SQLITE = {
    name: _sqlite(name, *rest)
    for name, *rest in (
        ("logline_no_update", "BEFORE UPDATE", LINES, "", ONLY_APPENDED),
        ("logline_no_delete", "BEFORE DELETE", LINES, "", ONLY_APPENDED),
        (
            "logline_no_replace",
            "BEFORE INSERT",
            LINES,
            "EXISTS (SELECT 1 FROM accounts_logline WHERE id = NEW.id OR (chain = NEW.chain AND seq = NEW.seq))",
            ONLY_APPENDED,
        ),
        ("loghead_only_grows", "BEFORE UPDATE", HEADS, f"NOT ({GROWS})", ONLY_GROWS),
        ("loghead_no_delete", "BEFORE DELETE", HEADS, "", ONLY_GROWS),
        (
            "loghead_no_replace",
            "BEFORE INSERT",
            HEADS,
            "NEW.count <> 0 OR EXISTS (SELECT 1 FROM accounts_loghead WHERE id = NEW.id OR chain = NEW.chain)",
            ONLY_GROWS,
        ),
    )
}

REFUSALS = {
    "logline_append_only": f"BEGIN RAISE EXCEPTION '{ONLY_APPENDED}' USING ERRCODE = 'restrict_violation'; END",
    "loghead_only_grows": f"BEGIN RAISE EXCEPTION '{ONLY_GROWS}' USING ERRCODE = 'restrict_violation'; END",
}
# (trigger, table, what it guards, its refusal)
POSTGRES = (
    ("logline_append_only", LINES, "BEFORE UPDATE OR DELETE ON {} FOR EACH ROW", "logline_append_only"),
    ("logline_no_truncate", LINES, "BEFORE TRUNCATE ON {} FOR EACH STATEMENT", "logline_append_only"),
    ("loghead_only_grows", HEADS, f"BEFORE UPDATE ON {{}} FOR EACH ROW WHEN (NOT ({GROWS}))", "loghead_only_grows"),
    ("loghead_starts_empty", HEADS, "BEFORE INSERT ON {} FOR EACH ROW WHEN (NEW.count <> 0)", "loghead_only_grows"),
    ("loghead_no_delete", HEADS, "BEFORE DELETE ON {} FOR EACH ROW", "loghead_only_grows"),
    ("loghead_no_truncate", HEADS, "BEFORE TRUNCATE ON {} FOR EACH STATEMENT", "loghead_only_grows"),
)


class Unguarded(Exception):
    """The database did not take the triggers of the audit log."""


def install(connection: BaseDatabaseWrapper) -> None:
    """Put the triggers in place, whether or not they are there. Raises Unguarded when one is missing afterwards."""
    remove(connection)
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for statement in SQLITE.values():
                cursor.execute(statement)
        else:
            for name, body in REFUSALS.items():
                cursor.execute(
                    f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $refusal${body}$refusal$"
                )
            for name, table, what, refusal in POSTGRES:
                cursor.execute(f"CREATE TRIGGER {name} {what.format(table)} EXECUTE FUNCTION {refusal}()")
    if absent := missing(connection):
        raise Unguarded(", ".join(absent))


def remove(connection: BaseDatabaseWrapper) -> None:
    """Take the triggers away: for un-migrating, and for tests that empty their database."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for name in SQLITE:
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
        else:
            for name, table, _what, _refusal in POSTGRES:
                cursor.execute(f"DROP TRIGGER IF EXISTS {name} ON {table}")


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """The triggers that are not there, are switched off, or do something else."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'log%'")
            there = dict(cursor.fetchall())
            return [name for name, sql in SQLITE.items() if there.get(name) != sql]
        cursor.execute(
            "SELECT t.tgname, p.proname, p.prosrc FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid"
            " WHERE t.tgrelid IN (%s::regclass, %s::regclass) AND t.tgenabled IN ('O', 'A')",
            [LINES, HEADS],
        )
        standing = {name: (function, body) for name, function, body in cursor.fetchall()}
    return [name for name, _table, _what, does in POSTGRES if standing.get(name) != (does, REFUSALS[does])]


def after_migrate(using: str, **told: Any) -> None:
    """Rebuilding a table drops its triggers, and most migrations on SQLite rebuild (a receiver of post_migrate)."""
    connection = connections[using]
    if {LINES, HEADS} <= set(connection.introspection.table_names()):
        install(connection)
