"""The moves of a stage that scoring makes together with its own work."""

from contest.workflow import performs
from scoring.actions.certify import certify, withdraw_certification
from scoring.actions.publish import publish, withdraw_notice
from scoring.actions.scoring import open_scoring, reopen_scoring
from scoring.actions.tabulate import tabulate

performs("open_scoring")(open_scoring)
performs("tabulate")(tabulate)
performs("reopen_scoring")(reopen_scoring)
performs("certify")(certify)
performs("withdraw_certification")(withdraw_certification)
performs("publish")(publish)
performs("withdraw_notice")(withdraw_notice)
