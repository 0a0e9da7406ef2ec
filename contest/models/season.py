"""A season of the contest, as its notice orders it."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Season(models.Model):
    """One holding of the contest (届次). `code` also names its chain in the audit log."""

    code = models.SlugField(_("代码"), max_length=32, unique=True)
    title = models.CharField(_("活动名称"), max_length=128)
    theme = models.CharField(_("主题"), max_length=64)
    notice_number = models.CharField(_("文号"), max_length=64, blank=True)
    notice_date = models.DateField(_("印发日期"), null=True, blank=True)
    hosts = models.JSONField(_("主办单位"), default=list)
    notice_working_days = models.PositiveSmallIntegerField(_("公示期（工作日）"), default=5)
    is_rehearsal = models.BooleanField(_("演练"), default=False)
    opened_at = models.DateTimeField(_("建立时间"))

    class Meta:
        ordering = ["-opened_at"]
        verbose_name = verbose_name_plural = _("届次")

    def __str__(self) -> str:
        return self.title
