"""Reading a whole chain: is every line what was hashed, and do the tables still say what the lines commit to?

What no look at the database alone can find is a tail written anew by somebody who also mends the head: that shows only
against a head that was printed or published before (`verify_log --head`).
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_noop as _

from accounts import triggers
from accounts.log import checking, sealing
from accounts.log.checking import Fault, Line
from accounts.log.text import canonical, commit_to, digest, link
from accounts.log.writing import GENESIS, moment
from accounts.models.log import LogCheck, LogHead, LogLine

# The acts that begin and end a season's chain (DESIGN 10), and the one after which a real season stays.
OPENED, CERTIFIED, REMOVED = "open_season", "certify", "removed"


def verify(chain: str) -> tuple[int, str, list[Fault]]:
    """Read the whole chain and return (count, head, faults): whatever does not fit in lines, head, notes and tables.

    Others go on writing meanwhile: the lines must reach the head as it was before the reading, and not outgrow it. What
    differs from the tables counts only when nobody acted meanwhile; else the chain is held still and read once more.
    """
    before = _head(chain)
    count, head, faults, differing = _read(chain, before)
    if differing and _moved(before, _head(chain)):
        with transaction.atomic():
            before = LogHead.objects.select_for_update().filter(chain=chain).first()
            count, head, faults, differing = _read(chain, before)
    return count, head, [*faults, *differing]


def against_head(chain: str, count: int, hash: str) -> list[Fault]:
    """Compare the chain with a head that was printed when it had `count` lines; `hash` may be its beginning.

    Only so a tail is found that somebody rewrote or cut off together with the head.
    """
    last = LogLine.objects.filter(chain=chain, seq=count).values_list("hash", flat=True).first()
    if count == 0:
        last = GENESIS
    if last is None:
        return [Fault(count, _("印出的封存校验码说有 %(count)s 条，现在没有这么多"), {"count": count})]
    if not last.startswith(hash):
        return [Fault(count, _("第 %(count)s 条与印出的封存校验码不符"), {"count": count})]
    return []


def check(chain: str, *, at: datetime) -> LogCheck:
    """Verify a chain and keep what was found, so that the desk can show when the log was last seen whole."""
    count, head, faults = verify(chain)
    return LogCheck.objects.create(chain=chain, at=at, count=count, head=head, faults=[asdict(f) for f in faults])


def found(check: LogCheck) -> list[Fault]:
    """What a kept check found, to be told in the reader's language."""
    return [Fault(**fault) for fault in check.faults]


def chains() -> list[str]:
    """Every chain that has a head or a line: a head somebody took away does not hide its lines."""
    headed = LogHead.objects.order_by().values_list("chain")
    return sorted(chain for (chain,) in headed.union(LogLine.objects.order_by().values_list("chain")))


def check_all(which: Iterable[str] | None = None) -> list[LogCheck]:
    """Check these chains, or every one there is."""
    return [check(chain, at=timezone.now()) for chain in (chains() if which is None else which)]


def _read(chain: str, before: LogHead | None) -> tuple[int, str, list[Fault], list[Fault]]:
    """(count, head, faults of the chain itself, faults of the tables) in one pass over the lines."""
    faults = [Fault(0, _("数据库里缺少防止改动日志的触发器：%(name)s"), {"name": name}) for name in _unguarded()]
    wanted, lines, hashes, last = checking.wanted(), [], [GENESIS], ""
    sealed: dict[str, tuple[int, str]] = {}
    decided = _Decided()
    for line in LogLine.objects.filter(chain=chain).order_by("seq").select_related("note").iterator(chunk_size=2000):
        told = _told(line)
        faults += (Fault(line.seq, what) for what in _faults(line, told, len(hashes), hashes[-1]))
        hashes.append(line.hash)
        if line.action in wanted and told is not None:
            lines.append(_decoded(line, told))
        if told is not None:
            sealed |= {key: (line.seq, seal) for key, seal in _seals(told).items()}
            decided.read(line, told)
        last = line.action
    faults += _faults_of_head(hashes, before, _head(chain))
    if last == REMOVED and not decided.may_go:
        faults.append(Fault(len(hashes) - 1, _("这一届不是演练，且已有签字确认的成绩，不能移除")))
    # What was removed is gone from the tables with all that its lines tell of: nothing of it may be left.
    elif last == REMOVED:
        lines, sealed = [], {}
    return len(hashes) - 1, hashes[-1], faults, [*checking.run(chain, lines), *sealing.broken(chain, sealed)]


