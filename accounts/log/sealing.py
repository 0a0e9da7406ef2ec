"""Seals: a line also holds a digest of whole tables as its act left them (DESIGN 12).

So a row that was altered, put in or taken away beside the log shows, whatever its columns mean. The apps that own the
tables register them when Django loads them, with every verb that writes to them: the newest seal of a table in a chain
is compared with the table as it stands. Lines from before a table was sealed say nothing of it. What people wrote and
what may be erased (names, reasons) has no place among the columns.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from django.db.models import Model

from accounts.log.checking import Fault
from accounts.log.text import canonical, digest


@dataclass(frozen=True, slots=True)
class Table:
    """A table, or part of its columns, or its rows that have something in the column `filled`.

    `within` is the lookup of the chain's name, `says` the fault's sentence.
    """

    name: str
    model: type[Model]
    within: str
    columns: tuple[str, ...]
    verbs: frozenset[str]
    says: str
    filled: str = ""

    @property
    def key(self) -> str:
        """Another one when the columns are others, so that seals of an earlier make are passed over."""
        return f"{self.name}:{digest(' '.join([*self.columns, *filter(None, [self.filled])]))[:8]}"

    def digest(self, chain: str) -> str:
        """SHA-256 of the chain's rows as they stand. One query."""
        rows = self.model._base_manager.filter(**{self.within: chain}).order_by("pk").distinct()
        if self.filled:
            rows = rows.exclude(**{self.filled: None})
        told = [[_plain(value) for value in row] for row in rows.values_list("pk", *self.columns)]
        return digest(canonical(told))


_tables: list[Table] = []


def seals(
    name: str, model: type[Model], within: str, *columns: str, verbs: tuple[str, ...], says: str, filled: str = ""
) -> None:
    """Register a table that every line of these verbs seals; `columns` without the key, which is always among them.

    An act writes its rows before its line. `says` is marked by gettext_noop where it is written.
    """
    _tables.append(Table(name, model, within, columns, frozenset(verbs), says, filled))


def sealed_by(verb: str, chain: str) -> dict[str, str]:
    """What a line of this verb holds: a digest of each table it seals, with the chain's head locked."""
    return {table.key: table.digest(chain) for table in _tables if verb in table.verbs}


def broken(chain: str, newest: Mapping[str, tuple[int, str]]) -> Iterator[Fault]:
    """Tables that are not as their newest seal, by key (line, digest), has them. A query for each that was sealed."""
    for table in _tables:
        if table.key not in newest:
            continue
        seq, told = newest[table.key]
        if table.digest(chain) != told:
            yield Fault(seq, table.says)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return value.isoformat() if isinstance(value, date) else value
