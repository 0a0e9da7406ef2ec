"""Whatever is sent, no address breaks down: it answers, or says what is wrong (never 500 or above)."""

import json
import logging
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.signals import got_request_exception
from django.db import transaction
from django.http import QueryDict
from django.test import Client
from django.urls import NoReverseMatch, reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contest.models import Season, Stage
from contest.models.stage import State
from tests import world
from tests.addresses import patterns
from tests.test_matrix import TABLE, address, body

# What people and programs send where a name, a number, a date or a choice is wanted.
ANYTHING = [
    "", " ", "abc", "0", "-1", "1", "1.5", "1e308", "-0", "NaN", "Infinity", "1_000", "+1", "１２", "٣", "²", "½",
    "9" * 19, str(2**63), str(-(2**63) - 1), "9" * 400, "9" * 5000, "%s%n%00", "null", "true", "[]", "{}", '{"a": 1}',
    "\x00", "a\x00b", "a\r\nX-Injected: 1", "\u202e\u200b", "𬱖䶮㛃", "é" * 300, "x" * 70_000, "\ufffd\uffff", "1;2",
    "1:2:3", "1,2", "../../etc/passwd", "'\";--", "<script>", "{{ 7|add:1 }}", "2023-02-30", "0000-00-00",
    "9999-12-31", "99999-99-99", "25:61", "5:12", "99999999:99", "2021年13月",
]  # fmt: skip
# What no form shows by itself: hidden names, several values, JSON.
SENT = (
    "next", "active", "payload", "sheet", "entry", "seen", "edit", "postings", "districts", "reason", "order", "kind",
    "place", "first", "leaving", "language", "form-TOTAL_FORMS", "form-INITIAL_FORMS", "form-0-id", "name", "talk",
)  # fmt: skip
# The state of the stage in which the forms of a page go furthest.
GOES_FURTHEST = {
    # No stage with sheets is ready again; only this world, put back by hand, would lose a seat that has some.
    State.CERTIFIED: ("remove_seat",),
    State.READY: ("enter", "entry", "schedule", "draw", "rules", "panel", "seat", "deal", "vacate", "move"),
    State.SCORING: ("save_", "sheet", "time", "confirm", "send_back", "correct", "votes"),
    State.TABULATED: ("documents", "ruling"),
    State.COLLECTING: ("terms", "late", "redeem", "pledge", "recheck"),
}
FILES = [
    SimpleUploadedFile("空.xlsx", b""),
    SimpleUploadedFile("x" * 300 + ".pdf", b"%PDF-1.7"),
    SimpleUploadedFile("roster.xlsx", b"PK\x03\x04 not a workbook"),
    SimpleUploadedFile("roster.xls", bytes.fromhex("d0cf11e0a1b11ae1") + b"\x00" * 600),
    SimpleUploadedFile("decree.json", b'{"districts": [' + b"[" * 5000),
    SimpleUploadedFile("decree.json", json.dumps({"districts": [1, None, {}], "code": 5}).encode()),
    SimpleUploadedFile("\u202egnp.exe", b"\x00\xff\xfe"),
]
PAYLOADS = [
    "[" * 100_000,
    '{"user": 1e999, "sheets": [{}]}',
    '{"user": 1, "sheets": [{"id": 1, "edit": 0, "marks": {"slides": "\\ud800"}}]}',
    '{"user": USER, "sheets": [{"id": 1e2, "edit": "0", "marks": {}}]}',
    '{"user": USER, "sheets": [{"id": true, "edit": 0, "marks": {"slides": "8"}}]}',
    '{"user": USER, "sheets": [{"id": SHEET, "edit": 99999999999999999999, "marks": {"slides": "8"}}]}',
    '{"user": USER, "sheets": [{"id": SHEET, "edit": 0, "marks": {"\\u0000": "8", "slides": "\\u0000"}}]}',
    '{"user": USER, "sheets": [{"id": SHEET, "edit": 0, "marks": {"slides": "99999999999999999999999999"}}]}',
    '{"user": USER, "sheets": [{"id": SHEET, "edit": 0, "marks": {"slides": 8}}]}',
    '{"user": USER, "times": [{"entry": ENTRY, "edit": 0, "time": "9999999999999999:59"}]}',
    '{"user": USER, "times": [{"entry": ENTRY, "edit": -1, "time": "\\ud800"}]}',
]


@pytest.fixture
def everything(people, season, maonan, settings, tmp_path) -> dict[str, Any]:
    settings.MEDIA_ROOT = tmp_path
    return world.build(people, season, maonan)


@pytest.fixture
def broken() -> Iterator[list[str]]:
    """What broke down, each with the exception behind it."""
    found: list[str] = []

    def note(request: Any, **_: Any) -> None:
        import sys

        found.append(f"{request.method} {request.get_full_path()[:100]}: {sys.exc_info()[1]!r:.200}")

    got_request_exception.connect(note)
    logging.disable(logging.CRITICAL)
    yield found
    logging.disable(logging.NOTSET)
    got_request_exception.disconnect(note)


