"""A deputy: somebody from elsewhere who for a day seconds in a county that has nobody left to do it (DESIGN 9)."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts import log
from accounts.actions import granted_to, guards, hold
from accounts.log.writing import moment
from accounts.models import Grant, User
from accounts.permissions import Action, require
from accounts.roles import Role
from accounts.words import written
from registry.models import District

LASTS = timedelta(hours=24)


class NotSuitable(Exception):
    """This person cannot be deputy there, or nobody can without a reason; the message says why."""


class AlreadyOver(Exception):
    """The deputy's time was over, or somebody ended it meanwhile."""


def serving(at: datetime) -> QuerySet[Grant]:
    """Who is deputy somewhere at this moment."""
    found = Grant.objects.filter(role=Role.DEPUTY, until__gt=at, user__is_active=True)
    return found.select_related("user", "district", "named_by").order_by("until", "pk")


@transaction.atomic
def name_deputy(user: User, district: District, *, reason: str, by: User, at: datetime) -> Grant:
    """Let `user` second in `district` for 24 hours what an organizer may, and nothing else; not what `by` proposes.

    Raises NotSuitable and PermissionDenied.
    """
    require(by, Action.MANAGE_ACCOUNTS, user)
    hold(user)
    if refused := _unsuitable(user, district, by, at):
        raise NotSuitable(refused)
    if not written(reason):
        raise NotSuitable(_("请写明原因。"))
    user.grants.filter(role=Role.DEPUTY, district=district).delete()
    made = Grant(user=user, role=Role.DEPUTY, district=district, until=at + LASTS, named_by=by)
    made.full_clean()
    made.save()
    there, until = district.code, moment(at + LASTS)
    log.write(log.PORTAL, "name_deputy", by=by, at=at, on=user, reason=written(reason), district=there, until=until)
    return made


@transaction.atomic
def end_deputy(grant: Grant, *, by: User, at: datetime) -> None:
    """End a deputy's time early. Raises AlreadyOver, PermissionDenied."""
    require(by, Action.MANAGE_ACCOUNTS, grant.user)
    if not Grant.objects.filter(pk=grant.pk, role=Role.DEPUTY, until__gt=at).update(until=at):
        raise AlreadyOver(_("这位临时复核员的时间已经结束。"))
    there = grant.district.code if grant.district else ""
    log.write(log.PORTAL, "end_deputy", by=by, at=at, on=grant.user, district=there)


def _unsuitable(user: User, district: District, by: User, at: datetime) -> str:
    """Why this person cannot be deputy there; empty when they can."""
    has = granted_to(user)
    roles = [role for role, _district in has]
    if user.pk == by.pk:
        return _("不能指定自己。")
    if not User.objects.filter(pk=user.pk, is_active=True).exists():
        return _("这个账号已停用。")
    if Role.EMERGENCY in roles:
        return _("应急账号封存备用，不能担任临时复核员。")
    if Role.SUPERVISOR in roles:
        return _("监督员只看不办，不能担任临时复核员。")
    if Role.OFFICE in roles or (Role.ORGANIZER, district) in has:
        return _("%(name)s本来就能在%(district)s办理和复核，不必指定。") % {"name": user, "district": district}
    if not guards(has):
        return _("临时复核员须是其他地区的组织者，或由两人建立的备用复核人员账号。")
    if serving(at).filter(user=user, district=district).exists():
        return _("%(name)s已经是%(district)s的临时复核员。") % {"name": user, "district": district}
    return ""
