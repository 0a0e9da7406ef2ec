"""What a stage wants of its entrants, until when, and whom it lets in afterwards."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from contest.models import Entry, Stage

MB = 1024 * 1024


class Terms(models.Model):
    """Notice IV: a PPT, or a video with a PPT, for a talk of at most five minutes. A stage without a row has these."""

    stage = models.OneToOneField(Stage, models.PROTECT, related_name="terms", verbose_name=_("赛段"))
    # The right to begin an upload ends just before this moment; without one it ends with the collecting.
    closes_at = models.DateTimeField(_("截止时间"), null=True, blank=True)
    # What was begun in time may still arrive for so long.
    grace_minutes = models.PositiveSmallIntegerField(_("宽限（分钟）"), default=120)
    needs_video = models.BooleanField(_("必须提交视频"), default=False)
    deck_mb = models.PositiveIntegerField(_("PPT 大小上限（MB）"), default=100)
    video_mb = models.PositiveIntegerField(_("视频大小上限（MB）"), default=500)
    video_seconds = models.PositiveIntegerField(_("视频时长上限（秒）"), default=300)
    edit = models.PositiveIntegerField(default=0)

    DISTRICT = "stage__district"
    SEASON = "stage__season__code"

    if TYPE_CHECKING:
        stage_id: int

    class Meta:
        verbose_name = verbose_name_plural = _("征集要求")
        constraints = [
            models.CheckConstraint(
                condition=Q(deck_mb__gte=1, video_mb__gte=1, video_seconds__gte=1), name="material_limits_are_not_zero"
            )
        ]

    def __str__(self) -> str:
        return str(self.stage)

    @property
    def grace(self) -> timedelta:
        return timedelta(minutes=self.grace_minutes)

    def is_open(self, at: datetime) -> bool:
        """Whether an upload may begin: up to, and not at, the closing moment."""
        return self.closes_at is None or at < self.closes_at

    def largest(self, kind: str) -> int:
        """In bytes."""
        return (self.video_mb if kind == "video" else self.deck_mb) * MB


class LateCodeQuerySet(models.QuerySet["LateCode"]):
    def usable(self, at: datetime) -> "LateCodeQuerySet":
        """Not yet used, not taken back, not run out."""
        return self.filter(redeemed_at=None, withdrawn_at=None, expires_at__gt=at)

    def used(self) -> "LateCodeQuerySet":
        """Used by its entrant, run out or not."""
        return self.filter(redeemed_at__isnull=False, withdrawn_at=None)

    def opening(self, at: datetime) -> "LateCodeQuerySet":
        """Used by its entrant, who may therefore upload until it runs out."""
        return self.used().filter(expires_at__gt=at)


class LateCode(models.Model):
    """Lets one entrant in after the deadline: used once, and good until it runs out."""

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="late_codes", verbose_name=_("参赛"))
    code_hash = models.CharField(max_length=64, unique=True)
    reason = models.CharField(_("原因"), max_length=255)
    expires_at = models.DateTimeField(_("失效时间"))
    given_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name=_("发放人"))
    given_at = models.DateTimeField(_("发放时间"))
    redeemed_at = models.DateTimeField(_("使用时间"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("收回时间"), null=True, blank=True)

    objects = LateCodeQuerySet.as_manager()

    DISTRICT = "entry__stage__district"
    SEASON = "entry__stage__season__code"
    OWNER = "entry__secretary__account"

    if TYPE_CHECKING:
        entry_id: int

    class Meta:
        ordering = ["-given_at"]
        verbose_name = verbose_name_plural = _("补交码")
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=models.F("given_at")), name="late_code_runs_out_after_it_is_given"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="late_code_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.entry} {self.expires_at}"
