"""The seals that certificates and letters carry."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from contest.models import Season


class Seal(models.Model):
    """A host's seal, made ready for print. A certificate names the seal it carries by its hash: seals never change."""

    season = models.ForeignKey(Season, models.PROTECT, related_name="seals", verbose_name=_("届次"))
    host = models.CharField(_("单位"), max_length=128)
    file = models.FileField(_("印章图片"), upload_to="seals/")
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    # A seal taken out of use stays, for the paper that carries it.
    live = models.BooleanField(_("使用中"), default=True)
    uploaded_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name=_("上传人"))
    uploaded_at = models.DateTimeField(_("上传时间"))

    if TYPE_CHECKING:
        season_id: int

    SEASON = "season__code"

    class Meta:
        ordering = ["season", "host", "-uploaded_at"]
        verbose_name = verbose_name_plural = _("印章")
        constraints = [
            models.UniqueConstraint(fields=["season", "host"], condition=Q(live=True), name="one_live_seal_per_host")
        ]

    def __str__(self) -> str:
        return self.host
