"""Trying each kind at random places, and telling what was found."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any

from bench.tampering import deciding, lines, rows  # noqa: F401 - importing registers their kinds
from bench.tampering.attacker import ALTERED, CODE, KINDS, Attacker, Kind


def tried(kind: Kind, chain: str, dice: random.Random) -> tuple[bool, bool] | None:
    """Try it once: (found without a head, found with the head printed before); None when there was nothing to alter."""
    from django.db import DatabaseError, connection, transaction

    from accounts import log, triggers
    from accounts.models import LogHead

    printed = LogHead.objects.get(chain=chain)
    who = Attacker(chain, dice)
    with rolled_back():
        if kind.refused:
            try:
                with transaction.atomic():
                    kind.act(who)
            except DatabaseError:
                return True, True
        else:
            triggers.remove(connection)
            if not kind.act(who):
                return None
            connection.check_constraints()
            triggers.install(connection)
        if kind.act is lines.leave_trigger_away:
            _drop_one_trigger(dice)
        found = any(log.verify(each)[2] for each in (chain, log.PORTAL))
        return found, found or bool(log.against_head(chain, printed.count, printed.hash))


@contextmanager
def rolled_back() -> Iterator[None]:
    """Whatever happens inside did not happen, in the database or to a file."""
    from django.db import transaction

    try:
        with transaction.atomic():
            try:
                yield
            finally:
                transaction.set_rollback(True)
    finally:
        for path, data in ALTERED.items():
            path.write_bytes(data)
        ALTERED.clear()


def _drop_one_trigger(dice: random.Random) -> None:
    from django.db import connection

    from accounts import triggers

    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"DROP TRIGGER {dice.choice(list(triggers.SQLITE))}")
        else:
            name, table, *_rest = dice.choice(triggers.POSTGRES)
            cursor.execute(f"DROP TRIGGER {name} ON {table}")


def kinds() -> list[Kind]:
    """The kinds that there is something of to alter."""
    from scoring.models import Tabulation

    return [each for each in KINDS if not each.kept or hasattr(Tabulation, "inputs")]


def drill(rounds: int, seed: int, chain: str = CODE) -> list[dict[str, Any]]:
    """Each kind at `rounds` random places."""
    dice = random.Random(seed)
    told = []
    for each in kinds():
        tries = (tried(each, chain, dice) for _round in range(3 * rounds))
        found = list(islice((answer for answer in tries if answer is not None), rounds))
        plain, with_head = (sum(answers) for answers in zip(*found, strict=True)) if found else (0, 0)
        told.append({"kind": each.name, "tried": len(found), "found": plain, "found_with_head": with_head})
    return told


def untouched(chain: str = CODE) -> None:
    """Nothing is found where nobody tampered: else finding something would say nothing."""
    from accounts import log

    for each in (chain, log.PORTAL):
        assert log.verify(each)[2] == [], each


def missed(told: list[dict[str, Any]]) -> list[str]:
    """What was not found as it should be: without a head, or with one where only a head can tell."""
    by_name = {each.name: each for each in KINDS}
    wrong = []
    for row in told:
        wanted = 0 if by_name[row["kind"]].needs_head else row["tried"]
        if not row["tried"] or row["found"] != wanted or row["found_with_head"] != row["tried"]:
            wrong.append(row["kind"])
    return wrong
