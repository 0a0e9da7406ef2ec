"""A first password in two halves: one for who proposed it, one for who seconded it (DESIGN 9).

Neither half is ever kept, not even between proposing and seconding: each is shown once, to one person, and only its
salted hash stays. So nobody at the pages sees the whole, and neither does whoever holds the database or a backup of
it: each half by itself is beyond guessing. When the owner joins them, the whole is hashed anew, as any password is.
"""

import base64
import hashlib
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth.hashers import BasePasswordHasher, mask_hash
from django.utils.crypto import constant_time_compare

if TYPE_CHECKING:
    from accounts.models import User

# Without the characters people mix up when they read a password from paper: 0 O 1 l I.
LETTERS = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
HALF = len("abcd-efgh")


@dataclass(frozen=True, slots=True)
class Sealed:
    """What a password column keeps of a first password that nobody knows whole."""

    encoded: str


@dataclass(frozen=True, slots=True)
class Handed:
    """What seconding hands over: the account, and the half that only the seconder sees, once."""

    user: "User"
    half: str


def groups(number: int) -> str:
    """So many groups of four letters, to be read from paper."""
    return "-".join("".join(secrets.choice(LETTERS) for _letter in range(4)) for _group in range(number))


def first_half() -> tuple[str, str]:
    """The proposer's half, and what is kept of it until somebody seconds."""
    half, salt, rounds = groups(2), secrets.token_urlsafe(16), settings.FIRST_PASSWORD_ROUNDS
    return half, f"{rounds}${salt}${_hash(half, salt, rounds)}"


def second_half(kept: str) -> tuple[str, Sealed]:
    """The seconder's half, and the password that both make together with what was kept of the first."""
    rounds, salt, _first = kept.split("$")
    half = groups(2)
    return half, Sealed(f"{HalvesHasher.algorithm}${kept}${_hash(half, salt, int(rounds))}")


def joined(first: str, second: str) -> str:
    """What the owner types at the first sign-in."""
    return f"{first}-{second}"


class HalvesHasher(BasePasswordHasher):
    """Checks a password that was made in two halves; it makes none itself."""

    algorithm = "halves"

    def verify(self, password: str, encoded: str) -> bool:
        told = self.decode(encoded)
        halves = password[:HALF], password[HALF + 1 :]
        found = [_hash(half, told["salt"], told["rounds"]) for half in halves]
        right = [constant_time_compare(mine, kept) for mine, kept in zip(found, told["hashes"], strict=True)]
        return all(right) and password == joined(*halves)

    def decode(self, encoded: str) -> dict[str, Any]:
        algorithm, rounds, salt, *hashes = encoded.split("$")
        return {"algorithm": algorithm, "rounds": int(rounds), "salt": salt, "hashes": hashes}

    def encode(self, password: str, salt: str) -> str:
        raise NotImplementedError("a password in halves is made by two people")

    def safe_summary(self, encoded: str) -> dict[Any, Any]:
        told = self.decode(encoded)
        return {"algorithm": told["algorithm"], "salt": mask_hash(told["salt"])}

    def harden_runtime(self, password: str, encoded: str) -> None:
        """Nothing: a check takes as long as that of any password."""


def _hash(half: str, salt: str, rounds: int) -> str:
    made = hashlib.pbkdf2_hmac("sha256", half.encode(), salt.encode(), rounds)
    return base64.urlsafe_b64encode(made).decode().rstrip("=")
