"""Accounts and what they may do."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.contrib.auth import SESSION_KEY
from django.contrib.auth.password_validation import validate_password
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts import log
from accounts.guessing.actions import lift
from accounts.halves import Sealed, groups
from accounts.models import Grant, User
from accounts.permissions import Action, require, require_pair
from accounts.roles import GUARDED, Role
from registry.models import District, Secretary

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from django.db.models import QuerySet

Given = tuple[Role, District | None]


class OwnAccount(Exception):
    """Nobody takes the office's rights, the account or the password away from themselves."""


class LastOffice(Exception):
    """Somebody must be left who manages accounts; two people may be taking the right from each other at once."""


class AlreadySo(Exception):
    """The account was closed, or opened again, by somebody else meanwhile."""


class NotOfOffice(Exception):
    """Only an account of the office is recovered on the server; the office looks after all others."""


class NeedsHalves(Exception):
    """One person knew this account's first password; raised so far, it needs one that nobody knows whole."""


def first_password() -> str:
    """A password somebody else hands over, to be changed at the first sign-in."""
    return groups(3)


def guards(grants: "Iterable[Given]") -> bool:
    """Whether giving these takes two of the office (DESIGN 9)."""
    return any(role in GUARDED for role, _district in grants)


def misplaced(grants: "Iterable[Given]", *, user: User | None = None, rehearsal: str = "") -> str:
    """Why the emergency account cannot be made or changed so; empty when it can, or when nothing here is one.

    It has no other role, is made anew and never out of another account, and there is one at a time; one of a
    rehearsal beside the real one. Its office is never given to it: it counts nowhere as somebody who is left.
    """
    roles = [role for role, _district in grants]
    had = Role.EMERGENCY in [role for role, _district in granted_to(user)] if user is not None else False
    if Role.EMERGENCY not in roles and not had:
        return ""
    if roles != [Role.EMERGENCY]:
        return _("应急账号只有这一个角色；不再需要时请停用。")
    if user is not None and not had:
        return _("应急账号须另行新建，不能由已有的账号改成。")
    others = Grant.objects.filter(role=Role.EMERGENCY, user__is_active=True, user__rehearsal=rehearsal)
    if others.exclude(user=user).exists() if user is not None else others.exists():
        return _("已经有一个在用的应急账号，停用之后才能另建。")
    return ""


def granted_to(user: User) -> list[Given]:
    """What the account was given; not `granted`, which is empty while it is closed."""
    lasting = user.grants.exclude(role=Role.DEPUTY).select_related("district")
    return [(Role(grant.role), grant.district) for grant in lasting]


def adds_to(user: User, grants: "Iterable[Given]") -> list[Given]:
    """Of `grants`, those that take two of the office and that the account has not got."""
    has = granted_to(user)
    return [given for given in grants if given[0] in GUARDED and given not in has]


def takes_two(user: User, grants: "Iterable[Given]", name: str) -> bool:
    """Whether changing an account so takes two: it gains what decides, or whoever decides gets another name."""
    return bool(adds_to(user, grants)) or (name != user.name and guards(granted_to(user)))


@transaction.atomic
def open_account(
    *,
    username: str,
    name: str,
    password: str | Sealed,
    grants: "Iterable[Given]",
    secretary: Secretary | None = None,
    must_change_password: bool = True,
    rehearsal: str = "",
    by: User | None,
    at: datetime,
    seconded_by: User | None = None,
    reason: str = "",
) -> User:
    """Make an account with its grants; one of the office, a supervisor's or an organizer's takes two (DESIGN 9).

    `rehearsal` is the code of the season that somebody is made up for; whoever such a person lets in is made up too.
    `by` is None only for what is made on the server. Raises NeedsSecond, and ValidationError for a name that is taken,
    a weak password, or a grant whose district does not fit.
    """
    grants = list(grants)
    if by is not None:
        _require(by, seconded_by, both=guards(grants))
    user = User(username=username, name=name, secretary=secretary, must_change_password=must_change_password)
    user.rehearsal = by.rehearsal if by is not None and by.rehearsal else rehearsal
    _refuse_misplaced(grants, None, user.rehearsal)
    if isinstance(password, Sealed):
        user.password = password.encoded
    else:
        validate_password(password, user)
        user.set_password(password)
    user.full_clean(exclude=["password"])
    _save_new(user)
    _set_grants(user, grants)
    told: dict[str, Any] = {
        "secretary": secretary.pk if secretary else None,
        "rehearsal": user.rehearsal,
        "reason": reason,
        "seconded_by": seconded_by,
        "kept": _called(user),
    }
    log.write(log.PORTAL, "open_account", by=by, at=at, on=user, grants=_as_facts(user), **told)
    return user


