"""What was put on notice, as it stood there."""

import hashlib
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from contest.models import Stage


class PublicationQuerySet(models.QuerySet["Publication"]):
    def live(self) -> "PublicationQuerySet":
        """Those that were not withdrawn: at most one of a stage."""
        return self.filter(withdrawn_at=None)


class Publication(models.Model):
    """A frozen snapshot of a stage's results on notice (DESIGN 5 and 6; `text` as docs/kept.md has it).

    A later one has a higher version; what was withdrawn stays and says when, why, and by what it was replaced.
    """

    stage = models.ForeignKey(Stage, models.PROTECT, related_name="publications", verbose_name=_("赛段"))
    version = models.PositiveIntegerField(_("版本"))
    # Of the results that were published.
    revision = models.PositiveIntegerField(_("成绩版次"))
    by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name=_("公示人"))
    at = models.DateTimeField(_("公示时间"))
    # What was published, as canonical JSON without a name in it; `leaves` are the names and written reasons that stand
    # in it as salted hashes: key to [salt, value].
    text = models.TextField(editable=False)
    leaves = models.JSONField(default=dict, editable=False)
    withdrawn_at = models.DateTimeField(_("撤回时间"), null=True, blank=True)
    withdrawn_reason = models.TextField(_("撤回原因"), blank=True)
    withdrawn_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn_second = models.ForeignKey("accounts.User", models.PROTECT, null=True, blank=True, related_name="+")
    replaced_by = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="replaces")

    objects = PublicationQuerySet.as_manager()

    DISTRICT = "stage__district"
    SEASON = "stage__season__code"

    if TYPE_CHECKING:
        stage_id: int
        by_id: int
        withdrawn_by_id: int | None
        withdrawn_second_id: int | None
        replaced_by_id: int | None

    class Meta:
        ordering = ["stage", "-version"]
        verbose_name = verbose_name_plural = _("公示记录")
        constraints = [
            models.UniqueConstraint(fields=["stage", "version"], name="one_publication_per_version"),
            models.UniqueConstraint(fields=["stage"], condition=Q(withdrawn_at=None), name="one_live_publication"),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by=None, withdrawn_second=None, replaced_by=None)
                | (Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False) & ~Q(withdrawn_reason="")),
                name="a_withdrawn_publication_says_when_why_and_by_whom",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_by=None) | Q(withdrawn_second=None) | ~Q(withdrawn_by=F("withdrawn_second")),
                name="a_publication_is_withdrawn_by_two_people",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.stage} #{self.version}"

    @property
    def is_live(self) -> bool:
        return self.withdrawn_at is None

    @property
    def digest(self) -> str:
        """What the line of the publication commits to."""
        return hashlib.sha256(self.text.encode()).hexdigest()
