"""While another program holds SQLite's file nobody waits beyond the deadline, and everybody is told to come again."""

import fcntl
import json
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Timer

import pytest
from django.db import OperationalError, connection, transaction
from django.urls import reverse

from accounts.collisions import collided
from accounts.models import User
from tests import cast
from tests.scoring.dealing import deal, sheet_of

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.race,
    pytest.mark.skipif(connection.vendor != "sqlite", reason="one writer holds the whole file on SQLite only"),
]
DEADLINE_S = 0.4
# A loaded machine answers late; a second deadline is not in it.
LATE_S = 3.0
SCRIPT = {"accept": "*/*"}


@pytest.fixture
def hurried(monkeypatch) -> Iterator[None]:
    """PORTAL_SQLITE_TIMEOUT is short."""
    monkeypatch.setitem(connection.settings_dict["OPTIONS"], "timeout", DEADLINE_S)
    connection.close()
    yield
    connection.close()


@contextmanager
def held_by_a_stranger(how: str = "BEGIN IMMEDIATE") -> Iterator[None]:
    """Another program, which knows no gate, writes."""
    other = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)
    try:
        other.execute(how)
        yield
        other.execute("ROLLBACK")
    finally:
        other.close()


@contextmanager
def gate_held() -> Iterator[None]:
    """Another writer of the portal is in the middle of its transaction."""
    with open(f"{connection.settings_dict['NAME']}.gate", "w") as gate:
        fcntl.flock(gate, fcntl.LOCK_EX)
        yield


def rename() -> float:
    """Try to write; how long it took to be refused."""
    began = time.monotonic()
    with pytest.raises(OperationalError) as refused, transaction.atomic():
        User.objects.filter(username="chenxiao").update(name="陈小")
    assert collided(refused.value)
    return time.monotonic() - began


@pytest.mark.parametrize("held", [held_by_a_stranger, gate_held])
def test_whoever_waits_in_vain_gives_up_at_the_deadline(people, hurried, held):
    connection.ensure_connection()
    with held():
        took = rename()
    assert DEADLINE_S <= took < LATE_S
    with transaction.atomic():
        assert User.objects.filter(username="chenxiao").update(name="陈小") == 1


def test_the_gate_and_sqlite_together_have_one_deadline(people, hurried):
    """Most of it is spent at the gate; behind it the stranger still writes."""
    connection.ensure_connection()
    with held_by_a_stranger(), open(f"{connection.settings_dict['NAME']}.gate", "w") as gate:
        fcntl.flock(gate, fcntl.LOCK_EX)
        opens = Timer(DEADLINE_S * 0.75, lambda: fcntl.flock(gate, fcntl.LOCK_UN))
        opens.start()
        took = rename()
        opens.join()
    assert DEADLINE_S <= took + 0.01 < DEADLINE_S + 1.0


def test_in_one_request_nobody_waits_twice(people, hurried):
    connection.ensure_connection()
    with gate_held():
        rename()
        assert rename() < DEADLINE_S


def test_whoever_comes_behind_one_that_gave_up_gets_in(people, hurried):
    """The thread that stood in the queue for it lets go."""
    connection.ensure_connection()
    with gate_held():
        rename()
    connection.close()
    for _again in range(3):
        with transaction.atomic():
            assert User.objects.filter(username="chenxiao").update(name="陈小") == 1


def test_a_mark_that_cannot_be_saved_is_to_be_sent_again(maonan, people, heya, signed_in, hurried):
    client, stage = signed_in(people["chenxiao"]), deal(maonan, by=heya)
    sheet = {"id": sheet_of(stage).pk, "edit": 0, "marks": {"achievement": "30"}}
    told = {"payload": json.dumps({"user": people["chenxiao"].pk, "sheets": [sheet]}), "once_key": "k"}
    address = reverse("scoring:save_cells", args=[stage.pk])
    with held_by_a_stranger():
        answer = client.post(address, told, headers=SCRIPT)
    assert (answer.status_code, answer["Retry-After"], list(answer.json())) == (503, "2", ["stop"])
    again = client.post(address, told, headers=SCRIPT)
    assert again.status_code == 200


@pytest.mark.parametrize("asked", ["/desk/password/", "/language/", "/sign-out/"])
def test_a_form_meets_a_busy_database_and_is_never_answered_500(people, signed_in, hurried, asked):
    client = signed_in(people["chenxiao"])
    client.raise_request_exception = False
    told = {"once_key": "k", "old": cast.PASSWORD, "new": "lianzhi-xiangcun-8", "again": "lianzhi-xiangcun-8"}
    with held_by_a_stranger():
        assert client.post(asked, told).status_code in (302, 400, 404, 503)


def test_a_session_that_cannot_be_saved_is_told_as_busy_and_not_as_ended(people, signed_in, hurried):
    office = signed_in(people["heya"])
    kept = office.session
    kept["first_password"] = [people["linfang"].pk, "x"]
    kept.save()
    with held_by_a_stranger():
        # The page takes the first password out of the session: that is to be saved behind the view.
        answer = office.get(reverse("account", args=[people["linfang"].pk]))
    assert (answer.status_code, answer["Retry-After"]) == (503, "2")
    assert "重复发送不会重复办理" in answer.content.decode()
    assert office.get("/desk/").status_code == 200


def test_signing_in_while_the_file_is_held_is_told_as_busy(people, client, hurried):
    client.raise_request_exception = False
    with held_by_a_stranger():
        answer = client.post("/sign-in/", {"username": "chenxiao", "password": cast.PASSWORD})
    assert (answer.status_code, answer["Retry-After"]) == (503, "2")
    assert client.post("/sign-in/", {"username": "chenxiao", "password": cast.PASSWORD}).status_code == 302


def test_a_busy_database_that_no_view_meets_is_told_as_busy(people, signed_in, hurried, monkeypatch):
    """A middleware writes before any view is asked."""
    from accounts.middleware import SealedAgain

    def writes(*_args):
        User.objects.filter(username="chenxiao").update(name="陈小")

    monkeypatch.setattr(SealedAgain, "process_view", writes)
    client = signed_in(people["chenxiao"])
    client.raise_request_exception = False
    with held_by_a_stranger():
        assert client.get("/desk/").status_code == 503
    # The control: another fault there is the portal's own.
    monkeypatch.setattr(SealedAgain, "process_view", lambda *_args: 1 / 0)
    client = signed_in(people["chenxiao"])
    client.raise_request_exception = False
    assert client.get("/desk/").status_code == 500