@transaction.atomic
def change_grants(
    user: User,
    grants: "Iterable[Given]",
    *,
    name: str,
    by: User,
    at: datetime,
    seconded_by: User | None = None,
    password: Sealed | None = None,
    reason: str = "",
) -> None:
    """Replace the grants (and the shown name). What `takes_two` says takes two; to take something away does not.

    An account that had nothing of the kind before gets `password`: one person knew its first one. Raises NeedsSecond,
    NeedsHalves, and OwnAccount or LastOffice when the office locked itself out.
    """
    require(by, Action.MANAGE_ACCOUNTS, user)
    _hold_the_office()
    hold(user)
    grants = list(grants)
    before = user.name
    if takes_two(user, grants, name):
        _require(by, seconded_by, user, both=True)
    if adds_to(user, grants):
        _seal_when_raised(user, password, at)
    _refuse_misplaced(grants, user, user.rehearsal)
    if user == by and Role.OFFICE not in [role for role, _district in grants]:
        raise OwnAccount(_("不能取消自己的市级权限，请由另一位市级工作人员操作。"))
    user.name = name
    user.save(update_fields=["name"])
    user.grants.exclude(role=Role.DEPUTY).delete()
    _end_deputies(user, at)
    _set_grants(user, grants)
    _somebody_is_left(user, _("至少要有一位市级工作人员，没有保存。"))
    told: dict[str, Any] = {"reason": reason, "seconded_by": seconded_by, "kept": _called(user)}
    words = {"name": [before, name]} if name != before else None
    log.write(log.PORTAL, "change_grants", by=by, at=at, on=user, grants=_as_facts(user), words=words, **told)


def _called(user: User) -> dict[str, str]:
    """Who an account says it is, for its line to commit to."""
    return {"username": user.username, "name": user.name}


@transaction.atomic
def reset_password(user: User, *, by: User, at: datetime) -> str:
    """Give a new first password, which is returned once and stored nowhere; the old sessions end.

    For an account that decides nothing: the others take `seal_password`, by two. Raises NeedsSecond for those, and
    OwnAccount: for oneself there is `choose_password`, which asks for the old one and ends no session.
    """
    hold(user)
    _not_ones_own(user, by)
    _require(by, None, user, both=guards(granted_to(user)))
    password = first_password()
    user.set_password(password)
    _give(user, at)
    log.write(log.PORTAL, "reset_password", by=by, at=at, on=user)
    return password


@transaction.atomic
def seal_password(
    user: User, password: Sealed, *, by: User, at: datetime, seconded_by: User | None, reason: str = ""
) -> None:
    """Give a new first password of which each of two people knows a half. Raises NeedsSecond, OwnAccount."""
    hold(user)
    _not_ones_own(user, by)
    _require(by, seconded_by, user, both=True)
    user.password = password.encoded
    _give(user, at)
    log.write(log.PORTAL, "reset_password", by=by, at=at, on=user, reason=reason, seconded_by=seconded_by)


@transaction.atomic
def set_active(
    user: User, active: bool, *, by: User, at: datetime, seconded_by: User | None = None, reason: str = ""
) -> None:
    """Close an account, or open it again. Its sessions end at once; its log lines stay.

    To open one again that decides takes two. Raises NeedsSecond, OwnAccount, LastOffice, and AlreadySo when there is
    nothing to change.
    """
    require(by, Action.MANAGE_ACCOUNTS, user)
    _hold_the_office()
    hold(user)
    if active:
        _require(by, seconded_by, user, both=guards(granted_to(user)))
        if refused := misplaced(granted_to(user), user=user, rehearsal=user.rehearsal):
            raise AlreadySo(refused)
    if user == by:
        raise OwnAccount(_("不能停用自己的账号，请由另一位市级工作人员操作。"))
    if not User.objects.filter(pk=user.pk, is_active=not active).update(is_active=active):
        raise AlreadySo(_("账号状态已由别人改过，请核对下方的状态。"))
    user.is_active = active
    if not active:
        _somebody_is_left(user, _("至少要有一位市级工作人员，没有停用。"))
        _end_deputies(user, at)
        _end_sessions([user.pk])
    told: dict[str, Any] = {"reason": reason, "seconded_by": seconded_by}
    log.write(log.PORTAL, "reopen_account" if active else "close_account", by=by, at=at, on=user, **told)


@transaction.atomic
def close_together(found: "QuerySet[User]") -> list[int]:
    """Close the accounts that leave with what they were made for, and end their sessions; returns their ids.

    Whoever asks has the right to what they leave with, and its line names them.
    """
    closed = list(found.order_by("pk").values_list("pk", flat=True))
    User.objects.filter(pk__in=closed).update(is_active=False)
    _end_sessions(closed)
    return closed


