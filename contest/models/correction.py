"""A wrong name put right in what was decided already."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from django.db import models
from django.db.models import F, Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from contest.models.person import Shown
from registry.models import Secretary


class Field(models.TextChoices):
    NAME = "name", _("姓名")
    UNIT = "unit", _("选派单位")
    DISTRICT = "district", _("地区")
    TOWN = "town", _("镇街")
    VILLAGE = "village", _("村")


class Corrections:
    """What was put right of everybody, in the order in which it was done."""

    def __init__(self, told: Iterable[tuple[int, str, str, str]]) -> None:
        self._of: dict[int, list[tuple[str, str, str]]] = defaultdict(list)
        for secretary, field, old, new in told:
            self._of[secretary].append((field, old, new))

    def show(self, person: Mapping[str, Any]) -> Shown:
        """A copy with every correction of what it says; a copy made after the correction says so already."""
        now: dict[str, Any] = dict(person)
        originals: dict[str, str] = {}
        for field, old, new in self._of.get(person["secretary"], ()):
            if now[field] == old:
                originals.setdefault(field, old)
                now[field] = new
        told = tuple((str(Field(field).label), old) for field, old in originals.items() if now[field] != old)
        return Shown(**now, originals=told)

    @property
    def secretaries(self) -> list[int]:
        """Everybody of whom something was put right."""
        return list(self._of)


class CorrectionQuerySet(models.QuerySet["NameCorrection"]):
    def so_far(self) -> Corrections:
        """All of them, for any number of copies: there are few. One query."""
        return Corrections(self.order_by("at", "pk").values_list("secretary_id", "field", "old", "new"))


class NameCorrection(models.Model):
    """An act of its own (DESIGN 5): what a decided copy says stays, and everything shows the correction beside it."""

    secretary = models.ForeignKey(Secretary, models.PROTECT, related_name="corrections", verbose_name=_("第一书记"))
    field = models.CharField(_("更正内容"), max_length=16, choices=Field.choices)
    old = models.CharField(_("原为"), max_length=128)
    new = models.CharField(_("更正为"), max_length=128)
    reason = models.CharField(_("原因"), max_length=255)
    by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name=_("提请人"))
    seconded_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name=_("复核人"))
    at = models.DateTimeField(_("更正时间"))

    objects = CorrectionQuerySet.as_manager()

    if TYPE_CHECKING:
        secretary_id: int

    class Meta:
        ordering = ["at", "id"]
        verbose_name = verbose_name_plural = _("姓名单位更正")
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="a_name_correction_has_a_reason"),
            models.CheckConstraint(condition=~Q(old=F("new")), name="a_name_correction_changes_something"),
            models.CheckConstraint(condition=~Q(by=F("seconded_by")), name="a_name_correction_has_two_people"),
        ]

    def __str__(self) -> str:
        return f"{self.old} → {self.new}"


class Decided(models.Model):
    """A row of a decision: it holds a copy of the person it was decided about, of the shape `contest.models.person`."""

    person = models.JSONField(_("参赛者"), default=dict)

    class Meta:
        abstract = True

    @cached_property
    def who(self) -> Shown:
        """The copy as it is shown. Many rows at once: `show_people`."""
        return NameCorrection.objects.so_far().show(self.person)


D = TypeVar("D", bound=Decided)


def show_people(rows: Iterable[D]) -> list[D]:
    """The rows, each with its person as shown. One query for all; none for none."""
    shown = list(rows)
    corrections = NameCorrection.objects.so_far() if shown else Corrections(())
    for row in shown:
        row.__dict__["who"] = corrections.show(row.person)
    return shown
