"""SQLite behind a write gate.

SQLite lets one transaction write at a time, but it does not queue the others: they poll, and under fifty writers some
poll for half a minute while newcomers overtake them. So every outermost transaction first takes an exclusive `flock`
on a file beside the database; the kernel wakes the waiters one by one. A process that dies releases its lock.

The gate opens with the transaction and closes with its commit or rollback; a write outside any transaction is one by
itself. So no code has to remember it.

`OPTIONS["timeout"]`, in seconds, is one deadline for both waits together, that for the gate and that for SQLite's own
lock, which a program that knows no gate may hold. Whoever has waited in vain does not wait again in the same request.
`OPTIONS["gate"] = False` takes the gate away, `OPTIONS["busy"]` bounds SQLite's wait alone: for the controls of the
race drills.
"""

import fcntl
import os
import sqlite3
import threading
import time
from collections.abc import Callable
from typing import Any

from django.db import OperationalError
from django.db.backends.sqlite3 import base, features

WRITES = ("INSERT", "UPDATE", "DELETE", "REPLACE")


def locked() -> OperationalError:
    """What SQLite says when it gives up waiting, said of the gate."""
    told = sqlite3.OperationalError("database is locked: the write gate stayed shut")
    told.sqlite_errorcode = sqlite3.SQLITE_BUSY
    raised = OperationalError(*told.args)
    raised.__cause__ = told
    return raised


def take_within(gate: int, seconds: float) -> bool:
    """Lock the open file, in the order of coming; whether it was had in time. Not had, the file is closed."""
    try:
        fcntl.flock(gate, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        if seconds > 0:
            return _Queued(gate).had(seconds)
        os.close(gate)
        return False
    return True


class _Queued:
    """The kernel wakes waiters in their order but knows no deadline: a thread waits, and lets go if nobody waits on."""

    def __init__(self, gate: int) -> None:
        self._gate, self._mine, self._is_over = gate, threading.Lock(), threading.Event()
        self._left = self._has = False
        threading.Thread(target=self._wait, name="at the write gate", daemon=True).start()

    def had(self, seconds: float) -> bool:
        self._is_over.wait(seconds)
        with self._mine:
            self._left = not self._has
        return self._has

    def _wait(self) -> None:
        fcntl.flock(self._gate, fcntl.LOCK_EX)
        with self._mine:
            self._has = not self._left
        self._is_over.set()
        if self._left:
            os.close(self._gate)


class DatabaseFeatures(features.DatabaseFeatures):
    # SQLite's own limit since 3.32. Django assumes the 999 of older ones and would write 212 postings in pieces.
    max_query_params = 32_766 if sqlite3.sqlite_version_info >= (3, 32) else 999


class DatabaseWrapper(base.DatabaseWrapper):
    features_class = DatabaseFeatures

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._gate: int | None = None
        # Until then nobody waits here again: the same request has waited in vain.
        self._gave_up_until = 0.0
        self.execute_wrappers.append(self._through_gate)

    def get_connection_params(self) -> dict[str, Any]:
        params = super().get_connection_params()
        self._gated = params.pop("gate", True) and not self.is_in_memory_db()
        self._patience, self._busy = params.get("timeout", 5.0), params.pop("busy", float("inf"))
        params["timeout"] = min(self._patience, self._busy)
        return params

    def connect(self) -> None:
        self._gave_up_until = 0.0
        super().connect()

    def _start_transaction_under_autocommit(self) -> None:
        self._enter_gate()
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]
        except BaseException as fault:
            self._note(fault)
            self._leave_gate()
            raise

    def _commit(self) -> None:
        super()._commit()  # type: ignore[misc]
        self._leave_gate()

    def _rollback(self) -> None:
        try:
            super()._rollback()  # type: ignore[misc]
        finally:
            self._leave_gate()

    def _close(self) -> None:
        try:
            super()._close()  # type: ignore[misc]
        finally:
            self._leave_gate()

    def _through_gate(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        """Run one statement; a write that no transaction surrounds takes the gate for itself."""
        if self._gate is not None or not sql.lstrip()[:7].upper().startswith(WRITES):
            return execute(sql, params, many, context)
        self._enter_gate()
        try:
            return execute(sql, params, many, context)
        except OperationalError as fault:
            self._note(fault)
            raise
        finally:
            self._leave_gate()

    def _enter_gate(self) -> None:
        if not self._gated or self._gate is not None:
            return
        gate = os.open(f"{self.settings_dict['NAME']}.gate", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        began = time.monotonic()
        patience = 0.0 if began < self._gave_up_until else self._patience
        if not take_within(gate, patience):
            self._note(fault := locked())
            raise fault
        self._gate = gate
        self._wait_for_sqlite(patience - (time.monotonic() - began))

    def _note(self, fault: BaseException) -> None:
        if isinstance(fault, OperationalError):
            self._gave_up_until = time.monotonic() + self._patience

    def _wait_for_sqlite(self, seconds: float) -> None:
        """What the gate has left of the deadline is for SQLite's own lock."""
        milliseconds = int(1000 * max(0.0, min(seconds, self._busy)))
        self.connection.execute(f"PRAGMA busy_timeout = {milliseconds}")

    def _leave_gate(self) -> None:
        if self._gate is not None:
            os.close(self._gate)
            self._gate = None
