"""Score sheets as they are dealt, filled in, confirmed and corrected."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from contest.models import Entry, Stage
from scoring.models.panel import Seat
from scoring.models.ruleset import Criterion


class SheetQuerySet(models.QuerySet["Sheet"]):
    def live(self) -> "SheetQuerySet":
        return self.filter(live=True)

    def counting(self) -> "SheetQuerySet":
        """The sheets a tabulation needs: newest version, sitting judge, competing entrant."""
        return self.filter(live=True, seat__vacated_at=None, entry__status="entered")


class OvertimeQuerySet(models.QuerySet["Overtime"]):
    def counting(self) -> "OvertimeQuerySet":
        """The times a tabulation reads: of those who compete."""
        return self.filter(entry__status="entered")

    def waiting(self) -> "OvertimeQuerySet":
        """Those of the counting times that nobody has confirmed yet."""
        return self.counting().filter(confirmed_by=None)


class BallotQuerySet(models.QuerySet["Ballot"]):
    def counting(self) -> "BallotQuerySet":
        return self.filter(seat__vacated_at=None)

    def waiting(self) -> "BallotQuerySet":
        """The sitting judges' ballots that nobody has confirmed yet."""
        return self.counting().filter(confirmed_by=None)


def _not_by_one(name: str) -> models.CheckConstraint:
    """Who typed it does not confirm it (DESIGN 9)."""
    return models.CheckConstraint(condition=Q(confirmed_by=None) | ~Q(confirmed_by=F("typed_by")), name=name)


def _confirmed_whole(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(confirmed_by=None, confirmed_at=None) | Q(confirmed_by__isnull=False, confirmed_at__isnull=False),
        name=name,
    )


class Sheet(models.Model):
    """One judge's sheet for one entrant: dealt empty when scoring opens, so nothing is ever absent, only not yet there.

    `total_c` is the sum of the marks in hundredths, None until every criterion has one. `edit` counts the writes; a
    write names the edit it saw and is refused when another came between. A correction is a new version; the old one
    stays, no longer live. It is confirmed when every mark is, by somebody other than that mark's typist;
    `confirmed_by` is whoever confirmed the last of them.
    """

    class State(models.TextChoices):
        OPEN = "open", _("未录全")
        TYPED = "typed", _("待核对")
        CONFIRMED = "confirmed", _("已核对")

    stage = models.ForeignKey(Stage, models.PROTECT, related_name="sheets", verbose_name=_("赛段"))
    entry = models.ForeignKey(Entry, models.PROTECT, related_name="sheets", verbose_name=_("参赛"))
    seat = models.ForeignKey(Seat, models.PROTECT, related_name="sheets", verbose_name=_("评委席"))
    version = models.PositiveSmallIntegerField(_("版次"), default=1)
    live = models.BooleanField(default=True)
    state = models.CharField(_("状态"), max_length=16, choices=State.choices, default=State.OPEN)
    edit = models.PositiveIntegerField(default=0)
    total_c = models.PositiveIntegerField(_("合计"), null=True)
    typed_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+", verbose_name=_("录入人"))
    typed_at = models.DateTimeField(_("录入时间"), null=True)
    confirmed_by = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, related_name="+", verbose_name=_("核对人")
    )
    confirmed_at = models.DateTimeField(_("核对时间"), null=True)
    # That somebody looked at the paper again because this total is far from the panel's, and found it to be so.
    looked_c = models.PositiveIntegerField(_("再看的合计"), null=True)
    looked_by = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, related_name="+", verbose_name=_("再看的人")
    )
    looked_at = models.DateTimeField(_("再看的时间"), null=True)
    correction_reason = models.CharField(_("更正原因"), max_length=255, blank=True)

    objects = SheetQuerySet.as_manager()

    DISTRICT = "stage__district"
    SEASON = "stage__season__code"

    if TYPE_CHECKING:
        stage_id: int
        entry_id: int
        seat_id: int
        typed_by_id: int | None
        confirmed_by_id: int | None

    class Meta:
        ordering = ["stage", "entry", "seat", "version"]
        verbose_name = verbose_name_plural = _("评分表")
        constraints = [
            models.UniqueConstraint(fields=["entry", "seat"], condition=Q(live=True), name="one_live_sheet"),
            models.UniqueConstraint(fields=["entry", "seat", "version"], name="one_sheet_per_version"),
            models.CheckConstraint(
                condition=Q(state="open") | Q(total_c__isnull=False), name="a_complete_sheet_has_a_total"
            ),
            models.CheckConstraint(
                condition=Q(state="confirmed", confirmed_by__isnull=False)
                | (~Q(state="confirmed") & Q(confirmed_by__isnull=True)),
                name="a_confirmed_sheet_has_a_confirmer",
            ),
            models.CheckConstraint(
                condition=Q(looked_c=None, looked_by=None, looked_at=None)
                | Q(looked_c__isnull=False, looked_by__isnull=False, looked_at__isnull=False),
                name="a_second_look_is_whole",
            ),
            models.CheckConstraint(condition=Q(version=1) | ~Q(correction_reason=""), name="a_correction_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.entry_id}/{self.seat_id} v{self.version}"


class Mark(models.Model):
    """Points for one criterion, in hundredths. The criterion's maximum is copied so that the database can check it.

    The second person counts per mark (DESIGN 9): whoever typed it does not confirm it; changed, it waits again.
    """

    sheet = models.ForeignKey(Sheet, models.CASCADE, related_name="marks")
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="+", verbose_name=_("评分项"))
    value_c = models.PositiveIntegerField(_("分数"))
    max_c = models.PositiveIntegerField()
    typed_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    confirmed_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")

    if TYPE_CHECKING:
        sheet_id: int
        criterion_id: int
        typed_by_id: int | None
        confirmed_by_id: int | None

    class Meta:
        verbose_name = verbose_name_plural = _("分数")
        constraints = [
            models.UniqueConstraint(fields=["sheet", "criterion"], name="one_mark_per_criterion"),
            models.CheckConstraint(condition=Q(value_c__lte=F("max_c")), name="mark_within_range"),
            _not_by_one("mark_is_confirmed_by_another"),
        ]

    def __str__(self) -> str:
        return str(self.value_c)


class Overtime(models.Model):
    """How long an entrant spoke, and the deduction the stage's table gives for it, in hundredths.

    A time typed for the wrong entrant is taken back by making it None: the row and its `edit` stay, so that a form
    filled in before cannot pass for a newer one. What is typed, or taken back, waits for a second person (DESIGN 9),
    who is not the typist; typed anew it waits again.
    """

    entry = models.OneToOneField(Entry, models.PROTECT, related_name="overtime", verbose_name=_("参赛"))
    seconds = models.PositiveIntegerField(_("用时（秒）"), null=True)
    points_c = models.PositiveIntegerField(_("超时扣分"))
    edit = models.PositiveIntegerField(default=1)
    typed_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name=_("录入人"))
    typed_at = models.DateTimeField(_("录入时间"))
    confirmed_by = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, related_name="+", verbose_name=_("核对人")
    )
    confirmed_at = models.DateTimeField(_("核对时间"), null=True)

    objects = OvertimeQuerySet.as_manager()

    DISTRICT = "entry__stage__district"
    SEASON = "entry__stage__season__code"

    if TYPE_CHECKING:
        entry_id: int
        typed_by_id: int
        confirmed_by_id: int | None

    class Meta:
        verbose_name = verbose_name_plural = _("用时与扣分")
        constraints = [_not_by_one("time_is_confirmed_by_another"), _confirmed_whole("a_confirmed_time_has_its_moment")]

    def __str__(self) -> str:
        return str(self.seconds)


