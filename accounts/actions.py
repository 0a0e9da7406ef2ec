"""Accounts and what they may do."""

import secrets
from datetime import datetime
from typing import TYPE_CHECKING

from django.contrib.auth.password_validation import validate_password
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts import log
from accounts.models import Grant, User
from accounts.permissions import Action, require
from accounts.roles import Role
from registry.models import District, Secretary

if TYPE_CHECKING:
    from collections.abc import Iterable

# Without the characters people mix up when they read a password from paper: 0 O 1 l I.
LETTERS = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"


class OwnAccount(Exception):
    """Nobody takes the office's rights, the account or the password away from themselves."""


class LastOffice(Exception):
    """Somebody must be left who manages accounts; two people may be taking the right from each other at once."""


class AlreadySo(Exception):
    """The account was closed, or opened again, by somebody else meanwhile."""


def first_password() -> str:
    """A password somebody else hands over, to be changed at the first sign-in."""
    return "-".join("".join(secrets.choice(LETTERS) for _letter in range(4)) for _group in range(3))


@transaction.atomic
def open_account(
    *,
    username: str,
    name: str,
    password: str,
    grants: "Iterable[tuple[Role, District | None]]",
    secretary: Secretary | None = None,
    must_change_password: bool = True,
    by: User | None,
    at: datetime,
) -> User:
    """Make an account with its grants. `by` is None only for the first one, made on the server.

    Raises ValidationError for a name that is taken, a weak password, or a grant whose district does not fit.
    """
    if by is not None:
        require(by, Action.MANAGE_ACCOUNTS)
    user = User(username=username, name=name, secretary=secretary, must_change_password=must_change_password)
    validate_password(password, user)
    user.set_password(password)
    user.full_clean(exclude=["password"])
    _save_new(user)
    _set_grants(user, grants)
    who = secretary.pk if secretary else None
    log.write(log.PORTAL, "open_account", by=by, at=at, on=user, grants=_as_facts(user), secretary=who)
    return user


@transaction.atomic
def change_grants(
    user: User, grants: "Iterable[tuple[Role, District | None]]", *, name: str, by: User, at: datetime
) -> None:
    """Replace the grants (and the shown name). Raises OwnAccount or LastOffice when the office locked itself out."""
    require(by, Action.MANAGE_ACCOUNTS)
    _hold_the_office()
    grants = list(grants)
    if user == by and Role.OFFICE not in [role for role, _district in grants]:
        raise OwnAccount
    # Saved before the grants go: this holds the account's row, so that two people changing it come one after the other.
    user.name = name
    user.save(update_fields=["name"])
    user.grants.all().delete()
    _set_grants(user, grants)
    _somebody_is_left()
    log.write(log.PORTAL, "change_grants", by=by, at=at, on=user, grants=_as_facts(user))


@transaction.atomic
def reset_password(user: User, *, by: User, at: datetime) -> str:
    """Give a new first password, which is returned once and stored nowhere; the old sessions end.

    Raises OwnAccount: for oneself there is `choose_password`, which asks for the old one and ends no session.
    """
    require(by, Action.MANAGE_ACCOUNTS)
    if user == by:
        raise OwnAccount
    password = first_password()
    user.set_password(password)
    user.must_change_password = True
    user.save(update_fields=["password", "must_change_password"])
    log.write(log.PORTAL, "reset_password", by=by, at=at, on=user)
    return password


@transaction.atomic
def set_active(user: User, active: bool, *, by: User, at: datetime) -> None:
    """Close an account, or open it again. Its sessions end at once; its log lines stay.

    Raises OwnAccount, LastOffice, and AlreadySo when there is nothing to change.
    """
    require(by, Action.MANAGE_ACCOUNTS)
    _hold_the_office()
    if user == by:
        raise OwnAccount
    if not User.objects.filter(pk=user.pk, is_active=not active).update(is_active=active):
        raise AlreadySo
    user.is_active = active
    if not active:
        _somebody_is_left()
        _end_sessions(user)
    log.write(log.PORTAL, "reopen_account" if active else "close_account", by=by, at=at, on=user)


@transaction.atomic
def choose_password(user: User, password: str, *, at: datetime) -> None:
    """The user's own new password. Raises ValidationError when it is weak."""
    validate_password(password, user)
    user.set_password(password)
    user.must_change_password = False
    user.save(update_fields=["password", "must_change_password"])
    log.write(log.PORTAL, "choose_password", by=user, at=at, on=user)


@transaction.atomic
def note_sign_in(user: User, *, at: datetime) -> None:
    log.write(log.PORTAL, "sign_in", by=user, at=at, on=user)


def _save_new(user: User) -> None:
    """Two people may be opening the same account at once; the later one is told, as `full_clean` would have."""
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError:
        raise ValidationError(_("有人刚刚建立了同名的账号，或同一位第一书记的账号，请刷新后查看。")) from None


def _set_grants(user: User, grants: "Iterable[tuple[Role, District | None]]") -> None:
    given = [Grant(user=user, role=role, district=district) for role, district in grants]
    for grant in given:
        grant.full_clean()
        grant.save()
    user.__dict__.pop("granted", None)
    # Not `has_role`, which knows no role while the account is closed.
    if any(grant.role == Role.SECRETARY for grant in given) != (user.secretary is not None):
        raise ValidationError({"secretary": _("第一书记账号须对应名册中的一人，其他账号不对应。")})


def _hold_the_office() -> None:
    """Lock who manages accounts until the transaction ends; on SQLite the write gate holds everything."""
    list(User.objects.select_for_update(of=("self",)).filter(grants__role=Role.OFFICE).order_by("pk"))


def _somebody_is_left() -> None:
    if not Grant.objects.filter(role=Role.OFFICE, user__is_active=True).exists():
        raise LastOffice


def _as_facts(user: User) -> list[list[str]]:
    grants = user.grants.select_related("district")
    return [[grant.role, grant.district.code if grant.district else ""] for grant in grants]


def _end_sessions(user: User) -> None:
    mine = [s.pk for s in Session.objects.iterator() if s.get_decoded().get("_auth_user_id") == str(user.pk)]
    Session.objects.filter(pk__in=mine).delete()
