"""Breaking the seal of the emergency account, and looking at what it did (DESIGN 9, small offices)."""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import log
from accounts.log.writing import moment
from accounts.models import EmergencyAct, EmergencyReview, Unsealing, User
from accounts.models.emergency import LASTS, REVIEWS
from accounts.permissions import Action, require
from accounts.proposals.paper import Paper, keep_paper, resting_on
from accounts.words import written

Verdict = EmergencyReview.Verdict


class StaysSealed(Exception):
    """The seal cannot be broken now; the message says why and what to do."""


class ReviewRefused(Exception):
    """These acts cannot be reviewed so by this person; the message says why."""


@transaction.atomic
def break_seal(account: User, *, reason: str, paper: Paper | None = None, by: User, at: datetime) -> Unsealing:
    """Let the emergency account sign in for 24 hours (half-open), by a supervisor and for a written reason.

    Raises StaysSealed while it is open already, without a reason, and until two of the office have renewed a password
    that served before; PaperRefused, PermissionDenied.
    """
    require(by, Action.BREAK_SEAL, account, at=at)
    here = User.objects.select_for_update(no_key=True, of=("self",)).get(pk=account.pk)
    if refused := why_sealed(here, at):
        raise StaysSealed(refused)
    if not written(reason):
        raise StaysSealed(_("请写明启封的原因。"))
    made = Unsealing(account=here, broken_by=by, reason=written(reason)[:255], at=at, until=at + LASTS)
    made.password = password_of(here)
    if paper is not None:
        made.basis = keep_paper(paper, chain=log.PORTAL, district_id=None, by=by, at=at)
    made.save()
    facts = {"until": moment(made.until), **resting_on(made.basis)}
    log.write(log.PORTAL, "break_seal", by=by, at=at, on=here, reason=made.reason, **facts)
    return made


def why_sealed(account: User, at: datetime) -> str:
    """Why the seal of this account cannot be broken at this moment; empty when it can."""
    if not account.is_active or not account.is_emergency:
        return _("这不是在用的应急账号。")
    if standing := account.unsealings.filter(at__lte=at, until__gt=at).select_related("broken_by").first():
        until = f"{timezone.localtime(standing.until):%Y-%m-%d %H:%M}"
        return _("应急账号已由%(who)s启封，可用至 %(until)s。") % {"who": standing.broken_by, "until": until}
    if not is_fresh(account):
        return _("封存的密码已经用过：须先由两位市级工作人员提请并复核“重置密码”，把新的两半重新封存，才能再次启封。")
    return ""


def is_fresh(account: User) -> bool:
    """Whether the password is one that two people made and nobody has used: an opening uses it up."""
    used = account.unsealings.filter(password=password_of(account))
    return account.must_change_password and not used.exists()


def password_of(account: User) -> str:
    """SHA-256 of the stored hash: tells one password from the next, and nothing of it."""
    return hashlib.sha256(account.password.encode()).hexdigest()


@transaction.atomic
def review(acts: Sequence[EmergencyAct], verdict: str, words: str, *, by: User, at: datetime) -> None:
    """Look at acts of the emergency account afterwards: two different people do, none of whom took part.

    One line for each chain. All of them or none. Raises ReviewRefused, PermissionDenied.
    """
    said = written(words)[:255]
    if not acts or verdict not in Verdict.values:
        raise ReviewRefused(_("请勾选复查的事项，并选择结论。"))
    if verdict == Verdict.OBJECTION and not said:
        raise ReviewRefused(_("有异议的，请写明异议。"))
    whole = EmergencyAct.objects.select_related("line", "unsealing__account")
    for chain, group in groupby(whole.filter(pk__in=[act.pk for act in acts]).order_by("chain", "pk"), _chain):
        of_chain = list(group)
        for act in of_chain:
            require(by, Action.REVIEW_EMERGENCY, act, at=at)
            _look_at(act, verdict, said, by=by, at=at)
        account, lines = of_chain[0].unsealing.account, [act.line.seq for act in of_chain]
        log.write(chain, "review_emergency", by=by, at=at, on=account, reason=said, lines=lines, verdict=verdict)


def why_not(act: EmergencyAct, user: User) -> str:
    """Why this person does not review this act; empty when they may. `act` comes with its reviews and its unsealing."""
    reviewers = [review.reviewer_id for review in act.reviews.all()]
    if len(reviewers) >= REVIEWS:
        return _("已有两人复查。")
    if user.pk in reviewers:
        return _("您已复查，须再由另一人复查。")
    if user.pk == act.unsealing.broken_by_id:
        return _("应急账号由您启封，须由他人复查。")
    if user.pk in act.others:
        return _("您经办了这一事项，须由他人复查。")
    return ""


def _chain(act: EmergencyAct) -> str:
    return act.chain


def _look_at(act: EmergencyAct, verdict: str, words: str, *, by: User, at: datetime) -> None:
    if refused := why_not(act, by):
        raise ReviewRefused(refused)
    place = _claim(act, range(1, REVIEWS + 1))
    unsealing = act.unsealing
    told = {"account_id": unsealing.account_id, "broken_by_id": unsealing.broken_by_id, "verdict": verdict}
    try:
        with transaction.atomic():
            EmergencyReview.objects.create(act=act, place=place, reviewer=by, at=at, words=words, **told)
    except IntegrityError:
        raise ReviewRefused(_("您已复查，须再由另一人复查。")) from None


def _claim(act: EmergencyAct, places: Iterable[int]) -> int:
    """Take the first free place of the act's two."""
    for place in places:
        if EmergencyAct.objects.filter(pk=act.pk, reviewed=place - 1).update(reviewed=place):
            return place
    raise ReviewRefused(_("已有两人复查。"))
