"""What an entrant has handed in: every upload is a version."""

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from contest.models import Entry
from contest.models.work import Progress, Work, WorkQuerySet
from materials.models.terms import LateCode


class Kind(models.TextChoices):
    DECK = "deck", _("PPT 课件")
    VIDEO = "video", _("视频")


class Verdict(models.TextChoices):
    ACCEPTED = "accepted", _("通过")
    REFUSED = "refused", _("未通过")


class MaterialQuerySet(WorkQuerySet["Material"]):
    def whole(self) -> "MaterialQuerySet":
        """With everything a page says about a version."""
        return self.select_related("entry__stage__season", "entry__stage__district", "entry__secretary", "uploaded_by")

    def accepted(self) -> "MaterialQuerySet":
        """Found good and not returned."""
        return self.filter(verdict=Verdict.ACCEPTED, returned_at=None)

    def finished(self) -> "MaterialQuerySet":
        """Found good, returned or not, and nobody works on the file any more: it may be put away."""
        drawn = Q(kind=Kind.VIDEO) | Q(preview__progress=Progress.DONE)
        return self.filter(drawn, verdict=Verdict.ACCEPTED).exclude(file="")

    def put_away(self) -> "MaterialQuerySet":
        return self.exclude(put_away_at=None)

    def counting(self) -> "MaterialQuerySet":
        """Of each entrant and kind the newest accepted version: the one that is shown in the hall."""
        same = Material.objects.accepted().filter(entry=OuterRef("entry"), kind=OuterRef("kind"))
        return self.accepted().filter(version=Subquery(same.order_by("-version").values("version")[:1]))


class Material(Work):
    """One version of an entrant's PPT or video. Its work is the inspection; the verdict is written once."""

    # An inspection reads a whole video.
    LEASE = timedelta(minutes=3)

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="materials", verbose_name=_("参赛"))
    # None for what came in by another way than the browser.
    upload = models.OneToOneField(
        "materials.Upload", models.PROTECT, null=True, blank=True, related_name="material", verbose_name=_("上传")
    )
    kind = models.CharField(_("种类"), max_length=8, choices=Kind.choices)
    version = models.PositiveSmallIntegerField(_("版本"))
    name = models.CharField(_("原文件名"), max_length=255)
    size = models.PositiveBigIntegerField(_("大小"))
    # Where it lies (materials.store); empty once it was refused and thrown away.
    file = models.CharField(max_length=64, blank=True)
    # When it went from the disk into the storage of finished files (materials.shelf).
    put_away_at = models.DateTimeField(null=True, blank=True)
    uploaded_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name=_("上传人"))
    begun_at = models.DateTimeField(_("开始上传"))
    completed_at = models.DateTimeField(_("上传完成"))
    late = models.ForeignKey(LateCode, models.PROTECT, null=True, blank=True, related_name="+")
    verdict = models.CharField(_("检查结果"), max_length=8, choices=Verdict.choices, blank=True)
    # [{"code", "level": "refuse" | "warn", "args": {…}}]; in words: materials.wording.
    findings = models.JSONField(default=list)
    # What was measured: {"slides"} or {"milliseconds", "width", "height", "video", "audio", …}.
    facts = models.JSONField(default=dict)
    # What it truly is: pptx, ppt, pdf, mp4 or mov.
    format = models.CharField(max_length=8, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    # A picture of it beside its file.
    poster = models.CharField(max_length=64, blank=True)
    returned_at = models.DateTimeField(_("退回时间"), null=True, blank=True)
    returned_by = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("退回人")
    )
    return_reason = models.CharField(_("退回原因"), max_length=255, blank=True)

    objects = MaterialQuerySet.as_manager()

    DISTRICT = "entry__stage__district"
    SEASON = "entry__stage__season__code"
    OWNER = "entry__secretary__account"

    if TYPE_CHECKING:
        entry_id: int
        uploaded_by_id: int

    class Meta:
        ordering = ["entry", "kind", "-version"]
        verbose_name = verbose_name_plural = _("参赛材料")
        constraints = [
            models.UniqueConstraint(fields=["entry", "kind", "version"], name="one_material_per_version"),
            models.CheckConstraint(
                condition=Q(verdict="") | Q(progress=Progress.DONE), name="verdict_only_after_the_inspection"
            ),
            models.CheckConstraint(
                condition=Q(returned_at=None) | (~Q(return_reason="") & Q(verdict="accepted")),
                name="only_what_was_accepted_is_returned_and_with_a_reason",
            ),
        ]
        indexes = [models.Index(fields=["progress", "rest_until"], name="materials_due")]

    def __str__(self) -> str:
        return f"{self.entry} {self.get_kind_display()} {self.version}"

    @property
    def is_accepted(self) -> bool:
        return self.verdict == Verdict.ACCEPTED and self.returned_at is None


class Preview(Work):
    """The pages of an accepted PPT as pictures, or what stands in for them."""

    # One conversion in LibreOffice.
    LEASE = timedelta(minutes=4)

    class Source(models.TextChoices):
        PAGES = "pages", _("全部页面")
        THUMBNAIL = "thumbnail", _("仅封面缩略图")
        NONE = "none", _("没有预览")

    material = models.OneToOneField(Material, models.PROTECT, related_name="preview", verbose_name=_("材料"))
    source = models.CharField(max_length=9, choices=Source.choices, blank=True)
    pages = models.PositiveSmallIntegerField(default=0)
    # Why there are fewer pictures than pages, as a code of materials.wording.
    why = models.CharField(max_length=32, blank=True)

    objects = WorkQuerySet["Preview"].as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("预览")

    def __str__(self) -> str:
        return str(self.material)
