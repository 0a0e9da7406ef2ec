"""The people of a decision as they were written when it was decided (DESIGN 5, what is decided is copied)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypedDict, cast

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from contest.models.entry import Entry
from registry.places import joined


class Person(TypedDict):
    """The one shape of a copy, as JSON. `secretary` and `unit_id` find the registry again; nothing shown is read there.

    `level` is the code of the dispatching unit's level.
    """

    secretary: int
    name: str
    post: str
    unit_id: int
    unit: str
    level: str
    district: str
    town: str
    village: str


# Where each of them stands, seen from an entry.
COLUMNS = {
    "secretary": "secretary_id",
    "name": "secretary__name",
    "post": "secretary__post",
    "unit_id": "posting__unit_id",
    "unit": "posting__unit__name",
    "level": "posting__unit__level",
    "district": "district__name",
    "town": "posting__village__town__name",
    "village": "posting__village__name",
}


def people_of(entries: QuerySet[Entry]) -> dict[int, Person]:
    """By entry id, everybody as the registry writes them now, to be copied into a decision. One query."""
    read = entries.order_by().values_list("pk", *COLUMNS.values())
    return {pk: person_from(values) for pk, *values in read}


def person_from(values: list[Any] | tuple[Any, ...]) -> Person:
    """A copy from the values of COLUMNS."""
    return cast(Person, dict(zip(COLUMNS, values, strict=True)))


def same_person(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two copies say the same of a person on every page and paper."""
    return all(one.get(key) == other.get(key) for key in COLUMNS if key not in ("unit_id", "post"))


@dataclass(frozen=True, slots=True)
class Shown:
    """A decided copy as pages and papers show it; `originals` are (what, as copied) of everything put right since."""

    secretary: int
    name: str
    post: str
    unit_id: int
    unit: str
    level: str
    district: str
    town: str
    village: str
    originals: tuple[tuple[str, str], ...] = ()

    @property
    def place(self) -> str:
        return joined(self.town, self.village)

    @property
    def mark(self) -> str:
        """The word beside a name that was put right; '' beside all others."""
        return _("更正") if self.originals else ""

    @property
    def written(self) -> str:
        """The name for papers and workbooks, where the mark stands in brackets."""
        return self.name + (_("（更正）") if self.originals else "")

    @property
    def original(self) -> str:
        """What the decision itself says, in a sentence; '' where nothing was put right."""
        told = [_("%(what)s原为“%(old)s”") % {"what": what, "old": old} for what, old in self.originals]
        return _("；").join(told)
