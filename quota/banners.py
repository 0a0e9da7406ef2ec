"""What a stage's pages say above everything else while its district has no list: an approval was revoked alone."""

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.permissions import Action, may
from contest.models import Stage
from contest.reads.banners import Banner, Way, banner
from quota.actions.shortlist import SIGNED
from quota.models import Shortlist

if TYPE_CHECKING:
    from accounts.models import User


@banner
def revoked(stage: Stage, user: "User") -> Banner | None:
    """The approval of the district's list was revoked, and nothing has followed yet. One query, none before a list."""
    if stage.is_final or stage.state not in SIGNED or not may(user, Action.SEE_SHORTLIST, stage):
        return None
    found = Shortlist.objects.live().filter(stage=stage, state=Shortlist.State.REVOKED)
    shortlist = found.select_related("revoked_by", "revoked_second").first()
    if shortlist is None:
        return None
    told = {"by": shortlist.revoked_by, "second": shortlist.revoked_second}
    title = _("推荐名单的审定已撤销：%(by)s 提请、%(second)s 复核。") % told
    home = (reverse("quota:shortlist", args=[stage.pk]), _("推荐名单"))
    ways = (home,) if shortlist.revision != stage.revision else (home, _way_back(stage))
    return Banner(title, shortlist.revoke_reason, after_revoking(shortlist, stage), ways)


def after_revoking(shortlist: Shortlist, stage: Stage) -> str:
    """What must be done next once an approval was revoked: by the results that the list rested on, or by newer ones."""
    if shortlist.revision != stage.revision:
        then = _("接下来：成绩已更正为第 %(revision)d 版，由县区按新的成绩重新拟定名单，报送审定。")
    else:
        then = _("接下来：成绩要更正的，继续走更正程序；成绩无误的，由县区重新拟定名单，报送审定。")
    return then % {"revision": stage.revision} + _("重新审定之前，本地区没有人由这份名单参加决赛。")


def _way_back(stage: Stage) -> Way:
    return reverse("contest:way_back", args=[stage.pk]), _("更正程序")
