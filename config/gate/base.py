"""SQLite behind a write gate.

SQLite lets one transaction write at a time, but it does not queue the others: they poll, and under fifty writers some
poll for half a minute while newcomers overtake them. So every outermost transaction first takes an exclusive `flock`
on a file beside the database; the kernel wakes the waiters one by one. A process that dies releases its lock.

The gate opens with the transaction and closes with its commit or rollback; a write outside any transaction is one by
itself. So no code has to remember it.
`OPTIONS["gate"] = False` takes it away: the negative control of the race drills.
"""

import fcntl
import os
import sqlite3
from collections.abc import Callable
from typing import Any

from django.db.backends.sqlite3 import base, features

WRITES = ("INSERT", "UPDATE", "DELETE", "REPLACE")


class DatabaseFeatures(features.DatabaseFeatures):
    # SQLite's own limit since 3.32. Django assumes the 999 of older ones and would write 212 postings in pieces.
    max_query_params = 32_766 if sqlite3.sqlite_version_info >= (3, 32) else 999


class DatabaseWrapper(base.DatabaseWrapper):
    features_class = DatabaseFeatures

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._gate: int | None = None
        self.execute_wrappers.append(self._through_gate)

    def get_connection_params(self) -> dict[str, Any]:
        params = super().get_connection_params()
        self._gated = params.pop("gate", True) and not self.is_in_memory_db()
        return params

    def _start_transaction_under_autocommit(self) -> None:
        self._enter_gate()
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]
        except BaseException:
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
        finally:
            self._leave_gate()

    def _enter_gate(self) -> None:
        if not self._gated or self._gate is not None:
            return
        gate = os.open(f"{self.settings_dict['NAME']}.gate", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        fcntl.flock(gate, fcntl.LOCK_EX)
        self._gate = gate

    def _leave_gate(self) -> None:
        if self._gate is not None:
            os.close(self._gate)
            self._gate = None
