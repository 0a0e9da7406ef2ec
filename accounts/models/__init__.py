from accounts.models.access import AccessLine
from accounts.models.emergency import EmergencyAct, EmergencyReview, Unsealing
from accounts.models.guess import SignInCount
from accounts.models.log import LogCheck, LogHead, LogLine, LogNote
from accounts.models.people import Grant, User
from accounts.models.proposal import Basis, BasisPage, Proposal
from accounts.models.receipt import Receipt

__all__ = [
    "AccessLine",
    "Basis",
    "BasisPage",
    "EmergencyAct",
    "EmergencyReview",
    "Grant",
    "LogCheck",
    "LogHead",
    "LogLine",
    "LogNote",
    "Proposal",
    "Receipt",
    "SignInCount",
    "Unsealing",
    "User",
]
