"""Who tampers, and the kinds of tampering there are."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CODE = "tamper"
LINE = "at, actor_id, second_id, action, subject, payload, digest, hash"
Row = Sequence[Any]


class Attacker:
    """Somebody with the database's password, dice, and nobody looking."""

    def __init__(self, chain: str, dice: random.Random) -> None:
        self.chain, self.dice = chain, dice

    def rows(self, sql: str, *args: Any) -> list[Row]:
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute(sql, args)
            return cursor.fetchall()

    def run(self, sql: str, *args: Any) -> bool:
        """Whether one row was written, which it has to be."""
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute(sql, args)
            assert cursor.rowcount == 1, (sql, cursor.rowcount)
        return True

    def one(self, sql: str, *args: Any) -> Row | None:
        """Any of the rows that this asks for."""
        found = self.rows(sql, *args)
        return self.dice.choice(found) if found else None

    def line(self, *, quiet: bool = False) -> tuple[int, Row]:
        """(place in the chain, line) of any line; `quiet`: of those that no check compares with a table."""
        from accounts.log import checking

        found = self.rows(f"SELECT seq, {LINE} FROM accounts_logline WHERE chain = %s ORDER BY seq", self.chain)  # noqa: S608
        heard = checking.wanted()
        seq, *row = self.dice.choice([each for each in found if not quiet or each[4] not in heard])
        return seq, row

    def rehash(self, first: int) -> None:
        """Make every hash follow from the line before again, from this place on, and mend the head."""
        from accounts import log

        before = self.rows("SELECT hash FROM accounts_logline WHERE chain = %s AND seq = %s", self.chain, first - 1)
        last = before[0][0] if before else log.GENESIS
        lines = self.rows(
            "SELECT id, payload FROM accounts_logline WHERE chain = %s AND seq >= %s ORDER BY seq", self.chain, first
        )
        for pk, payload in lines:
            digest = log.digest(payload)
            last = log.link(last, digest)
            self.run("UPDATE accounts_logline SET digest = %s, hash = %s WHERE id = %s", digest, last, pk)
        self.mend_head()

    def mend_head(self) -> None:
        self.run(
            "UPDATE accounts_loghead SET count = (SELECT max(seq) FROM accounts_logline WHERE chain = %s), hash ="
            " (SELECT hash FROM accounts_logline WHERE chain = %s ORDER BY seq DESC LIMIT 1) WHERE chain = %s",
            *[self.chain] * 3,
        )

    def lengthen_file(self, sql: str) -> bool:
        """Put a byte behind a file whose row the statement finds, with its name second."""
        from django.conf import settings

        found = self.of_stages(sql)
        if found is None:
            return False
        path = Path(settings.MEDIA_ROOT) / found[1]
        ALTERED[path] = path.read_bytes()
        path.write_bytes(ALTERED[path] + b"\n")
        return True

    def of_stages(self, sql: str) -> Row | None:
        """Any row of this chain's season."""
        return self.one(sql, self.chain)


Act = Callable[[Attacker], bool]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of tampering. `act` says whether there was something to alter."""

    name: str
    act: Act
    # Shows against a printed head only.
    needs_head: bool = False
    # Done with the triggers in their place: the database itself refuses it.
    refused: bool = False
    # What a tabulation keeps and a decision copies: there since those are committed to.
    kept: bool = False


KINDS: list[Kind] = []


def kind(name: str, **told: bool) -> Callable[[Act], Act]:
    def register(act: Act) -> Act:
        KINDS.append(Kind(name, act, **told))
        return act

    return register


# The files that were altered, as they were.
ALTERED: dict[Path, bytes] = {}
