"""What an entrant was awarded: the ledger certificates read."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from contest.models.correction import Decided
from contest.models.entry import Entry


class AwardQuerySet(models.QuerySet["Award"]):
    def live(self) -> "AwardQuerySet":
        """Those in force; a superseded one stays on record."""
        return self.filter(live=True)


class Award(Decided):
    """A prize, written when a stage is certified (notice V(1), V(2)). Every competitor of the stage has one.

    A later certification writes new versions; what went before is superseded with a reason, never deleted.
    """

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="awards", verbose_name=_("参赛"))
    version = models.PositiveSmallIntegerField(_("版次"), default=1)
    live = models.BooleanField(default=True)
    tier = models.SlugField(_("奖次代码"), max_length=16)
    tier_name = models.CharField(_("奖次"), max_length=32)
    tier_order = models.PositiveSmallIntegerField(default=0)
    rank = models.PositiveSmallIntegerField(_("名次"))
    revision = models.PositiveIntegerField(_("成绩版次"))
    superseded_at = models.DateTimeField(_("失效时间"), null=True, blank=True)
    superseded_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, blank=True, related_name="+")
    superseded_reason = models.CharField(_("失效原因"), max_length=255, blank=True)

    objects = AwardQuerySet.as_manager()

    DISTRICT = "entry__stage__district"
    SEASON = "entry__stage__season__code"

    if TYPE_CHECKING:
        entry_id: int

    class Meta:
        ordering = ["entry__stage", "tier_order", "rank"]
        verbose_name = verbose_name_plural = _("获奖")
        constraints = [
            models.UniqueConstraint(fields=["entry"], condition=Q(live=True), name="one_live_award_per_entry"),
            models.UniqueConstraint(fields=["entry", "version"], name="one_award_per_version"),
            models.CheckConstraint(
                condition=Q(live=True, superseded_at=None)
                | (Q(live=False, superseded_at__isnull=False) & ~Q(superseded_reason="")),
                name="a_superseded_award_says_when_and_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person.get('name', '')} {self.tier_name}"
