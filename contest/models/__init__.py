from contest.models.award import Award
from contest.models.correction import NameCorrection
from contest.models.draw import Draw, Swap
from contest.models.entry import Entry
from contest.models.level import UnitLevel
from contest.models.profile import Profile
from contest.models.roster import RosterImport
from contest.models.season import Season
from contest.models.stage import Stage, StageDocument
from contest.models.work import Pulse

__all__ = [
    "Award",
    "Draw",
    "Entry",
    "NameCorrection",
    "Profile",
    "Pulse",
    "RosterImport",
    "Season",
    "Stage",
    "StageDocument",
    "Swap",
    "UnitLevel",
]