@transaction.atomic
def recover_office(user: User, password: str, *, reason: str, at: datetime) -> None:
    """On the server, when no two of the office are left: a new first password, and the account opened again.

    Nobody signed in stands behind it; its lines say `system` and why. Raises NotOfOffice.
    """
    _hold_the_office()
    hold(user)
    if Role.OFFICE not in [role for role, _district in granted_to(user)]:
        raise NotOfOffice
    if User.objects.filter(pk=user.pk, is_active=False).update(is_active=True):
        log.write(log.PORTAL, "reopen_account", by=None, at=at, on=user, reason=reason)
    user.set_password(password)
    _give(user, at)
    log.write(log.PORTAL, "reset_password", by=None, at=at, on=user, reason=reason)


@transaction.atomic
def choose_password(user: User, password: str, *, at: datetime) -> None:
    """The user's own new password. Raises ValidationError when it is weak."""
    validate_password(password, user)
    user.set_password(password)
    user.must_change_password = False
    user.save(update_fields=["password", "must_change_password"])
    log.write(log.PORTAL, "choose_password", by=user, at=at, on=user)


def _refuse_misplaced(grants: "Iterable[Given]", user: User | None, rehearsal: str) -> None:
    """Nobody opens a second emergency account, or makes one of another account, at the same moment as somebody else."""
    if Role.EMERGENCY in [role for role, _district in grants]:
        _hold_the_office()
    if refused := misplaced(grants, user=user, rehearsal=rehearsal):
        raise ValidationError({"role": refused})


def _save_new(user: User) -> None:
    """Two people may be opening the same account at once; the later one is told, as `full_clean` would have."""
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError:
        raise ValidationError(_("有人刚刚建立了同名的账号，或同一位第一书记的账号，请刷新后查看。")) from None


def _require(by: User, seconded_by: User | None, user: User | None = None, *, both: bool) -> None:
    """One of the office for what one may do, two for the rest; whoever seconds is named in the line either way."""
    if both or seconded_by is not None:
        require_pair(by, seconded_by, Action.MANAGE_ACCOUNTS, user)
    else:
        require(by, Action.MANAGE_ACCOUNTS, user)


def _not_ones_own(user: User, by: User) -> None:
    if user == by:
        raise OwnAccount(_("自己的密码请在右上角菜单的“修改密码”里修改。"))


def _seal_when_raised(user: User, password: Sealed | None, at: datetime) -> None:
    if guards(granted_to(user)):
        return
    if password is None:
        raise NeedsHalves(_("这个账号的密码曾由一人掌握，须同时发放分两半的新密码。"))
    user.password = password.encoded
    _give(user, at)


def _give(user: User, at: datetime) -> None:
    """Store a password that somebody else hands over; that it changed ends the sessions, and every lockout."""
    user.must_change_password = True
    lift(user, at)
    user.save(update_fields=["password", "must_change_password"])


def _end_deputies(user: User, at: datetime) -> None:
    """Whoever gets other rights, or leaves, is nobody's deputy any more."""
    user.grants.filter(role=Role.DEPUTY, until__gt=at).update(until=at)


def _set_grants(user: User, grants: "Iterable[Given]") -> None:
    given = [Grant(user=user, role=role, district=district) for role, district in grants]
    for grant in given:
        grant.full_clean()
        grant.save()
    user.__dict__.pop("all_granted", None)
    # Not `has_role`, which knows no role while the account is closed.
    if any(grant.role == Role.SECRETARY for grant in given) != (user.secretary is not None):
        raise ValidationError({"secretary": _("第一书记账号须对应名册中的一人，其他账号不对应。")})


def _hold_the_office() -> None:
    """Lock who manages accounts until the transaction ends; on SQLite the write gate holds everything."""
    rows = User.objects.select_for_update(of=("self",), no_key=True)
    list(rows.filter(grants__role=Role.OFFICE).order_by("pk"))


def hold(user: User) -> None:
    """Lock an account's row, so that two people changing it come one after the other; its name and password anew."""
    now = User.objects.select_for_update(of=("self",), no_key=True).values_list("name", "password")
    user.name, user.password = now.get(pk=user.pk)


def _somebody_is_left(changed: User, otherwise: str) -> None:
    """Among the real people, or among those of the same rehearsal: made-up people manage no real account."""
    alike = Grant.objects.filter(role=Role.OFFICE, user__is_active=True, user__rehearsal=changed.rehearsal)
    if not alike.exists():
        raise LastOffice(otherwise)


def _as_facts(user: User) -> list[list[str]]:
    grants = user.grants.exclude(role=Role.DEPUTY).select_related("district")
    return [[grant.role, grant.district.code if grant.district else ""] for grant in grants]


def _end_sessions(users: "Collection[int]") -> None:
    of = {str(pk) for pk in users}
    theirs = [each.pk for each in Session.objects.iterator() if each.get_decoded().get(SESSION_KEY) in of]
    Session.objects.filter(pk__in=theirs).delete()
