"""What the log calls the things of this app, and what of them was changed."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.log.naming import Named, called
from accounts.verbs import FIELDS

FIELDS |= {
    "criteria": gettext_lazy("评分项（满分 / 步长）"),
    "hints": gettext_lazy("评分要点"),
    "tiers": gettext_lazy("奖次"),
    "tie_order": gettext_lazy("同分时依次比较"),
    "min_panel": gettext_lazy("评审团至少几位评委"),
    "drop": gettext_lazy("去掉最高、最低各几份 / 至少几位评委才去掉"),
    "decimals": gettext_lazy("显示几位小数"),
    "overtime": gettext_lazy("时限 / 不扣分 / 每超几秒 / 每次扣分 / 最多扣分"),
    "basis": gettext_lazy("推荐依据"),
    "votes_each": gettext_lazy("每位评委推荐几名"),
    "votes": gettext_lazy("推荐票"),
    "far_percent": gettext_lazy("与中位数相差超过满分的百分之几再看"),
}


def _sheet(entrant: str, district: str, seat: int) -> Named:
    return Named(_("%(name)s的评分表（%(seat)s 号评委）") % {"name": entrant, "seat": seat}, district)


called("scoring.sheet", "entry__secretary__name", "entry__district__name", "seat__number", say=_sheet)
called("scoring.ruling", "stage__district__name", say=lambda district: Named(_("评审团裁定"), district))
called("scoring.seat", "judge", "stage__district__name")
