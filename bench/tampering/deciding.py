"""Tampering with what people decided, by whom and why: proposals, papers, accounts, panels, certificates, words."""

import json
from datetime import UTC, datetime

from bench.tampering.attacker import Act, Attacker, Row, kind
from bench.tampering.lines import insert

OF_STAGE = " JOIN contest_stage t ON t.id = x.stage_id JOIN contest_season n ON n.id = t.season_id WHERE n.code = %s"
OF_ENTRY = (
    " JOIN contest_entry e ON e.id = x.entry_id JOIN contest_stage t ON t.id = e.stage_id"
    + OF_STAGE.partition("x.stage_id")[2]
)
FORGED = "2023-12-01 00:00:00+00:00"
ENTRIES = "SELECT x.id FROM contest_entry x" + OF_STAGE  # noqa: S608
SEATS = "SELECT x.id FROM scoring_seat x" + OF_STAGE  # noqa: S608
FEWER = "SELECT x.id FROM scoring_fewerjudges x" + OF_STAGE  # noqa: S608
BATCHES = "SELECT x.id FROM certificates_batch x" + OF_STAGE  # noqa: S608
CERTIFICATES = (
    "SELECT c.id FROM certificates_certificate c JOIN certificates_batch x ON x.id = c.batch_id" + OF_STAGE  # noqa: S608
)
MATERIALS = "SELECT x.id FROM materials_material x" + OF_ENTRY + " AND x.verdict = 'accepted'"  # noqa: S608
PROPOSALS = "SELECT id FROM accounts_proposal WHERE chain = %s AND state = 'seconded'"
PAPERS = "SELECT id FROM accounts_basis WHERE chain = %s"
PAGES = "SELECT p.id, p.file FROM accounts_basispage p JOIN accounts_basis b ON b.id = p.basis_id WHERE b.chain = %s"
REVIEWS = (
    "SELECT r.id FROM accounts_emergencyreview r JOIN accounts_emergencyact a ON a.id = r.act_id WHERE a.chain = %s"
)
MADE_UP = "SELECT id FROM accounts_user WHERE rehearsal = %s"
# What a row is found by, and what may be done to it; each round takes one of the changes.
ALTERED_ROWS = {
    "a certificate": (
        CERTIFICATES,
        "UPDATE certificates_certificate SET name = name || '某' WHERE id = %s",
        "UPDATE certificates_certificate SET number = number + 500 WHERE id = %s",
        "UPDATE certificates_certificate SET sha256 = '0' WHERE id = %s",
        "UPDATE certificates_certificate SET status = 'superseded', reason = 'x' WHERE id = %s",
    ),
    "a batch of certificates": (
        BATCHES,
        "UPDATE certificates_batch SET dated = '2023-01-01' WHERE id = %s",
        "UPDATE certificates_batch SET released_by_id = NULL WHERE id = %s",
        f"UPDATE certificates_batch SET superseded_at = '{FORGED}' WHERE id = %s",  # noqa: S608
    ),
    "what was decided on a proposal": (
        PROPOSALS,
        "UPDATE accounts_proposal SET state = 'declined', answer = 'x' WHERE id = %s",
        "UPDATE accounts_proposal SET state = 'withdrawn' WHERE id = %s",
        'UPDATE accounts_proposal SET changes = \'[["x", "y", "z"]]\' WHERE id = %s',
    ),
    "who seconded a proposal": (
        PROPOSALS,
        "UPDATE accounts_proposal SET closed_by_id = (SELECT max(id) FROM accounts_user) WHERE id = %s",
    ),
    "a paper's number or kind": (
        PAPERS,
        "UPDATE accounts_basis SET number = number || '-1' WHERE id = %s",
        "UPDATE accounts_basis SET kind = 'decision' WHERE id = %s",
    ),
    "a page of a paper": (PAGES, "UPDATE accounts_basispage SET sha256 = '0' WHERE id = %s"),
    "an account renamed": (
        MADE_UP,
        "UPDATE accounts_user SET name = name || '某' WHERE id = %s",
        "UPDATE accounts_user SET username = username || 'x' WHERE id = %s",
    ),
    "a role taken": (
        "SELECT g.id FROM accounts_grant g JOIN accounts_user u ON u.id = g.user_id WHERE u.rehearsal = %s",
        "DELETE FROM accounts_grant WHERE id = %s",
    ),
    "a decision to count with fewer judges": (
        FEWER,
        "UPDATE scoring_fewerjudges SET least = least - 1 WHERE id = %s",
        "UPDATE scoring_fewerjudges SET reason = reason || '某' WHERE id = %s",
        "UPDATE scoring_fewerjudges SET by_id = seconded_by_id, seconded_by_id = by_id WHERE id = %s",
        "DELETE FROM scoring_fewerjudges WHERE id = %s",
    ),
    "the maximum of a mark": (
        "SELECT m.id FROM scoring_mark m JOIN scoring_sheet x ON x.id = m.sheet_id" + OF_STAGE,  # noqa: S608
        "UPDATE scoring_mark SET max_c = max_c + 100 WHERE id = %s",
    ),
    "the state of an entrant": (
        ENTRIES,
        "UPDATE contest_entry SET status = 'absent', status_reason = 'x' WHERE id = %s",
        "UPDATE contest_entry SET status = 'replaced', status_reason = 'x' WHERE id = %s",
    ),
    "a judge's seat": (
        SEATS,
        f"UPDATE scoring_seat SET vacated_at = '{FORGED}', vacated_reason = 'x' WHERE id = %s",  # noqa: S608
        "UPDATE scoring_seat SET judge = judge || '某' WHERE id = %s",
    ),
    "a seat given back": (
        SEATS + " AND x.vacated_at IS NOT NULL",
        "UPDATE scoring_seat SET vacated_at = NULL WHERE id = %s",
    ),
    "a review of an emergency act": (
        REVIEWS,
        "UPDATE accounts_emergencyreview SET verdict = 'objection' WHERE id = %s",
        "UPDATE accounts_emergencyreview SET words = words || '某' WHERE id = %s",
        f"UPDATE accounts_emergencyreview SET at = '{FORGED}' WHERE id = %s",  # noqa: S608
        "DELETE FROM accounts_emergencyreview WHERE id = %s",
    ),
    "a version of the material": (
        MATERIALS,
        "UPDATE materials_material SET sha256 = '0' WHERE id = %s",
        "UPDATE materials_material SET version = version + 5 WHERE id = %s",
        f"UPDATE materials_material SET returned_at = '{FORGED}', return_reason = 'x' WHERE id = %s",  # noqa: S608
    ),
    "a name in the roster": (
        "SELECT s.id FROM registry_secretary s JOIN contest_entry x ON x.secretary_id = s.id" + OF_STAGE,  # noqa: S608
        "UPDATE registry_secretary SET name = name || '某' WHERE id = %s",
    ),
    "a village in the roster": (
        "SELECT p.village_id FROM registry_posting p JOIN contest_entry x ON x.posting_id = p.id" + OF_STAGE,  # noqa: S608
        "UPDATE registry_village SET name = name || '某' WHERE id = %s",
    ),
}
# What people wrote, in the table of the act: where it stands.
WORDS = {
    "contest_entry": (ENTRIES + " AND x.status_reason <> ''", "status_reason"),
    "scoring_seat": (SEATS + " AND x.vacated_reason <> ''", "vacated_reason"),
    "scoring_sheet": (
        "SELECT x.id FROM scoring_sheet x" + OF_STAGE + " AND x.correction_reason <> ''",  # noqa: S608
        "correction_reason",
    ),
    "accounts_proposal": ("SELECT id FROM accounts_proposal WHERE chain = %s", "reason"),
    "certificates_certificate": (CERTIFICATES + " AND c.reason <> ''", "reason"),
    "accounts_unsealing": (
        "SELECT u.id FROM accounts_unsealing u JOIN accounts_user a ON a.id = u.account_id WHERE a.rehearsal = %s",
        "reason",
    ),
}


