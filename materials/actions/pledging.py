"""The pledge that what is told is true and can be checked (数据真实可考), and who stands by it."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import log
from accounts.permissions import Action, require
from accounts.words import written
from contest.models import Entry, Stage
from materials import standing
from materials.actions.uploading import shown_name
from materials.incoming import room
from materials.models import Claim, Confirmation, Evidence, Pledge
from materials.right import may_sign, terms_of
from registry import scans

if TYPE_CHECKING:
    from accounts.models import User

PLEDGE_TEXT = gettext_lazy(
    "本人承诺：提交的演讲材料由本人组织准备，所述工作、数据和事例真实、可查、可考，不含涉密内容，"
    "未侵犯他人的著作权和肖像权。如有不实，愿意承担相应责任，包括取消成绩。"
)
MOST_CLAIMS = 10
MOST_FILES = 3


class PledgeRefused(Exception):
    """The pledge cannot be signed; the message says why and what to do."""


class ConfirmRefused(Exception):
    """The pledge cannot be confirmed; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Told:
    """One thing the talk says that can be checked; `files` are names and contents of what proves it."""

    text: str
    files: Sequence[tuple[str, bytes]] = ()


def sign(entry: Entry, *, claims: Sequence[Told], by: "User", at: datetime) -> Pledge:
    """Sign the pledge over the versions that count now. Notice VII(2). Raises PledgeRefused."""
    require(by, Action.SUBMIT_MATERIAL, entry)
    claims = [claim for claim in claims if written(claim.text) or claim.files]
    _check(claims)
    kinds = [[_kind(*file) for file in claim.files] for claim in claims]
    length = sum(len(data) for claim in claims for _name, data in claim.files)
    _check_room(entry, length)
    # Written before the transaction, which is to be short.
    evidence = [
        [_kept(*file, *kind) for file, kind in zip(claim.files, told, strict=True)]
        for claim, told in zip(claims, kinds, strict=True)
    ]
    try:
        with transaction.atomic():
            Stage.objects.held().get(pk=entry.stage_id)
            here = Entry.objects.select_related("stage__season").get(pk=entry.pk)
            if not may_sign(here, at):
                raise PledgeRefused(_("现在不在提交材料的时间内，不能签署承诺。"))
            # Another signing may have come first.
            _check_room(here, length)
            pledge = _signed(here, by=by, at=at)
            _write(pledge, claims, evidence)
            log.write(
                here.stage.season.code,
                "sign_pledge",
                by=by,
                at=at,
                on=pledge,
                entry=here.pk,
                deck=pledge.deck_id,
                video=pledge.video_id,
                text=hashlib.sha256(pledge.text.encode()).hexdigest(),
                claims=len(claims),
                evidence=[each.sha256 for files in evidence for each in files],
            )
    except BaseException:
        for each in (each for files in evidence for each in files):
            each.file.delete(save=False)
        raise
    return pledge


def confirm(
    pledge: Pledge, *, level: str, body: str, person: str, note: str = "", by: "User", at: datetime
) -> Confirmation:
    """Record that town or county stands by the pledge. Raises ConfirmRefused."""
    require(by, Action.CONFIRM_PLEDGE, pledge)
    if level not in Confirmation.Level.values:
        raise ConfirmRefused(_("请选择由镇街还是县区确认。"))
    body, person, note = written(body), written(person), written(note)
    if not body or not person:
        raise ConfirmRefused(_("请写明确认单位和确认人。"))
    if pledge.signed_by_id == by.pk:
        raise ConfirmRefused(_("不能确认自己签署的承诺。"))
    with transaction.atomic():
        # A new pledge of the same entrant takes the stage's row too.
        Stage.objects.held().get(pk=pledge.entry.stage_id)
        now = standing.of_one(pledge.entry, terms_of(pledge.entry.stage))
        if now.pledge != pledge or now.is_outdated:
            raise ConfirmRefused(_("材料或承诺已经更新，请刷新页面，确认最新的一份。"))
        try:
            with transaction.atomic():
                confirmation = Confirmation.objects.create(
                    pledge=pledge,
                    level=level,
                    body=body[:64],
                    person=person[:32],
                    note=note[:255],
                    by=by,
                    at=at,
                )
        except IntegrityError:
            raise ConfirmRefused(_("这份承诺已经有人确认。")) from None
        season = pledge.entry.stage.season
        log.write(season.code, "confirm_pledge", by=by, at=at, on=pledge, entry=pledge.entry_id, level=level)
    return confirmation


def _check(claims: Sequence[Told]) -> None:
    if len(claims) > MOST_CLAIMS:
        raise PledgeRefused(_("最多填写 %(most)d 条数据或事实。") % {"most": MOST_CLAIMS})
    for claim in claims:
        if not written(claim.text):
            raise PledgeRefused(_("有佐证材料没有写明证明什么，请补写。"))
        if len(written(claim.text)) > 255:
            raise PledgeRefused(_("每条数据或事实最多 255 个字。"))
        if len(claim.files) > MOST_FILES:
            raise PledgeRefused(_("每条最多附 %(most)d 个佐证文件。") % {"most": MOST_FILES})


def _check_room(entry: Entry, length: int) -> None:
    """What proves takes room like what is shown. Where there is nothing to prove with, none is asked for."""
    try:
        if length:
            room.check(entry, length)
    except room.NoRoom as full:
        raise PledgeRefused(str(full)) from None


def _kind(name: str, data: bytes) -> tuple[str, str]:
    """What a file proves with: a picture smaller than a page proves as well."""
    try:
        return scans.kind_of(data, least=scans.LEAST)
    except scans.ScanRefused as refused:
        raise PledgeRefused(f"{shown_name(name)}：{refused}") from None


def _signed(entry: Entry, *, by: "User", at: datetime) -> Pledge:
    now = standing.of_one(entry, terms_of(entry.stage))
    if now.deck.counting is None:
        raise PledgeRefused(_("请先上传 PPT，并等检查通过，再签署承诺。"))
    if now.confirmation and not now.is_outdated:
        raise PledgeRefused(_("这份材料的承诺已经确认，不用再签。"))
    return Pledge.objects.create(
        entry=entry, text=str(PLEDGE_TEXT), deck=now.deck.counting, video=now.video.counting, signed_by=by, signed_at=at
    )


def _kept(name: str, data: bytes, content_type: str, suffix: str) -> Evidence:
    """The file, written; its row is yet to be saved."""
    # A random name: what people call their files must not reach the disk.
    evidence = Evidence(
        original_name=shown_name(name),
        content_type=content_type,
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
    )
    evidence.file.save(secrets.token_hex(16) + suffix, ContentFile(data), save=False)
    return evidence


def _write(pledge: Pledge, claims: Sequence[Told], evidence: Sequence[Sequence[Evidence]]) -> None:
    rows = Claim.objects.bulk_create(
        Claim(pledge=pledge, order=order, text=written(claim.text)) for order, claim in enumerate(claims, start=1)
    )
    for row, files in zip(rows, evidence, strict=True):
        for each in files:
            each.claim = row
    Evidence.objects.bulk_create(each for files in evidence for each in files)
