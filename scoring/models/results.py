"""What a tabulation found: totals, ranks and prizes, with the working."""

import hashlib
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from contest.models import Entry, Stage
from contest.models.correction import Decided


class Tabulation(models.Model):
    """One tabulation of a stage. A later one has a higher revision and a reason; the earlier stays, no longer live."""

    stage = models.ForeignKey(Stage, models.PROTECT, related_name="tabulations", verbose_name=_("赛段"))
    revision = models.PositiveIntegerField(_("版次"))
    live = models.BooleanField(default=True)
    at = models.DateTimeField(_("统分时间"))
    by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name=_("统分人"))
    reason = models.CharField(_("原因"), max_length=255, blank=True)
    # Groups of entry ids that stand level across a prize boundary and wait for a ruling.
    needs_ruling = models.JSONField(default=list)
    # The rulings (ids) that set a level group apart; the others recorded no longer apply, or not yet again.
    holding = models.JSONField(default=list)
    # Tier code to the number of prizes nobody was there to win.
    unfilled = models.JSONField(default=dict)
    # What was counted and what came out, as canonical JSON (docs/kept.md); empty for what was counted before they were
    # kept. `leaves` are the names and written reasons that stand in the texts as salted hashes: key to [salt, value].
    inputs = models.TextField(blank=True, editable=False)
    outcome = models.TextField(blank=True, editable=False)
    leaves = models.JSONField(default=dict, editable=False)

    DISTRICT = "stage__district"
    SEASON = "stage__season__code"

    class Meta:
        ordering = ["stage", "-revision"]
        verbose_name = verbose_name_plural = _("统分")
        constraints = [
            models.UniqueConstraint(fields=["stage", "revision"], name="one_tabulation_per_revision"),
            models.UniqueConstraint(fields=["stage"], condition=Q(live=True), name="one_live_tabulation"),
            models.CheckConstraint(condition=Q(revision=1) | ~Q(reason=""), name="a_new_revision_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.stage} #{self.revision}"

    @property
    def digests(self) -> dict[str, Any]:
        """What the line of the act that counted commits to."""
        return {
            "inputs": hashlib.sha256(self.inputs.encode()).hexdigest(),
            "outcome": hashlib.sha256(self.outcome.encode()).hexdigest(),
        }


class Result(Decided):
    """An entrant's place. The total is exact: `total_num`/`total_den` hundredths of a point.

    `working` explains it: {"sheets": [[seat number, total_c, why], …], "mean": "num/den",
    "criteria": ["num/den", …]}, with why one of counted, highest, lowest.
    """

    tabulation = models.ForeignKey(Tabulation, models.PROTECT, related_name="results", verbose_name=_("统分"))
    entry = models.ForeignKey(Entry, models.PROTECT, related_name="results", verbose_name=_("参赛"))
    rank = models.PositiveSmallIntegerField(_("名次"))
    position = models.PositiveSmallIntegerField()
    shared = models.BooleanField(_("并列"))
    decided_by = models.CharField(_("名次依据"), max_length=48)
    total_num = models.BigIntegerField()
    total_den = models.PositiveBigIntegerField(default=1)
    total = models.CharField(_("总分"), max_length=16)
    seconds = models.PositiveIntegerField(_("用时（秒）"), null=True)
    deduction_c = models.PositiveIntegerField(_("超时扣分"), default=0)
    votes = models.PositiveSmallIntegerField(_("推荐票"), null=True)
    tier = models.SlugField(_("奖次代码"), max_length=16, blank=True)
    working = models.JSONField(default=dict)

    if TYPE_CHECKING:
        entry_id: int
        tabulation_id: int

    class Meta:
        ordering = ["tabulation", "position", "entry__order"]
        verbose_name = verbose_name_plural = _("成绩")
        constraints = [models.UniqueConstraint(fields=["tabulation", "entry"], name="one_result_per_tabulation")]

    def __str__(self) -> str:
        return f"{self.rank} {self.total}"

    @property
    def exact(self) -> Fraction:
        return Fraction(self.total_num, self.total_den)


class Ruling(models.Model):
    """The panel's recorded decision between entrants who stand level (DESIGN 7), input to every later tabulation.

    It holds for exactly the group it was made for: its members, level at the exact total `total_num`/`total_den`
    (hundredths).
    """

    class Kind(models.TextChoices):
        CHIEF_JUDGE = "chief_judge", _("评审团负责人裁定")
        EXTRA_VOTE = "extra_vote", _("评审团加投")
        LOTS = "lots", _("当场抽签")

    stage = models.ForeignKey(Stage, models.PROTECT, related_name="rulings", verbose_name=_("赛段"))
    kind = models.CharField(_("裁定方式"), max_length=16, choices=Kind.choices)
    # Entry ids, the better first.
    order = models.JSONField(_("先后"))
    total_num = models.BigIntegerField()
    total_den = models.PositiveBigIntegerField(default=1)
    reason = models.CharField(_("裁定说明"), max_length=255)
    by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name=_("登记人"))
    at = models.DateTimeField(_("登记时间"))
    live = models.BooleanField(default=True)

    DISTRICT = "stage__district"
    SEASON = "stage__season__code"

    class Meta:
        ordering = ["stage", "at", "id"]
        verbose_name = verbose_name_plural = _("裁定")
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="a_ruling_has_a_reason")]

    def __str__(self) -> str:
        return f"{self.kind} {self.order}"

    @property
    def total(self) -> Fraction:
        return Fraction(self.total_num, self.total_den)
