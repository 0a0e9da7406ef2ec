"""The log's verbs of this app, in words."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.log.naming import Named, called
from accounts.verbs import WORDS

WORDS |= {
    "adopt_decree": _("按公文建立届次"),
    "adopt_quota_table": _("录入名额分配表"),
    "change_quota_table": _("修改名额分配表"),
    "draw_up_shortlist": _("拟定推荐名单"),
    "submit_shortlist": _("报送推荐名单"),
    "take_back_shortlist": _("收回推荐名单"),
    "return_shortlist": _("退回推荐名单"),
    "approve_shortlist": _("审定推荐名单"),
    "revoke_approval": _("撤销审定"),
    "propose_substitution": _("提出递补"),
    "approve_substitution": _("审定递补"),
    "refuse_substitution": _("不予审定递补"),
}


def _shortlist(district: str, number: int) -> Named:
    return Named(gettext("推荐名单（第 %(number)s 次）") % {"number": number}, district)


called("quota.shortlist", "stage__district__name", "number", say=_shortlist)
called("quota.substitution", "leaving__entry__secretary__name", "shortlist__stage__district__name")
called("quota.quotatable", "season__title")
