"""Decisions to count with fewer judges than the rules ask for."""

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext_noop as _

from accounts.log import Fault, Line, checks
from scoring.models import FewerJudges


@checks("allow_fewer")
def fewer_judges_were_decided(chain: str, lines: Sequence[Line]) -> Iterator[Fault]:
    """DESIGN 12: a minimum lowered beside the log, or another than was decided."""
    told = {line.facts["decision"]: line for line in lines}
    for pk, stage, least in FewerJudges.objects.filter(stage__season__code=chain).values_list("pk", "stage", "least"):
        line = told.pop(pk, None)
        if line is None:
            yield Fault(0, _("统分人数的决定 %(decision)s 没有对应的日志"), {"decision": pk})
        elif (line.pk, line.facts["least"]) != (stage, least):
            yield Fault(line.seq, _("统分人数的决定 %(decision)s 与日志不符"), {"decision": pk})
    yield from (Fault(line.seq, _("统分人数的决定 %(decision)s 不见了"), {"decision": pk}) for pk, line in told.items())
