"""What the log calls the things of this app."""

from django.utils.translation import gettext as _

from accounts.log.naming import Named, called


def _sheet(entrant: str, district: str, seat: int) -> Named:
    return Named(_("%(name)s的评分表（%(seat)s 号评委）") % {"name": entrant, "seat": seat}, district)


called("scoring.sheet", "entry__secretary__name", "entry__district__name", "seat__number", say=_sheet)
called("scoring.seat", "judge", "stage__district__name")
