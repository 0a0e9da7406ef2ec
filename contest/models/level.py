"""The levels of dispatching units that a season counts by (notice I and III), and what they are recognised by."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from contest.models.season import Season


class UnitLevel(models.Model):
    """One level (单位层级) of a season, as `registry.excel.levels.Level` has it.

    A unit of the registry keeps its code.
    """

    season = models.ForeignKey(Season, models.CASCADE, related_name="levels", verbose_name=_("届次"))
    code = models.CharField(_("代码"), max_length=24)
    name = models.CharField(_("层级名称"), max_length=32)
    cells = models.JSONField(_("层级一栏的用语"), default=list, blank=True)
    begins = models.JSONField(_("单位名称的开头"), default=list, blank=True)
    asked = models.PositiveSmallIntegerField(_("辨认次序"), default=0)
    is_fallback = models.BooleanField(_("看不出层级时算作这一级"), default=False)
    order = models.PositiveSmallIntegerField(_("排序"), default=0)

    SEASON = "season__code"

    class Meta:
        ordering = ["order", "id"]
        verbose_name = verbose_name_plural = _("单位层级")
        constraints = [
            models.UniqueConstraint(fields=["season", "code"], name="one_level_per_code_and_season"),
            models.UniqueConstraint(fields=["season", "name"], name="one_level_per_name_and_season"),
            models.UniqueConstraint(
                fields=["season"], condition=Q(is_fallback=True), name="one_fallback_level_per_season"
            ),
        ]

    def __str__(self) -> str:
        return self.name
