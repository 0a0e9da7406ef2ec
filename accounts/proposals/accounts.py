"""The acts on accounts that take two of the office (DESIGN 9): opened, raised, reset, opened again."""

import hashlib
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts import actions, log
from accounts.halves import Handed, second_half
from accounts.models import Grant, Proposal, User
from accounts.models.people import describe
from accounts.permissions import Action
from accounts.proposals.registry import Arguments, Seconded, Told, register
from accounts.roles import Role
from registry.models import District

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from accounts.models import Basis


class Refused(Exception):
    """The account cannot be made or changed so; the message says why."""


def written_out(grants: Iterable[actions.Given]) -> list[list[Any]]:
    """Grants as a proposal's arguments carry them."""
    return [[role.value, district.pk if district else None] for role, district in grants]


def enveloped(proposal: Proposal) -> str:
    """The user name of the emergency account whose password this proposal makes; empty for any other proposal.

    Its halves go into envelopes that the supervisors keep, and to no owner.
    """
    if proposal.verb == "open_account":
        sealed = [Role.EMERGENCY.value, None] in proposal.arguments["grants"]
        return str(proposal.arguments["username"]) if sealed else ""
    if proposal.verb == "reset_password":
        user = User.objects.get(pk=proposal.subject.rpartition(":")[2])
        return user.username if Role.EMERGENCY in [role for role, _district in actions.granted_to(user)] else ""
    return ""


def _given(written: Iterable[Iterable[Any]]) -> list[actions.Given]:
    pairs = [(Role(role), pk) for role, pk in written]
    districts = District.objects.in_bulk([pk for _role, pk in pairs if pk is not None])
    if any(pk is not None and pk not in districts for _role, pk in pairs):
        raise Refused(_("提请所针对的内容已经不在了，请重新提请。"))
    return [(role, districts[pk] if pk is not None else None) for role, pk in pairs]


def _in_words(grants: Iterable[actions.Given]) -> str:
    return describe(Grant(role=role, district=district) for role, district in grants)


def _open(
    _proposer: User,
    *,
    by: User,
    at: datetime,
    seconded_by: User,
    reason: str,
    basis: "Basis | None",
    username: str,
    name: str,
    grants: list[list[Any]],
    half: str,
) -> Handed:
    mine, password = second_half(half)
    told: dict[str, Any] = {"username": username, "name": name, "password": password, "grants": _given(grants)}
    try:
        user = actions.open_account(**told, by=by, at=at, seconded_by=seconded_by, reason=reason)
    except ValidationError as refused:
        raise Refused(" ".join(refused.messages)) from None
    return Handed(user, mine)


def _raise(
    user: User,
    *,
    by: User,
    at: datetime,
    seconded_by: User,
    reason: str,
    basis: "Basis | None",
    name: str,
    grants: list[list[Any]],
    half: str,
) -> Handed | None:
    mine, password = second_half(half) if half else ("", None)
    told: dict[str, Any] = {"name": name, "password": password, "reason": reason}
    try:
        actions.change_grants(user, _given(grants), **told, by=by, at=at, seconded_by=seconded_by)
    except ValidationError as refused:
        raise Refused(" ".join(refused.messages)) from None
    return Handed(user, mine) if mine else None


def _title_of_change(user: User, arguments: Arguments) -> str:
    grants = _given(arguments["grants"])
    if sorted(written_out(grants), key=str) == sorted(written_out(actions.granted_to(user)), key=str):
        return _("姓名更正：%(old)s → %(new)s") % {"old": user.name, "new": arguments["name"]}
    return _("%(name)s：改为%(roles)s") % {"name": arguments["name"], "roles": _in_words(grants)}


def _told_raised(user: User, arguments: Arguments) -> Iterator[Told]:
    before, after = _in_words(actions.granted_to(user)), _in_words(_given(arguments["grants"]))
    if before != after:
        yield _("角色"), before, after
    if user.name != arguments["name"]:
        yield _("姓名"), user.name, arguments["name"]
    if arguments["half"]:
        yield _("密码"), _("本人现用的密码"), _("另发初始密码，分两半")


def _reset(
    user: User, *, by: User, at: datetime, seconded_by: User, reason: str, basis: "Basis | None", half: str
) -> Handed:
    mine, password = second_half(half)
    actions.seal_password(user, password, by=by, at=at, seconded_by=seconded_by, reason=reason)
    return Handed(user, mine)


def _reopen(
    user: User, *, by: User, at: datetime, seconded_by: User, reason: str, basis: "Basis | None" = None
) -> None:
    actions.set_active(user, True, by=by, at=at, seconded_by=seconded_by, reason=reason)


