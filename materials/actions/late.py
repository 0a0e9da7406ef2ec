"""Letting one entrant in after the deadline: a code that is used once, runs out, and says why it was given."""

import hashlib
import secrets
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import log
from accounts.permissions import Action, require
from accounts.words import written
from contest.models import Entry, Stage
from contest.models.entry import Status
from materials.models import LateCode
from materials.right import LATE

if TYPE_CHECKING:
    from accounts.models import User

# Letters and digits that are not taken for one another when read aloud: 40 bits in eight signs.
SIGNS = "ABCDEFGHJKMNPQRSTVWXYZ23456789"
LENGTH = 8


class LateRefused(Exception):
    """The code cannot be given or used; the message says why and what to do."""


def give_late_code(
    entry: Entry, *, reason: str, expires_at: datetime, by: "User", at: datetime
) -> tuple[LateCode, str]:
    """Give a code to one entrant; returns it in clear, this once. Raises LateRefused."""
    require(by, Action.RUN_COLLECTING, entry)
    if not written(reason):
        raise LateRefused(_("请写明原因。"))
    if expires_at <= at:
        raise LateRefused(_("失效时间应在现在之后。"))
    code = "".join(secrets.choice(SIGNS) for _each in range(LENGTH))
    with transaction.atomic():
        _open_for(entry)
        given = LateCode.objects.create(
            entry=entry,
            code_hash=hash_of(code),
            reason=written(reason)[:255],
            expires_at=expires_at,
            given_by=by,
            given_at=at,
        )
        log.write(
            entry.stage.season.code,
            "give_late_code",
            by=by,
            at=at,
            on=entry,
            reason=written(reason),
            late=given.pk,
            expires_at=expires_at.isoformat(),
        )
    return given, f"{code[:4]}-{code[4:]}"


def redeem(entry: Entry, code: str, *, by: "User", at: datetime) -> LateCode:
    """Use a code: from now until it runs out its entrant may upload. Raises LateRefused."""
    require(by, Action.SUBMIT_MATERIAL, entry)
    with transaction.atomic():
        _open_for(entry)
        mine = LateCode.objects.usable(at).filter(entry=entry, code_hash=hash_of(code))
        if not mine.update(redeemed_at=at):
            raise LateRefused(_("补交码不对、已用过或已失效。请核对后再试，或联系组织者。"))
        used = LateCode.objects.get(entry=entry, code_hash=hash_of(code))
        log.write(entry.stage.season.code, "redeem_late_code", by=by, at=at, on=entry, late=used.pk)
    return used


def withdraw(late_code: LateCode, *, by: "User", at: datetime) -> None:
    """Take a code back; what was begun with it may still arrive. Raises LateRefused when it was taken back already."""
    require(by, Action.RUN_COLLECTING, late_code)
    with transaction.atomic():
        if not LateCode.objects.filter(pk=late_code.pk, withdrawn_at=None).update(withdrawn_at=at):
            raise LateRefused(_("这个补交码已经收回。"))
        entry = late_code.entry
        log.write(entry.stage.season.code, "withdraw_late_code", by=by, at=at, on=entry, late=late_code.pk)
    late_code.withdrawn_at = at


def plain(code: str) -> str:
    """A code without what people put between its signs, and in one case."""
    return "".join(sign for sign in code.upper() if sign.isalnum())


def hash_of(code: str) -> str:
    """What is kept of a code, however it was typed."""
    return hashlib.sha256(plain(code).encode()).hexdigest()


def _open_for(entry: Entry) -> None:
    """Hold the stage's row, and refuse where no material may come any more."""
    held = Stage.objects.held().filter(pk=entry.stage_id, state__in=LATE).exists()
    if not held or not Entry.objects.filter(pk=entry.pk, status=Status.ENTERED).exists():
        raise LateRefused(_("补交只在征集和待赛期间，且只对仍在参赛名单中的人开放。"))
