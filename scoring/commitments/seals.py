"""The tables of scoring that a line seals: rules, panel, rulings, and which results and awards are in force."""

from django.utils.translation import gettext_noop as _

from accounts.log import keeps, seals
from accounts.log.keeping import said_last
from contest.models import Award, Stage
from scoring.commitments.results import COUNTING
from scoring.models import Criterion, Ruleset, Ruling, Seat, Tabulation, Tier

RULING = "adopt_rules", "change_rules", "open_scoring"
SEATING = "seat_judges", "change_judge", "vacate", "unvacate", "remove_seat"

# fmt: off
seals(
    "rules", Ruleset, "stage__season__code",
    "stage", "min_panel", "drop", "min_panel_to_drop", "decimals", "tie_order", "basis", "votes_each", "limit_s",
    "free_s", "step_s", "per_step_c", "most_c",
    verbs=RULING,
    says=_("有评分细则与日志不符"),
)
seals(
    "criteria", Criterion, "ruleset__stage__season__code",
    "ruleset", "code", "name", "hint", "max_c", "step_c", "order",
    verbs=RULING,
    says=_("有评分项与日志不符"),
)
seals(
    "tiers", Tier, "ruleset__stage__season__code",
    "ruleset", "code", "name", "count", "order",
    verbs=RULING,
    says=_("有奖次设置与日志不符"),
)
seals(
    "seats", Seat, "stage__season__code",
    "stage", "number", "is_chief", "vacated_at",
    verbs=SEATING,
    says=_("有评委席与日志不符"),
)
seals(
    "rulings", Ruling, "stage__season__code",
    "stage", "kind", "order", "total_num", "total_den", "by", "at", "live",
    verbs=COUNTING,
    says=_("有裁定的记录与日志不符"),
)
seals(
    "tabulations", Tabulation, "stage__season__code",
    "stage", "revision", "live", "at", "by", "needs_ruling", "holding", "unfilled",
    verbs=COUNTING,
    says=_("有统分的记录与日志不符"),
)
seals(
    "awards", Award, "entry__stage__season__code",
    "entry", "version", "live", "tier", "tier_name", "tier_order", "rank", "revision", "superseded_at", "superseded_by",
    verbs=("certify", "withdraw_certification"),
    says=_("有奖项的效力与日志不符"),
)
# fmt: on
keeps(Stage, "reopened_reason", "reopen_scoring", says=_("赛段 %(row)s 退回评分的原因与日志不符"))
keeps(Seat, "vacated_reason", "vacate", says=_("评委席 %(row)s 离席的原因与日志不符"))
keeps(Seat, "judge", "change_judge", says=_("评委席 %(row)s 的评委与日志不符"), word=said_last("judge"))
keeps(Seat, "duty", "change_judge", says=_("评委席 %(row)s 的评委与日志不符"), word=said_last("duty"))
keeps(
    Ruling,
    "reason",
    "record_ruling",
    says=_("裁定 %(row)s 的说明与日志不符"),
    row=lambda line: int(line.facts["ruling"]),
)
