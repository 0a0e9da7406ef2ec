"""The draw for the order of appearance."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from contest.models.stage import Stage


class Draw(models.Model):
    """A draw anybody can replay: the seed's hash is shown before, the seed after; `contest.rules.draw` says how.

    `entrants` are the entries in the draw, fixed with the commitment. `witness_word` is what a witness names in the
    hall after the commitment; it is mixed into the seed, so neither the portal nor the witness decides alone.
    One drawn `by_hand`, from paper slips before witnesses, has neither seed nor word: two people entered it.
    """

    stage = models.ForeignKey(Stage, models.PROTECT, related_name="draws", verbose_name=_("赛段"))
    live = models.BooleanField(default=True)
    by_hand = models.BooleanField(_("手工抽签"), default=False)
    entrants = models.JSONField(default=list)
    commitment = models.CharField(_("种子的哈希"), max_length=64, blank=True)
    seed = models.CharField(_("种子"), max_length=64, blank=True)
    committed_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name=_("封存人"))
    committed_at = models.DateTimeField(_("封存时间"))
    witnesses = models.CharField(_("见证人"), max_length=255, blank=True)
    witness_word = models.CharField(_("见证人报的数"), max_length=64, blank=True)
    drawn_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+", verbose_name=_("抽签人"))
    drawn_at = models.DateTimeField(_("抽签时间"), null=True)
    order = models.JSONField(_("出场顺序"), default=list)
    # Who seconded a hand-drawn order; who voided a draw and who seconded that.
    seconded_by = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("复核人")
    )
    void_reason = models.CharField(_("作废原因"), max_length=255, blank=True)
    voided_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, blank=True, related_name="+")
    void_seconded_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, blank=True, related_name="+")

    DISTRICT = "stage__district"
    SEASON = "stage__season__code"

    class Meta:
        ordering = ["-committed_at"]
        verbose_name = verbose_name_plural = _("抽签")
        constraints = [
            models.UniqueConstraint(fields=["stage"], condition=Q(live=True), name="one_live_draw_per_stage"),
            models.CheckConstraint(condition=Q(drawn_at=None) | ~Q(witnesses=""), name="a_draw_has_witnesses"),
            models.CheckConstraint(
                condition=Q(by_hand=False) | ~Q(drawn_by=models.F("seconded_by")),
                name="a_hand_drawn_order_is_entered_by_two",
            ),
            models.CheckConstraint(
                condition=Q(void_seconded_by=None) | ~Q(void_seconded_by=models.F("voided_by")),
                name="a_draw_is_voided_by_two",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.stage} {self.commitment[:12] or gettext('手工抽签')}"


class Swap(models.Model):
    """Two entrants who changed places after the draw; the draw itself stays on record as it was."""

    draw = models.ForeignKey(Draw, models.PROTECT, related_name="swaps", verbose_name=_("抽签"))
    # Each with the place that they had before.
    entry = models.ForeignKey("contest.Entry", models.PROTECT, related_name="+")
    place = models.PositiveSmallIntegerField()
    other = models.ForeignKey("contest.Entry", models.PROTECT, related_name="+")
    other_place = models.PositiveSmallIntegerField()
    reason = models.CharField(_("原因"), max_length=255)
    by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name=_("提请人"))
    seconded_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name=_("复核人"))
    at = models.DateTimeField(_("时间"))

    DISTRICT = "draw__stage__district"
    SEASON = "draw__stage__season__code"

    class Meta:
        ordering = ["at", "pk"]
        verbose_name = verbose_name_plural = _("对调出场顺序")
        constraints = [
            models.CheckConstraint(condition=~Q(by=models.F("seconded_by")), name="places_are_swapped_by_two"),
            models.CheckConstraint(condition=~Q(reason=""), name="swapping_places_has_a_reason"),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def text(self) -> str:
        """Who changed with whom, in a sentence."""
        one, two = self.entry.secretary.name, self.other.secretary.name
        told = {"one": one, "place": self.place, "two": two, "other": self.other_place}
        return gettext("%(one)s（第 %(place)d 位）与 %(two)s（第 %(other)d 位）对调") % told
