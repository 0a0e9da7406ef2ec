"""One function for each kind of value. Blank is as if not set; what cannot work stops the start with a sentence."""

import ipaddress
import os
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

Networks = Sequence[ipaddress.IPv4Network | ipaddress.IPv6Network]


def text(name: str, default: str = "") -> str:
    """The value without blanks around it, or `default`."""
    return os.environ.get(name, "").strip() or default


def flag(name: str) -> bool:
    """On or off: 1 or 0."""
    value = text(name, "0")
    if value not in ("0", "1"):
        raise ImproperlyConfigured(f"{name} must be 0 or 1, not {value!r}.")
    return value == "1"


def number(name: str, default: int, least: int = 0) -> int:
    """A whole number in plain digits, `least` at least."""
    value = text(name, str(default))
    if not (value.isascii() and value.isdecimal() and len(value) <= 12 and int(value) >= least):
        raise ImproperlyConfigured(f"{name} must be a whole number from {least} on, not {value!r}.")
    return int(value)


def seconds(name: str, default: float) -> float:
    """More than none and less than a day, with a point where there are parts of a second."""
    value = text(name, str(default))
    try:
        found = float(value) if value.isascii() and "_" not in value else -1.0
    except ValueError:
        found = -1.0
    if not 0 < found < 86_400:
        raise ImproperlyConfigured(f"{name} must be a number of seconds such as {default}, not {value!r}.")
    return found


def words(name: str, default: str = "") -> list[str]:
    """Divided by commas, blanks around them allowed."""
    return [word for word in map(str.strip, text(name, default).split(",")) if word]


def hosts(name: str, default: str) -> list[str]:
    """Names or addresses, without scheme and path; `.example` stands for all below, `*` for any."""
    found = words(name, default)
    for host in found:
        if "/" in host or " " in host or (host.count(":") == 1 and not host.startswith("[")):
            raise ImproperlyConfigured(
                f"{name} lists names such as portal.example, without https:// or port: {host!r}."
            )
    if not found:
        raise ImproperlyConfigured(f"{name} names no host: the portal would answer nobody.")
    return found


def origins(name: str) -> list[str]:
    """Such as https://portal.example."""
    return [_origin(name, word) for word in words(name)]


def origin(name: str, default: str) -> str:
    """One address of a site, without a path; the slash at its end goes."""
    return _origin(name, text(name, default).rstrip("/"))


def networks(name: str, default: str) -> Networks:
    """Addresses or networks such as 10.0.0.0/8."""
    found = []
    for word in words(name, default):
        try:
            found.append(ipaddress.ip_network(word, strict=False))
        except ValueError:
            raise ImproperlyConfigured(
                f"{name} lists addresses or networks such as 10.0.0.0/8, not {word!r}."
            ) from None
    return found


def folder(name: str) -> str:
    """A folder that is there."""
    found = text(name)
    if found and not Path(found).is_dir():
        raise ImproperlyConfigured(f"{name} must name a folder, and there is none at {found!r}.")
    return found


def function(name: str) -> str:
    """A dotted path to a function, in a module that can be found; it is imported where it is used."""
    found = text(name)
    module, _point, last = found.rpartition(".")
    try:
        is_there = bool(module) and last.isidentifier() and find_spec(module) is not None
    except (ImportError, ValueError):
        is_there = False
    if found and not is_there:
        raise ImproperlyConfigured(f"{name} must be module.function, and no module {module!r} can be found.")
    return found


def broker(name: str, default: str) -> str:
    """The address of a Redis."""
    found = text(name, default)
    if urlsplit(found).scheme not in ("redis", "rediss", "redis+socket"):
        raise ImproperlyConfigured(f"{name} must begin with redis:// or rediss://, not {found.partition(':')[0]!r}.")
    return found


def _origin(name: str, value: str) -> str:
    try:
        parts = urlsplit(value)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and not parts.path.rstrip("/")
        good = good and not (parts.query or parts.fragment or parts.username) and (parts.port or 1) > 0
    except ValueError:
        good = False
    if not good or " " in value:
        raise ImproperlyConfigured(f"{name} must be an address such as https://portal.example, not {value!r}.")
    return value.rstrip("/")
