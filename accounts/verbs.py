"""The log's verbs in words."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.log import told
from accounts.log.naming import called
from accounts.log.told import Told
from accounts.models import LogLine

WORDS: dict[str, Any] = {
    "open_account": _("建立账号"),
    "change_grants": _("修改账号与授权"),
    "reset_password": _("重置密码"),
    "unlock_account": _("解锁账号"),
    "close_account": _("停用账号"),
    "reopen_account": _("恢复账号"),
    "name_deputy": _("指定临时复核员"),
    "end_deputy": _("结束临时复核"),
    "choose_password": _("修改自己的密码"),
    "break_seal": _("启封应急账号"),
    "review_emergency": _("复查应急账号办理的事项"),
    "propose": _("提请"),
    "act_at_once": _("先行办理"),
    "second": _("复核"),
    "decline": _("复核未通过"),
    "withdraw_proposal": _("撤回提请"),
    "overtaken": _("先行办理已被后来的决定取代"),
    "open_season": _("建立届次"),
    "schedule": _("确定时间地点"),
    "enter": _("加入参赛名单"),
    "leave": _("记录退出、缺席或取消资格"),
    "reinstate": _("恢复参赛"),
    "correct_decided": _("更正姓名单位"),
    "name_talk": _("填写演讲题目"),
    "upload_roster": _("上传名册"),
    "map_columns": _("指明名册的列"),
    "answer_rows": _("确认名册中存疑的行"),
    "change_row": _("修改待导入的一行"),
    "add_row": _("手工添加待导入的一人"),
    "import_roster": _("导入名册"),
    "discard_roster": _("放弃上传的名册"),
    "correct_person": _("更正名册中的一人"),
    "end_posting": _("结束任职"),
    "resume_posting": _("撤销任职止"),
    "commit_draw": _("封存抽签凭据"),
    "draw_lots": _("抽签"),
    "void_draw": _("作废抽签"),
    "enter_order": _("登记手工抽签的出场顺序"),
    "swap_places": _("对调出场顺序"),
    "upload_signed_result": _("上传签字的成绩单"),
    "upload_sealed_result": _("上传签字盖章的成绩单"),
    "open_collecting": _("开始征集"),
    "close_collecting": _("结束征集"),
    "reopen_collecting": _("退回征集"),
    "open_scoring": _("开始评分"),
    "tabulate": _("统分"),
    "reopen_scoring": _("退回评分"),
    "certify": _("签字确认成绩"),
    "withdraw_certification": _("撤回签字确认"),
    "publish": _("公示"),
    "withdraw_notice": _("撤回公示"),
    "close": _("生效"),
    "reopen_closed": _("凭处理决定重新打开"),
}


# What a kept old and new value is of; apps further right add their own words, as they do to WORDS.
FIELDS: dict[str, Any] = {
    "name": _("姓名"),
    "grants": _("角色"),
    "proposed_by": _("提请人"),
    "closed_accounts": _("停用的账号数"),
    "gender": _("性别"),
    "phone": _("手机号"),
    "village": _("村"),
    "unit": _("选派单位"),
    "level": _("单位层级"),
    "since": _("任职起"),
    "until": _("任职止"),
    "judge": _("评委"),
    "duty": _("单位职务"),
    "is_chief": _("评审团负责人"),
    "held_on": _("举办日期"),
    "venue": _("地点"),
    "talk": _("演讲题目"),
}


called("accounts.user", "name")
called("accounts.proposal", "title", "district__name")


def as_told(line: LogLine) -> Told:
    """A line in words, without the name of what it is about; give it with `actor`, `second` and `note` read."""
    return told.in_words(line, told.NOTHING, WORDS, FIELDS)
