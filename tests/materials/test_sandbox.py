"""A program that a stranger's file took over: it gets no more time, memory, disk, files or network than it was given.

Each test has its control: outside the walls, the same program gets what it wants.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from materials import sandbox
from materials.sandbox import Finished, run

MB = 1024 * 1024
walled = pytest.mark.skipif(not sandbox.can_shut_in(), reason="bubblewrap is not here or may not work here")
BOTH = [False, pytest.param(True, marks=walled)]


def python(
    code: str,
    *,
    memory: int = 2048 * MB,
    reads: Sequence[Path] = (),
    room: Path | None = None,
    shut_in: bool = False,
) -> Finished:
    command = [sys.executable, "-c", code]
    return run(command, seconds=20, memory=memory, largest_file=MB, reads=reads, room=room, shut_in=shut_in)


def shell(script: str, *, seconds: float = 20, shut_in: bool = False) -> Finished:
    return run(["sh", "-c", script], seconds=seconds, memory=512 * MB, largest_file=MB, shut_in=shut_in)


def running(mark: str) -> list[int]:
    """Processes with this word on their command line."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if mark.encode() in words:
            found.append(int(folder.name))
    return found


@pytest.mark.parametrize("shut_in", BOTH)
def test_a_program_says_what_it_has_to_say(shut_in):
    here = shell("echo out; echo err >&2; exit 3", shut_in=shut_in)
    assert here == Finished(3, b"out\n", b"err\n", "")
    assert not here.is_good


@pytest.mark.parametrize("shut_in", BOTH)
def test_one_that_spins_is_ended_in_time(shut_in):
    began = time.monotonic()
    assert shell("while :; do :; done", seconds=1, shut_in=shut_in) == Finished(None, b"", b"", "timeout")
    assert time.monotonic() - began < 4


@pytest.mark.parametrize("shut_in", BOTH)
def test_one_that_talks_without_end_is_cut_short(shut_in):
    here = shell("yes", shut_in=shut_in)
    assert (here.why, len(here.stdout)) == ("flooded", sandbox.MOST_OUTPUT)
    here = shell("yes >&2", seconds=1, shut_in=shut_in)
    assert (here.why, len(here.stderr)) == ("timeout", sandbox.MOST_COMPLAINTS)


@pytest.mark.parametrize("shut_in", BOTH)
def test_one_that_wants_all_memory_does_not_get_it(shut_in):
    here = python("bytearray(600 << 20)", memory=512 * MB, shut_in=shut_in)
    assert (here.status, b"MemoryError" in here.stderr) == (1, True)
    assert python("bytearray(100 << 20)", memory=512 * MB, shut_in=shut_in).is_good


@pytest.mark.parametrize("shut_in", BOTH)
def test_one_that_fills_the_disk_is_stopped(shut_in, tmp_path):
    code = f"open({str(tmp_path / 'big')!r}, 'wb').write(bytes(2 << 20))"
    here = python(code, room=tmp_path, shut_in=shut_in)
    assert (here.status, (tmp_path / "big").stat().st_size) == (1, MB)


@pytest.mark.parametrize("shut_in", BOTH)
def test_what_it_leaves_behind_is_taken_down_with_it(shut_in):
    assert shell("sleep 60.125 & echo gone", shut_in=shut_in).stdout == b"gone\n"
    time.sleep(0.2)
    assert running("60.125") == []


@walled
def test_shut_in_not_even_a_child_that_hides_in_a_session_of_its_own_outlives_it():
    eight = "for i in 1 2 3 4 5 6 7 8; do setsid {} & done; sleep 60.25"
    bomb = eight.format(f"sh -c '{eight.format('sleep 60.25')}'")
    began = time.monotonic()
    assert shell(bomb, seconds=1.5, shut_in=True).why == "timeout"
    assert time.monotonic() - began < 5
    time.sleep(0.2)
    assert running("60.25") == []


