"""The server in front of the application: who sends slowly keeps nobody waiting."""

import hashlib
import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest

from tests.house import ROOT

OURS, GUNICORNS_OWN = "config.web.worker.PatientWorker", "gthread"
THREADS = 4
# A slow sender sends some bytes now and then; what it never sends is the end.
SLOWLY = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nabc"
SOON_S, PATIENCE_S = 3.0, 20.0
PROTECTED = ("content-security-policy", "x-content-type-options", "x-frame-options", "referrer-policy")


@contextmanager
def serving(worker: str = OURS, application: str = "application") -> Iterator[int]:
    """One worker with few threads; the port."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        command = [sys.executable, "-m", "gunicorn", f"tests.config.web.echo:{application}"]
        command += ["--config=python:config.web.gunicorn_conf", f"--worker-class={worker}", "--workers=1"]
        command += [f"--threads={THREADS}", f"--bind=fd://{listening.fileno()}", "--graceful-timeout=1"]
        environ = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"}
        server = subprocess.Popen(command, cwd=ROOT, env=environ, pass_fds=[listening.fileno()], stderr=subprocess.PIPE)
    try:
        assert talk(port, b"GET /ready HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", patience=60)
        yield port
    finally:
        server.terminate()
        server.communicate()


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with serving() as port:
        yield port


def talk(port: int, sent: bytes, patience: float = PATIENCE_S) -> bytes:
    """Everything that is answered until the server ends the connection or is silent too long."""
    with socket.create_connection(("127.0.0.1", port), timeout=patience) as line:
        line.sendall(sent)
        found = b""
        while piece := line.recv(65536):
            found += piece
        return found


def seconds_to_answer(port: int) -> float:
    began = time.monotonic()
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=SOON_S)
    try:
        line.request("GET", "/")
        line.getresponse().read()
    finally:
        line.close()
    return time.monotonic() - began


def with_slow_senders(port: int, count: int = 40) -> float:
    with ExitStack() as lines:
        for _one in range(count):
            line = lines.enter_context(socket.create_connection(("127.0.0.1", port)))
            line.sendall(SLOWLY)
        time.sleep(0.3)
        return seconds_to_answer(port)


def test_forty_slow_senders_keep_nobody_waiting(port):
    assert with_slow_senders(port) < SOON_S


def test_with_gunicorns_own_threads_nobody_else_is_answered():
    """The negative control."""
    with serving(GUNICORNS_OWN) as port, pytest.raises(TimeoutError):
        with_slow_senders(port)


def test_of_slow_senders_that_are_refused_before_they_end_nobody_is_kept_waiting_either():
    """Nothing waits for the rest of a body that nobody wants; gunicorn itself would, seconds for each."""
    large = SLOWLY.replace(b"1000", b"99999999")
    with serving(application="deaf") as port, ExitStack() as lines:
        for _one in range(40):
            line = lines.enter_context(socket.create_connection(("127.0.0.1", port)))
            line.sendall(large)
        time.sleep(0.3)
        assert seconds_to_answer(port) < SOON_S


@pytest.mark.parametrize("size", [0, 5, 70_000, 3_000_000, 9_000_000])
@pytest.mark.parametrize("method", ["POST", "PATCH"])
def test_a_body_arrives_as_it_was_sent_again_and_again_on_one_connection(port, size, method):
    body = os.urandom(size)
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
    for number in range(3):
        line.request(method, f"/{number}", body, {"Content-Length": str(size)})
        told = line.getresponse().read().decode()
        assert told == f"{method} /{number} {size} {hashlib.sha256(body).hexdigest()[:8]}"
    line.close()


def test_whoever_wants_a_word_first_is_told_to_go_on(port):
    head = b"POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n"
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S) as line:
        line.sendall(head)
        assert line.recv(1000).startswith(b"HTTP/1.1 100 Continue")
        line.sendall(b"abc")
        assert b"POST /x 3 " in line.recv(1000) + line.recv(1000)


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"x" * 40_000, b"431"),
        (b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n", b"411"),
        (b"GET /\x00 HTTP/1.1\r\nHost: x\r\n\r\n", b"400"),
        (b"nonsense\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\nHost: x\r\nA\x00: b\r\n\r\n", b"400"),
        (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabc", b"400"),
        (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1e3\r\n\r\n", b"400"),
        (b"GET / HTTP/9.9\r\nHost: x\r\n\r\n", b"400"),
        (b"GET /" + b"x" * 9000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", b"414"),
    ],
)
def test_what_the_server_itself_refuses_carries_the_headers_of_every_answer(port, sent, status):
    head = talk(port, sent).split(b"\r\n\r\n")[0].decode().lower()
    assert head.split()[1] == status.decode()
    assert [name for name in PROTECTED if f"\r\n{name}: " not in head] == []


def test_a_stranger_moves_the_portal_below_no_path(port):
    sent = b"GET /x HTTP/1.1\r\nHost: x\r\nSCRIPT_NAME: /y\r\nPATH_INFO: /z\r\nConnection: close\r\n\r\n"
    assert b"GET /x 0 " in talk(port, sent)


def test_two_requests_in_one_breath_get_one_answer_and_no_mixture(port):
    one = b"GET /one HTTP/1.1\r\nHost: x\r\n\r\n"
    assert talk(port, one + one.replace(b"one", b"two")).count(b"HTTP/1.1 200") == 1


def test_whoever_ends_in_the_middle_is_forgotten(port):
    for _again in range(30):
        socket.create_connection(("127.0.0.1", port)).close()
        with socket.create_connection(("127.0.0.1", port)) as line:
            line.sendall(SLOWLY)
    assert seconds_to_answer(port) < SOON_S
