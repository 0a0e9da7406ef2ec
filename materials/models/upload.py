"""A file on its way in."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from contest.models import Entry
from materials.models.material import Kind
from materials.models.terms import LateCode


class UploadQuerySet(models.QuerySet["Upload"]):
    def open(self) -> "UploadQuerySet":
        return self.filter(state=Upload.State.OPEN)

    def standing(self, at: datetime) -> "UploadQuerySet":
        """Those that may still go on."""
        return self.open().filter(ends_at__gt=at)

    def counted(self) -> "UploadQuerySet":
        """Of those open, the ones of which something has come: they have a place on the disk, and it is reckoned with.

        A beginning whose answer was lost has none, and takes nothing away from its entrant.
        """
        return self.open().exclude(placed_at=None)


class Upload(models.Model):
    """The right to send one file, fixed when it begins. How much has arrived is the length of the file on the disk."""

    class State(models.TextChoices):
        OPEN = "open", _("上传中")
        WHOLE = "whole", _("已收齐")
        GIVEN_UP = "given_up", _("已放弃")
        EXPIRED = "expired", _("已过期")

    # Its address, and the name of its file: tells nothing and cannot be guessed.
    token = models.CharField(max_length=32, unique=True)
    entry = models.ForeignKey(Entry, models.PROTECT, related_name="uploads", verbose_name=_("参赛"))
    kind = models.CharField(_("种类"), max_length=8, choices=Kind.choices)
    name = models.CharField(_("原文件名"), max_length=255)
    length = models.PositiveBigIntegerField(_("大小"))
    # What the browser knows its file by, to tell whether it is the same one that is chosen again.
    fingerprint = models.CharField(max_length=64, blank=True)
    # What the sender calls this beginning, so that one whose answer was lost is found again and not made twice.
    key = models.CharField(max_length=64, blank=True)
    state = models.CharField(_("状态"), max_length=8, choices=State.choices, default=State.OPEN)
    by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name=_("上传人"))
    begun_at = models.DateTimeField(_("开始时间"))
    # No byte is taken from this moment on.
    ends_at = models.DateTimeField(_("最迟收齐时间"))
    # When its first byte came, and it was promised a place for all of them.
    placed_at = models.DateTimeField(null=True, blank=True)
    late = models.ForeignKey(LateCode, models.PROTECT, null=True, blank=True, related_name="+")

    objects = UploadQuerySet.as_manager()

    DISTRICT = "entry__stage__district"
    SEASON = "entry__stage__season__code"
    OWNER = "by"

    if TYPE_CHECKING:
        entry_id: int
        by_id: int
        late_id: int | None

    class Meta:
        ordering = ["-begun_at"]
        verbose_name = verbose_name_plural = _("上传")
        constraints = [
            models.CheckConstraint(condition=Q(length__gte=1), name="upload_is_not_empty"),
            models.CheckConstraint(condition=Q(ends_at__gt=models.F("begun_at")), name="upload_ends_after_it_begins"),
            models.UniqueConstraint(fields=["entry", "key"], condition=~Q(key=""), name="one_upload_per_key"),
        ]

    def __str__(self) -> str:
        return self.name