@pytest.mark.parametrize("shut_in", BOTH)
def test_it_dies_with_whoever_started_it(shut_in):
    code = (
        "from materials.sandbox import run; "
        f"run(['sleep', '60.5'], seconds=60, memory=1 << 30, largest_file=0, shut_in={shut_in})"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], cwd=sandbox.TOP)
    until = time.monotonic() + 20
    while not running("60.5") and time.monotonic() < until:
        time.sleep(0.1)
    assert running("60.5") != []
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    time.sleep(0.3)
    assert running("60.5") == []


@pytest.mark.parametrize("shut_in", BOTH)
def test_it_is_told_none_of_our_secrets(shut_in, monkeypatch, tmp_path):
    for name in ("DATABASE_URL", "PORTAL_SECRET_KEY", "REDIS_URL"):
        monkeypatch.setenv(name, "canary")
    here = python("import os; print(sorted(os.environ), os.environ['HOME'])", room=tmp_path, shut_in=shut_in)
    names = {"HOME", "LANG", "LC_ALL", "PATH", "PYTHONDONTWRITEBYTECODE", "PYTHONNOUSERSITE", "PYTHONPATH", "TMPDIR"}
    assert here.stdout.decode() == f"{sorted(names | ({'PWD'} if shut_in else set()))} {tmp_path}\n"


@walled
def test_shut_in_it_reads_what_it_is_handed_and_nothing_else(tmp_path):
    handed, canary = tmp_path / "handed", tmp_path / "canary"
    handed.write_text("for you")
    canary.write_text("not for you")
    places = [handed, canary, Path("/etc/passwd"), Path("/etc/hostname"), sandbox.TOP / "manage.py"]
    code = f"""
for place in {[str(place) for place in places]!r}:
    try:
        print(bool(open(place).read(10)))
    except OSError as reason:
        print(type(reason).__name__)
"""
    assert python(code).stdout.split() == [b"True"] * len(places)
    assert python(code, reads=[handed], shut_in=True).stdout.split() == [b"True", *[b"FileNotFoundError"] * 4]


@walled
def test_shut_in_it_writes_into_its_room_and_nowhere_else(tmp_path):
    handed, room = tmp_path / "handed", tmp_path / "room"
    handed.touch()
    room.mkdir()
    places = [room / "made", handed, Path("/made"), Path("/usr/made"), sandbox.TOP / "materials" / "made"]
    code = f"""
for place in {[str(place) for place in places]!r}:
    try:
        print(open(place, "w").write("x"))
    except OSError as reason:
        print(type(reason).__name__)
"""
    told = python(code, reads=[handed], room=room, shut_in=True).stdout.split()
    assert told == [b"1", *[b"OSError"] * 4]
    assert ((room / "made").read_text(), handed.read_text()) == ("x", "")


@walled
def test_shut_in_it_reaches_no_network_and_outside_it_does():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        code = f"import socket; socket.create_connection(('127.0.0.1', {port}), 2)"
        assert python(code, shut_in=True).status == 1
        assert python(code, shut_in=False).is_good
        listener.settimeout(5)
        listener.accept()[0].close()
        listener.settimeout(0.2)
        with pytest.raises(TimeoutError):
            listener.accept()


@walled
def test_shut_in_it_sees_no_process_but_its_own():
    assert int(shell("ls -d /proc/[0-9]* | wc -l", shut_in=True).stdout) < 8
    assert shell(f"kill -0 {os.getpid()}", shut_in=True).status != 0


def test_where_it_cannot_be_shut_in_it_does_not_run_at_all(monkeypatch, tmp_path):
    monkeypatch.setattr(sandbox, "can_shut_in", lambda: False)
    with pytest.raises(sandbox.CannotShutIn):
        shell(f"touch {tmp_path}/ran", shut_in=True)
    assert list(tmp_path.iterdir()) == []


def test_a_bubblewrap_that_may_not_work_here_is_found_out(monkeypatch, tmp_path):
    (tmp_path / "bwrap").write_text("#!/bin/sh\necho no permission to create a namespace >&2\nexit 1\n")
    (tmp_path / "bwrap").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(sandbox, "_environ", lambda room: {"PATH": f"{tmp_path}:/usr/bin:/bin"})
    sandbox.can_shut_in.cache_clear()
    assert sandbox.can_shut_in() is False
    sandbox.can_shut_in.cache_clear()
