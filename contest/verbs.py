"""What the log calls the things of this app and of the registry."""

from django.utils.translation import gettext as _

from accounts.log.naming import Named, called
from contest.models.stage import Kind


def _stage(kind: str, district: str) -> Named:
    """As Stage.title says it, which names the district already."""
    return Named(_("市级决赛") if kind == Kind.FINAL else _("%(district)s初赛") % {"district": district})


called("contest.season", "title")
called("contest.stage", "kind", "district__name", say=_stage)
called("contest.entry", "secretary__name", "district__name")
called("contest.rosterimport", "original_name", "district__name")
called("contest.profile", "secretary__name")
called("registry.secretary", "name")
called("registry.posting", "secretary__name", "village__town__district__name")
