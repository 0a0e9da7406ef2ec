"""The live results of a stage as the rules' placings, by the stage's own basis of recommendation."""

from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction

from django.utils.translation import gettext as _

from contest.models import Stage
from contest.models.correction import show_people
from contest.models.entry import Status
from contest.models.person import Person
from scoring.actions.rules import ruleset_of
from scoring.models import Result, Ruleset
from scoring.models.ruleset import Basis
from scoring.rules.ranking import Placing, rank_by_votes


class NoStanding(Exception):
    """The results cannot be read as an order of recommendation; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Places by the stage's basis, with what each entrant's place rests on: the total as printed, and votes.

    `people` are the copies that the results hold, `names` as they are shown.
    """

    basis: Basis
    placings: list[Placing]
    people: dict[int, Person]
    names: dict[int, str]
    totals: dict[int, str]
    votes: dict[int, int]


def standing(stage: Stage) -> Standing:
    """Notice V(1): the order in which entrants are recommended, by 总得分 or by 总票数. Raises NoStanding."""
    basis = Ruleset.objects.filter(stage=stage).values_list("basis", flat=True).first()
    if not basis:
        raise NoStanding(_("还没有确定推荐依据（按总得分或按总票数），请在评分细则中确认。"))
    results = show_people(
        Result.objects.filter(tabulation__stage=stage, tabulation__live=True)
        .order_by("position", "entry_id")
        .select_related("entry")
    )
    if not results:
        raise NoStanding(_("还没有成绩，请先统分。"))
    if gone := [r.who.name for r in results if r.entry.status != Status.ENTERED]:
        raise NoStanding(
            _("%(names)s 的参赛状态在统分之后有变化，请退回评分并重新统分。") % {"names": _("、").join(gone)}
        )
    votes = {result.entry_id: result.votes or 0 for result in results}
    placings = _by_score(results)
    if basis == Basis.VOTES:
        placings = _by_votes(stage, votes, placings, results)
    return Standing(
        basis=Basis(basis),
        placings=placings,
        people={result.entry_id: result.person for result in results},
        names={result.entry_id: result.who.name for result in results},
        totals={result.entry_id: result.total for result in results},
        votes=votes,
    )


def _by_score(results: list[Result]) -> list[Placing]:
    groups: dict[int, list[int]] = defaultdict(list)
    for result in results:
        groups[result.position].append(result.entry_id)
    return [
        Placing(
            entry=result.entry_id,
            rank=result.rank,
            shared=result.shared,
            decided_by=result.decided_by,
            total=Fraction(result.total_num, result.total_den),
            position=result.position,
            group=tuple(groups[result.position]),
        )
        for result in results
    ]


def _by_votes(stage: Stage, votes: dict[int, int], placings: list[Placing], results: list[Result]) -> list[Placing]:
    """Votes first; whoever has as many goes by total, tie order and ruling, as the printed rules say."""
    ruleset = ruleset_of(stage)
    column = {criterion.code: place for place, criterion in enumerate(ruleset.criteria.all())}
    means = {
        result.entry_id: [Fraction(result.working["criteria"][column[code]]) for code in ruleset.tie_order]
        for result in results
    }
    return rank_by_votes(votes, placings, tie_order=ruleset.tie_order, means=means)
