"""What somebody with the database in hand alters, and whether verify_log finds it.

    python -m bench.tampering [--rounds 25] [--size small|full] [--seed N] [--json]

A rehearsal season is played to its end. Then each kind of tampering is tried at random places by raw SQL, as an
attacker would who takes the triggers away and puts them back; each try is rolled back. Printed are how often each kind
was tried, found by verify_log, and found by verify_log --head against a head that was printed before. Two kinds can be
found with --head only, and the drill says so: the tail rewritten, or cut off, together with the head. Exit status 1
when any other was missed. `DATABASE_URL` names a PostgreSQL server to do this on; otherwise it is SQLite.
"""

import argparse
import json
import os
import random
import re
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from bench.databases import own_database

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
    _insert(who, seq + 1, told)
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


MARKS = (
    "SELECT m.id, m.sheet_id, m.value_c, m.max_c FROM scoring_mark m JOIN scoring_sheet s ON s.id = m.sheet_id"
    " JOIN contest_stage t ON t.id = s.stage_id JOIN contest_season n ON n.id = t.season_id WHERE n.code = %s"
)
SHEETS = (
    "SELECT s.id, s.typed_by_id, s.confirmed_by_id FROM scoring_sheet s JOIN contest_stage t ON t.id = s.stage_id"
    " JOIN contest_season n ON n.id = t.season_id WHERE n.code = %s AND s.confirmed_by_id IS NOT NULL"
)


@kind("a mark")
def alter_mark(who: Attacker) -> bool:
    return _mark(who) is not None


@kind("a mark with its total")
def alter_mark_and_total(who: Attacker) -> bool:
    found = _mark(who)
    return found is not None and who.run(
        "UPDATE scoring_sheet SET total_c = total_c + %s WHERE id = %s", found[1], found[0]
    )


@kind("the confirmer of a sheet")
def alter_confirmer(who: Attacker) -> bool:
    found = who.of_stages(SHEETS)
    if found is None:
        return False
    other = who.one("SELECT id FROM accounts_user WHERE id NOT IN (%s, %s)", found[1], found[2])
    return other is not None and who.run(
        "UPDATE scoring_sheet SET confirmed_by_id = %s WHERE id = %s", other[0], found[0]
    )


@kind("the confirmer of a mark")
def alter_marks_confirmer(who: Attacker) -> bool:
    pk = who.of_stages(MARKS)
    if pk is None:
        return False
    [(typist, confirmer)] = who.rows("SELECT typed_by_id, confirmed_by_id FROM scoring_mark WHERE id = %s", pk[0])
    other = who.one("SELECT id FROM accounts_user WHERE id NOT IN (%s, %s)", typist, confirmer)
    return other is not None and who.run("UPDATE scoring_mark SET confirmed_by_id = %s WHERE id = %s", other[0], pk[0])


@kind("a time")
def alter_time(who: Attacker) -> bool:
    found = who.of_stages(
        "SELECT o.id FROM scoring_overtime o JOIN contest_entry e ON e.id = o.entry_id JOIN contest_stage t ON"
        " t.id = e.stage_id JOIN contest_season n ON n.id = t.season_id WHERE n.code = %s AND o.seconds IS NOT NULL"
    )
    return found is not None and who.run("UPDATE scoring_overtime SET seconds = seconds + 1 WHERE id = %s", found[0])


RESULTS = (
    "SELECT r.id FROM scoring_result r JOIN scoring_tabulation u ON u.id = r.tabulation_id JOIN contest_stage t ON"
    " t.id = u.stage_id JOIN contest_season n ON n.id = t.season_id WHERE n.code = %s"
)


@kind("a result", kept=True)
def alter_result(who: Attacker) -> bool:
    found = who.of_stages(RESULTS)
    change = who.dice.choice(["rank = rank + 1", "total_num = total_num + total_den", "deduction_c = deduction_c + 20"])
    return found is not None and who.run(f"UPDATE scoring_result SET {change} WHERE id = %s", found[0])  # noqa: S608


