"""A roster file on its way in: read, shown, confirmed."""

from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

from contest.models.season import Season
from registry.models import District


class RosterImport(models.Model):
    """One uploaded roster. The file stays as it came until the import is confirmed or given up."""

    class State(models.TextChoices):
        PREVIEW = "preview", _("待确认")
        CONFIRMED = "confirmed", _("已导入")
        DISCARDED = "discarded", _("已放弃")

    season = models.ForeignKey(Season, models.PROTECT, related_name="roster_imports", verbose_name=_("届次"))
    # Chosen at upload when the sheet itself does not name the district; always set for a county organizer.
    district = models.ForeignKey(
        District, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("地区")
    )
    state = models.CharField(_("状态"), max_length=16, choices=State.choices, default=State.PREVIEW)
    original_name = models.CharField(_("文件名"), max_length=255)
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()
    # Column index (as text, JSON keys are) to field name, where the clerk mapped a heading by hand.
    mapping = models.JSONField(default=dict)
    # What was said about its rows on the preview, as registry.excel.answers keeps it.
    answers = models.JSONField(default=dict)
    sheet = models.CharField(_("工作表"), max_length=64, blank=True)
    counts = models.JSONField(default=dict)
    uploaded_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name=_("上传人"))
    uploaded_at = models.DateTimeField(_("上传时间"))
    confirmed_at = models.DateTimeField(_("导入时间"), null=True)

    DISTRICT = "district"
    SEASON = "season__code"

    if TYPE_CHECKING:
        season_id: int

    class Meta:
        ordering = ["-uploaded_at"]
        verbose_name = verbose_name_plural = _("名册导入")

    def __str__(self) -> str:
        return self.original_name
