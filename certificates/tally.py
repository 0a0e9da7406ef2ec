"""How far certificates have come, counted for many batches at once."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.db.models import Count

from certificates.models import Batch, Certificate
from certificates.models.certificate import CertificateQuerySet, Status


@dataclass(frozen=True, slots=True)
class Tally:
    """The newest version of every certificate of a batch, by how far it has come."""

    wanted: int = 0
    taken: int = 0
    done: int = 0
    parked: int = 0

    @property
    def total(self) -> int:
        return self.unfinished + self.done + self.parked

    @property
    def unfinished(self) -> int:
        return self.wanted + self.taken

    @property
    def percent(self) -> int:
        """Rounded down: a hundred means all of them."""
        return self.done * 100 // self.total if self.total else 0


def newest() -> CertificateQuerySet:
    """One certificate for each award: a replaced one has given its place to the next version."""
    return Certificate.objects.standing().exclude(status__in=(Status.REPLACED, Status.SUPERSEDED))


def tallies(batches: Iterable[Batch]) -> dict[int, Tally]:
    """Every batch's tally by its id. One query."""
    batches = list(batches)
    found: dict[int, Tally] = {}
    counted = newest().filter(batch__in=batches).order_by().values_list("batch", "progress").annotate(Count("pk"))
    for batch, progress, count in counted:
        found[batch] = replace(found.get(batch, Tally()), **{progress: count})
    return {batch.pk: found.get(batch.pk, Tally()) for batch in batches}


def tally_of(batch: Batch) -> Tally:
    return tallies([batch])[batch.pk]
