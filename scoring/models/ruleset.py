"""The rules one stage is scored by. They freeze when scoring opens."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from contest.models import Stage


class Basis(models.TextChoices):
    """Notice V(1) ranks by 总得分 but recommends by 总票数; the organizer must say which is meant."""

    SCORE = "score", _("按总得分推荐")
    VOTES = "votes", _("按总票数推荐")


class Ruleset(models.Model):
    """Points are integers in hundredths throughout."""

    stage = models.OneToOneField(Stage, models.PROTECT, related_name="ruleset", verbose_name=_("赛段"))
    # As few sitting judges as may be counted by, whoever left in between.
    min_panel = models.PositiveSmallIntegerField(_("评审团至少几位评委"), default=3)
    # How many sheets are left out at each end, once the panel has min_panel_to_drop.
    drop = models.PositiveSmallIntegerField(_("去掉最高、最低各几份"), default=1)
    min_panel_to_drop = models.PositiveSmallIntegerField(_("至少几位评委才去掉"), default=5)
    decimals = models.PositiveSmallIntegerField(_("显示几位小数"), default=2)
    # Codes of criteria, the most telling first.
    tie_order = models.JSONField(_("同分时依次比较"), default=list)
    basis = models.CharField(_("推荐依据"), max_length=8, choices=Basis.choices, blank=True)
    # How many entrants each judge may vote for where the basis is votes: the district's seats.
    votes_each = models.PositiveSmallIntegerField(_("每位评委推荐几名"), default=0)
    limit_s = models.PositiveSmallIntegerField(_("时限（秒）"), default=300)
    free_s = models.PositiveSmallIntegerField(_("超时不扣分（秒）"), default=10)
    step_s = models.PositiveSmallIntegerField(_("每超几秒扣一次"), default=10)
    per_step_c = models.PositiveIntegerField(_("每次扣分"), default=20)
    most_c = models.PositiveIntegerField(_("最多扣分"), default=200)
    # From how far beside the panel's median, in percent of the most a sheet can have, a total is looked at again.
    far_percent = models.PositiveSmallIntegerField(_("与中位数相差超过满分的百分之几再看"), default=20)
    frozen_at = models.DateTimeField(_("冻结时间"), null=True, blank=True)

    DISTRICT = "stage__district"
    SEASON = "stage__season__code"

    class Meta:
        verbose_name = verbose_name_plural = _("评分细则")
        constraints = [
            models.CheckConstraint(condition=Q(step_s__gt=0), name="overtime_step_is_positive"),
            models.CheckConstraint(condition=Q(decimals__lte=4), name="at_most_four_decimals_shown"),
        ]

    def __str__(self) -> str:
        return str(self.stage)


class Criterion(models.Model):
    ruleset = models.ForeignKey(Ruleset, models.CASCADE, related_name="criteria", verbose_name=_("评分细则"))
    code = models.SlugField(_("代码"), max_length=16)
    name = models.CharField(_("评分项"), max_length=32)
    hint = models.CharField(_("评分要点"), max_length=255, blank=True)
    max_c = models.PositiveIntegerField(_("满分"))
    step_c = models.PositiveIntegerField(_("步长"), default=50)
    order = models.PositiveSmallIntegerField(_("排序"), default=0)

    class Meta:
        ordering = ["order", "id"]
        verbose_name = verbose_name_plural = _("评分项")
        constraints = [
            models.UniqueConstraint(fields=["ruleset", "code"], name="one_criterion_per_code"),
            models.CheckConstraint(
                condition=Q(max_c__gt=0, step_c__gt=0, step_c__lte=F("max_c")), name="criterion_has_room_for_a_step"
            ),
        ]

    if TYPE_CHECKING:
        ruleset_id: int

    def __str__(self) -> str:
        return self.name


class Tier(models.Model):
    """A prize (notice V): first 1, second 2, third 3 …; no count means everyone else who competed (优秀)."""

    ruleset = models.ForeignKey(Ruleset, models.CASCADE, related_name="tiers", verbose_name=_("评分细则"))
    code = models.SlugField(_("代码"), max_length=16)
    name = models.CharField(_("奖次"), max_length=32)
    count = models.PositiveSmallIntegerField(_("名额"), null=True, blank=True)
    order = models.PositiveSmallIntegerField(_("排序"), default=0)

    class Meta:
        ordering = ["order", "id"]
        verbose_name = verbose_name_plural = _("奖次")
        constraints = [models.UniqueConstraint(fields=["ruleset", "code"], name="one_tier_per_code")]

    def __str__(self) -> str:
        return self.name