@kind("an award", kept=True)
def alter_award(who: Attacker) -> bool:
    found = who.of_stages(
        "SELECT a.id FROM contest_award a JOIN contest_entry e ON e.id = a.entry_id JOIN contest_stage t ON"
        " t.id = e.stage_id JOIN contest_season n ON n.id = t.season_id WHERE n.code = %s"
    )
    change = who.dice.choice(["tier = 'other'", "tier_name = tier_name || '一'", "rank = rank + 1"])
    return found is not None and who.run(f"UPDATE contest_award SET {change} WHERE id = %s", found[0])  # noqa: S608


@kind("a pick", kept=True)
def alter_pick(who: Attacker) -> bool:
    found = who.of_stages(
        "SELECT p.id, p.outcome FROM quota_pick p JOIN quota_shortlist s ON s.id = p.shortlist_id JOIN contest_stage t"
        " ON t.id = s.stage_id JOIN contest_season n ON n.id = t.season_id WHERE n.code = %s"
    )
    if found is None:
        return False
    other = "reserve" if found[1] == "finalist" else "finalist"
    return who.run("UPDATE quota_pick SET outcome = %s WHERE id = %s", other, found[0])


@kind("a copied name", kept=True)
def alter_name(who: Attacker) -> bool:
    from contest.models import Award
    from quota.models import Pick
    from scoring.models import Result

    of: Any = who.dice.choice(
        [
            Award.objects.filter(entry__stage__season__code=who.chain),
            Pick.objects.filter(shortlist__stage__season__code=who.chain),
            Result.objects.filter(tabulation__stage__season__code=who.chain),
        ]
    )
    pk, person = who.dice.choice(list(of.order_by("pk").values_list("pk", "person")))
    return bool(of.filter(pk=pk).update(person={**person, "name": person["name"] + "某"}))


@kind("what was counted", kept=True)
def alter_inputs(who: Attacker) -> bool:
    found = who.of_stages(
        "SELECT u.id, u.inputs FROM scoring_tabulation u JOIN contest_stage t ON t.id = u.stage_id"
        " JOIN contest_season n ON n.id = t.season_id WHERE n.code = %s AND u.inputs <> ''"
    )
    if found is None:
        return False
    place = who.dice.choice([each.start() for each in re.finditer(r"\d", found[1])])
    other = found[1][:place] + str((int(found[1][place]) + 1) % 10) + found[1][place + 1 :]
    return who.run("UPDATE scoring_tabulation SET inputs = %s WHERE id = %s", other, found[0])


PUBLICATIONS = (
    "SELECT p.id, p.text FROM scoring_publication p JOIN contest_stage t ON t.id = p.stage_id"
    " JOIN contest_season n ON n.id = t.season_id WHERE n.code = %s"
)


@kind("what was published", kept=True)
def alter_publication(who: Attacker) -> bool:
    found = who.of_stages(PUBLICATIONS)
    if found is None:
        return False
    place = who.dice.choice([each.start() for each in re.finditer(r"\d", found[1])])
    other = found[1][:place] + str((int(found[1][place]) + 1) % 10) + found[1][place + 1 :]
    return who.run("UPDATE scoring_publication SET text = %s WHERE id = %s", other, found[0])


@kind("a publication removed", kept=True)
def remove_publication(who: Attacker) -> bool:
    found = who.of_stages(PUBLICATIONS + " AND p.replaced_by_id IS NULL")
    return found is not None and who.run("DELETE FROM scoring_publication WHERE id = %s", found[0])


@kind("a published name", kept=True)
def alter_published_name(who: Attacker) -> bool:
    from scoring.models import Publication

    found = Publication.objects.filter(stage__season__code=who.chain).order_by("pk")
    if not found:
        return False
    publication = who.dice.choice(list(found))
    key = who.dice.choice(sorted(key for key in publication.leaves if key.startswith("person:")))
    salt, person = publication.leaves[key]
    leaves = {**publication.leaves, key: [salt, {**person, "name": person["name"] + "某"}]}
    return bool(found.filter(pk=publication.pk).update(leaves=leaves))