def _standing(user: User, _arguments: Arguments) -> list[Any]:
    return [user.name, user.is_active, sorted(written_out(actions.granted_to(user)), key=str)]


def _standing_with_password(user: User, arguments: Arguments) -> list[Any]:
    """As a reset finds it; the digest of its password's hash tells whether that was changed meanwhile."""
    return [*_standing(user, arguments), hashlib.sha256(user.password.encode()).hexdigest()]


def _waits(verb: str, at: datetime, **which: Any) -> Iterator[str]:
    """Each proposal has a half of its own, so that no two are the same; that one waits is looked up here."""
    if Proposal.objects.waiting(at).filter(verb=verb, **which).exists():
        yield _("这个账号的同一事项已有人提请，正等复核，不必再提。")


def _opening(proposer: User, arguments: Arguments, at: datetime) -> Iterator[str]:
    if User.objects.filter(username=arguments["username"]).exists():
        yield _("这个用户名已有人使用。")
    if refused := actions.misplaced(_given(arguments["grants"]), rehearsal=proposer.rehearsal):
        yield refused
    yield from _waits("open_account", at, arguments__username=arguments["username"])


def _raising(user: User, arguments: Arguments, at: datetime) -> Iterator[str]:
    if refused := actions.misplaced(_given(arguments["grants"]), user=user, rehearsal=user.rehearsal):
        yield refused
    yield from _waits("change_grants", at, subject=log.subject(user))


def _resetting(user: User, _arguments: Arguments, at: datetime) -> Iterator[str]:
    yield from _waits("reset_password", at, subject=log.subject(user))


def _reopening(user: User, _arguments: Arguments, _at: datetime) -> Iterator[str]:
    if user.is_active:
        yield _("这个账号没有停用。")
    if refused := actions.misplaced(actions.granted_to(user), user=user, rehearsal=user.rehearsal):
        yield refused


def _chain(user: User) -> str:
    """The portal's own; about somebody made up, that of their rehearsal, where their colleagues can read it."""
    return user.rehearsal or log.PORTAL


def _people() -> "QuerySet[User]":
    return User.objects.select_related("secretary")


def _held_with(user: User) -> "QuerySet[User]":
    """The account, and whoever manages accounts, of whom somebody must be left."""
    return User.objects.filter(Q(pk=user.pk) | Q(pk__in=Grant.objects.filter(role=Role.OFFICE).values("user")))


SAME: dict[str, Any] = {
    "permission": Action.MANAGE_ACCOUNTS,
    "model": User,
    "chain": _chain,
    "read": _people,
    "holds": _held_with,
    "refusals": (Refused, actions.OwnAccount, actions.LastOffice, actions.AlreadySo, actions.NeedsHalves),
}

# An account that is not there yet cannot be a proposal's subject: the proposer's own stands for it.
register(
    Seconded(
        name="open_account",
        act=_open,
        title=lambda _user, told: (
            _("建立账号：%(name)s（%(roles)s）") % {"name": told["name"], "roles": _in_words(_given(told["grants"]))}
        ),
        tell=lambda _user, told: [
            (_("用户名"), "", told["username"]),
            (_("姓名"), "", told["name"]),
            (_("角色"), "", _in_words(_given(told["grants"]))),
        ],
        rests_on=lambda _user, told: User.objects.filter(username=told["username"]).exists(),
        obstacles=_opening,
        makes=lambda told: User.objects.filter(username=told["username"]).first(),
        **SAME,
    )
)
register(
    Seconded(
        name="change_grants",
        act=_raise,
        title=_title_of_change,
        tell=_told_raised,
        rests_on=_standing,
        obstacles=_raising,
        **SAME,
    )
)
register(
    Seconded(
        name="reset_password",
        act=_reset,
        title=lambda user, _told: _("重置密码：%(name)s（%(username)s）") % {"name": user, "username": user.username},
        tell=lambda _user, _told: [(_("密码"), _("本人现用的密码"), _("另发初始密码，分两半"))],
        rests_on=_standing_with_password,
        obstacles=_resetting,
        for_others=True,
        **SAME,
    )
)
register(
    Seconded(
        name="reopen_account",
        act=_reopen,
        title=lambda user, _told: _("恢复账号：%(name)s（%(username)s）") % {"name": user, "username": user.username},
        tell=lambda _user, _told: [(_("状态"), _("已停用"), _("正常"))],
        rests_on=_standing,
        obstacles=_reopening,
        **SAME,
    )
)
