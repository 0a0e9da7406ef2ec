"""When two transactions stood in each other's way and the database ended one: nothing of that one was written."""

import sqlite3

from django.db import OperationalError

from accounts.log import LogMoved

# PostgreSQL: a deadlock, a serialization failure.
SQLSTATES = ("40P01", "40001")
SQLITE = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
# SQLite's extended codes have the plain one in their last byte.
PLAIN = 0xFF


def collided(exception: BaseException) -> bool:
    """Whether the same, sent once more, would most likely succeed."""
    if isinstance(exception, LogMoved):
        return True
    if not isinstance(exception, OperationalError):
        return False
    cause = exception.__cause__
    if getattr(cause, "sqlstate", None) in SQLSTATES:
        return True
    return isinstance(cause, sqlite3.Error) and getattr(cause, "sqlite_errorcode", 0) & PLAIN in SQLITE
