"""The decree's table of headcounts and seats."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from contest.models import Season
from registry.models import District


class QuotaTable(models.Model):
    """The annex of the notice. It is data: the calculator explains and checks it, never overrides it."""

    season = models.OneToOneField(Season, models.PROTECT, related_name="quota_table", verbose_name=_("届次"))
    source = models.CharField(_("依据"), max_length=128)
    # What the decree prints in its own total row, to check the rows against.
    stated_headcount = models.PositiveIntegerField(_("全市人数"))
    stated_seats = models.PositiveIntegerField(_("全市名额"))
    reserves = models.PositiveSmallIntegerField(_("每个地区递补人数"), default=2)

    SEASON = "season__code"

    class Meta:
        verbose_name = verbose_name_plural = _("名额分配表")

    def __str__(self) -> str:
        return self.source


class QuotaRow(models.Model):
    table = models.ForeignKey(QuotaTable, models.CASCADE, related_name="rows", verbose_name=_("名额分配表"))
    district = models.ForeignKey(District, models.PROTECT, related_name="+", verbose_name=_("地区"))
    headcount = models.PositiveIntegerField(_("第一书记总人数"))
    seats = models.PositiveIntegerField(_("决赛名额"))

    DISTRICT = "district"
    SEASON = "table__season__code"

    class Meta:
        ordering = ["district__order"]
        verbose_name = verbose_name_plural = _("地区名额")
        constraints = [
            models.UniqueConstraint(fields=["table", "district"], name="one_quota_row_per_district"),
            models.CheckConstraint(condition=Q(seats__lte=F("headcount")), name="seats_within_headcount"),
        ]

    def __str__(self) -> str:
        return f"{self.district} {self.seats}"


class QuotaLevel(models.Model):
    """How many first secretaries come from units of one level, as the notice counts them (I: 44 + 42 + 126)."""

    table = models.ForeignKey(QuotaTable, models.CASCADE, related_name="levels", verbose_name=_("名额分配表"))
    level = models.CharField(_("单位层级"), max_length=32)
    headcount = models.PositiveIntegerField(_("第一书记总人数"))

    class Meta:
        ordering = ["id"]
        verbose_name = verbose_name_plural = _("选派单位人数")
        constraints = [models.UniqueConstraint(fields=["table", "level"], name="one_headcount_per_level")]

    def __str__(self) -> str:
        return f"{self.level} {self.headcount}"
