"""The draw for the order of appearance."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from contest.models.stage import Stage


class Draw(models.Model):
    """A draw anybody can replay: the seed's hash is shown before, the seed after; `contest.rules.draw` says how.

    `entrants` are the entries in the draw, fixed with the commitment. `witness_word` is what a witness names in the
    hall after the commitment; it is mixed into the seed, so neither the portal nor the witness decides alone.
    """

    stage = models.ForeignKey(Stage, models.PROTECT, related_name="draws", verbose_name=_("赛段"))
    live = models.BooleanField(default=True)
    entrants = models.JSONField(default=list)
    commitment = models.CharField(_("种子的哈希"), max_length=64)
    seed = models.CharField(_("种子"), max_length=64)
    committed_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name=_("封存人"))
    committed_at = models.DateTimeField(_("封存时间"))
    witnesses = models.CharField(_("见证人"), max_length=255, blank=True)
    witness_word = models.CharField(_("见证人报的数"), max_length=64, blank=True)
    drawn_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+", verbose_name=_("抽签人"))
    drawn_at = models.DateTimeField(_("抽签时间"), null=True)
    order = models.JSONField(_("出场顺序"), default=list)
    void_reason = models.CharField(_("作废原因"), max_length=255, blank=True)

    DISTRICT = "stage__district"

    class Meta:
        ordering = ["-committed_at"]
        verbose_name = verbose_name_plural = _("抽签")
        constraints = [
            models.UniqueConstraint(fields=["stage"], condition=Q(live=True), name="one_live_draw_per_stage"),
            models.CheckConstraint(condition=Q(drawn_at=None) | ~Q(witnesses=""), name="a_draw_has_witnesses"),
        ]

    def __str__(self) -> str:
        return f"{self.stage} {self.commitment[:12]}"
