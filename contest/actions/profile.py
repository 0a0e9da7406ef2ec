"""What the press may print of a first secretary: biography, photo, consent (notice VI(2))."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import log
from accounts.permissions import Action, require
from contest.models import Entry, Profile
from contest.photo import prepared
from registry.disk import reserve

if TYPE_CHECKING:
    from accounts.models import User

LONGEST_BIOGRAPHY = 800


class ProfileRefused(Exception):
    """The change cannot be; the message says why and what to do."""


class StaleProfile(Exception):
    """Somebody else changed the profile meanwhile; `now` is what it says, None where it is gone."""

    def __init__(self, now: Profile | None) -> None:
        super().__init__(_("您打开页面之后，这份内容已被修改，您的提交没有写入。"))
        self.now = now


@dataclass(frozen=True, slots=True)
class Consent:
    """What is to become of the consent: given now by the person, given on paper that day, withdrawn, or as it was."""

    given: bool = False
    on_paper: date | None = None
    withdrawn: bool = False


def profile_of(entry: Entry) -> Profile | None:
    return Profile.objects.filter(secretary=entry.secretary_id).select_related("changed_by").first()


def is_own(entry: Entry, user: "User") -> bool:
    """Whether this is the secretary's own profile: only they consent with a tick."""
    return user.secretary_id is not None and user.secretary_id == entry.secretary_id


def edit_profile(
    entry: Entry,
    *,
    biography: str,
    photo: bytes | None,
    remove_photo: bool = False,
    consent: Consent,
    edit: int,
    by: "User",
    at: datetime,
) -> Profile:
    """Change what the press may print of a secretary; `edit` is the edit the form was opened at, 0 for none.

    `photo` is the file as it was uploaded, None to keep the one there is. Raises ProfileRefused, PhotoRefused,
    StaleProfile.
    """
    require(by, Action.EDIT_PROFILE, entry)
    biography = biography.replace("\r\n", "\n").strip()
    if len(biography) > LONGEST_BIOGRAPHY:
        raise ProfileRefused(_("个人简介最多 %(most)d 个字。") % {"most": LONGEST_BIOGRAPHY})
    picture = _fitting(photo) if photo is not None else None
    with transaction.atomic():
        profile = _held(entry, edit, by=by, at=at)
        old = _facts(profile)
        profile.biography = biography
        profile.agreed_at = _agreed(profile, entry, consent, by=by, at=at)
        dropped = profile.photo.name if picture or remove_photo else ""
        _picture(profile, picture, remove_photo)
        profile.changed_by, profile.changed_at = by, at
        profile.save(update_fields=["biography", "agreed_at", "photo", "photo_sha256", "changed_by", "changed_at"])
        new = _facts(profile)
        log.write(
            entry.stage.season.code,
            "edit_profile",
            by=by,
            at=at,
            on=profile,
            fields=[name for name in new if new[name] != old[name]],
            consent=_consent_told(consent) if new["agreed"] != old["agreed"] else "",
            photo=profile.photo_sha256,
        )
        if dropped:
            # Whoever replaces a photo wants the old one gone.
            transaction.on_commit(lambda: default_storage.delete(dropped))
    return profile


def _fitting(photo: bytes) -> bytes:
    """The photo made ready, when the disk has room for it."""
    picture = prepared(photo)
    try:
        reserve.check(len(picture))
    except reserve.NoRoom as full:
        raise ProfileRefused(str(full)) from None
    return picture


def _held(entry: Entry, edit: int, *, by: "User", at: datetime) -> Profile:
    """Claim the edit: the row is ours until the end of the transaction, made where there is none."""
    if edit == 0:
        try:
            with transaction.atomic():
                return Profile.objects.create(secretary_id=entry.secretary_id, edit=1, changed_by=by, changed_at=at)
        except IntegrityError:
            raise StaleProfile(profile_of(entry)) from None
    if not Profile.objects.filter(secretary=entry.secretary_id, edit=edit).update(edit=F("edit") + 1):
        raise StaleProfile(profile_of(entry))
    return Profile.objects.get(secretary=entry.secretary_id)


def _agreed(profile: Profile, entry: Entry, consent: Consent, *, by: "User", at: datetime) -> datetime | None:
    """When the person agreed. Nobody agrees for somebody else; an organizer only records a signed paper."""
    if consent.withdrawn:
        return None
    if consent.given:
        if not is_own(entry, by):
            raise ProfileRefused(_("只有第一书记本人可以勾选同意；已有书面同意的，请登记其日期。"))
        return profile.agreed_at or at
    if consent.on_paper:
        if consent.on_paper > timezone.localdate(at):
            raise ProfileRefused(_("书面同意的日期不能晚于今天。"))
        return timezone.make_aware(datetime.combine(consent.on_paper, time()))
    return profile.agreed_at


def _picture(profile: Profile, picture: bytes | None, remove: bool) -> None:
    if picture is not None:
        profile.photo_sha256 = hashlib.sha256(picture).hexdigest()
        # A random name: what people call their files must not reach the disk.
        profile.photo.save(f"{secrets.token_hex(16)}.jpg", ContentFile(picture), save=False)
    elif remove:
        profile.photo, profile.photo_sha256 = "", ""


def _facts(profile: Profile) -> dict[str, Any]:
    return {"biography": profile.biography, "photo": profile.photo_sha256, "agreed": profile.agreed_at}


def _consent_told(consent: Consent) -> str:
    """How the consent changed, as the log tells it."""
    if consent.withdrawn:
        return "withdrawn"
    if consent.given:
        return "given"
    return f"paper {consent.on_paper.isoformat()}" if consent.on_paper else ""
