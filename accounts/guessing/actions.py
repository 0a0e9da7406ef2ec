"""Counting attempts to sign in, locking and unlocking.

An attempt is counted before the password is looked at and taken back when it was right, so that a hundred at the same
moment are a hundred. While something is locked nothing more is counted: a lockout ends when it says.
"""

import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Max
from django.utils.crypto import salted_hmac

from accounts import log
from accounts.guessing.devices import Device
from accounts.models import User
from accounts.models.guess import SignInCount
from accounts.permissions import Action, require

Kind = SignInCount.Kind
# Attempts within WINDOW that lock for LOCK. A hall shares an address and may have a bad morning; one person has fewer
# addresses than a stranger who borrows many.
LIMITS = {Kind.PAIR: 8, Kind.DEVICE: 8, Kind.NAME: 30, Kind.ADDRESS: 60}
WINDOW = LOCK = timedelta(minutes=15)


@dataclass(frozen=True)
class Attempt:
    """One attempt that was counted; `locked_until` is set where it may not be made, or was the last of its kind."""

    name: str
    keys: tuple[tuple[Kind, str], ...]
    is_refused: bool = False
    locked_until: datetime | None = None


@transaction.atomic
def begin(name: str, network: str, device: Device, at: datetime) -> Attempt:
    """Count an attempt to sign in with this name from this network.

    On a device on which this person has signed in before only what fails on that device counts: nobody elsewhere
    locks them out.
    """
    keys = _keys(name, network, device, at)
    rows = [_row(kind, key, name, at) for kind, key in keys]
    if locked := [row.until for row in rows if row.until is not None and row.until > at]:
        return Attempt(name, keys, is_refused=True, locked_until=max(locked))
    ends = []
    for row in rows:
        over = row.until is not None or row.since <= at - WINDOW
        row.count, row.since = (1, at) if over else (row.count + 1, row.since)
        row.until = at + LOCK if row.count >= LIMITS[Kind(row.kind)] else None
        row.save(update_fields=["count", "since", "until"])
        ends += [row.until] if row.until else []
    return Attempt(name, keys, locked_until=max(ends, default=None))


@transaction.atomic
def succeeded(attempt: Attempt) -> None:
    """The password was right: the wrong ones before it are forgotten here, elsewhere this one is taken back."""
    for kind, key in attempt.keys:
        rows = SignInCount.objects.filter(kind=kind, key=key)
        if kind in (Kind.PAIR, Kind.DEVICE):
            rows.delete()
        else:
            rows.filter(count__gt=0).update(count=F("count") - 1, until=None)


@transaction.atomic
def unlock(user: User, *, by: User, at: datetime) -> None:
    """End what locks this name, and let it through for as long as a lockout lasts. Raises PermissionDenied."""
    require(by, Action.MANAGE_ACCOUNTS, user)
    lift(user, at)
    log.write(log.PORTAL, "unlock_account", by=by, at=at, on=user)


def lift(user: User, at: datetime) -> None:
    """The same as part of another act, such as a new password from the office."""
    SignInCount.objects.filter(name_key=_name_key(user.username)).delete()
    key = _name_key(user.username)
    SignInCount.objects.create(kind=Kind.PASS, key=key, name_key=key, since=at, until=at + LOCK)


def locked_until(user: User, at: datetime) -> datetime | None:
    """The end of the last lockout of this name, wherever it was; None when there is none."""
    locked = SignInCount.objects.filter(name_key=_name_key(user.username), until__gt=at).exclude(kind=Kind.PASS)
    return locked.aggregate(end=Max("until"))["end"]


def sweep(at: datetime) -> int:
    """Forget what no longer counts; how many rows."""
    old = SignInCount.objects.filter(since__lte=at - WINDOW)
    return (old.filter(until=None) | old.filter(until__lte=at)).delete()[0]


def _keys(name: str, network: str, device: Device, at: datetime) -> tuple[tuple[Kind, str], ...]:
    """What this attempt is counted by."""
    known = User.objects.filter(username=_normal(name), pk__in=device.people).exists() if device.people else False
    if known:
        return ((Kind.DEVICE, _keyed("device", device.token, _normal(name))),)
    pair = (Kind.PAIR, _keyed("pair", network, _normal(name)))
    if SignInCount.objects.filter(kind=Kind.PASS, key=_name_key(name), until__gt=at).exists():
        return (pair,)
    # In one order for everybody: whoever waits for one of them holds none behind it.
    return (pair, (Kind.NAME, _name_key(name)), (Kind.ADDRESS, _keyed("address", network)))


def _row(kind: Kind, key: str, name: str, at: datetime) -> SignInCount:
    """Its row, held until the attempt is counted."""
    name_key = "" if kind == Kind.ADDRESS else _name_key(name)
    found = SignInCount.objects.select_for_update()
    return found.get_or_create(kind=kind, key=key, defaults={"name_key": name_key, "since": at})[0]


def _normal(name: str) -> str:
    """As the form of signing in reads it."""
    return unicodedata.normalize("NFKC", name.strip())


def _name_key(name: str) -> str:
    return _keyed("name", _normal(name))


def _keyed(*words: str) -> str:
    return salted_hmac("accounts.guessing", "\x00".join(words), algorithm="sha256").hexdigest()
