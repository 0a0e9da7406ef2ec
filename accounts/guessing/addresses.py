"""From which address somebody asks (settings: PORTAL_PROXIES, PORTAL_PROXY_NETWORKS)."""

import ipaddress
import re

from django.conf import settings
from django.http import HttpRequest

# 192.0.2.1:1234 and [2001:db8::1]:1234, as some proxies write.
WITH_PORT = re.compile(r"\[(.+)\](?::\d+)?|([\d.]+):\d+")


def address_of(request: HttpRequest) -> str | None:
    """The visitor's address: that of the connection, or what the proxies in front say; None where there is none.

    Each proxy adds to X-Forwarded-For the address that it was asked from, so of those words only the last ones count,
    as many as there are proxies; what stands before was sent along by the visitor. A connection that does not come from
    a proxy's network is nobody's proxy: its words are not heard.
    """
    peer = _valid(request.META.get("REMOTE_ADDR", ""))
    words = [word.strip() for word in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if word.strip()]
    if not settings.PROXIES or not words or not _is_proxy(peer):
        return peer
    return _valid(words[max(-settings.PROXIES, -len(words))]) or peer


def network_of(address: str | None) -> str:
    """What is counted as one: an address, or the network of 64 bits that one visitor has all of in IPv6."""
    if address is None:
        return ""
    parsed = ipaddress.ip_address(address)
    return str(ipaddress.ip_network((parsed, 64), strict=False) if parsed.version == 6 else parsed)


def _is_proxy(peer: str | None) -> bool:
    """A socket without an address is reached from this machine only."""
    return peer is None or any(ipaddress.ip_address(peer) in network for network in settings.PROXY_NETWORKS)


def _valid(word: str) -> str | None:
    if found := WITH_PORT.fullmatch(word):
        word = found[1] or found[2]
    try:
        parsed = ipaddress.ip_address(word.partition("%")[0])
    except ValueError:
        return None
    mapped = getattr(parsed, "ipv4_mapped", None)
    return str(mapped or parsed)
