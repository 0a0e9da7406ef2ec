"""The emergency account on the desk of everybody of the office and every supervisor: opened, and to be reviewed."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import log
from accounts.desk import Todo, source
from accounts.emergency import reads
from accounts.models import User
from accounts.permissions import Action, may


@source
def opened_or_to_review(user: User) -> Iterator[Todo]:
    """First that the seal is broken, as long as it is; that it is to be made anew; then what waits to be looked at.

    One query where neither is so.
    """
    if not may(user, Action.REVIEW_EMERGENCY):
        return
    now, url = timezone.now(), reverse("emergency")
    openings = reads.standing(user, now)
    for each in openings:
        if each.is_open(now):
            until = f"{timezone.localtime(each.until):%m-%d %H:%M}"
            yield Todo(
                text=_("应急账号已启封，可用至 %(until)s") % {"until": until},
                url=url,
                detail=_("%(who)s启封：%(reason)s") % {"who": each.broken_by, "reason": each.reason},
                urgent=True,
                season=None,
            )
    if (account := reads.to_renew(openings, now)) and (todo := _renewal(user, account, now)):
        yield todo
    counted = Counter(act.chain for act in reads.to_review(user)) if openings else Counter[str]()
    for chain, count in sorted(counted.items()):
        yield Todo(
            text=_("待复查：应急账号办理的 %(count)d 件事") % {"count": count},
            url=url,
            detail=_("每一件须由两位没有经手的人复查。"),
            season=None if chain == log.PORTAL else chain,
        )


def _renewal(user: User, account: User, at: datetime) -> Todo | None:
    """The used envelope: the office renews the password, the supervisor waits for it. Asked for already, nothing."""
    if not may(user, Action.MANAGE_ACCOUNTS):
        return Todo(
            text=_("应急账号的密码已经用过，等市级重置后重新封存"),
            url=reverse("emergency"),
            detail=_("收到两个新信封之前不能再次启封。"),
            season=None,
        )
    if reads.proposed(user, account, at):
        return None
    return Todo(
        text=_("应急账号的密码已经用过：请提请重置，重新封存"),
        url=reverse("propose_reset", args=[account.pk]),
        detail=_("两半各自打印，装入信封交监督员；在此之前不能再次启封。"),
        season=None,
    )