SCANS = (
    "SELECT d.id, d.file FROM contest_stagedocument d JOIN contest_stage t ON t.id = d.stage_id"
    " JOIN contest_season n ON n.id = t.season_id WHERE n.code = %s"
)


@kind("a scan's record")
def alter_scan(who: Attacker) -> bool:
    found = who.of_stages(SCANS)
    return found is not None and who.run(
        "UPDATE contest_stagedocument SET sha256 = %s WHERE id = %s", "0" * 64, found[0]
    )


@kind("a scan's file")
def alter_scan_file(who: Attacker) -> bool:
    from django.conf import settings

    found = who.of_stages(SCANS)
    if found is None:
        return False
    path = Path(settings.MEDIA_ROOT) / found[1]
    ALTERED[path] = path.read_bytes()
    path.write_bytes(ALTERED[path] + b"\n")
    return True


STAGES = "SELECT t.id FROM contest_stage t JOIN contest_season n ON n.id = t.season_id WHERE n.code = %s"
OF_STAGES = " JOIN contest_stage t ON t.id = x.stage_id JOIN contest_season n ON n.id = t.season_id WHERE n.code = %s"
ENTRIES = "SELECT x.id FROM contest_entry x" + OF_STAGES  # noqa: S608
RULES = "SELECT r.id FROM {} r JOIN scoring_ruleset x ON x.id = r.ruleset_id" + OF_STAGES  # noqa: S608
QUOTAS = "SELECT r.id FROM quota_quotarow r JOIN quota_quotatable q ON q.id = r.table_id JOIN contest_season n"
LISTS = "SELECT x.id FROM quota_shortlist x" + OF_STAGES  # noqa: S608
AWARDS = "SELECT a.id FROM contest_award a JOIN contest_entry x ON x.id = a.entry_id" + OF_STAGES + " AND a.live"  # noqa: S608
FORGED = "2023-12-01 00:00:00+00:00"
# What a line seals as a whole: the kind, where such rows are found, what is done to one of them.
SEALED = {
    "a stage put back to the scoring": (STAGES, "UPDATE contest_stage SET state = 'scoring' WHERE id = %s"),
    "the day of a stage": (STAGES, "UPDATE contest_stage SET held_on = '2023-01-01' WHERE id = %s"),
    "who certified": (STAGES, "UPDATE contest_stage SET certified_by_id = NULL WHERE id = %s"),
    "the end of a notice": (
        STAGES,
        f"UPDATE contest_stage SET notice_until = '{FORGED}', notice_from = NULL WHERE id = %s",  # noqa: S608
    ),
    "an entrant disqualified": (
        ENTRIES + " AND x.status = 'entered'",
        "UPDATE contest_entry SET status = 'disqualified', status_reason = 'x' WHERE id = %s",
    ),
    "a place in the order": (
        ENTRIES + ' AND x."order" IS NOT NULL',
        'UPDATE contest_entry SET "order" = "order" + 500 WHERE id = %s',
    ),
    "a district's seats": (
        QUOTAS + " ON n.id = q.season_id WHERE n.code = %s",
        "UPDATE quota_quotarow SET seats = seats + 1, headcount = headcount + 1 WHERE id = %s",
    ),
    "who approved a list": (LISTS, "UPDATE quota_shortlist SET decided_by_id = NULL WHERE id = %s"),
    "a list sent back": (
        LISTS,
        "UPDATE quota_shortlist SET state = 'returned', return_reason = 'x' WHERE id = %s",
    ),
    "an award superseded": (
        AWARDS,
        f"UPDATE contest_award SET live = (1 = 0), superseded_at = '{FORGED}', superseded_reason = 'x' WHERE id = %s",  # noqa: S608
    ),
    "a criterion's maximum": (
        RULES.format("scoring_criterion"),
        "UPDATE scoring_criterion SET max_c = max_c + 100 WHERE id = %s",
    ),
    "how many prizes": (RULES.format("scoring_tier"), "UPDATE scoring_tier SET count = 9 WHERE id = %s"),
    "how sheets are left out": (
        "SELECT x.id FROM scoring_ruleset x" + OF_STAGES,  # noqa: S608
        "UPDATE scoring_ruleset SET drop = drop + 1 WHERE id = %s".replace("drop", '"drop"'),
    ),
    "the witness's number of a draw": (
        "SELECT x.id FROM contest_draw x" + OF_STAGES + " AND x.drawn_at IS NOT NULL",  # noqa: S608
        "UPDATE contest_draw SET witness_word = 'x' WHERE id = %s",
    ),
    "a name put right by hand": (
        "SELECT x.secretary_id FROM contest_entry x" + OF_STAGES,  # noqa: S608
        "INSERT INTO contest_namecorrection (secretary_id, field, old, new, reason, by_id, seconded_by_id, at)"  # noqa: S608
        " SELECT %s, 'name', 'a', 'b', 'x', min(id), max(id), '" + FORGED + "' FROM accounts_user",
    ),
    "a season's title": (
        "SELECT id FROM contest_season WHERE code = %s",
        "UPDATE contest_season SET title = 'x' WHERE id = %s",
    ),
}


