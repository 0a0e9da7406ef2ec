"""Writing and checking the audit log.

Every action writes one line, in its own transaction, as its last step: no act without its line, no line without its
act. A line's hash covers the previous line's hash and its own exact text, so a change, a gap or a swap inside the
chain shows. A rewritten tail shows only against a head that was published elsewhere, which is why result sheets and
notices print it.
"""

import hashlib
import json
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import F, Model
from django.utils import timezone

from accounts.models.log import LogCheck, LogHead, LogLine, LogNote

if TYPE_CHECKING:
    from accounts.models import User

# Acts that belong to no season: accounts, grants, signing in.
PORTAL = "portal"
GENESIS = "0" * 64


class LogMoved(Exception):
    """Two writers reached for the same place in the chain; the later transaction must start again."""


@dataclass(frozen=True, slots=True)
class Fault:
    seq: int
    what: str


def write(
    chain: str,
    action: str,
    *,
    by: "User | None",
    at: datetime,
    on: Model | None = None,
    reason: str = "",
    words: Mapping[str, Any] | None = None,
    seconded_by: "User | None" = None,
    **facts: Any,
) -> LogLine:
    """Append one line to `chain`; `facts` are ids, counts, hashes and strings without personal data, never floats.

    `words` are what people may read and what may be erased: {"name": ["old", "new"]}; the line commits to them, and to
    the reason, by salted hashes. `seconded_by` is the second person of an act that two people stand behind.

    Must run inside the action's transaction. Raises LogMoved if another writer took the place meanwhile.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("a log line belongs in its action's transaction")
    head = _lock(chain)
    salt = secrets.token_hex(16) if reason or words else ""
    payload = canonical(
        {
            "chain": chain,
            "seq": head.count + 1,
            "at": at.astimezone(UTC).isoformat(timespec="microseconds"),
            "actor": by.pk if by else None,
            "second": seconded_by.pk if seconded_by else None,
            "action": action,
            "on": subject(on),
            "facts": facts,
            "reason": commit_to(reason, salt) if reason else "",
            "words": commit_to(canonical(words), salt) if words else "",
        }
    )
    line = LogLine(
        chain=chain,
        seq=head.count + 1,
        at=at,
        actor=by,
        second=seconded_by,
        action=action,
        subject=subject(on),
        payload=payload,
        hash=link(head.hash, payload),
    )
    moved = LogHead.objects.filter(pk=head.pk, count=head.count).update(count=F("count") + 1, hash=line.hash)
    if not moved:
        raise LogMoved(chain)
    line.save(force_insert=True)
    if reason or words:
        LogNote.objects.create(line=line, salt=salt, text=reason, words=dict(words or {}))
    return line


def verify(chain: str) -> tuple[int, str, list[Fault]]:
    """Read the whole chain and return (count, head, faults): every line whose number, hash or text does not fit.

    Others go on writing meanwhile: the lines must reach the head as it was before the reading, and not outgrow it.
    """
    faults: list[Fault] = []
    before = _head(chain)
    hashes = [GENESIS]
    for line in LogLine.objects.filter(chain=chain).order_by("seq").select_related("note").iterator(chunk_size=2000):
        faults += (Fault(line.seq, what) for what in _faults(line, len(hashes), hashes[-1]))
        hashes.append(line.hash)
    count, now = len(hashes) - 1, _head(chain)
    if now is None:
        faults += [Fault(count, "head missing")] if count else []
    elif count > now.count or (before is not None and hashes[before.count : before.count + 1] != [before.hash]):
        faults.append(Fault(now.count, f"head says {now.count} lines, {count} are there"))
    return count, hashes[-1], faults


def check(chain: str, *, at: datetime) -> LogCheck:
    """Verify a chain and keep what was found, so that the desk can show when the log was last seen whole."""
    count, head, faults = verify(chain)
    return LogCheck.objects.create(
        chain=chain, at=at, count=count, head=head, faults=[{"seq": f.seq, "what": f.what} for f in faults]
    )


def chains() -> list[str]:
    """Every chain that has a head or a line: a head somebody took away does not hide its lines."""
    headed = LogHead.objects.order_by().values_list("chain")
    return sorted(chain for (chain,) in headed.union(LogLine.objects.order_by().values_list("chain")))


def check_all() -> list[LogCheck]:
    return [check(chain, at=timezone.now()) for chain in chains()]


def canonical(data: Any) -> str:
    """One text for one meaning: sorted keys, no blanks. Raises TypeError for floats and what JSON has no word for."""
    _refuse_floats(data)
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def link(previous: str, payload: str) -> str:
    return hashlib.sha256(f"{previous}\n{payload}".encode()).hexdigest()


def commit_to(text: str, salt: str) -> str:
    return hashlib.sha256(f"{salt}\n{text}".encode()).hexdigest()


def subject(obj: Model | None) -> str:
    return f"{obj._meta.label_lower}:{obj.pk}" if obj is not None else ""


def _head(chain: str) -> LogHead | None:
    return LogHead.objects.filter(chain=chain).first()


def _lock(chain: str) -> LogHead:
    """The chain's head, locked until the transaction ends where the database locks rows (SQLite locks the file)."""
    head = LogHead.objects.select_for_update().filter(chain=chain).first()
    if head is None:
        LogHead.objects.bulk_create([LogHead(chain=chain)], ignore_conflicts=True)
        head = LogHead.objects.select_for_update().get(chain=chain)
    return head


def _faults(line: LogLine, place: int, previous: str) -> Iterator[str]:
    if line.seq != place:
        yield f"stands at place {place}"
    if line.hash != link(previous, line.payload):
        yield "hash does not follow from the line before"
    try:
        told = json.loads(line.payload)
    except ValueError:
        yield "payload is not readable"
        return
    shown = {"chain": line.chain, "seq": line.seq, "action": line.action, "on": line.subject}
    shown |= {"actor": line.actor_id, "second": line.second_id}
    shown["at"] = line.at.astimezone(UTC).isoformat(timespec="microseconds")
    if any(told.get(key) != value for key, value in shown.items()):
        yield "columns differ from the payload"
    note = getattr(line, "note", None)
    if note is not None and told.get("reason") != (commit_to(note.text, note.salt) if note.text else ""):
        yield "the written reason was changed"
    if note is not None and told.get("words") != (commit_to(canonical(note.words), note.salt) if note.words else ""):
        yield "the old and new words were changed"


def _refuse_floats(data: Any) -> None:
    if isinstance(data, float):
        raise TypeError("the log takes no floats")
    if isinstance(data, dict):
        for value in data.values():
            _refuse_floats(value)
    elif isinstance(data, list | tuple):
        for value in data:
            _refuse_floats(value)
