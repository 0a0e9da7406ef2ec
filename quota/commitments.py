"""Lists beside the lines that commit to them."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from django.utils.translation import gettext_noop

from accounts.log import Fault, Line, checks
from quota.models import Pick, Shortlist
from quota.reads.kept import picks_digest
from scoring.models import Tabulation


@checks("draw_up_shortlist", "submit_shortlist", "approve_shortlist")
def listed_as_the_line_says(chain: str, lines: Sequence[Line]) -> Iterator[Fault]:
    """The picks of every list that was drawn up, sent or approved against its lines. Three queries."""
    lists = Shortlist.objects.filter(stage__season__code=chain).in_bulk()
    picks: dict[int, list[Pick]] = defaultdict(list)
    for pick in Pick.objects.filter(shortlist__in=lists):
        picks[pick.shortlist_id].append(pick)
    salts = {
        (stage, revision): leaves
        for stage, revision, leaves in Tabulation.objects.filter(stage__season__code=chain).values_list(
            "stage_id", "revision", "leaves"
        )
    }
    for line in lines:
        if "picks" not in line.facts:
            continue
        shortlist = lists.get(line.pk)
        if shortlist is None:
            yield Fault(line.seq, gettext_noop("这份推荐名单不见了"))
        elif (
            picks_digest(picks[shortlist.pk], salts.get((shortlist.stage_id, shortlist.revision), {}))
            != (line.facts["picks"])
        ):
            yield Fault(line.seq, gettext_noop("推荐名单中的人选被改动"))
