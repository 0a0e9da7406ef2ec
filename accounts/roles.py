"""The roles a grant can give."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    OFFICE = "office", _("市级工作人员")
    ORGANIZER = "organizer", _("县级组织者")
    OPERATOR = "operator", _("现场操作员")
    SUPERVISOR = "supervisor", _("监督员")
    SECRETARY = "secretary", _("第一书记")
    # May do nothing until the office names them deputy of a district.
    STANDBY = "standby", _("备用复核人员")
    # For a day, named by the office: seconds in one district and does nothing else.
    DEPUTY = "deputy", _("临时复核员")
    # Kept sealed by the supervisors: for a day after they break the seal it is the second person, and never the first.
    EMERGENCY = "emergency", _("应急账号")


# These act in one district; the others in the whole contest, or on their own work.
IN_A_DISTRICT = (Role.ORGANIZER, Role.OPERATOR, Role.DEPUTY)
# What these may do decides, or is trusted to look on: it takes two of the office to give one of them (DESIGN 9).
GUARDED = (Role.OFFICE, Role.SUPERVISOR, Role.ORGANIZER, Role.STANDBY, Role.EMERGENCY)
