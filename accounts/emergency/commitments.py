"""What the log says of the emergency account and the tables must still say (DESIGN 12)."""

from collections.abc import Iterator, Sequence

from django.db.models import Q
from django.utils.translation import gettext_noop as _

from accounts.log import PORTAL, Fault, Line, checks
from accounts.log.writing import moment
from accounts.models import EmergencyAct, EmergencyReview, Grant, LogLine, Unsealing
from accounts.roles import Role


@checks("break_seal")
def every_opening_was_logged(chain: str, lines: Sequence[Line]) -> Iterator[Fault]:
    """DESIGN 9, small offices: no seal is broken or kept open beside the log, and none is forgotten."""
    if chain != PORTAL:
        return
    told = {(line.pk, line.user, moment(line.at), line.facts["until"]): line for line in lines}
    rows = Unsealing.objects.order_by("pk").values_list("account", "broken_by", "at", "until", "reason")
    for account, broken_by, at, until, reason in rows:
        line = told.pop((account, broken_by, moment(at), moment(until)), None)
        # A reason that was erased tells nothing.
        if line is None or line.reason not in (None, reason):
            yield Fault(line.seq if line else 0, _("应急账号 %(account)s 的一次启封与日志不符"), {"account": account})
    yield from (Fault(line.seq, _("一次启封没有了记录"), {}) for line in told.values())


@checks("review_emergency")
def every_review_was_logged(chain: str, lines: Sequence[Line]) -> Iterator[Fault]:
    """Whoever looked at an act, when and with what verdict."""
    told = {
        (seq, line.user, moment(line.at), line.facts["verdict"]): line for line in lines for seq in line.facts["lines"]
    }
    rows = EmergencyReview.objects.filter(act__chain=chain).order_by("pk")
    for seq, reviewer, at, verdict, words in rows.values_list("act__line__seq", "reviewer", "at", "verdict", "words"):
        line = told.pop((seq, reviewer, moment(at), verdict), None)
        if line is None or line.reason not in (None, words):
            yield Fault(seq, _("应急账号所办事项的一次复查与日志不符"), {})
    yield from (Fault(line.seq, _("一次复查没有了记录"), {}) for line in told.values())


@checks()
def every_act_is_put_down(chain: str, _lines: Sequence[Line]) -> Iterator[Fault]:
    """Every line behind which the emergency account stands waits for its two reviews, or has them."""
    if LogLine.objects.filter(chain=chain, action="removed").exists():
        return
    accounts = list(Grant.objects.filter(role=Role.EMERGENCY).values_list("user", flat=True))
    if not accounts:
        return
    of_account = LogLine.objects.filter(Q(actor__in=accounts) | Q(second__in=accounts), chain=chain)
    for seq in of_account.filter(emergency_act=None).order_by("seq").values_list("seq", flat=True):
        yield Fault(seq, _("应急账号办理的事项没有列入复查"), {})
    short = EmergencyAct.objects.filter(chain=chain).prefetch_related("reviews").select_related("line")
    yield from (
        Fault(act.line.seq, _("应急账号所办事项的复查次数不符"), {})
        for act in short
        if act.reviewed != len(act.reviews.all())
    )
