"""Why a certificate ended, as a word the public may read.

The reason itself is for the log: it may name people. Each reason begins with one of these words, and only the word is
shown to everybody.
"""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from accounts.words import written

MARK = "："


class WhyRevoked(TextChoices):
    AWARD_WITHDRAWN = "奖项撤销", _("奖项撤销")
    ISSUED_BY_MISTAKE = "误发", _("误发")
    REVOKED_OTHERWISE = "其他原因", _("其他原因")


class WhyReplaced(TextChoices):
    DETAILS_CORRECTED = "信息更正", _("信息更正")
    AWARD_CHANGED = "奖次变更", _("奖次变更")
    REPLACED_OTHERWISE = "其他原因", _("其他原因")


class WhySuperseded(TextChoices):
    RESULTS_CORRECTED = "成绩更正", _("成绩更正")


KNOWN = {str(cause): cause.label for causes in (WhyRevoked, WhyReplaced, WhySuperseded) for cause in causes}


def reason_of(cause: str, details: str) -> str:
    """The reason as it is kept: the public word, then what happened."""
    return f"{cause}{MARK}{written(details)}"


def cause_of(reason: str) -> str:
    """The word of a reason that everybody may read; '' for a reason written without one."""
    return str(KNOWN.get(reason.partition(MARK)[0], ""))
