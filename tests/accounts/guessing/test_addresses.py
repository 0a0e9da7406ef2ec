"""Whose address counts: that of the connection, or the one that our own proxies name."""

import ipaddress
from typing import Any

import pytest
from django.test import Client, RequestFactory

from accounts.guessing.addresses import address_of, network_of
from tests import cast

PROXY, STRANGER, VISITOR = "10.0.0.2", "198.51.100.7", "203.0.113.9"


@pytest.fixture
def behind(settings):
    """Behind one proxy in a network of its own."""
    settings.PROXIES = 1
    settings.PROXY_NETWORKS = [ipaddress.ip_network("10.0.0.0/24"), ipaddress.ip_network("::1/128")]


def asked(peer: str, forwarded: str | None = None):
    told: Any = {} if forwarded is None else {"HTTP_X_FORWARDED_FOR": forwarded}
    return address_of(RequestFactory().get("/", REMOTE_ADDR=peer, **told))


@pytest.mark.parametrize(
    ("forwarded", "address"),
    [
        (VISITOR, VISITOR),
        (f"1.2.3.4, {VISITOR}", VISITOR),
        (f" 1.2.3.4 ,, {VISITOR} ", VISITOR),
        (f"{VISITOR}:51000", VISITOR),
        ("[2001:db8::1]:443", "2001:db8::1"),
        ("2001:db8::1", "2001:db8::1"),
        (f"::ffff:{VISITOR}", VISITOR),
        ("fe80::1%eth0", "fe80::1"),
        (None, PROXY),
        ("", PROXY),
        ("unknown", PROXY),
        (f"{VISITOR}, nonsense", PROXY),
    ],
)
def test_what_our_proxy_adds_counts_and_what_the_visitor_sent_along_does_not(behind, forwarded, address):
    assert asked(PROXY, forwarded) == address


def test_a_strangers_word_is_not_heard(behind):
    assert [asked(STRANGER, VISITOR), asked("10.0.1.2", VISITOR)] == [STRANGER, "10.0.1.2"]


def test_without_a_proxy_nobodys_word_is_heard(settings):
    settings.PROXIES = 0
    assert asked(PROXY, VISITOR) == PROXY


def test_two_proxies_add_two_words(behind, settings):
    settings.PROXIES = 2
    assert [asked(PROXY, f"1.2.3.4, {VISITOR}, 10.0.0.3"), asked(PROXY, VISITOR)] == [VISITOR, VISITOR]


def test_a_socket_without_an_address_is_reached_by_a_proxy_of_this_machine(behind):
    assert [asked("", VISITOR), asked("", None)] == [VISITOR, None]


def test_a_network_of_ipv6_is_counted_as_one():
    assert [network_of(each) for each in (VISITOR, "2001:db8::1", "2001:db8::ffff", None)] == [
        VISITOR,
        "2001:db8::/64",
        "2001:db8::/64",
        "",
    ]


def test_a_strangers_wrong_passwords_lock_nobody_else_behind_the_proxy(behind, people):
    def sign_in(forwarded: str, password: str) -> int:
        client = Client(REMOTE_ADDR=PROXY, HTTP_X_FORWARDED_FOR=forwarded)
        return client.post("/sign-in/", {"username": "chenxiao", "password": password}).status_code

    assert [sign_in(STRANGER, f"wrong-{number}") for number in range(8)] == [400] * 7 + [429]
    assert [sign_in(STRANGER, cast.PASSWORD), sign_in(VISITOR, cast.PASSWORD)] == [429, 302]
