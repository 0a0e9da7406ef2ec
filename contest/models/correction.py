"""A wrong name put right in what was decided already."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from django.db import models
from django.db.models import F, Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from contest.models.person import Shown
from registry.models import Posting, Secretary


class Field(models.TextChoices):
    NAME = "name", _("姓名")
    UNIT = "unit", _("选派单位")
    DISTRICT = "district", _("地区")
    TOWN = "town", _("镇街")
    VILLAGE = "village", _("村")


class Put(NamedTuple):
    """One correction; `entries` are those by its posting, where it is a matter of one."""

    secretary: int
    field: str
    old: str
    new: str
    posting: int | None
    entries: frozenset[int | None]


class Corrections:
    """What was put right of everybody, in the order in which it was done."""

    def __init__(self, told: Iterable[Put]) -> None:
        self._of: dict[int, list[Put]] = defaultdict(list)
        for each in told:
            self._of[each.secretary].append(each)

    def show(self, person: Mapping[str, Any], entry: int) -> Shown:
        """A copy, kept of this entry, with every correction of what it says.

        A copy made after the correction says so already. What is a matter of one posting is put right in the entries
        by that one alone.
        """
        now: dict[str, Any] = dict(person)
        originals: dict[str, str] = {}
        for put in self._of.get(person["secretary"], ()):
            if now[put.field] == put.old and (put.posting is None or entry in put.entries):
                originals.setdefault(put.field, put.old)
                now[put.field] = put.new
        told = tuple((str(Field(field).label), old) for field, old in originals.items() if now[field] != old)
        return Shown(**now, originals=told)

    @property
    def secretaries(self) -> list[int]:
        """Everybody of whom something was put right."""
        return list(self._of)


class CorrectionQuerySet(models.QuerySet["NameCorrection"]):
    def so_far(self) -> Corrections:
        """All of them, for any number of copies: there are few. One query."""
        fields = "pk", "secretary_id", "field", "old", "new", "posting_id", "posting__entries"
        rows = self.order_by("at", "pk").values_list(*fields)
        grouped = (list(group) for _pk, group in groupby(rows, key=itemgetter(0)))
        return Corrections(Put._make([*group[0][1:6], frozenset(row[6] for row in group)]) for group in grouped)


class NameCorrection(models.Model):
    """An act of its own (DESIGN 5): what a decided copy says stays, and everything shows the correction beside it."""

    secretary = models.ForeignKey(Secretary, models.PROTECT, related_name="corrections", verbose_name=_("第一书记"))
    # Whose unit, place or district it is: of one service. A name is the person's own, and has none.
    posting = models.ForeignKey(
        Posting, models.PROTECT, null=True, blank=True, related_name="corrections", verbose_name=_("驻村任职")
    )
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
        posting_id: int | None

    class Meta:
        ordering = ["at", "id"]
        verbose_name = verbose_name_plural = _("姓名单位更正")
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="a_name_correction_has_a_reason"),
            models.CheckConstraint(condition=~Q(old=F("new")), name="a_name_correction_changes_something"),
            models.CheckConstraint(condition=~Q(by=F("seconded_by")), name="a_name_correction_has_two_people"),
            models.CheckConstraint(
                condition=Q(posting=None) | ~Q(field=Field.NAME), name="a_corrected_name_is_of_no_single_posting"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.old} → {self.new}"


class Decided(models.Model):
    """A row of a decision: it holds a copy of the person it was decided about, of the shape `contest.models.person`.

    It has an `entry`.
    """

    person = models.JSONField(_("参赛者"), default=dict)

    if TYPE_CHECKING:
        entry_id: int

    class Meta:
        abstract = True

    @cached_property
    def who(self) -> Shown:
        """The copy as it is shown. Many rows at once: `show_people`."""
        return NameCorrection.objects.so_far().show(self.person, self.entry_id)


D = TypeVar("D", bound=Decided)


def show_people(rows: Iterable[D]) -> list[D]:
    """The rows, each with its person as shown. One query for all; none for none."""
    shown = list(rows)
    corrections = NameCorrection.objects.so_far() if shown else Corrections(())
    for row in shown:
        row.__dict__["who"] = corrections.show(row.person, row.entry_id)
    return shown
