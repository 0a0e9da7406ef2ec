"""Who is stationed where: districts, towns, villages, dispatching units, and the first secretaries they send."""

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from registry import places


class District(models.Model):
    """A county, district or functional zone that holds its own preliminary."""

    code = models.SlugField(_("代码"), max_length=32, unique=True)
    name = models.CharField(_("地区"), max_length=32, unique=True)
    order = models.PositiveSmallIntegerField(_("排序"), default=0)

    DISTRICT = "pk"
    # The contest is held in the same districts every time.
    SHARED = True

    class Meta:
        ordering = ["order", "id"]
        verbose_name = verbose_name_plural = _("地区")

    def __str__(self) -> str:
        return self.name


class Town(models.Model):
    district = models.ForeignKey(District, models.PROTECT, related_name="towns", verbose_name=_("地区"))
    name = models.CharField(_("镇街"), max_length=64)

    class Meta:
        ordering = ["district__order", "name"]
        verbose_name = verbose_name_plural = _("镇街")
        constraints = [models.UniqueConstraint(fields=["district", "name"], name="one_town_name_per_district")]

    def __str__(self) -> str:
        return self.name


class Village(models.Model):
    town = models.ForeignKey(Town, models.PROTECT, related_name="villages", verbose_name=_("镇街"))
    name = models.CharField(_("村"), max_length=64)

    class Meta:
        ordering = ["town__district__order", "town__name", "name"]
        verbose_name = verbose_name_plural = _("村")
        constraints = [models.UniqueConstraint(fields=["town", "name"], name="one_village_name_per_town")]

    def __str__(self) -> str:
        return self.name

    @property
    def place(self) -> str:
        """Town and village."""
        return places.joined(self.town.name, self.name)

    @property
    def address(self) -> str:
        """District, town and village."""
        return places.joined(self.town.district.name, self.town.name, self.name)


class Unit(models.Model):
    """A unit that dispatches first secretaries and receives the letters about their prizes.

    `level` is the code of one of the season's levels (`contest.models.UnitLevel`), which give it a name.
    """

    name = models.CharField(_("选派单位"), max_length=128, unique=True)
    level = models.CharField(_("单位层级"), max_length=24)

    class Meta:
        ordering = ["name"]
        verbose_name = verbose_name_plural = _("选派单位")

    def __str__(self) -> str:
        return self.name


class Secretary(models.Model):
    """A village first secretary. The name is kept exactly as the roster wrote it, rare characters included.

    `rehearsal` is the code of the rehearsal that the person was imported into; empty for real people. Nobody of a
    rehearsal is counted, searched or offered anywhere else, and they leave with it (DESIGN 10).
    """

    name = models.CharField(_("姓名"), max_length=64)
    gender = models.CharField(_("性别"), max_length=8, blank=True)
    phone = models.CharField(_("手机"), max_length=32, blank=True)
    post = models.CharField(_("职务"), max_length=128, blank=True)
    rehearsal = models.CharField(_("所属演练"), max_length=32, blank=True, default="", db_index=True)

    SEASON = "entries__stage__season__code"

    class Meta:
        ordering = ["id"]
        verbose_name = verbose_name_plural = _("第一书记")
        indexes = [models.Index(fields=["name"])]

    def __str__(self) -> str:
        return self.name


class PostingQuerySet(models.QuerySet["Posting"]):
    def current(self, on: date) -> "PostingQuerySet":
        """Postings in force on a day; `until` is the first day no longer served."""
        return self.filter(Q(since=None) | Q(since__lte=on), Q(until=None) | Q(until__gt=on))

    def with_places(self) -> "PostingQuerySet":
        return self.select_related("secretary", "unit", "village__town__district")


class Posting(models.Model):
    """A secretary's service in a village, with the unit that sent them and the months it runs.

    `rehearsal` is the secretary's own.
    """

    secretary = models.ForeignKey(Secretary, models.PROTECT, related_name="postings", verbose_name=_("第一书记"))
    village = models.ForeignKey(Village, models.PROTECT, related_name="postings", verbose_name=_("村"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="postings", verbose_name=_("选派单位"))
    since = models.DateField(_("任职起"), null=True, blank=True)
    until = models.DateField(_("任职止"), null=True, blank=True)
    remark = models.CharField(_("备注"), max_length=255, blank=True)
    rehearsal = models.CharField(_("所属演练"), max_length=32, blank=True, default="", db_index=True)

    objects = PostingQuerySet.as_manager()

    DISTRICT = "village__town__district"
    SEASON = "entries__stage__season__code"

    class Meta:
        ordering = ["village__town__district__order", "village__town__name", "village__name", "id"]
        verbose_name = verbose_name_plural = _("驻村任职")
        constraints = [
            models.UniqueConstraint(fields=["secretary", "village"], name="one_posting_per_secretary_and_village"),
            models.CheckConstraint(
                condition=Q(since=None) | Q(until=None) | Q(until__gt=F("since")), name="posting_ends_after_it_begins"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.secretary} · {self.village}"
