"""A district's list of finalists: who is recommended, who stands in reserve, and why."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from contest.models import Entry, Stage
from contest.models.correction import Decided
from contest.models.stage import Kind, State
from scoring.models import Ruling

# Finalists are entered, and replaced, until the final's scoring opens.
FINAL_OPEN = (State.PREPARING, State.COLLECTING, State.READY)


class ShortlistQuerySet(models.QuerySet["Shortlist"]):
    def live(self) -> "ShortlistQuerySet":
        """The newest list of each stage; earlier ones stay on record."""
        return self.filter(live=True)

    def ever_submitted(self) -> "ShortlistQuerySet":
        """Those that were sent in, whatever became of them: taken back, returned, replaced."""
        return self.exclude(first_submitted_at=None)

    def with_begun(self) -> "ShortlistQuerySet":
        """Each knows without another query whether the final's scoring has opened."""
        finals = Stage.objects.filter(season=OuterRef("stage__season"), kind=Kind.FINAL)
        return self.annotate(final_has_begun=Exists(finals.exclude(state__in=FINAL_OPEN)))

    def whole(self) -> "ShortlistQuerySet":
        """With everything its page and its log line need."""
        return self.select_related(
            "stage__season",
            "stage__district",
            "submitted_by",
            "decided_by",
            "decided_basis",
            "revoked_by",
            "revoked_second",
        )


class PickQuerySet(models.QuerySet["Pick"]):
    def with_people(self) -> "PickQuerySet":
        return self.select_related("entry__secretary", "entry__posting__unit", "entry__posting__village__town")


class SubstitutionQuerySet(models.QuerySet["Substitution"]):
    def standing(self) -> "SubstitutionQuerySet":
        """Those waiting or approved; the others hold nobody's seat or place in reserve."""
        return self.filter(state__in=(Substitution.State.PROPOSED, Substitution.State.APPROVED))

    def whole(self) -> "SubstitutionQuerySet":
        return self.select_related(
            "shortlist__stage__season",
            "shortlist__stage__district",
            "leaving__entry__secretary",
            "coming__entry__secretary",
            "tie_first__entry__secretary",
            "proposed_by",
            "decided_by",
        )


class Shortlist(models.Model):
    """Notice V(1): each district recommends as many as the table gives it.

    Submitted by one person, approved by another.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("草拟")
        SUBMITTED = "submitted", _("已报送")
        RETURNED = "returned", _("已退回")
        APPROVED = "approved", _("已审定")
        REVOKED = "revoked", _("审定已撤销")

    stage = models.ForeignKey(Stage, models.PROTECT, related_name="shortlists", verbose_name=_("赛段"))
    number = models.PositiveSmallIntegerField(_("第几次"), default=1)
    live = models.BooleanField(default=True)
    state = models.CharField(_("状态"), max_length=16, choices=State.choices, default=State.DRAFT)
    seats = models.PositiveSmallIntegerField(_("名额"))
    reserves = models.PositiveSmallIntegerField(_("递补人数"), default=2)
    # The revision of the results it was drawn up from.
    revision = models.PositiveIntegerField(_("成绩版次"))
    submitted_by = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, related_name="+", verbose_name=_("报送人")
    )
    submitted_at = models.DateTimeField(_("报送时间"), null=True)
    # Stays when the list is taken back: from then on two people change what it rested on.
    first_submitted_at = models.DateTimeField(_("首次报送时间"), null=True)
    decided_by = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, related_name="+", verbose_name=_("审定人")
    )
    decided_at = models.DateTimeField(_("审定时间"), null=True)
    # The paper that the approval rests on, where there is one (DESIGN 6).
    decided_basis = models.ForeignKey("accounts.Basis", models.PROTECT, null=True, blank=True, related_name="+")
    return_reason = models.CharField(_("退回原因"), max_length=255, blank=True)
    # Two people take an approval back; whoever had approved it stands above.
    revoked_by = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, related_name="+", verbose_name=_("撤销审定人")
    )
    revoked_second = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, related_name="+", verbose_name=_("复核人")
    )
    revoked_at = models.DateTimeField(_("撤销审定时间"), null=True)
    revoke_reason = models.CharField(_("撤销审定的原因"), max_length=255, blank=True)

    objects = ShortlistQuerySet.as_manager()

    DISTRICT = "stage__district"
    SEASON = "stage__season__code"

    if TYPE_CHECKING:
        stage_id: int
        submitted_by_id: int | None

    class Meta:
        ordering = ["stage", "-number"]
        verbose_name = verbose_name_plural = _("推荐名单")
        constraints = [
            models.UniqueConstraint(fields=["stage"], condition=Q(live=True), name="one_live_shortlist"),
            models.UniqueConstraint(fields=["stage", "number"], name="one_shortlist_per_number"),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("submitted_by")), name="approver_is_not_submitter"
            ),
            models.CheckConstraint(
                condition=Q(submitted_at=None) | Q(first_submitted_at__lte=F("submitted_at")),
                name="a_submitted_list_says_since_when",
            ),
            models.CheckConstraint(
                condition=~Q(state="returned") | ~Q(return_reason=""), name="returning_a_list_has_a_reason"
            ),
            models.CheckConstraint(
                condition=~Q(state="revoked")
                | (~Q(revoke_reason="") & Q(revoked_by__isnull=False, revoked_second__isnull=False)),
                name="revoking_an_approval_has_a_reason_and_two_people",
            ),
            models.CheckConstraint(
                condition=Q(revoked_by=None) | ~Q(revoked_by=F("revoked_second")), name="revoker_is_not_the_second"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.stage} #{self.number}"

    @cached_property
    def final_has_begun(self) -> bool:
        """Whether the final's scoring has opened: from then on its people stand (DESIGN 6)."""
        finals = Stage.objects.filter(season=self.stage.season_id, kind=Kind.FINAL)
        return finals.exclude(state__in=FINAL_OPEN).exists()


