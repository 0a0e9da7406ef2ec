"""What the press may print of a first secretary (notice VI(2))."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from registry.models import Secretary


class Profile(models.Model):
    """A biography and a photo for publicity. Who may change it is decided on the secretary's entry."""

    secretary = models.OneToOneField(Secretary, models.PROTECT, related_name="profile", verbose_name=_("第一书记"))
    biography = models.TextField(_("个人简介"), max_length=800, blank=True)
    photo = models.FileField(_("照片"), upload_to="profiles/", blank=True)
    photo_sha256 = models.CharField(max_length=64, blank=True)
    # When the person agreed to be shown to the press; nothing leaves the portal without it.
    agreed_at = models.DateTimeField(_("同意宣传"), null=True, blank=True)
    edit = models.PositiveIntegerField(default=0)
    changed_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name=_("修改人"))
    changed_at = models.DateTimeField(_("修改时间"))

    class Meta:
        verbose_name = verbose_name_plural = _("宣传资料")

    def __str__(self) -> str:
        return str(self.secretary)
