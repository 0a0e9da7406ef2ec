"""What script/server says it is reached by, and what certificates lead to."""

import os
import runpy
import sys

import pytest

from script import server
from tests.house import ROOT


@pytest.mark.parametrize(
    ("host", "port", "url"),
    [
        ("127.0.0.1", 8123, "http://127.0.0.1:8123/"),
        ("localhost", 80, "http://localhost:80/"),
        ("10.8.0.1", 8000, "http://10.8.0.1:8000/"),
        ("::1", 8000, "http://[::1]:8000/"),
    ],
)
def test_the_address_is_that_of_the_port_it_listens_on(host, port, url):
    assert server.address(host, port) == url


def test_of_a_server_that_listens_everywhere_it_is_one_that_others_reach(monkeypatch):
    monkeypatch.setattr(server, "hosts", lambda _host: "127.0.0.1,localhost,[::1],10.8.0.1,hall")
    assert server.address("0.0.0.0", 8000) == "http://10.8.0.1:8000/"  # noqa: S104
    monkeypatch.setattr(server, "hosts", lambda _host: "127.0.0.1,localhost,[::1],hall")
    assert server.address("::", 8000) == "http://127.0.0.1:8000/"


@pytest.mark.parametrize(
    ("told", "url"),
    [(None, "http://127.0.0.1:8123"), ("  ", "http://127.0.0.1:8123"), ("https://a.example", "https://a.example")],
)
def test_certificates_lead_to_the_port_unless_the_office_says_otherwise(monkeypatch, tmp_path, told, url):
    """What the child processes find in their environment when the server starts them."""
    monkeypatch.setattr(sys, "argv", ["script/server", "--port", "8123"])
    for name in ("PORTAL_URL", "PORTAL_HOSTS", "DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    if told is not None:
        monkeypatch.setenv("PORTAL_URL", told)
    monkeypatch.setenv("PORTAL_VAR", str(tmp_path))
    monkeypatch.setattr(server, "alone_in", lambda _state: pytest.fail(str(os.environ["PORTAL_URL"])))
    with pytest.raises(pytest.fail.Exception):
        server.main()
    assert runpy.run_path(str(ROOT / "config" / "settings.py"))["PUBLIC_URL"] == url
