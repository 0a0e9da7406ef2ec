"""Letters to the units that sent a prize winner (notice VI(3))."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from contest.models import Season
from registry.models import Unit


class Letter(models.Model):
    """One letter to one unit about all its people with a first to third prize of the final.

    `facts` is what the letter states, copied when it was written; PDF and Word are made from it.
    """

    season = models.ForeignKey(Season, models.PROTECT, related_name="letters", verbose_name=_("届次"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="letters", verbose_name=_("选派单位"))
    number = models.PositiveIntegerField(_("编号"))
    version = models.PositiveSmallIntegerField(_("版次"), default=1)
    # False once another version took its place.
    live = models.BooleanField(default=True)
    facts = models.JSONField()
    sha256 = models.CharField(max_length=64)
    written_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name=_("拟函人"))
    written_at = models.DateTimeField(_("拟函时间"))
    reason = models.CharField(_("重拟原因"), max_length=255, blank=True)
    sent_on = models.DateField(_("寄送日期"), null=True, blank=True)
    sent_how = models.CharField(_("寄送方式"), max_length=64, blank=True)
    received_on = models.DateField(_("签收日期"), null=True, blank=True)
    received_by = models.CharField(_("签收人"), max_length=64, blank=True)

    if TYPE_CHECKING:
        season_id: int
        unit_id: int

    SEASON = "season__code"

    class Meta:
        ordering = ["season", "number", "version"]
        verbose_name = verbose_name_plural = _("反馈函")
        constraints = [
            models.UniqueConstraint(fields=["season", "unit"], condition=Q(live=True), name="one_live_letter_per_unit"),
            models.UniqueConstraint(fields=["season", "number", "version"], name="one_letter_per_number_and_version"),
            models.CheckConstraint(
                condition=Q(received_on=None) | Q(sent_on__isnull=False), name="a_received_letter_was_sent"
            ),
            models.CheckConstraint(condition=Q(version=1) | ~Q(reason=""), name="a_rewritten_letter_has_a_reason"),
        ]

    def __str__(self) -> str:
        return self.facts["serial"] or gettext("第 %(number)d 封（待填文号）") % {"number": self.number}