@pytest.fixture
def send(people, signed_in):
    """Ask or send as somebody, take back what it did, and give the status."""
    clients = {name: signed_in(people[name]) for name in ("heya", "chenxiao")} | {"": Client()}

    def do(who: str, method: str, path: str, told: Any = None) -> int:
        client = clients[who]
        client.raise_request_exception = False
        cookies = {name: morsel.value for name, morsel in client.cookies.items()}
        with transaction.atomic():
            answer = getattr(client, method)(path, told)
            if answer.status_code < 500:
                body(answer)
            transaction.set_rollback(True)
        client.cookies.clear()
        client.cookies.load(cookies)
        return int(answer.status_code)

    return do


def fields_of(page: str) -> list[str]:
    """The names of the fields that a page offers."""
    return re.findall(r'\sname="([^"]+)"', page)


def writing_names() -> list[str]:
    return [name for name in TABLE if "y" in TABLE[name][2]]


def furthest(name: str) -> State:
    """Where the stage stands when this form is sent."""
    found = [state for state, words in GOES_FURTHEST.items() if any(word in name.split(":")[-1] for word in words)]
    return found[0] if found else State.CERTIFIED


def deal_out(names: list[str], start: int) -> dict[str, str]:
    """A value of ANYTHING for every name; over the starts each name gets each."""
    return {name: ANYTHING[(start + place * 7) % len(ANYTHING)] for place, name in enumerate(names)}


@pytest.fixture
def asked_for(monkeypatch) -> set[str]:
    """The names that a page looks for in its address, noted while it is answered."""
    found: set[str] = set()

    def noting(original):
        def note(self, name, *rest):
            found.add(name)
            return original(self, name, *rest)

        return note

    for method in ("get", "__getitem__", "getlist", "__contains__"):
        monkeypatch.setattr(QueryDict, method, noting(getattr(QueryDict, method)))
    return found


def test_no_question_breaks_a_page(everything, send, broken, asked_for):
    asked = 0
    for place, name in enumerate(name for name in TABLE if "o" in TABLE[name][1]):
        path = address(name, everything)
        asked_for.clear()
        send("heya", "get", path)
        names = sorted(asked_for - {"once_key", "csrfmiddlewaretoken"})
        for start in range(place % 2, len(ANYTHING), 2) if names else ():
            told = {key: value[:4000] for key, value in deal_out(names, start).items()}
            assert send("heya", "get", path, told) < 500, (name, told)
            asked += 1
    assert broken == []
    # Some pages do ask for something; were none found, nothing was tried.
    assert asked > 5 * len(ANYTHING)


@pytest.mark.slow
@pytest.mark.parametrize("part", range(3))
def test_no_value_breaks_a_form(everything, people, signed_in, send, broken, part):
    for name in writing_names()[part::3]:
        Stage.objects.filter(pk=everything["stage"]).update(state=furthest(name))
        path = address(name, everything)
        who = "chenxiao" if TABLE[name][2][1] == "y" else "heya"
        page = body(signed_in(people[who]).get(path)).decode(errors="replace")
        names = sorted({*fields_of(page), *SENT} - {"once_key", "csrfmiddlewaretoken"})
        for start in range(0, len(ANYTHING), 4):
            told = deal_out(names, start)
            for step in ("talk", "leave", "return"):
                assert send(who, "post", path, told | {"step": step}) < 500, (name, told)
                if "step" not in names:
                    break
    assert broken == []


def test_no_file_breaks_a_form(everything, people, signed_in, send, broken):
    Stage.objects.filter(pk=everything["stage"]).update(state=State.TABULATED)
    client, tried = signed_in(people["heya"]), set()
    told = {"district": "1", "season": "1", "host": Season.objects.get().hosts[1]}
    for name in writing_names():
        path = address(name, everything)
        takes_files = 'type="file"' in body(client.get(path)).decode(errors="replace")
        for file in FILES if takes_files or name == "quota:read_decree" else ():
            tried.add(name)
            file.seek(0)
            assert send("heya", "post", path, {"file": file, **told}) < 500, (name, file.name)
    assert broken == []
    assert tried == {
        "account",
        "certificates:profile",
        "certificates:replace",
        "certificates:revoke",
        "certificates:seals",
        "contest:documents",
        "contest:hand_drawn",
        "contest:posting",
        "contest:roster_import",
        "contest:swap_places",
        "contest:void_draw",
        "new_account",
        "propose_reopening",
        "propose_reset",
        "quota:approve",
        "quota:edit_table",
        "quota:new_season",
        "quota:read_decree",
        "quota:revoke",
        "scoring:allow_fewer",
        "scoring:disqualify",
        "scoring:unvacate",
        "scoring:vacate",
        "scoring:withdraw_ruling",
        "verify:certificate",
    }


