"""Tampering with the log itself."""

import json
import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from bench.tampering.attacker import LINE, Attacker, kind
from bench.tampering.season import QUIET_TAIL


@kind("a line altered")
def alter_line(who: Attacker) -> bool:
    seq, row = who.line()
    payload, digest = row[5], row[6]
    places = [found.start() for found in re.finditer(r"\d", payload)]
    place = who.dice.choice(places)
    other = payload[:place] + str((int(payload[place]) + 1) % 10) + payload[place + 1 :]
    change, *args = who.dice.choice(
        [
            ("payload = %s", other),
            ("payload = %s, digest = %s", other, _digest(other)),
            ("action = %s", "other"),
            ("subject = %s", "contest.entry:987"),
            ("at = %s", row[0] + timedelta(seconds=1) if hasattr(row[0], "year") else "2023-01-01 00:00:00"),
            ("hash = %s", digest),
        ]
    )
    return who.run(f"UPDATE accounts_logline SET {change} WHERE chain = %s AND seq = %s", *args, who.chain, seq)  # noqa: S608


@kind("a line removed")
def remove_line(who: Attacker) -> bool:
    last = who.rows("SELECT max(seq) FROM accounts_logline WHERE chain = %s", who.chain)[0][0]
    seq = who.dice.randrange(1, last)
    _forget_note(who, seq)
    return who.run("DELETE FROM accounts_logline WHERE chain = %s AND seq = %s", who.chain, seq)


@kind("two lines swapped")
def swap_lines(who: Attacker) -> bool:
    (one, first), (other, second) = who.line(), who.line()
    if one == other:
        return False
    columns = ", ".join(f"{name.strip()} = %s" for name in LINE.split(","))
    for seq, row in ((one, second), (other, first)):
        who.run(f"UPDATE accounts_logline SET {columns} WHERE chain = %s AND seq = %s", *row, who.chain, seq)  # noqa: S608
    return True


@kind("a line inserted, the head mended")
def insert_line(who: Attacker) -> bool:
    from accounts import log

    seq, row = who.line()
    far = 1_000_000
    _all(who, "UPDATE accounts_logline SET seq = seq + %s WHERE chain = %s AND seq > %s", far, who.chain, seq)
    _all(who, "UPDATE accounts_logline SET seq = seq - %s WHERE chain = %s AND seq > %s", far - 1, who.chain, far)
    payload = row[5].replace(f'"seq":{seq},', f'"seq":{seq + 1},')
    told = [*row[:5], payload, log.digest(payload), log.link(row[7], log.digest(payload))]
    insert(who, seq + 1, told)
    who.mend_head()
    return True


@kind("the tail rewritten, the head mended", needs_head=True)
def rewrite_tail(who: Attacker) -> bool:
    seq, row = who.line(quiet=True)
    told = json.loads(row[5])
    told["facts"]["also"] = who.dice.randrange(10**9)
    payload = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    who.run("UPDATE accounts_logline SET payload = %s WHERE chain = %s AND seq = %s", payload, who.chain, seq)
    who.rehash(seq)
    return True


@kind("the tail cut off, the head mended", needs_head=True)
def cut_tail(who: Attacker) -> bool:
    """The acts that are cut off changed nothing that another line commits to; see `season`."""
    last = who.rows("SELECT max(seq) FROM accounts_logline WHERE chain = %s", who.chain)[0][0]
    first = last - who.dice.randrange(QUIET_TAIL)
    for seq in range(first, last + 1):
        _forget_note(who, seq)
        who.run("DELETE FROM accounts_logline WHERE chain = %s AND seq = %s", who.chain, seq)
    who.mend_head()
    return True


@kind("the head set back")
def set_head_back(who: Attacker) -> bool:
    seq, row = who.line()
    last = who.rows("SELECT max(seq) FROM accounts_logline WHERE chain = %s", who.chain)[0][0]
    if seq == last:
        return False
    return who.run("UPDATE accounts_loghead SET count = %s, hash = %s WHERE chain = %s", seq, row[7], who.chain)


@kind("a line replaced by INSERT, the triggers in place", refused=True)
def replace_line_guarded(who: Attacker) -> bool:
    return _replace(who)


@kind("a line replaced by INSERT, the triggers taken away")
def replace_line(who: Attacker) -> bool:
    return _replace(who)


@kind("a note reworded")
def reword_note(who: Attacker) -> bool:
    found = who.of_stages(
        "SELECT n.id FROM accounts_lognote n JOIN accounts_logline l ON l.id = n.line_id"
        " WHERE l.chain = %s AND n.text <> ''"
    )
    return found is not None and who.run("UPDATE accounts_lognote SET text = text || %s WHERE id = %s", "。", found[0])


@kind("a trigger left away")
def leave_trigger_away(who: Attacker) -> bool:
    """Done after the others were put back; see `tried`."""
    return True


def _digest(payload: str) -> str:
    from accounts import log

    return log.digest(payload)


def _all(who: Attacker, sql: str, *args: Any) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(sql, args)


def _forget_note(who: Attacker, seq: int) -> None:
    _all(
        who,
        "DELETE FROM accounts_lognote WHERE line_id IN (SELECT id FROM accounts_logline WHERE chain = %s AND seq = %s)",
        who.chain,
        seq,
    )


def insert(who: Attacker, seq: int, told: Sequence[Any]) -> None:
    marks = ", ".join(["%s"] * len(told))
    who.run(f"INSERT INTO accounts_logline (chain, seq, {LINE}) VALUES (%s, %s, {marks})", who.chain, seq, *told)  # noqa: S608


def _replace(who: Attacker) -> bool:
    """Write another line over one by inserting it, as each database lets one."""
    from django.db import connection

    seq, row = who.line()
    other = [*row[:3], "other", *row[4:]]
    marks = ", ".join(["%s"] * len(other))
    if connection.vendor == "sqlite":
        _forget_note(who, seq)
        verb, end = "INSERT OR REPLACE", ""
    else:
        verb, end = "INSERT", " ON CONFLICT (chain, seq) DO UPDATE SET action = EXCLUDED.action"
    return who.run(
        f"{verb} INTO accounts_logline (chain, seq, {LINE}) VALUES (%s, %s, {marks}){end}", who.chain, seq, *other
    )