@dataclass(slots=True)
class _Decided:
    """Whether a season may be gone with a last line that says so: a rehearsal, or one in which nothing was certified.

    Anybody who has the database can append that line; what stands at the beginning of the chain nobody can alter.
    """

    rehearsal: bool = False
    certified: bool = False

    def read(self, line: LogLine, told: Mapping[str, Any]) -> None:
        if line.action == OPENED and line.seq == 1:
            self.rehearsal = told["facts"].get("rehearsal") is True
        self.certified |= line.action == CERTIFIED

    @property
    def may_go(self) -> bool:
        return self.rehearsal or not self.certified


def _seals(told: Mapping[str, Any]) -> dict[str, str]:
    """What a line sealed; nothing where somebody wrote something else there by hand."""
    sealed = told.get("sealed")
    return sealed if isinstance(sealed, dict) else {}


def _head(chain: str) -> LogHead | None:
    return LogHead.objects.filter(chain=chain).first()


def _moved(before: LogHead | None, now: LogHead | None) -> bool:
    return (before.count if before else 0) != (now.count if now else 0)


def _unguarded() -> list[str]:
    return triggers.missing(connection)


def _faults_of_head(hashes: list[str], before: LogHead | None, now: LogHead | None) -> list[Fault]:
    count = len(hashes) - 1
    if now is None:
        return [Fault(count, _("缺少末条记录"))] if count else []
    if count > now.count or (before is not None and hashes[before.count : before.count + 1] != [before.hash]):
        told = {"head": now.count, "count": count}
        return [Fault(now.count, _("末条记录写有 %(head)s 条，实有 %(count)s 条，或末条不同"), told)]
    return []


def _told(line: LogLine) -> dict[str, Any] | None:
    try:
        told = json.loads(line.payload)
    except ValueError:
        return None
    return told if isinstance(told, dict) and isinstance(told.get("facts"), dict) else None


def _decoded(line: LogLine, told: dict[str, Any]) -> Line:
    note = getattr(line, "note", None)
    return Line(
        seq=line.seq,
        verb=line.action,
        subject=line.subject,
        at=line.at,
        actor=str(told.get("actor")),
        second=str(told.get("second")),
        facts=told["facts"],
        reason=None if told.get("reason") and not (note and note.text) else note.text if note else "",
        words=None if told.get("words") and not (note and note.words) else note.words if note else {},
        kept=told.get("kept", {}),
        salt=note.salt if note else "",
    )


def _faults(line: LogLine, told: dict[str, Any] | None, place: int, previous: str) -> Iterator[str]:
    if line.seq != place:
        yield _("序号与所在位置不符")
    if line.digest != digest(line.payload):
        yield _("正文与摘要不符")
    if line.hash != link(previous, line.digest):
        yield _("与上一条不衔接")
    if told is None:
        yield _("正文无法读出")
        return
    if any(told.get(key) != value for key, value in _shown(line, told).items()):
        yield _("各栏与正文不符")
    note = getattr(line, "note", None)
    # Words that were erased say nothing, and nothing stands where nothing was written.
    if note is not None and note.text and told.get("reason") != commit_to(note.text, note.salt):
        yield _("写下的理由被改动")
    if note is not None and note.words and told.get("words") != commit_to(canonical(note.words), note.salt):
        yield _("改前改后的内容被改动")


def _shown(line: LogLine, told: dict[str, Any]) -> dict[str, Any]:
    """What the columns beside the payload say, as the payload writes it; there is a column for users only."""
    nobody = told.get("actor") if not str(told.get("actor")).startswith("user:") else "system"
    return {
        "chain": line.chain,
        "seq": line.seq,
        "action": line.action,
        "on": line.subject,
        "at": moment(line.at),
        "actor": f"user:{line.actor_id}" if line.actor_id else nobody,
        "second": f"user:{line.second_id}" if line.second_id else "",
    }