def test_no_payload_breaks_the_grid(everything, people, send, broken):
    Stage.objects.filter(pk=everything["stage"]).update(state=State.SCORING)
    known = {"USER": people["heya"].pk, "SHEET": everything["sheet"], "ENTRY": everything["entry"]}
    for name in ("scoring:save_cells", "scoring:save_times"):
        for payload in [*PAYLOADS, *ANYTHING]:
            for word, number in known.items():
                payload = payload.replace(word, str(number))
            status = send("heya", "post", address(name, everything), {"payload": payload})
            assert status in (200, 400, 409, 422), payload[:100]
    assert broken == []


def test_no_number_in_an_address_breaks_it(everything, send, broken):
    numbers = [0, 2**63 - 1, 10**30]
    for name, each in patterns():
        args = dict(re.findall(r"<(\w+):(\w+)>", str(each.pattern)))
        if "int" not in args or name.startswith("admin:"):
            continue
        for number in numbers:
            given_args = [number if wanted != "move" else "open_collecting" for wanted in TABLE[name][0].split()]
            path = reverse(name, args=given_args)
            for method in ("get", "post"):
                assert send("heya", method, path, {"once_key": "k"}) in (404, 405), path
    for path in ("/desk/stages/-1/", f"/desk/stages/{'9' * 5000}/", "/desk/stages/1.5/", "/desk/stages/%00/"):
        assert send("heya", "get", path) == 404
    assert broken == []


def test_no_word_in_an_address_breaks_it(everything, send, broken):
    for name in ("contest:season", "quota:quota", "quota:edit_table", "quota:shortlists", "verify:certificate"):
        for word in ("portal", "x" * 3000, "-", "_", "0"):
            assert send("heya", "get", reverse(name, args=[word])) == 404
    with pytest.raises(NoReverseMatch):
        reverse("contest:season", args=["a b"])
    assert send("heya", "get", "/desk/seasons/%00/") == 404
    assert broken == []


def test_no_sign_in_breaks(everything, send, broken):
    for value in ANYTHING:
        send("", "post", "/sign-in/", {"username": value, "password": value, "next": value})
        send("", "post", "/sign-in/", {"username": "chenxiao", "password": value, "next": value})
        send("", "get", "/sign-in/", {"next": value})
    assert broken == []


def test_no_body_breaks_a_form(everything, people, signed_in, broken):
    client = signed_in(people["heya"])
    client.raise_request_exception = False
    bodies = [
        ("application/json", b"{"),
        ("application/json", b"[" * 100_000),
        ("text/plain", b"\x00" * 100),
        ("multipart/form-data; boundary=x", b"--x\r\nbroken"),
        ("multipart/form-data", b"no boundary"),
        ("multipart/form-data; boundary=" + "x" * 300, b"--x"),
        ("application/x-www-form-urlencoded", b"&".join(b"a%d=1" % number for number in range(2000))),
        ("application/x-www-form-urlencoded", b"name=%FF%FE%80&reason=%ED%A0%80"),
        ("application/x-www-form-urlencoded; charset=utf-16", b"name=x"),
        ("application/x-www-form-urlencoded; charset=nonsense", b"name=x"),
    ]
    for place, name in enumerate(name for name in writing_names() if name != "sign_out"):
        # Each address gets three of them, each of them many addresses.
        for content_type, raw in (bodies[(place + step) % len(bodies)] for step in (0, 3, 7)):
            with transaction.atomic():
                answer = client.generic("POST", address(name, everything), raw, content_type)
                assert answer.status_code < 500, (name, content_type, raw[:40])
                transaction.set_rollback(True)
    assert broken == []


TEXTS = st.text(max_size=60) | st.sampled_from(ANYTHING)


def test_no_handful_of_odd_fields_breaks_a_form(everything, send, broken):
    Stage.objects.filter(pk=everything["stage"]).update(state=State.SCORING)
    writing = sorted(writing_names())

    @settings(
        max_examples=150,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )
    @given(
        name=st.sampled_from(writing),
        told=st.dictionaries(st.sampled_from([*SENT, "once_key", "step"]), st.lists(TEXTS, max_size=3)),
    )
    def never_breaks(name: str, told: dict[str, list[str]]) -> None:
        # A browser sends no half of a character.
        told = {key: [text.encode(errors="replace").decode() for text in texts] for key, texts in told.items()}
        assert send("heya", "post", address(name, everything), told) < 500

    never_breaks()
    assert broken == []


def test_a_form_that_breaks_is_seen(everything, send, broken, monkeypatch):
    """The control."""
    monkeypatch.setattr("contest.actions.season.schedule", lambda *_, **__: 1 / 0)
    assert send("heya", "post", address("contest:schedule", everything), {"venue": "x"}) == 500
    assert broken == [f"POST {address('contest:schedule', everything)}: ZeroDivisionError('division by zero')"]
