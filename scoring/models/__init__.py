from scoring.models.panel import FewerJudges, Seat
from scoring.models.publications import Publication
from scoring.models.results import Result, Ruling, Tabulation
from scoring.models.ruleset import Criterion, Ruleset, Tier
from scoring.models.sheets import Ballot, Mark, Overtime, Sheet, Vote

__all__ = [
    "Ballot",
    "Criterion",
    "FewerJudges",
    "Mark",
    "Overtime",
    "Publication",
    "Result",
    "Ruleset",
    "Ruling",
    "Seat",
    "Sheet",
    "Tabulation",
    "Tier",
    "Vote",
]
