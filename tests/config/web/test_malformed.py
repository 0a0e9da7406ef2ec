"""Every address × every kind of malformed request: it is answered, below 500, and protected like any other page."""

import io
import logging
from collections import Counter
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote_to_bytes

import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from django.urls import reverse

from bench.malformed import FORM, Kind, kinds
from config.web.headers import protecting
from config.wsgi import Handler
from tests import cast
from tests.addresses import patterns
from tests.test_matrix import TABLE, address

LITTLE = 60
UPLOADS = {"materials:uploads": "/desk/uploads/", "materials:upload": f"/desk/uploads/{'x' * 43}/"}


@pytest.fixture
def portal() -> Iterator[Handler]:
    """The application as gunicorn has it; only the test's own database connection stays open between requests."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield Handler()
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def environ(kind: Kind, path: str) -> dict[str, Any]:
    """What a web server makes of the request."""
    told = {
        "REQUEST_METHOD": kind.method,
        "PATH_INFO": unquote_to_bytes(kind.at(path)).decode("latin-1"),  # type: ignore[operator]
        "QUERY_STRING": kind.query,
        "SCRIPT_NAME": "",
        "SERVER_NAME": "testserver",
        "SERVER_PORT": "80",
        "REMOTE_ADDR": "10.8.0.7",
        "HTTP_HOST": "testserver",
        "CONTENT_LENGTH": str(len(kind.body)),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(kind.body),
        "wsgi.errors": io.StringIO(),
    }
    for name, value in kind.headers.items():
        name = name.upper().replace("-", "_")
        told[name if name.startswith("CONTENT_") else f"HTTP_{name}"] = value
    return told


def sent(portal: Handler, kind: Kind, path: str) -> tuple[int, dict[str, str]]:
    """Status and headers."""
    found: list[Any] = []
    answer = portal(environ(kind, path), lambda status, headers: found.append((int(status[:3]), dict(headers))))
    for _piece in answer:
        pass
    getattr(answer, "close", lambda: None)()
    return found[0]


def test_a_stranger_breaks_no_address_with_any_malformed_request(everything, portal, broken):
    answers: Counter[int] = Counter()
    bare, faults, wanted = set(), set(), protecting()
    # What is spoken there is no page's language (tests/materials has its table).
    uploads = dict.fromkeys(("materials:uploads", "materials:upload"), ("", "o", "y"))
    for place, (name, (_made_of, reading, writing)) in enumerate((TABLE | uploads).items()):
        path = address(name, everything) if name in TABLE else UPLOADS[name]
        # What is open to strangers gets all of them; where they are sent to sign in, each kind meets many addresses.
        step = 1 if reading[0] in "o>" or writing[0] == "y" else 7
        for kind in kinds()[place % step :: step]:
            status, headers = sent(portal, kind, path)
            answers[status] += 1
            faults |= {(kind.name, name, status)} if status >= 500 else set()
            bare |= {(kind.name, status)} if not wanted.items() <= headers.items() else set()
    assert (broken, faults, bare) == ([], set(), set())
    assert sum(answers.values()) > 20 * len(kinds())
    # Refused, sent to sign in and simply answered: all of them were met.
    assert {200, 302, 400, 404, 405} <= set(answers)


def test_whoever_is_signed_in_breaks_no_address_either(everything, portal, broken, people, signed_in):
    cookie = signed_in(people["heya"]).cookies["sessionid"].value
    faults = set()
    for place, name in enumerate(TABLE):
        path = address(name, everything)
        # Each address gets some of the kinds, each kind many addresses.
        for kind in kinds()[place % 29 :: 29]:
            mine = Kind(**{**vars(kind), "headers": {"Cookie": f"sessionid={cookie}", **kind.headers}})
            with transaction.atomic():
                status, _headers = sent(portal, mine, path)
                transaction.set_rollback(True)
            faults |= {(kind.name, name, status)} if status >= 500 else set()
    assert (broken, faults) == ([], set())


def test_the_kinds_have_names_of_their_own():
    names = [kind.name for kind in kinds()]
    assert len(names) == len(set(names)) > LITTLE


def status_of(portal: Handler, path: str, **told: Any) -> int:
    return sent(portal, Kind("", **told), path)[0]


@pytest.mark.parametrize("charset", ["utf-7", "UTF-16", '"hex"', "nonsense", "utf\x00"])
def test_a_form_in_another_charset_than_utf8_is_refused(portal, db, charset):
    told = {"Content-Type": f"{FORM}; charset={charset}"}
    assert status_of(portal, "/sign-in/", method="POST", headers=told, body=b"username=+AGE-") == 400


@pytest.mark.parametrize("charset", ["utf-8", "UTF-8", '"utf-8"'])
def test_a_form_in_utf8_is_read(portal, season, charset):
    told = {"Content-Type": f"{FORM}; charset={charset}"}
    body = f"username=chenxiao&password={cast.PASSWORD}".encode()
    # Without the token of a page it is refused as every form is, after it was read.
    assert status_of(portal, "/sign-in/", method="POST", headers=told, body=body) == 403


def test_a_cookie_with_a_nul_is_as_if_it_had_not_come(portal, db):
    told = {"Cookie": 'sessionid="a\\000b"; django_language="en\\000"'}
    assert [status_of(portal, path, headers=headers) for path in ("/", "/desk/") for headers in ({}, told)] == [
        200,
        200,
        302,
        302,
    ]


@pytest.mark.parametrize("path", ["/desk/uploads/%00/", "/%00", "/desk/seasons/a%00b/", "/c/%00/"])
def test_an_address_with_a_nul_is_none(portal, people, signed_in, path):
    cookie = signed_in(people["heya"]).cookies["sessionid"].value
    seen = [status_of(portal, path, headers=headers) for headers in ({}, {"Cookie": f"sessionid={cookie}"})]
    assert seen == [404, 404]


def test_a_form_with_a_nul_is_refused_whatever_page_reads_it(everything, people, signed_in):
    client = signed_in(people["heya"])
    for name in ("new_account", "contest:schedule", "change_password"):
        answer = client.post(address(name, everything), {"reason": "a\x00b", "once_key": "k"})
        assert (name, answer.status_code) == (name, 400)


def test_an_upload_whose_fingerprint_holds_a_nul_is_refused_with_a_sentence(everything, people, signed_in):
    told = {"Tus-Resumable": "1.0.0", "Upload-Length": "1", "Upload-Metadata": "fingerprint AA=="}
    answer = signed_in(people["zhiyuan"]).post(reverse("materials:uploads"), headers=told)
    assert (answer.status_code, answer.content.decode()) == (400, "请求的 Upload-Metadata 写法不对。")


def test_what_slips_through_to_the_database_is_the_senders_fault_and_is_noted(
    everything, people, signed_in, monkeypatch, caplog
):
    """The net: a page that reads a field in a way of its own."""
    from accounts.models import User

    def reads_by_itself(*_args, **_told):
        User.objects.filter(username="\ud800").exists()

    monkeypatch.setattr("contest.actions.season.schedule", reads_by_itself)
    told = {"held_on": "2023-11-28", "venue": "x", "once_key": "k"}
    answer = signed_in(people["heya"]).post(address("contest:schedule", everything), told)
    assert answer.status_code == 400
    assert [line.levelno for line in caplog.records if line.name == "config.web.wellformed"] == [logging.ERROR]


def test_every_address_of_the_portal_is_among_those_that_are_tried():
    named = {name for name, _each in patterns() if not name.startswith("admin:")}
    assert named == {*TABLE, *UPLOADS}
