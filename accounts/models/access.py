"""The access log: who signed in, was refused, took something away. Apart from the audit log, and not for ever."""

from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _


class AccessLine(models.Model):
    """Something that changed nothing: no chain, kept for half a year (DESIGN 12)."""

    class Kind(models.TextChoices):
        SIGNED_IN = "signed_in", _("登录")
        SIGNED_OUT = "signed_out", _("退出登录")
        FAILED = "failed", _("登录失败")
        LOCKED = "locked", _("登录被锁定")
        REFUSED = "refused", _("操作被拒绝")
        TAKEN = "taken", _("下载、导出")

    at = models.DateTimeField(_("时间"))
    kind = models.CharField(_("类别"), max_length=16, choices=Kind.choices)
    # Nobody where the sign-in failed; an account is never deleted.
    user = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+", verbose_name=_("账号"))
    address = models.GenericIPAddressField(_("来自"), null=True)
    path = models.CharField(_("页面"), max_length=255, blank=True)
    # The sentence that refused, the name of the file; nothing of what was typed.
    what = models.CharField(_("内容"), max_length=255, blank=True)

    if TYPE_CHECKING:
        user_id: int | None

        def get_kind_display(self) -> str: ...

    class Meta:
        ordering = ["-at", "-id"]
        verbose_name = verbose_name_plural = _("查阅及操作记录")
        indexes = [models.Index(fields=["at"]), models.Index(fields=["user", "at"])]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.kind}"
