"""Writing the log.

Every action writes one line, in its own transaction, as its last step: no act without its line, no line without its
act. A line's hash covers the previous line's hash and the digest of its own exact text, so a change, a gap or a swap
inside the chain shows. A rewritten tail shows only against a head that was published elsewhere, which is why result
sheets and notices print it.

Everybody takes locks in one order, so that nobody waits in a circle: rows first (the season, its stages by key, what
hangs on them, a proposal), and the heads of the chains last, by name (`hold`). Whoever has a head waits for no row.
"""

import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Model

from accounts.emergency.acting import put_down
from accounts.log.sealing import sealed_by
from accounts.log.text import actor, canonical, commit_to, digest, link, subject
from accounts.models import LogHead, LogLine, LogNote, User

# Acts that belong to no season: accounts and grants.
PORTAL = "portal"
GENESIS = "0" * 64


class LogMoved(Exception):
    """Two writers reached for the same place in the chain; the later transaction must start again."""


def write(
    chain: str,
    action: str,
    *,
    by: Model | None,
    at: datetime,
    on: Model | None = None,
    reason: str = "",
    words: Mapping[str, Any] | None = None,
    seconded_by: User | None = None,
    kept: Mapping[str, str] | None = None,
    **facts: Any,
) -> LogLine:
    """Append one line to `chain`; `facts` are ids, counts, hashes and strings without personal data, never floats.

    `words` are what people may read and what may be erased: {"name": ["old", "new"]}; the line commits to them, and to
    the reason, by salted hashes. `seconded_by` is the second person of an act that two people stand behind.
    `kept` are words that stand in a table, by a key of theirs: the line commits to each by a salted hash, and the salt
    lies where it can be erased.
    `by` is a user, a judge's seat, or None for what the portal does by itself.

    The tables that the action writes to are sealed as they stand now (`accounts.log.sealing`).
    What the emergency account stands behind is put down to be reviewed. Must run inside the action's transaction.
    Raises LogMoved if another writer took the place meanwhile, PermissionDenied for a sealed emergency account.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("a log line belongs in its action's transaction")
    head = _lock(chain)
    salt = secrets.token_hex(16) if reason or words or kept else ""
    sealed = sealed_by(action, chain)
    payload = canonical(
        {
            "chain": chain,
            "seq": head.count + 1,
            "at": moment(at),
            "actor": actor(by),
            "second": actor(seconded_by) if seconded_by else "",
            "action": action,
            "on": subject(on),
            "facts": facts,
            "reason": commit_to(reason, salt) if reason else "",
            "words": commit_to(canonical(words), salt) if words else "",
            **({"sealed": sealed} if sealed else {}),
            **({"kept": {key: commit_to(said, salt) for key, said in kept.items()}} if kept else {}),
        }
    )
    line = LogLine(
        chain=chain,
        seq=head.count + 1,
        at=at,
        actor=by if isinstance(by, User) else None,
        second=seconded_by,
        action=action,
        subject=subject(on),
        payload=payload,
        digest=digest(payload),
        hash=link(head.hash, digest(payload)),
    )
    moved = LogHead.objects.filter(pk=head.pk, count=head.count).update(count=F("count") + 1, hash=line.hash)
    if not moved:
        raise LogMoved(chain)
    line.save(force_insert=True)
    if salt:
        LogNote.objects.create(line=line, salt=salt, text=reason, words=dict(words or {}))
    put_down(line, by=by, seconded_by=seconded_by, on=on, facts=facts)
    return line


def hold(*chains: str) -> None:
    """Lock the heads of the chains in which an action writes, in the one order in which everybody takes several.

    After the last row it touches.
    """
    for chain in sorted(set(chains)):
        _lock(chain)


def moment(at: datetime) -> str:
    """A moment as payloads write it: UTC, microseconds."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _lock(chain: str) -> LogHead:
    """The chain's head, locked until the transaction ends where the database locks rows (SQLite locks the file)."""
    head = LogHead.objects.select_for_update().filter(chain=chain).first()
    if head is None:
        LogHead.objects.bulk_create([LogHead(chain=chain)], ignore_conflicts=True)
        head = LogHead.objects.select_for_update().get(chain=chain)
    return head
