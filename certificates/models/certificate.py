"""Certificates (notice VI(1)): the last of the five ledgers."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Count, F, Q
from django.utils.translation import gettext_lazy as _

from certificates import codes
from contest.models import Award, Stage
from contest.models.work import Progress, Work, WorkQuerySet


class Template(models.TextChoices):
    RED = "red", _("红框")
    PLAIN = "plain", _("素雅")


class BatchQuerySet(models.QuerySet["Batch"]):
    def live(self) -> "BatchQuerySet":
        """The batch in force of each stage: neither given up nor fallen with its awards."""
        return self.filter(live=True, superseded_at=None)

    def whole(self) -> "BatchQuerySet":
        return self.select_related("stage__season", "stage__district", "asked_by", "released_by")


class Batch(models.Model):
    """All certificates of one closed stage, asked for together. They are shown to nobody outside before the release."""

    stage = models.ForeignKey(Stage, models.PROTECT, related_name="batches", verbose_name=_("赛段"))
    template = models.CharField(_("样式"), max_length=16, choices=Template.choices, default=Template.RED)
    dated = models.DateField(_("落款日期"))
    # False once given up before its release; its numbers are then free again.
    live = models.BooleanField(default=True)
    asked_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name=_("制证人"))
    asked_at = models.DateTimeField(_("制证时间"))
    released_by = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("发放人")
    )
    released_at = models.DateTimeField(_("发放时间"), null=True, blank=True)
    # True of batches released by whoever asked for them, from before it took two people.
    released_alone = models.BooleanField(default=False, editable=False)
    # When the results it rests on were put right (DESIGN 6); another batch takes its place.
    superseded_at = models.DateTimeField(_("失效时间"), null=True, blank=True)

    objects = BatchQuerySet.as_manager()

    DISTRICT = "stage__district"
    SEASON = "stage__season__code"

    if TYPE_CHECKING:
        stage_id: int
        asked_by_id: int

    class Meta:
        ordering = ["stage", "-asked_at"]
        verbose_name = verbose_name_plural = _("制证批次")
        constraints = [
            models.UniqueConstraint(
                fields=["stage"], condition=Q(live=True, superseded_at=None), name="one_live_batch_per_stage"
            ),
            models.CheckConstraint(
                condition=Q(released_at=None) | Q(live=True), name="what_was_released_is_not_given_up"
            ),
            models.CheckConstraint(
                condition=Q(released_by=None) | ~Q(released_by=F("asked_by")) | Q(released_alone=True),
                name="releaser_is_not_the_asker",
            ),
        ]

    def __str__(self) -> str:
        return str(self.stage)

    @property
    def is_in_force(self) -> bool:
        """Whether it is its stage's batch: neither given up nor fallen with its awards."""
        return self.live and self.superseded_at is None

    def counts(self) -> dict[str, int]:
        """How many of the batch's certificates are wanted, taken, done and parked; every progress has its number."""
        found = dict(self.certificates.order_by().values_list("progress").annotate(Count("pk")))
        return {str(progress): found.get(progress, 0) for progress in Progress}


class Status(models.TextChoices):
    VALID = "valid", _("有效")
    REPLACED = "replaced", _("已换发")
    REVOKED = "revoked", _("已撤销")
    # The results were put right and the award it states with them (DESIGN 6).
    SUPERSEDED = "superseded", _("已作废换发")
    # The batch was given up before it was released: the paper never left the office.
    DISCARDED = "discarded", _("已作废")


class CertificateQuerySet(WorkQuerySet["Certificate"]):
    def standing(self) -> "CertificateQuerySet":
        """All but those of batches that were given up."""
        return self.exclude(status=Status.DISCARDED)

    def released(self) -> "CertificateQuerySet":
        """What the world may know of: made, and of a batch that was released."""
        return self.standing().filter(progress=Progress.DONE, batch__released_at__isnull=False)

    def whole(self) -> "CertificateQuerySet":
        """With everything its page, its titles and what it is compared with need."""
        return self.select_related(
            "batch__stage__season",
            "batch__stage__district",
            "award__entry__secretary",
            "award__entry__district",
            "award__entry__posting__unit",
            "award__entry__posting__village__town",
            "ended_by",
            "ended_second",
        )

    def in_order(self) -> "CertificateQuerySet":
        """As the print shop wants them: by award, then rank."""
        return self.order_by("award__tier_order", "series", "number", "version")


class Certificate(Work):
    """One certificate for one award, and every version of it.

    `facts` is all that the paper states, copied when it was asked for: rendering reads nothing else, so the same row
    gives the same bytes. The code in the QR is derived from `nonce` with the portal's key; only its hash is kept.
    """

    batch = models.ForeignKey(Batch, models.PROTECT, related_name="certificates", verbose_name=_("制证批次"))
    award = models.ForeignKey(Award, models.PROTECT, related_name="certificates", verbose_name=_("获奖"))
    version = models.PositiveSmallIntegerField(_("版次"), default=1)
    series = models.CharField(_("字号"), max_length=32)
    number = models.PositiveIntegerField(_("序号"))
    name = models.CharField(_("姓名"), max_length=64)
    facts = models.JSONField()
    nonce = models.CharField(max_length=32)
    code_hash = models.CharField(max_length=64, unique=True)
    short_hash = models.CharField(max_length=64)
    status = models.CharField(_("效力"), max_length=16, choices=Status.choices, default=Status.VALID)
    ended_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, blank=True, related_name="+")
    # Whoever seconded that it be revoked or replaced; None of those that fell with their results.
    ended_second = models.ForeignKey("accounts.User", models.PROTECT, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(_("原因"), max_length=255, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    size = models.PositiveIntegerField(default=0)

    objects = CertificateQuerySet.as_manager()

    # A finalist's certificate belongs to the entrant's own district, though the stage is the city's.
    DISTRICT = "award__entry__district"
    SEASON = "batch__stage__season__code"
    OWNER = "award__entry__secretary__account"

    if TYPE_CHECKING:
        batch_id: int
        award_id: int

    class Meta:
        ordering = ["series", "number", "version"]
        verbose_name = verbose_name_plural = _("证书")
        constraints = [
            models.UniqueConstraint(
                fields=["award", "version"], condition=~Q(status="discarded"), name="one_certificate_per_version"
            ),
            models.UniqueConstraint(
                fields=["award"], condition=Q(status="valid"), name="one_valid_certificate_per_award"
            ),
            models.UniqueConstraint(
                fields=["series", "number", "version"],
                condition=~Q(status="discarded"),
                name="one_certificate_per_serial_number",
            ),
            models.CheckConstraint(
                condition=~Q(progress="done") | ~Q(sha256=""), name="a_made_certificate_has_its_hash"
            ),
            models.CheckConstraint(
                condition=Q(status__in=("valid", "discarded")) | ~Q(reason=""), name="ending_a_certificate_has_a_reason"
            ),
            models.CheckConstraint(
                condition=Q(ended_second=None) | ~Q(ended_second=F("ended_by")),
                name="two_people_end_a_certificate",
            ),
        ]
        indexes = [models.Index(fields=["progress", "rest_until"]), models.Index(fields=["short_hash"])]

    def __str__(self) -> str:
        return self.serial

    @property
    def serial(self) -> str:
        return self.facts["serial"]

    @property
    def address(self) -> str:
        """What its QR opens."""
        return codes.address_of(self.nonce, self.facts["base"])

    @property
    def short(self) -> str:
        """The code printed for typing."""
        return codes.short_of(self.nonce)