def _altered(found_by: str, change: str) -> Act:
    def act(who: Attacker) -> bool:
        found = who.of_stages(found_by)
        return found is not None and who.run(change, found[0])

    return act


for _name, _sqls in SEALED.items():
    kind(_name)(_altered(*_sqls))


@kind("a role given")
def give_role(who: Attacker) -> bool:
    found = who.one("SELECT user_id FROM accounts_grant WHERE role = 'organizer'")
    return found is not None and who.run("INSERT INTO accounts_grant (user_id, role) VALUES (%s, 'office')", found[0])


@kind("a trigger left away")
def leave_trigger_away(who: Attacker) -> bool:
    """Done after the others were put back; see `tried`."""
    return True


# The files that were altered, as they were.
ALTERED: dict[Path, bytes] = {}
QUIET_TAIL = 5


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
        if kind.act is leave_trigger_away:
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


def season(size: str, chain: str = CODE) -> None:
    """A rehearsal that was played to its end, whose last lines tell of nothing that another commits to."""
    from django.db import transaction
    from django.utils import timezone

    from accounts import log
    from accounts.models import User
    from demo.build import build

    with transaction.atomic():
        build(code=chain, until="closed", size=size, now=timezone.now())
    office = User.objects.order_by("pk").first()
    with transaction.atomic():
        for number in range(QUIET_TAIL):
            log.write(chain, "try_out", by=office, at=timezone.now(), number=number, reason="试一试")


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


def _insert(who: Attacker, seq: int, told: Sequence[Any]) -> None:
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


def _mark(who: Attacker) -> tuple[int, int] | None:
    """Alter any mark by half a point; its sheet, and by how much."""
    found = who.of_stages(MARKS)
    if found is None:
        return None
    pk, sheet_id, value_c, max_c = found
    by = 50 if value_c + 50 <= max_c else -50
    who.run("UPDATE scoring_mark SET value_c = value_c + %s WHERE id = %s", by, pk)
    return sheet_id, by


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


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=25)
    parser.add_argument("--size", choices=["full", "small"], default="small")
    parser.add_argument("--seed", type=int, default=2023)
    parser.add_argument("--json", action="store_true")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as state, own_database("tampering") as url:
        os.environ |= {"DJANGO_SETTINGS_MODULE": "config.settings", "PORTAL_VAR": state, "DATABASE_URL": url}
        import django
        from django.core.management import call_command
        from django.db import connection

        django.setup()
        call_command("migrate", verbosity=0)
        season(wanted.size)
        untouched()
        told, database = drill(wanted.rounds, wanted.seed), connection.vendor
        connection.close()
    if wanted.json:
        print(json.dumps({"database": database, "kinds": told}, ensure_ascii=False, indent=2))
    else:
        print(f"{database}: found / found with a printed head / tried")
        for row in told:
            print(f"{row['found']:4} / {row['found_with_head']:4} / {row['tried']:4}  {row['kind']}")
    if wrong := missed(told):
        print("MISSED:", "; ".join(wrong), file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
