"""The moves of a stage that scoring makes together with its own work, and its acts in the words of the log."""

from django.utils.translation import gettext_lazy as _

from accounts import verbs
from contest.reads.recent import tells_too
from contest.workflow import performs
from scoring.actions.certify import certify, withdraw_certification
from scoring.actions.publish import publish, withdraw_notice
from scoring.actions.scoring import open_scoring, reopen_scoring
from scoring.actions.tabulate import tabulate
from scoring.models import Sheet

performs("open_scoring")(open_scoring)
performs("tabulate")(tabulate)
performs("reopen_scoring")(reopen_scoring)
performs("certify")(certify)
performs("withdraw_certification")(withdraw_certification)
performs("publish")(publish)
performs("withdraw_notice")(withdraw_notice)

# Typing is too much to tell; that a sheet was put right, or sent back, is not.
tells_too(Sheet, "correct_sheet", "return_sheet")

verbs.WORDS.update(
    {
        "adopt_rules": _("采用评分细则"),
        "change_rules": _("修改评分细则"),
        "seat_judges": _("增加评委"),
        "change_judge": _("修改评委席"),
        "remove_seat": _("移除评委席"),
        "vacate": _("评委离席"),
        "unvacate": _("评委恢复在席"),
        "allow_fewer": _("决定以较少的评委统分"),
        "deal_missing": _("补发评分表"),
        "save_marks": _("录入分数"),
        "time_talks": _("录入用时"),
        "confirm_times": _("核对用时"),
        "cast_votes": _("录入推荐票"),
        "confirm_votes": _("核对推荐票"),
        "confirm_sheets": _("核对评分表"),
        "look_again": _("再看纸质评分表"),
        "return_sheet": _("退回评分表"),
        "correct_sheet": _("更正评分表"),
        "record_ruling": _("登记裁定"),
        "disqualify": _("取消资格，重新核分"),
        "withdraw_ruling": _("撤回裁定"),
    }
)
