"""Programs that are started together, watched, and taken down together: real processes throughout."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings

from tests.script.terminal import listen


@contextmanager
def driven(what: str, folder: Path) -> Iterator[subprocess.Popen[str]]:
    """A supervisor at work on a trial of tests/script/drive.py."""
    command = [sys.executable, "-m", "tests.script.drive", what, str(folder)]
    process = subprocess.Popen(command, cwd=settings.BASE_DIR, stdout=subprocess.PIPE, text=True, preexec_fn=listen)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def until(holds: Callable[[], object], seconds: float = 15) -> None:
    """Wait for something that must come true."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def pid_of(folder: Path, name: str) -> int:
    return int((folder / f"{name}.pid").read_text())


def alive(pid: int) -> bool:
    """Whether a process runs; one that only waits to be collected does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_request_to_stop_takes_everything_down_and_says_so(tmp_path, number):
    with driven("plain", tmp_path) as supervisor:
        until((tmp_path / "ready").exists)
        pids = [pid_of(tmp_path, "first"), pid_of(tmp_path, "second")]
        assert [alive(pid) for pid in pids] == [True, True]
        supervisor.send_signal(number)
        said, _ = supervisor.communicate(timeout=15)
        assert (said, supervisor.returncode) == ("Stopping …\n", 0)
        assert [alive(pid) for pid in pids] == [False, False]


@pytest.mark.parametrize("what", ["plain", "watchdog"])
def test_nothing_outlives_a_supervisor_that_is_killed_outright(tmp_path, what):
    with driven(what, tmp_path) as supervisor:
        until((tmp_path / "ready").exists)
        pids = [pid_of(tmp_path, "first"), pid_of(tmp_path, "second")]
        supervisor.kill()
        until(lambda: not any(alive(pid) for pid in pids), seconds=5)


def test_a_program_that_is_killed_is_started_again(tmp_path):
    with driven("plain", tmp_path) as supervisor:
        until((tmp_path / "ready").exists)
        before = pid_of(tmp_path, "second")
        (tmp_path / "second.pid").unlink()
        os.kill(before, signal.SIGKILL)
        until(lambda: (tmp_path / "second.pid").exists() and (tmp_path / "second.pid").read_text())
        assert pid_of(tmp_path, "second") != before
        assert alive(pid_of(tmp_path, "first"))
        supervisor.terminate()
        said, _ = supervisor.communicate(timeout=15)
        assert said == "second ended (killed by SIGKILL); starting it again in 0.05 s\nStopping …\n"


def test_a_program_that_keeps_dying_ends_everything_with_a_sentence(tmp_path):
    with driven("dies", tmp_path) as supervisor:
        said, _ = supervisor.communicate(timeout=15)
        again = "second ended (exit status 3); starting it again in 0.05 s\n"
        assert said == f"{again}{again}second ended 3 times (exit status 3).\n"
        assert not alive(pid_of(tmp_path, "first"))


def test_a_program_that_never_answers_ends_everything_with_a_sentence(tmp_path):
    with driven("mute", tmp_path) as supervisor:
        said, _ = supervisor.communicate(timeout=15)
        assert said == "second did not answer within 1 seconds.\n"
        assert not alive(pid_of(tmp_path, "first"))
        assert not (tmp_path / "ready").exists()


def test_a_program_that_is_not_there_is_named(tmp_path):
    with driven("absent", tmp_path) as supervisor:
        said, _ = supervisor.communicate(timeout=15)
        assert said.startswith("second cannot be started: [Errno 2] No such file or directory")
        assert not alive(pid_of(tmp_path, "first"))


def test_a_program_that_does_not_obey_is_killed(tmp_path):
    with driven("deaf", tmp_path) as supervisor:
        until((tmp_path / "ready").exists)
        deaf = pid_of(tmp_path, "second")
        supervisor.terminate()
        supervisor.communicate(timeout=15)
        assert not alive(deaf)
