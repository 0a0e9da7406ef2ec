"""A season of the contest, as its notice orders it."""

import unicodedata

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.words import seen


def _read(title: str) -> str:
    """A title as a reader tells it from others: full width and half width look alike."""
    return seen(unicodedata.normalize("NFKC", title))


class Season(models.Model):
    """One holding of the contest (届次). `code` also names its chain in the audit log."""

    code = models.SlugField(_("代码"), max_length=32, unique=True)
    title = models.CharField(_("活动名称"), max_length=128)
    theme = models.CharField(_("主题"), max_length=64)
    notice_number = models.CharField(_("文号"), max_length=64, blank=True)
    notice_date = models.DateField(_("印发日期"), null=True, blank=True)
    hosts = models.JSONField(_("主办单位"), default=list)
    notice_working_days = models.PositiveSmallIntegerField(_("公示期（工作日）"), default=5)
    # ISO dates: weekdays on which nobody works, Saturdays and Sundays on which everybody does, in the years told of.
    days_off = models.JSONField(_("非工作日"), default=list, blank=True)
    days_made_up = models.JSONField(_("调休上班日"), default=list, blank=True)
    calendar_years = models.JSONField(_("已填写放假安排的年份"), default=list, blank=True)
    is_rehearsal = models.BooleanField(_("演练"), default=False)
    opened_at = models.DateTimeField(_("建立时间"))
    # Put away: it is over, and no longer what the desk begins with.
    archived_at = models.DateTimeField(_("归档时间"), null=True, blank=True)

    SEASON = "code"

    class Meta:
        ordering = ["-opened_at"]
        verbose_name = verbose_name_plural = _("届次")
        constraints = [
            models.UniqueConstraint(
                fields=["title"],
                name="one_season_per_title",
                violation_error_message=_("已有同名的届次，请换一个活动名称。"),
            )
        ]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        """Raises ValidationError for a title that nobody could tell from another season's, or read at all."""
        mine, others = _read(self.title), Season.objects.exclude(pk=self.pk).values_list("title", flat=True)
        if not mine:
            raise ValidationError({"title": gettext("活动名称里没有可以辨认的文字，请写明。")})
        if mine in map(_read, others):
            raise ValidationError({"title": gettext("已有同名的届次，请换一个活动名称。")})

    @property
    def roster(self) -> str:
        """Which people this season knows: a rehearsal its own, by its code; every real season the same real ones."""
        return self.code if self.is_rehearsal else ""

    def marked(self, title: str) -> str:
        """The title of a paper or a file of this season: one of a rehearsal says 演练 first (DESIGN 10)."""
        return gettext("演练 %(title)s") % {"title": title} if self.is_rehearsal else title
