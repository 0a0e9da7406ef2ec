"""Lists beside the lines that commit to them."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from django.utils.translation import gettext_noop

from accounts.log import Fault, Line, checks, keeps, seals
from quota.models import Pick, QuotaLevel, QuotaRow, QuotaTable, Shortlist, Substitution
from quota.reads.kept import picks_digest
from scoring.models import Tabulation

ADOPTED = "adopt_quota_table", "change_quota_table"
DECIDED = "approve_shortlist", "revoke_approval"

# fmt: off
seals(
    "quota tables", QuotaTable, "season__code",
    "source", "stated_headcount", "stated_seats", "reserves",
    verbs=ADOPTED,
    says=gettext_noop("名额分配表与日志不符"),
)
seals(
    "quota rows", QuotaRow, "table__season__code",
    "table", "district", "headcount", "seats",
    verbs=ADOPTED,
    says=gettext_noop("有地区的人数或名额与日志不符"),
)
seals(
    "quota levels", QuotaLevel, "table__season__code",
    "table", "level", "headcount",
    verbs=ADOPTED,
    says=gettext_noop("按选派单位层级的人数与日志不符"),
)
seals(
    "lists", Shortlist, "stage__season__code",
    "stage", "number", "live", "state", "seats", "reserves", "revision", "submitted_by", "submitted_at", "decided_by",
    "decided_at", "decided_basis", "revoked_by", "revoked_second", "revoked_at",
    verbs=("draw_up_shortlist", "submit_shortlist", "take_back_shortlist", "return_shortlist", *DECIDED),
    says=gettext_noop("有推荐名单的状态或经办人与日志不符"),
)
seals(
    "substitutions", Substitution, "shortlist__stage__season__code",
    "shortlist", "leaving", "coming", "state", "proposed_by", "proposed_at", "decided_by", "decided_at", "tie_first",
    "tie_kind",
    verbs=("propose_substitution", "approve_substitution", "refuse_substitution", *DECIDED),
    says=gettext_noop("有递补的记录与日志不符"),
)
# fmt: on
LISTED = gettext_noop("推荐名单 %(row)s 退回或撤销的原因与日志不符")
keeps(Shortlist, "return_reason", "return_shortlist", says=LISTED)
keeps(Shortlist, "revoke_reason", "revoke_approval", says=LISTED)
SUBSTITUTED = gettext_noop("递补 %(row)s 的原因与日志不符")
keeps(Substitution, "reason", "propose_substitution", says=SUBSTITUTED)
keeps(Substitution, "refusal_reason", "refuse_substitution", says=SUBSTITUTED)


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
