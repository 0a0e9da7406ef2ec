"""What an entrant was awarded: the ledger certificates read."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from contest.models.entry import Entry


class Award(models.Model):
    """A prize, written when a stage is certified (notice V(1), V(2)). Every competitor of the stage has one."""

    entry = models.OneToOneField(Entry, models.PROTECT, related_name="award", verbose_name=_("参赛"))
    tier = models.SlugField(_("奖次代码"), max_length=16)
    tier_name = models.CharField(_("奖次"), max_length=32)
    tier_order = models.PositiveSmallIntegerField(default=0)
    rank = models.PositiveSmallIntegerField(_("名次"))
    revision = models.PositiveIntegerField(_("成绩版次"))

    DISTRICT = "entry__stage__district"

    class Meta:
        ordering = ["entry__stage", "tier_order", "rank"]
        verbose_name = verbose_name_plural = _("获奖")

    def __str__(self) -> str:
        return f"{self.entry.secretary} {self.tier_name}"