class Pick(Decided):
    """One entrant's outcome on a shortlist. `reason` is a code with `facts`; the page words it."""

    class Outcome(models.TextChoices):
        FINALIST = "finalist", _("推荐")
        RESERVE = "reserve", _("递补")
        OUTSIDE = "outside", _("未入围")
        NEEDS_RULING = "needs_ruling", _("待裁定")

    shortlist = models.ForeignKey(Shortlist, models.CASCADE, related_name="picks", verbose_name=_("推荐名单"))
    entry = models.ForeignKey(Entry, models.PROTECT, related_name="picks", verbose_name=_("参赛"))
    outcome = models.CharField(_("结果"), max_length=16, choices=Outcome.choices)
    place = models.PositiveSmallIntegerField(_("递补次序"), null=True)
    rank = models.PositiveSmallIntegerField(_("名次"))
    position = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=48)
    facts = models.JSONField(default=dict)

    objects = PickQuerySet.as_manager()

    DISTRICT = "shortlist__stage__district"
    SEASON = "shortlist__stage__season__code"

    if TYPE_CHECKING:
        entry_id: int
        shortlist_id: int

    class Meta:
        ordering = ["shortlist", "position", "id"]
        verbose_name = verbose_name_plural = _("推荐")
        constraints = [models.UniqueConstraint(fields=["shortlist", "entry"], name="one_pick_per_entry")]

    def __str__(self) -> str:
        return f"{self.entry_id} {self.outcome}"


class Substitution(models.Model):
    """A finalist who cannot come and the reserve called up instead: proposed by one person, approved by another.

    Who comes is settled when it is approved, by whoever is next in line then.
    """

    class State(models.TextChoices):
        PROPOSED = "proposed", _("待审定")
        REFUSED = "refused", _("未审定")
        APPROVED = "approved", _("已审定")
        # The list it belonged to is no longer approved.
        LAPSED = "lapsed", _("随名单撤销")

    shortlist = models.ForeignKey(Shortlist, models.PROTECT, related_name="substitutions", verbose_name=_("推荐名单"))
    leaving = models.ForeignKey(Pick, models.PROTECT, related_name="+", verbose_name=_("退出者"))
    # None until it is approved; and after that when nobody was left to come: the seat is empty and the page says so.
    coming = models.ForeignKey(Pick, models.PROTECT, null=True, related_name="+", verbose_name=_("递补者"))
    state = models.CharField(_("状态"), max_length=16, choices=State.choices, default=State.PROPOSED)
    reason = models.CharField(_("原因"), max_length=255)
    proposed_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name=_("提出人"))
    proposed_at = models.DateTimeField(_("提出时间"))
    decided_by = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, related_name="+", verbose_name=_("审定人")
    )
    decided_at = models.DateTimeField(_("审定时间"), null=True)
    refusal_reason = models.CharField(_("不予审定的原因"), max_length=255, blank=True)
    # Reserves in front of whoever came: their pick, in what way they were out, and the reason written down then.
    passed_over = models.JSONField(default=list)
    # Where reserves stood level for this call: whom the panel put first, how, and what was written down.
    tie_first = models.ForeignKey(Pick, models.PROTECT, null=True, related_name="+", verbose_name=_("裁定先递补者"))
    tie_kind = models.CharField(_("并列裁定方式"), max_length=16, choices=Ruling.Kind.choices, blank=True)
    tie_note = models.CharField(_("并列裁定说明"), max_length=255, blank=True)

    objects = SubstitutionQuerySet.as_manager()

    DISTRICT = "shortlist__stage__district"
    SEASON = "shortlist__stage__season__code"

    if TYPE_CHECKING:
        shortlist_id: int
        leaving_id: int
        coming_id: int | None
        tie_first_id: int | None
        proposed_by_id: int

    class Meta:
        ordering = ["-proposed_at"]
        verbose_name = verbose_name_plural = _("递补")
        constraints = [
            models.UniqueConstraint(
                fields=["leaving"],
                condition=Q(state__in=("proposed", "approved")),
                name="one_open_substitution_per_finalist",
            ),
            models.UniqueConstraint(
                fields=["coming"],
                condition=Q(coming__isnull=False, state__in=("proposed", "approved")),
                name="a_reserve_is_called_up_once",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("proposed_by")),
                name="substitution_approver_is_not_proposer",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="a_substitution_has_a_reason"),
            models.CheckConstraint(
                condition=~Q(state__in=("refused", "lapsed")) | ~Q(refusal_reason=""),
                name="refusing_a_substitution_has_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(tie_kind="") | ~Q(tie_note=""), name="a_choice_between_level_reserves_has_a_note"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.leaving_id} → {self.coming_id}"
