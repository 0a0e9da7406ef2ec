"""The database's own refusal to change or remove a log line, on both databases."""

from django.db.backends.base.base import BaseDatabaseWrapper

TABLE = "accounts_logline"

SQLITE = {
    "logline_no_update": f"""CREATE TRIGGER logline_no_update BEFORE UPDATE ON {TABLE}
        BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END""",
    "logline_no_delete": f"""CREATE TRIGGER logline_no_delete BEFORE DELETE ON {TABLE}
        BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END""",
}
POSTGRES = (
    """CREATE OR REPLACE FUNCTION logline_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION 'the audit log is append-only' USING ERRCODE = 'restrict_violation'; END $$""",
    f"""CREATE TRIGGER logline_append_only BEFORE UPDATE OR DELETE ON {TABLE}
        FOR EACH ROW EXECUTE FUNCTION logline_append_only()""",
    f"""CREATE TRIGGER logline_no_truncate BEFORE TRUNCATE ON {TABLE}
        FOR EACH STATEMENT EXECUTE FUNCTION logline_append_only()""",
)


def install(connection: BaseDatabaseWrapper) -> None:
    with connection.cursor() as cursor:
        for statement in SQLITE.values() if connection.vendor == "sqlite" else POSTGRES:
            cursor.execute(statement)


def remove(connection: BaseDatabaseWrapper) -> None:
    """Take the triggers away: for un-migrating, and for tests that empty their database."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for name in SQLITE:
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
        else:
            cursor.execute(f"DROP TRIGGER IF EXISTS logline_append_only ON {TABLE}")
            cursor.execute(f"DROP TRIGGER IF EXISTS logline_no_truncate ON {TABLE}")
