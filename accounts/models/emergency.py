"""The emergency account's seal, what it did while it was broken, and the two reviews of each act (DESIGN 9)."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models.proposal import Basis

# How long the account is open after its seal is broken: half-open, the last moment is over.
LASTS = timedelta(hours=24)
REVIEWS = 2


class Unsealing(models.Model):
    """A supervisor broke the seal: by whom, why, until when. A first password serves one opening only."""

    account = models.ForeignKey("accounts.User", models.PROTECT, related_name="unsealings", verbose_name=_("应急账号"))
    broken_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name=_("启封人"))
    reason = models.CharField(_("原因"), max_length=255)
    basis = models.ForeignKey(Basis, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("依据"))
    at = models.DateTimeField(_("启封时间"))
    until = models.DateTimeField(_("截止"))
    # SHA-256 of the stored hash of the password that lay in the envelopes.
    password = models.CharField(max_length=64)

    SEASON = "account__rehearsal"

    if TYPE_CHECKING:
        account_id: int
        broken_by_id: int

    class Meta:
        ordering = ["-at", "-id"]
        verbose_name = verbose_name_plural = _("启封")
        constraints = [
            models.CheckConstraint(condition=~Q(account=F("broken_by")), name="the_seal_is_broken_by_another"),
            models.CheckConstraint(condition=~Q(reason=""), name="breaking_the_seal_has_a_reason"),
            models.CheckConstraint(condition=Q(until__gt=F("at")), name="the_seal_is_broken_until_a_moment"),
            models.UniqueConstraint(fields=["account", "password"], name="one_opening_per_emergency_password"),
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.at:%Y-%m-%d %H:%M}"

    def is_open(self, at: datetime) -> bool:
        return self.at <= at < self.until


class EmergencyAct(models.Model):
    """A line of the log behind which the emergency account stands: two others look at it afterwards.

    `others` are the users whose other half it was: who proposed, typed, certified, submitted, asked. They do not
    review it, and neither does who broke the seal.
    """

    line = models.OneToOneField(
        "accounts.LogLine", models.PROTECT, related_name="emergency_act", verbose_name=_("办理留痕")
    )
    unsealing = models.ForeignKey(Unsealing, models.PROTECT, related_name="acts", verbose_name=_("启封"))
    chain = models.CharField(max_length=64)
    others = models.JSONField(default=list)
    reviewed = models.PositiveSmallIntegerField(_("已复查"), default=0)

    SEASON = "unsealing__account__rehearsal"

    if TYPE_CHECKING:
        line_id: int
        unsealing_id: int

    class Meta:
        ordering = ["line__at", "line_id"]
        verbose_name = verbose_name_plural = _("应急账号办理的事项")
        indexes = [models.Index(fields=["chain", "reviewed"])]
        constraints = [
            models.CheckConstraint(condition=Q(reviewed__lte=REVIEWS), name="an_emergency_act_has_two_reviews"),
        ]

    def __str__(self) -> str:
        return str(self.line)


class EmergencyReview(models.Model):
    """One of the two looks at an act of the emergency account; `place` is the first or the second."""

    class Verdict(models.TextChoices):
        NO_OBJECTION = "no_objection", _("无异议")
        OBJECTION = "objection", _("有异议")

    act = models.ForeignKey(EmergencyAct, models.PROTECT, related_name="reviews", verbose_name=_("事项"))
    place = models.PositiveSmallIntegerField(_("第几次"))
    reviewer = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name=_("复查人"))
    # Copied from the unsealing, so that the database itself can tell them from the reviewer.
    account = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    broken_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    at = models.DateTimeField(_("复查时间"))
    verdict = models.CharField(_("结论"), max_length=16, choices=Verdict.choices)
    words = models.CharField(_("说明"), max_length=255, blank=True)

    SEASON = "account__rehearsal"

    if TYPE_CHECKING:
        act_id: int
        reviewer_id: int

        def get_verdict_display(self) -> str: ...

    class Meta:
        ordering = ["act", "place"]
        verbose_name = verbose_name_plural = _("应急账号复查")
        constraints = [
            models.UniqueConstraint(fields=["act", "place"], name="one_emergency_review_per_place"),
            models.UniqueConstraint(fields=["act", "reviewer"], name="two_different_people_review"),
            models.CheckConstraint(condition=Q(place__in=(1, REVIEWS)), name="an_emergency_review_is_one_of_two"),
            models.CheckConstraint(
                condition=~Q(reviewer=F("account")) & ~Q(reviewer=F("broken_by")),
                name="the_emergency_account_is_reviewed_by_others",
            ),
            models.CheckConstraint(
                condition=~Q(verdict="objection") | ~Q(words=""), name="an_objecting_review_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.act} {self.verdict}"
