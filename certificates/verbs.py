"""The acts on certificates, seals and letters, in the words of the log."""

from django.utils.translation import gettext_lazy as _

from accounts import verbs
from accounts.log.naming import called

verbs.WORDS.update(
    {
        "keep_seal": _("上传印章"),
        "retire_seal": _("停用印章"),
        "ask_certificates": _("制作证书"),
        "retry_certificates": _("重试搁置的证书"),
        "discard_certificates": _("作废未发放的证书"),
        "release_certificates": _("发放证书"),
        "revoke_certificate": _("撤销证书"),
        "replace_certificate": _("换发证书"),
        "write_letters": _("拟制反馈函"),
        "rewrite_letter": _("重拟反馈函"),
        "number_letter": _("填写反馈函文号"),
        "send_letter": _("登记反馈函寄送"),
        "receive_letter": _("登记反馈函签收"),
        "edit_profile": _("修改宣传资料"),
    }
)

called("certificates.certificate", "name", "award__entry__district__name")
called("certificates.letter", "unit__name")
called("certificates.seal", "host")
