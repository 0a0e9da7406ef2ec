"""What one person proposes and another seconds (提请、复核), and the papers that decisions rest on."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from registry.models import District

# How long a proposal can be seconded (DESIGN 9): computed from its moment, never written down.
LASTS = timedelta(days=7)


class Basis(models.Model):
    """The paper a decisive act rests on (DESIGN 6): leaders do not sign in, their decisions are recorded."""

    class Kind(models.TextChoices):
        INSTRUCTION = "instruction", _("批示")
        AUTHORIZATION = "authorization", _("授权")
        COUNTERSIGNATURE = "countersignature", _("会签")
        MINUTES = "minutes", _("会议纪要")
        DECISION = "decision", _("处理决定")
        # Signed on the spot by the chief judge and the supervisor, while the hall waits.
        HALL_FORM = "hall_form", _("现场签字表")

    kind = models.CharField(_("依据"), max_length=24, choices=Kind.choices)
    number = models.CharField(_("文号"), max_length=64, blank=True)
    dated = models.DateField(_("日期"))
    chain = models.CharField(max_length=64)
    district = models.ForeignKey(
        District, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("地区")
    )
    kept_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name=_("登记人"))
    kept_at = models.DateTimeField(_("登记时间"))

    DISTRICT = "district"
    SEASON = "chain"

    class Meta:
        ordering = ["-kept_at"]
        verbose_name = verbose_name_plural = _("依据")

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number}".strip()


class BasisPage(models.Model):
    """A scan, or the photograph of one page, of the paper."""

    basis = models.ForeignKey(Basis, models.PROTECT, related_name="pages", verbose_name=_("依据"))
    number = models.PositiveSmallIntegerField(_("页"))
    file = models.FileField(_("扫描件"), upload_to="basis/%Y/")
    original_name = models.CharField(_("原文件名"), max_length=255)
    content_type = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)

    DISTRICT = "basis__district"
    SEASON = "basis__chain"

    class Meta:
        ordering = ["basis", "number"]
        verbose_name = verbose_name_plural = _("依据的扫描件")
        constraints = [models.UniqueConstraint(fields=["basis", "number"], name="one_page_per_number")]

    def __str__(self) -> str:
        return self.original_name


class ProposalQuerySet(models.QuerySet["Proposal"]):
    def whole(self) -> "ProposalQuerySet":
        """With the people and the paper that its page shows."""
        return self.select_related("proposed_by", "closed_by", "basis", "district")

    def waiting(self, at: datetime) -> "ProposalQuerySet":
        """What somebody can still second: open and not lapsed, or in effect already and not seconded yet."""
        open_still = Q(state=Proposal.State.OPEN, proposed_at__gt=at - LASTS)
        return self.filter(open_still | Q(state=Proposal.State.IN_EFFECT))


class Proposal(models.Model):
    """Something that decides, as one person wants it; without effect until another person seconds it (DESIGN 9).

    In the hall it can be in effect at once, on a signed form, and is seconded afterwards. `changes` are its effects in
    words: [[what, old, new], …]. `fingerprint` is of what it rests on: seconded is only what was proposed. `effect` is
    of what an act in the hall left behind: only that is seconded, and only that is taken back.
    """

    class State(models.TextChoices):
        OPEN = "open", _("待复核")
        IN_EFFECT = "in_effect", _("已先行办理，待复核")
        SECONDED = "seconded", _("已复核")
        DECLINED = "declined", _("复核未通过")
        WITHDRAWN = "withdrawn", _("已撤回")
        # In effect for a while, until something decided later took its place: neither seconded nor taken back.
        OVERTAKEN = "overtaken", _("已被后来的决定取代")

    verb = models.CharField(_("事项"), max_length=48)
    # Both in the language of the house; `told` has them, as they were at proposing, in every other: by its code.
    title = models.CharField(_("内容"), max_length=255)
    chain = models.CharField(max_length=64)
    subject = models.CharField(max_length=64)
    # What its page belongs to: the stage, the season, the account.
    about = models.CharField(max_length=64)
    district = models.ForeignKey(
        District, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("地区")
    )
    arguments = models.JSONField(default=dict)
    changes = models.JSONField(_("变化"), default=list)
    told = models.JSONField(default=dict)
    reason = models.CharField(_("原因"), max_length=255)
    basis = models.ForeignKey(
        Basis, models.PROTECT, null=True, blank=True, related_name="proposals", verbose_name=_("依据")
    )
    fingerprint = models.CharField(max_length=64)
    effect = models.CharField(max_length=64, blank=True)
    # The key of what such an act made, where it made something: that is what is seconded or taken back.
    made = models.PositiveBigIntegerField(null=True, blank=True)
    # What one had done in the hall before, and this act in the hall took the place of before anybody seconded it.
    replaces = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")
    proposed_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name=_("提请人"))
    proposed_at = models.DateTimeField(_("提请时间"))
    state = models.CharField(_("状态"), max_length=16, choices=State.choices, default=State.OPEN)
    closed_by = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("复核人")
    )
    closed_at = models.DateTimeField(_("复核时间"), null=True, blank=True)
    answer = models.CharField(_("未通过的原因"), max_length=255, blank=True)

    objects = ProposalQuerySet.as_manager()

    DISTRICT = "district"
    SEASON = "chain"

    if TYPE_CHECKING:
        district_id: int | None
        proposed_by_id: int
        closed_by_id: int | None

    class Meta:
        ordering = ["-proposed_at", "-id"]
        verbose_name = verbose_name_plural = _("提请")
        indexes = [models.Index(fields=["about", "state"])]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="seconded") | (Q(closed_by__isnull=False) & ~Q(closed_by=F("proposed_by"))),
                name="seconder_is_not_proposer",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("open", "in_effect"), closed_at=None)
                | Q(state__in=("seconded", "declined", "withdrawn", "overtaken"), closed_at__isnull=False),
                name="a_proposal_is_closed_at_a_moment",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="a_proposal_has_a_reason"),
            models.CheckConstraint(
                condition=~Q(state="declined") | ~Q(answer=""), name="declining_a_proposal_has_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("proposal", args=[self.pk])

    @property
    def words(self) -> dict[str, list[str]]:
        """Old and new by what changes, as its line has them; several rows of one kind stand beside each other."""
        told: dict[str, list[str]] = {}
        for what, old, new in self.changes:
            before = told.get(what, ["", ""])
            told[what] = ["；".join(filter(None, pair)) for pair in zip(before, (old, new), strict=True)]
        return told

    @property
    def shown_title(self) -> str:
        """The title in the reader's language; that of the house where it was not kept in it."""
        return str(self.told.get(get_language(), {}).get("title") or self.title)

    @property
    def shown_changes(self) -> list[list[str]]:
        """The changes in the reader's language, as `shown_title`."""
        return list(self.told.get(get_language(), {}).get("changes") or self.changes)

    @property
    def lapses_at(self) -> datetime:
        return self.proposed_at + LASTS

    def is_waiting(self, at: datetime) -> bool:
        if self.state == self.State.OPEN:
            return at < self.lapses_at
        return self.state == self.State.IN_EFFECT
