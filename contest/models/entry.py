"""A secretary's part in a stage."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from contest.models.stage import Stage
from registry.models import District, Posting, Secretary


class Status(models.TextChoices):
    """Only those entered compete; the others left the ranking, each with a reason. None of them scored zero."""

    ENTERED = "entered", _("参赛")
    WITHDRAWN = "withdrawn", _("退出")
    ABSENT = "absent", _("缺席")
    DISQUALIFIED = "disqualified", _("取消资格")
    REPLACED = "replaced", _("已被递补")
    UNSEATED = "unseated", _("审定已撤销")


class EntryQuerySet(models.QuerySet["Entry"]):
    def competing(self) -> "EntryQuerySet":
        return self.filter(status=Status.ENTERED)

    def in_order(self) -> "EntryQuerySet":
        """By order of appearance; those without a lot at the end, as entered."""
        return self.order_by(models.F("order").asc(nulls_last=True), "id")

    def with_people(self) -> "EntryQuerySet":
        return self.select_related("secretary", "district", "posting__unit", "posting__village__town")

    def whole(self) -> "EntryQuerySet":
        """With the people, and with what the title and the log of their stage need."""
        return self.with_people().select_related("stage__season", "stage__district")


class Entry(models.Model):
    stage = models.ForeignKey(Stage, models.PROTECT, related_name="entries", verbose_name=_("赛段"))
    secretary = models.ForeignKey(Secretary, models.PROTECT, related_name="entries", verbose_name=_("第一书记"))
    posting = models.ForeignKey(Posting, models.PROTECT, related_name="entries", verbose_name=_("驻村任职"))
    # Where the entrant comes from; in the final it differs from the stage's own district, which is none.
    district = models.ForeignKey(District, models.PROTECT, related_name="+", verbose_name=_("地区"))
    talk = models.CharField(_("演讲题目"), max_length=128, blank=True)
    order = models.PositiveSmallIntegerField(_("出场顺序"), null=True, blank=True)
    status = models.CharField(_("参赛状态"), max_length=16, choices=Status.choices, default=Status.ENTERED)
    status_reason = models.CharField(_("原因"), max_length=255, blank=True)

    objects = EntryQuerySet.as_manager()

    DISTRICT = "stage__district"
    SEASON = "stage__season__code"
    OWNER = "secretary__account"

    if TYPE_CHECKING:
        stage_id: int
        district_id: int
        secretary_id: int

    class Meta:
        ordering = ["stage", "order", "id"]
        verbose_name = verbose_name_plural = _("参赛")
        constraints = [
            models.UniqueConstraint(fields=["stage", "secretary"], name="one_entry_per_stage_and_secretary"),
            models.UniqueConstraint(
                fields=["stage", "order"], condition=Q(order__isnull=False), name="one_entry_per_place_in_order"
            ),
            models.CheckConstraint(
                condition=Q(status="entered") | ~Q(status_reason=""), name="leaving_the_ranking_has_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.secretary} · {self.stage}"