def _altered(found_by: str, *changes: str) -> Act:
    def act(who: Attacker) -> bool:
        found = who.of_stages(found_by)
        return found is not None and who.run(who.dice.choice(changes), found[0])

    return act


for _name, _sqls in ALTERED_ROWS.items():
    kind(_name)(_altered(*_sqls))


@kind("a word that is kept in a table")
def alter_kept_word(who: Attacker) -> bool:
    table, (found_by, column) = who.dice.choice(list(WORDS.items()))
    found = who.of_stages(found_by)
    change = f"UPDATE {table} SET {column} = '某' || {column} WHERE id = %s"  # noqa: S608 - of the list above
    return found is not None and who.run(change, found[0])


@kind("old and new beside a line")
def alter_words(who: Attacker) -> bool:
    found = who.of_stages(
        "SELECT n.id, n.words FROM accounts_lognote n JOIN accounts_logline l ON l.id = n.line_id WHERE l.chain = %s"
        " AND CAST(n.words AS TEXT) <> '{}'"
    )
    if found is None:
        return False
    words = json.loads(found[1]) if isinstance(found[1], str) else found[1]
    name = who.dice.choice(sorted(words))
    other = json.dumps({**words, name: ["某", "某"]}, ensure_ascii=False)
    return who.run("UPDATE accounts_lognote SET words = %s WHERE id = %s", other, found[0])


