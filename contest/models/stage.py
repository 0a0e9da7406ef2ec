"""A stage: a district's preliminary or the municipal final."""

from datetime import date
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.urls import reverse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from contest.models.season import Season
from registry.models import District


class Kind(models.TextChoices):
    PRELIMINARY = "preliminary", _("县级初赛")
    FINAL = "final", _("市级决赛")


class State(models.TextChoices):
    PREPARING = "preparing", _("筹备")
    COLLECTING = "collecting", _("征集")
    READY = "ready", _("待赛")
    SCORING = "scoring", _("评分")
    TABULATED = "tabulated", _("已统分")
    CERTIFIED = "certified", _("已签字确认")
    # The moves to them are called the same in Chinese.
    PUBLISHED = "published", pgettext_lazy("state", "公示")
    CLOSED = "closed", pgettext_lazy("state", "生效")


class StageQuerySet(models.QuerySet["Stage"]):
    def whole(self) -> "StageQuerySet":
        """With everything a stage's title and log need."""
        return self.select_related("season", "district")

    def held(self) -> "StageQuerySet":
        """With the stages' rows locked until the transaction ends; on SQLite the write gate holds everything."""
        return self.select_for_update(no_key=True, of=("self",))


class Stage(models.Model):
    """Notice V(1): a preliminary in each district; V(2): one final. States and moves: `contest.workflow`."""

    season = models.ForeignKey(Season, models.PROTECT, related_name="stages", verbose_name=_("届次"))
    kind = models.CharField(_("阶段"), max_length=16, choices=Kind.choices)
    district = models.ForeignKey(
        District, models.PROTECT, null=True, blank=True, related_name="stages", verbose_name=_("地区")
    )
    state = models.CharField(_("状态"), max_length=16, choices=State.choices, default=State.PREPARING)
    due_on = models.DateField(_("最迟举办日期"), null=True, blank=True)
    held_on = models.DateField(_("举办日期"), null=True, blank=True)
    venue = models.CharField(_("地点"), max_length=128, blank=True)
    # The revision of the live results; 0 before the first tabulation.
    revision = models.PositiveIntegerField(_("成绩版次"), default=0)
    # Why scoring was last reopened: the reason of the revision that follows.
    reopened_reason = models.CharField(_("退回评分的原因"), max_length=255, blank=True)
    moved_at = models.DateTimeField(_("最近一步"), null=True)
    certified_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, blank=True, related_name="+")
    certified_at = models.DateTimeField(null=True, blank=True)
    # The papers that certifying and publishing rested on, where there was one (DESIGN 6).
    certified_basis = models.ForeignKey("accounts.Basis", models.PROTECT, null=True, blank=True, related_name="+")
    published_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, blank=True, related_name="+")
    published_basis = models.ForeignKey("accounts.Basis", models.PROTECT, null=True, blank=True, related_name="+")
    # The notice period is half-open: it runs from notice_from until just before notice_until.
    notice_from = models.DateTimeField(_("公示开始"), null=True, blank=True)
    notice_until = models.DateTimeField(_("公示截止"), null=True, blank=True)
    # A year in it whose holidays nobody has filled in: the end is reckoned by weekends alone until somebody does.
    notice_provisional = models.BooleanField(_("公示截止暂定"), default=False)

    objects = StageQuerySet.as_manager()

    DISTRICT = "district"
    SEASON = "season__code"

    if TYPE_CHECKING:
        district_id: int | None
        season_id: int
        certified_by_id: int | None
        published_by_id: int | None

    class Meta:
        ordering = ["season", "-kind", "district__order"]
        verbose_name = verbose_name_plural = _("赛段")
        constraints = [
            models.UniqueConstraint(
                fields=["season", "district"], condition=Q(kind="preliminary"), name="one_preliminary_per_district"
            ),
            models.UniqueConstraint(fields=["season"], condition=Q(kind="final"), name="one_final_per_season"),
            models.CheckConstraint(
                condition=Q(kind="preliminary", district__isnull=False) | Q(kind="final", district__isnull=True),
                name="preliminary_has_district_and_final_has_none",
            ),
            models.CheckConstraint(
                condition=Q(published_by=None) | Q(certified_by=None) | ~Q(published_by=F("certified_by")),
                name="publisher_is_not_certifier",
            ),
            models.CheckConstraint(
                condition=Q(notice_until=None) | Q(notice_until__gt=F("notice_from")),
                name="notice_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("contest:stage", args=[self.pk])

    @property
    def title(self) -> str:
        if self.kind == Kind.FINAL:
            return gettext("市级决赛")
        return gettext("%(district)s初赛") % {"district": self.district}

    @property
    def is_final(self) -> bool:
        return self.kind == Kind.FINAL

    def is_overdue(self, on: date) -> bool:
        """Whether the day until which it was to be held is over, and it was not held; the day itself still counts."""
        held = self.state not in (State.PREPARING, State.COLLECTING, State.READY)
        return self.due_on is not None and on > self.due_on and not held

    def is_in(self, *states: State) -> bool:
        return self.state in states


# What a scan says is what its stage says now: its revision, its day and place, its season's title.
SAYS_THE_SAME = Q(
    Q(held_on=F("stage__held_on")) | Q(held_on=None, stage__held_on=None),
    revision=F("stage__revision"),
    venue=F("stage__venue"),
    title=F("stage__season__title"),
)


class StageDocumentQuerySet(models.QuerySet["StageDocument"]):
    def in_force(self) -> "StageDocumentQuerySet":
        """Those that are not out of date."""
        return self.filter(SAYS_THE_SAME)

    def told(self) -> "StageDocumentQuerySet":
        """Each with `is_in_force`."""
        said = When(SAYS_THE_SAME, then=Value(True))
        return self.annotate(is_in_force=Case(said, default=Value(False)))


class StageDocument(models.Model):
    """A scan that a decision rests on, or one photographed page of it: the result sheet, signed, or also sealed.

    Signed it is certified on; the seal may follow within two working days and is needed before the end (DESIGN 6).
    """

    class Use(models.TextChoices):
        SIGNED_RESULT = "signed_result", _("签字的成绩单")
        SEALED_RESULT = "sealed_result", _("签字盖章的成绩单")

    stage = models.ForeignKey(Stage, models.PROTECT, related_name="documents", verbose_name=_("赛段"))
    use = models.CharField(_("用途"), max_length=24, choices=Use.choices)
    # What came together: the pages of one sheet, in the order in which they were chosen.
    upload = models.CharField(max_length=32)
    page = models.PositiveSmallIntegerField(_("页"), default=1)
    file = models.FileField(_("扫描件"), upload_to="stage-documents/%Y/")
    original_name = models.CharField(_("原文件名"), max_length=255)
    content_type = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    # The revision of the results that the paper shows; a later tabulation makes it out of date.
    revision = models.PositiveIntegerField(_("成绩版次"))
    # What else the paper says that the stage can come to say otherwise; then, too, it is out of date.
    title = models.CharField(_("活动名称"), max_length=128, blank=True)
    held_on = models.DateField(_("举办日期"), null=True, blank=True)
    venue = models.CharField(_("地点"), max_length=128, blank=True)
    uploaded_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name=_("上传人"))
    uploaded_at = models.DateTimeField(_("上传时间"))

    objects = StageDocumentQuerySet.as_manager()

    if TYPE_CHECKING:
        # Where the query asked for it (`told`).
        is_in_force: bool

    DISTRICT = "stage__district"
    SEASON = "stage__season__code"

    class Meta:
        ordering = ["-uploaded_at", "upload", "page"]
        verbose_name = verbose_name_plural = _("赛段文件")
        constraints = [models.UniqueConstraint(fields=["upload", "page"], name="one_document_per_page_of_an_upload")]

    def __str__(self) -> str:
        return self.original_name
