"""The panel (评审团) and its seats."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from contest.models import Stage


class SeatQuerySet(models.QuerySet["Seat"]):
    def sitting(self) -> "SeatQuerySet":
        return self.filter(vacated_at=None)


class Seat(models.Model):
    """A judge's place on a stage's panel (notice V). A vacated seat keeps its sheets but counts for nothing."""

    stage = models.ForeignKey(Stage, models.PROTECT, related_name="seats", verbose_name=_("赛段"))
    number = models.PositiveSmallIntegerField(_("席号"))
    judge = models.CharField(_("评委"), max_length=64)
    duty = models.CharField(_("单位职务"), max_length=128, blank=True)
    is_chief = models.BooleanField(_("评审团负责人"), default=False)
    vacated_at = models.DateTimeField(_("离席时间"), null=True, blank=True)
    vacated_reason = models.CharField(_("离席原因"), max_length=255, blank=True)

    objects = SeatQuerySet.as_manager()

    DISTRICT = "stage__district"
    SEASON = "stage__season__code"

    class Meta:
        ordering = ["stage", "number"]
        verbose_name = verbose_name_plural = _("评委席")
        constraints = [
            models.UniqueConstraint(fields=["stage", "number"], name="one_seat_per_number"),
            models.UniqueConstraint(
                fields=["stage"], condition=Q(is_chief=True, vacated_at=None), name="one_chief_per_panel"
            ),
            models.CheckConstraint(
                condition=Q(vacated_at=None) | ~Q(vacated_reason=""), name="leaving_a_seat_has_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.judge}"


class FewerJudges(models.Model):
    """A recorded decision that a stage is counted with fewer judges than its rules ask for; printed on its sheet."""

    stage = models.ForeignKey(Stage, models.PROTECT, related_name="fewer_judges", verbose_name=_("赛段"))
    least = models.PositiveSmallIntegerField(_("至少几位评委"))
    reason = models.CharField(_("原因"), max_length=255)
    basis = models.ForeignKey("accounts.Basis", models.PROTECT, related_name="+", verbose_name=_("依据"))
    by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name=_("提请人"))
    seconded_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name=_("复核人"))
    at = models.DateTimeField(_("时间"))

    DISTRICT = "stage__district"
    SEASON = "stage__season__code"

    class Meta:
        ordering = ["stage", "at"]
        verbose_name = verbose_name_plural = _("统分人数的决定")
        constraints = [
            models.CheckConstraint(condition=~Q(reason="") & Q(least__gte=1), name="fewer_judges_have_a_reason"),
            models.CheckConstraint(condition=~Q(by=F("seconded_by")), name="fewer_judges_take_two"),
        ]

    def __str__(self) -> str:
        return f"{self.stage} {self.least}"
