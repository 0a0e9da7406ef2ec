"""The acts on materials, in the words of the log."""

from django.utils.translation import gettext_lazy as _

from accounts import verbs
from accounts.log.naming import called

verbs.WORDS.update(
    {
        "set_terms": _("设定材料征集要求"),
        "begin_upload": _("开始上传材料"),
        "give_up_upload": _("放弃上传"),
        "receive_material": _("收到材料"),
        "carry_material": _("沿用初赛材料"),
        "inspect_material": _("检查材料"),
        "recheck_material": _("重新检查材料"),
        "return_material": _("退回材料"),
        "give_late_code": _("发放补交码"),
        "withdraw_late_code": _("收回补交码"),
        "redeem_late_code": _("使用补交码"),
        "sign_pledge": _("签署真实性承诺"),
        "confirm_pledge": _("确认承诺属实"),
    }
)

called("materials.material", "entry__secretary__name", "entry__district__name")
called("materials.pledge", "entry__secretary__name", "entry__district__name")
