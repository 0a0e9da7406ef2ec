"""Who the entrants of a stage are when its scoring opens, kept in the line of that move (DESIGN 5, 12).

From then on the roster names them otherwise only where two people put it right: a name, unit, town or village that was
altered in the roster's tables is found, though results copy it later.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_noop as _

from accounts import log
from accounts.log import Fault, Line, checks
from accounts.words import written
from contest.actions.correction import BOUND, IDENTITY
from contest.models import Entry, NameCorrection, Season, Stage
from contest.models.person import COLUMNS
from contest.workflow import joins

if TYPE_CHECKING:
    from accounts.models import User


@joins("open_scoring")
def entrants_are_named(stage: Stage, *, by: "User", at: datetime, reason: str) -> Mapping[str, Any] | None:
    """What names each entrant, for the line to commit to. One query."""
    named = _named(Entry.objects.filter(stage=stage), rehearsal=stage.season.is_rehearsal)
    return {"kept": {f"entry:{pk}": log.canonical(told) for pk, (_person, told) in named.items()}}


@checks("open_scoring")
def entrants_are_named_as_then(chain: str, lines: Sequence[Line]) -> Iterator[Fault]:
    """The roster's words against the newest opening of each stage, with what was put right since. Three queries."""
    opened = {line.pk: line for line in lines if line.kept and line.salt}
    season = Season.objects.filter(code=chain).first()
    if season is None or not opened:
        return
    fields = "secretary", "posting", "field", "old", "new"
    corrections = list(NameCorrection.objects.order_by("at", "pk").values_list(*fields))
    here = Entry.objects.filter(stage__season=season, stage__state__in=BOUND)
    for (stage, pk), (person, told) in _by_stage(here, season).items():
        line = opened.get(stage)
        commitment = line.kept.get(f"entry:{pk}") if line else None
        if line is None or commitment is None:
            continue
        own = [tuple(put) for whose, of, *put in corrections if whose == person[0] and of in (None, person[1])]
        if not any(log.commit_to(log.canonical(was), line.salt) == commitment for was in _backwards(told, own)):
            yield Fault(line.seq, _("参赛 %(row)s 在名册中的姓名、单位或镇村与开始评分时不符"), {"row": pk})


def _by_stage(entries: Any, season: Season) -> dict[tuple[int, int], tuple[tuple[int, int], dict[str, str]]]:
    named = _named(entries, rehearsal=season.is_rehearsal)
    stages = dict(entries.order_by().values_list("pk", "stage"))
    return {(stages[pk], pk): told for pk, told in named.items() if pk in stages}


def _named(entries: Any, *, rehearsal: bool) -> dict[int, tuple[tuple[int, int], dict[str, str]]]:
    """By entry, the secretary with the posting and what names them; a rehearsal reads units that are not its own."""
    fields = [field for field in IDENTITY if not (rehearsal and field == "unit")]
    rows = entries.order_by().values_list("pk", "secretary", "posting", *(COLUMNS[field] for field in fields))
    return {
        pk: ((person, posting), {field: written(value) for field, value in zip(fields, values, strict=True)})
        for pk, person, posting, *values in rows
    }


def _backwards(told: Mapping[str, str], corrections: Sequence[tuple[str, str, str]]) -> Iterator[dict[str, str]]:
    """What the roster says, and said before each correction, newest first."""
    was = dict(told)
    yield dict(was)
    for field, old, new in reversed(corrections):
        if was.get(field) == written(new):
            was[field] = written(old)
            yield dict(was)
