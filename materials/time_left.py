"""How long there is still, in words."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

DAY, HOUR, MINUTE = 86400, 3600, 60


def time_left(until: datetime, at: datetime) -> str:
    """The time from `at` to `until` as people say it, in two units at most and never more than there is."""
    seconds = (until - at) // timedelta(seconds=1)
    days, hours, minutes = seconds // DAY, seconds % DAY // HOUR, seconds % HOUR // MINUTE
    if seconds >= DAY:
        return _("还剩 %(days)d 天 %(hours)d 小时") % {"days": days, "hours": hours}
    if seconds >= HOUR:
        return _("还剩 %(hours)d 小时 %(minutes)d 分") % {"hours": hours, "minutes": minutes}
    if seconds >= MINUTE:
        return _("还剩 %(minutes)d 分钟") % {"minutes": minutes}
    return _("还剩不到 1 分钟") if seconds >= 0 else _("已过")