class Vote(models.Model):
    """A judge's vote for recommending an entrant, where the stage recommends by votes (notice V(1), 总票数)."""

    seat = models.ForeignKey(Seat, models.PROTECT, related_name="votes", verbose_name=_("评委席"))
    entry = models.ForeignKey(Entry, models.PROTECT, related_name="votes", verbose_name=_("参赛"))

    class Meta:
        verbose_name = verbose_name_plural = _("推荐票")
        constraints = [models.UniqueConstraint(fields=["seat", "entry"], name="one_vote_per_seat_and_entry")]

    def __str__(self) -> str:
        return f"{self.seat_id} → {self.entry_id}"


class Ballot(models.Model):
    """That a judge's votes were typed, by whom, and who compared them with the paper; they may name nobody.

    A judge without a ballot has not been asked yet, one with an empty ballot recommends nobody. `edit` counts the
    writes; votes typed anew wait for a second person again.
    """

    seat = models.OneToOneField(Seat, models.PROTECT, related_name="ballot", verbose_name=_("评委席"))
    edit = models.PositiveIntegerField(default=1)
    typed_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name=_("录入人"))
    typed_at = models.DateTimeField(_("录入时间"))
    confirmed_by = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, related_name="+", verbose_name=_("核对人")
    )
    confirmed_at = models.DateTimeField(_("核对时间"), null=True)

    objects = BallotQuerySet.as_manager()

    DISTRICT = "seat__stage__district"
    SEASON = "seat__stage__season__code"

    if TYPE_CHECKING:
        seat_id: int
        typed_by_id: int
        confirmed_by_id: int | None

    class Meta:
        verbose_name = verbose_name_plural = _("推荐票登记")
        constraints = [
            _not_by_one("votes_are_confirmed_by_another"),
            _confirmed_whole("a_confirmed_ballot_has_its_moment"),
        ]

    def __str__(self) -> str:
        return str(self.seat_id)
