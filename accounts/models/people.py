"""Users and what they are granted."""

from collections.abc import Iterable
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Where
from accounts.roles import IN_A_DISTRICT, Role
from registry.models import District, Secretary


class User(AbstractUser):
    """Somebody who signs in. Judges do not: they hold a seat and a paired device."""

    name = models.CharField(_("姓名"), max_length=64)
    must_change_password = models.BooleanField(_("下次登录须修改密码"), default=True)
    secretary = models.OneToOneField(
        Secretary, models.PROTECT, null=True, blank=True, related_name="account", verbose_name=_("第一书记本人")
    )
    # The code of the rehearsal that this person was made up for, and the only season they can do anything in.
    rehearsal = models.CharField(_("演练"), max_length=32, blank=True, db_index=True)
    first_name = last_name = None  # type: ignore[assignment]

    REQUIRED_FIELDS = ["name"]

    SEASON = "rehearsal"

    class Meta:
        ordering = ["username"]
        verbose_name = verbose_name_plural = _("账号")

    def __str__(self) -> str:
        return self.name or self.username

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name

    @cached_property
    def all_granted(self) -> list["Grant"]:
        """This user's grants, those of a deputy too, read once a request."""
        return list(self.grants.select_related("district")) if self.is_active else []

    @property
    def granted(self) -> list["Grant"]:
        """What this user may do now; a deputy's day is asked for with its moment (`deputizes`)."""
        return self.granted_at(None)

    def granted_at(self, at: datetime | None) -> list["Grant"]:
        """What this user may do at a moment, or now; the emergency account nothing while it is sealed."""
        lasting = [grant for grant in self.all_granted if grant.role != Role.DEPUTY]
        sealed = self.is_emergency and not self.is_unsealed(at or timezone.now())
        return [] if sealed else lasting

    @property
    def is_emergency(self) -> bool:
        """Whether this is the account that supervisors keep sealed (DESIGN 9, small offices)."""
        return any(grant.role == Role.EMERGENCY for grant in self.all_granted)

    def is_unsealed(self, at: datetime) -> bool:
        return self.unsealings.filter(at__lte=at, until__gt=at).exists()

    def deputizes(self, at: datetime) -> list["Grant"]:
        """Where this user is deputy at a moment."""
        return [grant for grant in self.all_granted if grant.until is not None and at < grant.until]

    def places(self, allowed: dict[Role, Where], at: datetime | None = None) -> list[tuple[Where, int | None]]:
        """Where the user may do something that `allowed` lists by role; at a moment, or now."""
        return [(allowed[Role(g.role)], g.district_id) for g in self.granted_at(at) if g.role in allowed]

    def has_role(self, *roles: Role) -> bool:
        return any(grant.role in roles for grant in self.granted)


class Grant(models.Model):
    """A role, in one district where the role is a district's."""

    user = models.ForeignKey(User, models.CASCADE, related_name="grants", verbose_name=_("账号"))
    role = models.CharField(_("角色"), max_length=16, choices=Role.choices)
    district = models.ForeignKey(
        District, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("地区")
    )
    # Of a deputy only, who seconds nothing that whoever named them proposes.
    until = models.DateTimeField(_("截止"), null=True, blank=True)
    named_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("指定人")
    )

    SEASON = "user__rehearsal"

    if TYPE_CHECKING:
        district_id: int | None
        named_by_id: int | None

    class Meta:
        ordering = ["role", "district__order"]
        verbose_name = verbose_name_plural = _("授权")
        constraints = [
            models.CheckConstraint(
                condition=Q(role__in=IN_A_DISTRICT, district__isnull=False)
                | (~Q(role__in=IN_A_DISTRICT) & Q(district__isnull=True)),
                name="grant_has_district_exactly_when_role_needs_one",
                violation_error_message=_("县级组织者和现场操作员须选择地区，其他角色不选地区。"),
            ),
            models.CheckConstraint(
                condition=Q(role=Role.DEPUTY, until__isnull=False, named_by__isnull=False)
                | (~Q(role=Role.DEPUTY) & Q(until=None, named_by=None)),
                name="a_deputy_is_named_until_a_moment",
            ),
            models.UniqueConstraint(
                fields=["user", "role", "district"], condition=Q(district__isnull=False), name="one_grant_per_district"
            ),
            models.UniqueConstraint(
                fields=["user", "role"], condition=Q(district__isnull=True), name="one_grant_per_role"
            ),
        ]

    def __str__(self) -> str:
        return describe([self])


def describe(grants: Iterable[Grant]) -> str:
    """The roles in words, as the desk shows them beside the name."""
    return gettext("、").join(
        f"{grant.district.name}{Role(grant.role).label}" if grant.district else str(Role(grant.role).label)
        for grant in grants
    )