@kind("a paper's file")
def alter_paper_file(who: Attacker) -> bool:
    return who.lengthen_file(PAGES)


@kind("a forged line that the season was removed")
def forge_removal(who: Attacker) -> bool:
    """To hide what is altered: of a season that is gone nothing is compared."""
    _seq, row = who.line()
    last = who.rows("SELECT max(seq) FROM accounts_logline WHERE chain = %s", who.chain)[0][0]
    [(previous, told)] = who.rows(
        "SELECT hash, payload FROM accounts_logline WHERE chain = %s AND seq = %s", who.chain, last
    )
    _forge(who, last + 1, previous, json.loads(told) | {"facts": {"counts": {}}}, row)
    who.mend_head()
    found = who.of_stages("SELECT x.id FROM contest_award x" + OF_ENTRY)  # noqa: S608
    return found is not None and who.run("UPDATE contest_award SET rank = rank + 1 WHERE id = %s", found[0])


@kind("an account closed, behind a forged removal in a chain of its own")
def forge_other_removal(who: Attacker) -> bool:
    from accounts import log

    _seq, row = who.line()
    account = who.of_stages(MADE_UP)
    if account is None:
        return False
    chain = f"forged-{who.dice.randrange(10**6)}"
    other = Attacker(chain, who.dice)
    other.run("INSERT INTO accounts_loghead (chain, count, hash) VALUES (%s, 0, %s)", chain, log.GENESIS)
    told = {"chain": chain, "actor": "system", "second": "", "on": "", "reason": "", "words": ""}
    row = [row[0], None, None, *row[3:]]
    first = _forge(other, 1, log.GENESIS, told | {"facts": {"rehearsal": True}}, row, action="open_season")
    _forge(other, 2, first, told | {"facts": {"accounts": [account[0]]}}, row)
    other.mend_head()
    return who.run("UPDATE accounts_user SET is_active = (1 = 0) WHERE id = %s", account[0])


def _forge(
    who: Attacker, seq: int, previous: str, told: dict[str, object], row: Row,
    *, action: str = "removed",
) -> str:  # fmt: skip
    """Put a line at the end whose hash follows from the one before; its hash."""
    from accounts import log
    from accounts.log.writing import moment

    at, actor, second = row[0], row[1], row[2]
    payload = log.canonical(
        told
        | {"seq": seq, "at": moment(_moment(at)), "action": action, "on": "", "words": "", "reason": ""}
        | {"actor": f"user:{actor}" if actor else "system", "second": f"user:{second}" if second else ""}
    )
    digest = log.digest(payload)
    insert(who, seq, [at, actor, second, action, "", payload, digest, log.link(previous, digest)])
    return log.link(previous, digest)


def _moment(at: object) -> datetime:
    """A moment as the database's driver gives it: SQLite's as text, in UTC."""
    if isinstance(at, datetime):
        return at if at.tzinfo else at.replace(tzinfo=UTC)
    return datetime.fromisoformat(str(at)).replace(tzinfo=UTC)
