"""What anybody may learn of a certificate whose code they hold.

Everything that is not a released certificate is nothing: a code that was never given, one of a batch still held back,
one of a batch given up. They are asked for by the same query and answered by the same None.
"""

import hashlib
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from certificates import codes
from certificates.causes import cause_of
from certificates.masking import masked
from certificates.models import Certificate
from certificates.models.certificate import Status
from contest.models import Award, Entry
from contest.models.entry import Status as EntryStatus
from contest.models.stage import State
from registry.spelling import naming

# Where a stage's awards are made: whoever has none then gets none.
AWARDED = (State.CERTIFIED, State.PUBLISHED, State.CLOSED)
# As long as the column of Certificate; nobody's name is longer.
LONGEST_NAME = 64
# What people type between the groups of a code, besides the hyphen.
DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−_"), "-")


@dataclass(frozen=True, slots=True)
class Newer:
    """The certificate that took another's place, and since when people could have it."""

    serial: str
    released_at: datetime | None
    is_valid: bool


class Coming(StrEnum):
    """Whether a certificate that fell with its results will have another in its place."""

    YES = "yes"
    # The results are still being put right: nobody knows yet.
    OPEN = "open"
    NO = "no"


@dataclass(frozen=True, slots=True)
class Shown:
    """A released certificate as the public sees it; `cause` is a word, not the reason.

    `coming` says of one that fell with its results, and has no newer one, whether there will be one.
    """

    status: str
    name: str
    serial: str
    tier: str
    tier_code: str
    stage: str
    season: str
    dated: date
    hosts: Sequence[str]
    is_rehearsal: bool
    sha256: str
    ended_at: datetime | None
    cause: str
    newer: Newer | None
    coming: Coming = Coming.NO

    @property
    def is_valid(self) -> bool:
        return self.status == Status.VALID


def by_code(code: str) -> Certificate | None:
    """The released certificate whose QR holds this code."""
    return Certificate.objects.released().filter(code_hash=codes.hash_of_code(plain_code(code))).first()


def by_short(short: str, name: str) -> Certificate | None:
    """The released certificate with this short code and this name, both in any spelling."""
    found = Certificate.objects.released().filter(short_hash=codes.hash_of_short(plain_code(short)))
    wanted = naming.key(name[: 2 * LONGEST_NAME])
    return next((each for each in found if naming.key(each.facts["name"]) == wanted), None)


def shown(certificate: Certificate) -> Shown:
    """What the paper states, as it was copied when it was asked for, and what has become of it since."""
    facts = certificate.facts
    newer = _newer(certificate) if certificate.status in (Status.REPLACED, Status.SUPERSEDED) else None
    fell = certificate.status == Status.SUPERSEDED and newer is None
    return Shown(
        status=certificate.status,
        name=masked(facts["name"]),
        serial=facts["serial"],
        tier=facts["tier"],
        tier_code=facts["tier_code"],
        stage=facts["stage"],
        season=facts["season"],
        dated=date.fromisoformat(facts["dated"]),
        hosts=[host["name"] for host in facts["hosts"]],
        is_rehearsal=facts["rehearsal"],
        sha256=certificate.sha256,
        ended_at=certificate.ended_at,
        cause=cause_of(certificate.reason),
        newer=newer,
        coming=_coming(certificate) if fell else Coming.NO,
    )


def hash_of_file(pieces: Iterable[bytes]) -> str:
    """The SHA-256 of a file that comes in pieces."""
    digest = hashlib.sha256()
    for piece in pieces:
        digest.update(piece)
    return digest.hexdigest()


def plain_code(text: str) -> str:
    """A code with the wide letters and long dashes of Chinese keyboards made plain; `codes` does the rest."""
    return unicodedata.normalize("NFKC", text[:64]).translate(DASHES)


def _coming(certificate: Certificate) -> Coming:
    """A new certificate is promised to whoever has a prize now; to nobody who left, or whom new results left out."""
    entry = Entry.objects.select_related("stage").get(pk=certificate.award.entry_id)
    if Award.objects.live().filter(entry=entry).exists():
        return Coming.YES
    settled = entry.status != EntryStatus.ENTERED or entry.stage.state in AWARDED
    return Coming.NO if settled else Coming.OPEN


def _newer(certificate: Certificate) -> Newer | None:
    """What took its place: a later version for the same award, or for the award as it was put right."""
    if certificate.status == Status.SUPERSEDED:
        later = Certificate.objects.released().filter(award__entry=certificate.award.entry_id)
        later = later.filter(award__version__gt=certificate.award.version)
    else:
        later = Certificate.objects.standing().filter(award_id=certificate.award_id, version__gt=certificate.version)
    last = later.select_related("batch").order_by("-award__version", "-version").first()
    return Newer(last.serial, last.batch.released_at, last.status == Status.VALID) if last else None
