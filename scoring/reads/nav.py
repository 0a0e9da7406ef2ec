"""What the ways between the typing pages tell: what waits for a second person besides the sheets."""

from dataclasses import dataclass

from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from contest.models import Stage
from scoring.models import Ballot, Overtime
from scoring.models.ruleset import Basis


@dataclass(frozen=True, slots=True)
class Nav:
    """How many times and judges' votes wait to be confirmed; by what the stage recommends ("" while undecided)."""

    basis: str
    votes_each: int
    times: int
    votes: int

    @property
    def by_votes(self) -> bool:
        """Whether votes are typed on the stage."""
        return self.basis == Basis.VOTES


def nav_of(stage: Stage) -> Nav:
    """One query."""
    times = Overtime.objects.waiting().filter(entry__stage=OuterRef("pk")).values("entry__stage")
    votes = Ballot.objects.waiting().filter(seat__stage=OuterRef("pk")).values("seat__stage")
    told = Stage.objects.filter(pk=stage.pk).values_list(
        "ruleset__basis", "ruleset__votes_each", _count(times), _count(votes)
    )
    basis, votes_each, times_waiting, votes_waiting = told[0]
    return Nav(basis or "", votes_each or 0, times_waiting, votes_waiting)


def _count(rows: QuerySet) -> Coalesce:
    return Coalesce(Subquery(rows.annotate(n=Count("pk")).values("n"), output_field=IntegerField()), 0)
