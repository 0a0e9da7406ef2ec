"""That what is told is true and can be checked (notice VII(2)): said by the entrant, confirmed by town or county."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from contest.models import Entry
from materials.models.material import Material


class Pledge(models.Model):
    """Signed over certain versions; a newer version wants a new one. The newest of an entry counts."""

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="pledges", verbose_name=_("参赛"))
    # The words as they were when they were signed.
    text = models.TextField(_("承诺内容"))
    deck = models.ForeignKey(Material, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("PPT"))
    video = models.ForeignKey(Material, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("视频"))
    signed_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name=_("签署人"))
    signed_at = models.DateTimeField(_("签署时间"))

    DISTRICT = "entry__stage__district"
    SEASON = "entry__stage__season__code"
    OWNER = "entry__secretary__account"

    if TYPE_CHECKING:
        entry_id: int
        deck_id: int | None
        video_id: int | None

    class Meta:
        ordering = ["-signed_at", "-pk"]
        verbose_name = verbose_name_plural = _("真实性承诺")
        constraints = [
            models.CheckConstraint(
                condition=Q(deck__isnull=False) | Q(video__isnull=False), name="a_pledge_is_about_some_material"
            )
        ]

    def __str__(self) -> str:
        return f"{self.entry} {self.signed_at}"


class Claim(models.Model):
    """One thing the talk says that can be checked, such as a figure."""

    pledge = models.ForeignKey(Pledge, models.PROTECT, related_name="claims", verbose_name=_("承诺"))
    order = models.PositiveSmallIntegerField()
    text = models.CharField(_("数据或事实"), max_length=255)

    class Meta:
        ordering = ["pledge", "order"]
        verbose_name = verbose_name_plural = _("数据或事实")
        constraints = [models.UniqueConstraint(fields=["pledge", "order"], name="one_claim_per_place")]

    def __str__(self) -> str:
        return self.text


class Evidence(models.Model):
    """A scan or photo that proves a claim."""

    claim = models.ForeignKey(Claim, models.PROTECT, related_name="evidence", verbose_name=_("数据或事实"))
    file = models.FileField(_("佐证材料"), upload_to="evidence/%Y/")
    original_name = models.CharField(_("原文件名"), max_length=255)
    content_type = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)

    DISTRICT = "claim__pledge__entry__stage__district"
    SEASON = "claim__pledge__entry__stage__season__code"
    OWNER = "claim__pledge__entry__secretary__account"

    class Meta:
        verbose_name = verbose_name_plural = _("佐证材料")

    def __str__(self) -> str:
        return self.original_name


class Confirmation(models.Model):
    """Town or county stands by the pledge."""

    class Level(models.TextChoices):
        TOWN = "town", _("镇街")
        COUNTY = "county", _("县区")

    pledge = models.OneToOneField(Pledge, models.PROTECT, related_name="confirmation", verbose_name=_("承诺"))
    level = models.CharField(_("确认单位级别"), max_length=8, choices=Level.choices)
    # Who answers for it, as on the paper that town or county keeps.
    body = models.CharField(_("确认单位"), max_length=64)
    person = models.CharField(_("确认人"), max_length=32)
    note = models.CharField(_("备注"), max_length=255, blank=True)
    by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name=_("登记人"))
    at = models.DateTimeField(_("登记时间"))

    class Meta:
        verbose_name = verbose_name_plural = _("属实确认")

    def __str__(self) -> str:
        return f"{self.body} {self.person}"
