"""Decisions to count with fewer judges than the rules ask for."""

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext_noop as _

from accounts.log import Fault, Line, checks
from accounts.proposals.paper import pages_digest
from scoring.models import FewerJudges


@checks("allow_fewer")
def fewer_judges_were_decided(chain: str, lines: Sequence[Line]) -> Iterator[Fault]:
    """DESIGN 12: a minimum lowered beside the log, or another than was decided."""
    told = {line.facts["decision"]: line for line in lines}
    made = FewerJudges.objects.filter(stage__season__code=chain).select_related("basis").order_by("pk")
    for each in made.prefetch_related("basis__pages"):
        line = told.pop(each.pk, None)
        if line is None:
            yield Fault(0, _("统分人数的决定 %(decision)s 没有对应的日志"), {"decision": each.pk})
        elif not _as_told(each, line):
            yield Fault(line.seq, _("统分人数的决定 %(decision)s 与日志不符"), {"decision": each.pk})
    yield from (Fault(line.seq, _("统分人数的决定 %(decision)s 不见了"), {"decision": pk}) for pk, line in told.items())


def _as_told(made: FewerJudges, line: Line) -> bool:
    """Whether the row says what its line says, people, moment and paper too; an erased reason tells nothing."""
    said = (made.stage_id, made.least, made.by_id, f"user:{made.seconded_by_id}", made.at, pages_digest(made.basis))
    told = (line.pk, line.facts["least"], line.user, line.second, line.at, line.facts["basis"])
    return said == told and line.reason in (None, made.reason)
