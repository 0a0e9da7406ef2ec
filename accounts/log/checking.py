"""Commitments: what the lines say was decided, compared with what the tables say now (DESIGN 12).

The apps that own the facts register a check for their verbs when Django loads them, as system checks are registered.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that does not fit, at line `seq` (0: at no line in particular).

    `what` is a translatable text, marked by gettext_noop where it is written, `told` fills its places in.
    """

    seq: int
    what: str
    told: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return gettext(self.what) % self.told if self.told else gettext(self.what)


@dataclass(frozen=True, slots=True)
class Line:
    """A line as a check gets it: `facts` parsed, `actor` and `second` as the payload writes them.

    `reason` and `words` are those that people may read; None where they were erased, which is lawful.
    """

    seq: int
    verb: str
    subject: str
    at: datetime
    actor: str
    second: str
    facts: Mapping[str, Any]
    reason: str | None = ""
    words: Mapping[str, Any] | None = field(default_factory=dict)
    # What the line commits to besides, and the salt that was used, "" where it was erased (`kept` of `write`).
    kept: Mapping[str, str] = field(default_factory=dict)
    salt: str = ""

    @property
    def user(self) -> int | None:
        """The key of the user who acted; None where it was a seat or the portal itself."""
        kind, _colon, pk = self.actor.partition(":")
        return int(pk) if kind == "user" else None

    @property
    def pk(self) -> int:
        """The key of what was acted on; 0 where the line is about nothing in particular."""
        return int(self.subject.rpartition(":")[2] or 0)


Check = Callable[[str, Sequence[Line]], Iterable[Fault]]
_checks: list[tuple[frozenset[str], Check]] = []


def checks(*verbs: str) -> Callable[[Check], Check]:
    """Register a function that compares the lines of these verbs with the tables; use as a decorator.

    `verify` calls it once for every chain, with the chain's name and all its lines of these verbs, oldest first; an
    empty list too, since the tables may hold what no line tells. It must ask a constant number of queries.
    """

    def register(function: Check) -> Check:
        _checks.append((frozenset(verbs), function))
        return function

    return register


def wanted() -> frozenset[str]:
    """Every verb that some check reads."""
    return frozenset().union(*(verbs for verbs, _function in _checks))


def run(chain: str, lines: Sequence[Line]) -> list[Fault]:
    """What all checks find in these lines of a chain."""
    found: list[Fault] = []
    for verbs, function in _checks:
        try:
            found += list(function(chain, [line for line in lines if line.verb in verbs]))
        except (LookupError, TypeError, ValueError, AttributeError):
            # A payload that somebody wrote by hand can have any shape; its line is a fault of the chain already.
            found.append(Fault(0, _("有日志正文不成样子，无法与数据核对：%(check)s"), {"check": function.__name__}))
    return found
