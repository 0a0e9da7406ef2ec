"""Tampering with what was marked, counted, awarded and listed."""

import re
from typing import Any

from bench.tampering.attacker import Act, Attacker, kind

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
    return who.lengthen_file(SCANS)


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


def _mark(who: Attacker) -> tuple[int, int] | None:
    """Alter any mark by half a point; its sheet, and by how much."""
    found = who.of_stages(MARKS)
    if found is None:
        return None
    pk, sheet_id, value_c, max_c = found
    by = 50 if value_c + 50 <= max_c else -50
    who.run("UPDATE scoring_mark SET value_c = value_c + %s WHERE id = %s", by, pk)
    return sheet_id, by
