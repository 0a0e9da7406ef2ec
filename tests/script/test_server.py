"""The whole portal started with one command: it answers, survives the loss of a part, and leaves nothing behind."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import urllib.request
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from django.conf import settings

from tests.script.terminal import listen
from tests.script.test_supervisor import alive, until

pytestmark = pytest.mark.slow


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as line:
        return line.getsockname()[1]


class Server:
    """A running script.server on a state folder of its own."""

    def __init__(self, state: Path, database: str) -> None:
        self.state = state
        self.database = database
        self.port = free_port()
        self.log = state.with_name(f"{state.name}.log")
        environ = {name: value for name, value in os.environ.items() if name != "CELERY_BROKER_URL"}
        environ |= {"PORTAL_VAR": str(state), "DATABASE_URL": database, "DJANGO_SETTINGS_MODULE": "config.settings"}
        command = [sys.executable, "-m", "script.server", "--no-demo", "--port", str(self.port)]
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                command, cwd=settings.BASE_DIR, env=environ, stdout=log, stderr=log, preexec_fn=listen
            )

    def said(self) -> str:
        return self.log.read_text()

    def open(self) -> bool:
        """Whether it has announced its address; a server that ended instead is a failure."""
        assert self.process.poll() is None, self.said()
        return f"portal: open http://127.0.0.1:{self.port}/" in self.said()

    def parts(self) -> dict[int, str]:
        """Living processes that belong to it, itself included: those whose environment names its state folder."""
        mark = f"PORTAL_VAR={self.state}".encode()
        found = {}
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                if mark in (entry / "environ").read_bytes().split(b"\0") and alive(int(entry.name)):
                    found[int(entry.name)] = (entry / "cmdline").read_text().replace("\0", " ")
            except OSError:
                continue
        return found


@contextmanager
def empty_database() -> Iterator[str]:
    """The DATABASE_URL of a database for one server: on the server under test, or SQLite in its state folder."""
    url = os.environ.get("DATABASE_URL", "")
    if not url.startswith("postgres"):
        yield ""
        return
    name = f"server_{uuid.uuid4().hex}"
    with psycopg.connect(url, autocommit=True) as line:
        line.execute(f"CREATE DATABASE {name}")
        try:
            yield urlsplit(url)._replace(path=f"/{name}").geturl()
        finally:
            line.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def server() -> Iterator[Server]:
    """A server that has announced its address; whatever is left of it is ended."""
    with tempfile.TemporaryDirectory(prefix="portal-server-") as name, empty_database() as database:
        server = Server(Path(name) / "var", database)
        try:
            until(server.open, seconds=120)
            yield server
        finally:
            for pid in server.parts():
                os.kill(pid, signal.SIGKILL)
            server.process.wait()


def test_the_portal_answers_outlives_its_worker_and_goes_when_its_supervisor_is_killed(server):
    with urllib.request.urlopen(f"http://127.0.0.1:{server.port}/") as page:
        assert page.status == 200
    workers = [pid for pid, command in server.parts().items() if " worker " in command]
    assert len(workers) == 1
    os.kill(workers[0], signal.SIGKILL)
    until(lambda: [pid for pid, command in server.parts().items() if " worker " in command and pid != workers[0]])
    assert "portal: the worker ended (killed by SIGKILL); starting it again in 1 s" in server.said()
    server.process.kill()
    server.process.wait()
    until(lambda: server.parts() == {})


def test_ctrl_c_stops_everything_and_the_same_folder_serves_again(server):
    server.process.send_signal(signal.SIGINT)
    assert server.process.wait(60) == 0
    assert server.parts() == {}
    again = Server(server.state, server.database)
    try:
        until(again.open, seconds=120)
    finally:
        again.process.terminate()
        assert again.process.wait(60) == 0


def test_a_second_server_on_the_same_folder_or_port_is_refused_with_a_sentence(server):
    twin = Server(server.state, server.database)
    assert twin.process.wait(60) == 1
    assert twin.said() == (
        f"Another server runs on {server.state}. Stop it, or give this one a folder of its own with PORTAL_VAR.\n"
    )
    command = [sys.executable, "-m", "script.server", "--port", str(server.port)]
    environ = {**os.environ, "PORTAL_VAR": str(server.state.with_name("other"))}
    refused = subprocess.run(command, cwd=settings.BASE_DIR, env=environ, capture_output=True, text=True, timeout=30)
    advice = f"Stop what uses it, or choose another: script/server --port {server.port + 1}"
    assert (refused.returncode, refused.stderr) == (1, f"Port {server.port} is in use. {advice}\n")
