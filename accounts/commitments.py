"""What the log's lines commit to and the accounts must still say (DESIGN 12)."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext_noop as _

from accounts.log import PORTAL, Fault, Line, checks, commit_to, keeps, seals
from accounts.log.writing import moment
from accounts.models import Grant, LogLine, Proposal, User
from accounts.roles import Role

# fmt: off
seals(
    "proposals", Proposal, "chain",
    "verb", "subject", "about", "district", "arguments", "basis", "fingerprint", "effect", "made", "replaces",
    "proposed_by", "proposed_at", "state", "closed_by", "closed_at",
    verbs=("propose", "act_at_once", "second", "decline", "withdraw_proposal", "overtaken"),
    says=_("有提请、复核的记录与日志不符"),
)
# fmt: on
PROPOSED = _("提请 %(row)s 的原因或答复与日志不符")
keeps(Proposal, "reason", "propose", "act_at_once", says=PROPOSED)
keeps(Proposal, "answer", "decline", says=PROPOSED)


@checks("propose", "act_at_once")
def proposals_say_what_was_proposed(chain: str, lines: Sequence[Line]) -> Iterator[Fault]:
    """What a proposal tells whoever seconds it, old and new. One query."""
    told = {line.pk: line for line in lines if line.words}
    for each in Proposal.objects.filter(chain=chain).order_by("pk").only("changes"):
        if each.pk in told and each.changes and each.words != told[each.pk].words:
            yield Fault(told[each.pk].seq, _("提请 %(row)s 所说的变化与日志不符"), {"row": each.pk})


@dataclass(slots=True)
class Told:
    """An account as its lines tell it."""

    seq: int = 0
    grants: list[list[str]] = field(default_factory=list)
    secretary: int | None = None
    active: bool = True
    # Of which rehearsal somebody is made up; None where the line is from before it said so.
    rehearsal: str | None = None
    # A deputy's days, by district: until when, and who named them.
    deputy: dict[str, tuple[str, int | None]] = field(default_factory=dict)
    # Under what names it signs in and acts, as commitments; empty where the salt was erased.
    called: dict[str, str] = field(default_factory=dict)
    salt: str = ""


@checks("open_account", "change_grants", "close_account", "reopen_account", "name_deputy", "end_deputy")
def accounts_may_what_was_granted(chain: str, lines: Sequence[Line]) -> Iterator[Fault]:
    """DESIGN 12: a role, a person or an account that was let in beside the log."""
    if chain != PORTAL:
        return
    told: dict[int, Told] = {}
    for line in lines:
        _follow(line, told.setdefault(line.pk, Told()))
    granted, deputies, removals = _granted(), _deputies(), _removals()
    fields = "pk", "username", "name", "secretary", "is_active", "rehearsal", "is_superuser", "is_staff"
    for pk, username, name, secretary, active, rehearsal, *beyond in User.objects.order_by("pk").values_list(*fields):
        account, has = told.pop(pk, None), granted.get(pk, [])
        if account is None:
            # A superuser made on the server has no grants, sees the support pages and changes nothing.
            if has or secretary is not None:
                yield Fault(0, _("账号 %(account)s 的授权没有对应的日志"), {"account": pk})
        elif has != sorted(account.grants):
            yield Fault(account.seq, _("账号 %(account)s 的授权与日志不符"), {"account": pk})
        elif deputies.get(pk, {}) != account.deputy:
            yield Fault(account.seq, _("账号 %(account)s 的临时复核与日志不符"), {"account": pk})
        elif any(beyond) or account.rehearsal not in (None, rehearsal):
            yield Fault(account.seq, _("账号 %(account)s 的权限或演练标记与日志不符"), {"account": pk})
        elif not _is_called(account, {"username": username, "name": name}):
            yield Fault(account.seq, _("账号 %(account)s 的账号名或姓名与日志不符"), {"account": pk})
        elif not _is_as_told(pk, account, secretary, active, removals):
            yield Fault(account.seq, _("账号 %(account)s 的状态或对应的人与日志不符"), {"account": pk})
    yield from (Fault(account.seq, _("账号 %(account)s 不见了"), {"account": pk}) for pk, account in told.items())


def _is_called(account: Told, names: dict[str, str]) -> bool:
    """Whether it bears the names that its newest line commits to."""
    return all(commit_to(names[key], account.salt) == said for key, said in account.called.items())


def _is_as_told(pk: int, account: Told, secretary: int | None, active: bool, removals: dict[str, set[int]]) -> bool:
    """Whether open or closed as its lines say, and of the person they name; a removed rehearsal closes accounts too,
    and lets go of its people (DESIGN 10): those made up for it, and those of a person who left with it."""
    let_go = account.secretary is not None and secretary is None and not active and bool(removals)
    own = [accounts for chain, accounts in removals.items() if let_go or account.rehearsal in (None, chain)]
    closed = account.active and not active and any(pk in accounts for accounts in own)
    return (secretary == account.secretary or let_go) and (active == account.active or closed)


def _removals() -> dict[str, set[int]]:
    """By chain, the accounts that the removal of a rehearsal closed, as its line says."""
    payloads = LogLine.objects.filter(action="removed").values_list("chain", "payload")
    return {chain: set(json.loads(payload)["facts"].get("accounts", ())) for chain, payload in payloads}


def _follow(line: Line, account: Told) -> None:
    account.seq = line.seq
    if line.verb in ("open_account", "change_grants"):
        account.called, account.salt = (dict(line.kept), line.salt) if line.salt else ({}, "")
    if "grants" in line.facts:
        account.grants = [list(grant) for grant in line.facts["grants"]]
    if line.verb == "name_deputy":
        account.deputy[line.facts["district"]] = line.facts["until"], line.user
    elif line.verb in ("end_deputy", "change_grants", "close_account"):
        only, at = line.facts.get("district"), moment(line.at)
        account.deputy = {
            code: (at if only in (None, code) and until > at else until, named_by)
            for code, (until, named_by) in account.deputy.items()
        }
    if line.verb == "open_account":
        account.secretary, account.rehearsal = line.facts["secretary"], line.facts.get("rehearsal")
    if line.verb in ("close_account", "reopen_account"):
        account.active = line.verb == "reopen_account"


def _granted() -> dict[int, list[list[str]]]:
    """By account, its grants as the log writes them, sorted."""
    found: dict[int, list[list[str]]] = {}
    lasting = Grant.objects.exclude(role=Role.DEPUTY)
    for user_id, role, code in lasting.values_list("user", "role", "district__code"):
        found.setdefault(user_id, []).append([role, code or ""])
    return {user_id: sorted(grants) for user_id, grants in found.items()}


def _deputies() -> dict[int, dict[str, tuple[str, int | None]]]:
    """By account, the districts in which it is or was deputy, until when, and who named them."""
    found: dict[int, dict[str, tuple[str, int | None]]] = {}
    named = Grant.objects.filter(role=Role.DEPUTY).values_list("user", "district__code", "until", "named_by")
    for user_id, code, until, named_by in named:
        if code is not None and until is not None:
            found.setdefault(user_id, {})[code] = moment(until), named_by
    return found
