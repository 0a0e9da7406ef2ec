"""The audit log: writing a line, and looking whether the chain and the tables still say what was written."""

from accounts.log.checking import Fault, Line, checks
from accounts.log.keeping import keeps
from accounts.log.sealing import seals
from accounts.log.text import actor, canonical, changed, commit_to, digest, link, subject
from accounts.log.verifying import against_head, chains, check, check_all, found, verify
from accounts.log.writing import GENESIS, PORTAL, LogMoved, hold, write

__all__ = [
    "GENESIS",
    "PORTAL",
    "Fault",
    "Line",
    "LogMoved",
    "actor",
    "against_head",
    "canonical",
    "chains",
    "changed",
    "check",
    "check_all",
    "checks",
    "commit_to",
    "digest",
    "found",
    "hold",
    "keeps",
    "link",
    "seals",
    "subject",
    "verify",
    "write",
]
