"""Running a program on a file that a stranger made: with limits, and where it can be, shut in.

Limits hold everywhere: time, memory, size of files, output. Shut in means besides that bubblewrap gives the program a
world of its own: no network, no process but its own, and no file but the programs it needs, the files it is handed,
and one folder to write into.
"""

import functools
import os
import selectors
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from math import ceil
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent
LIMITS = Path(__file__).with_name("limits.py")
MOST_OUTPUT = 4 * 1024 * 1024
MOST_COMPLAINTS = 64 * 1024
PIECE = 64 * 1024
# How long to wait for the last words of what was killed.
LAST_WORDS = 2.0
# How often to look whether the program has ended while a child that it left behind holds its output open.
GLANCE = 0.2
# A shell, and bubblewrap, tell the signal that killed a program by this much more.
BY_SIGNAL = 128
# What programs need of a system. Not all of /usr: some keep what is theirs in /usr/src or /usr/local.
SYSTEM = (
    "/usr/bin",
    "/usr/sbin",
    "/usr/lib",
    "/usr/lib32",
    "/usr/lib64",
    "/usr/libexec",
    "/usr/share",
    "/usr/local/bin",
    "/usr/local/lib",
    "/usr/local/share/fonts",
    "/bin",
    "/sbin",
    "/lib",
    "/lib32",
    "/lib64",
    "/libx32",
    "/etc/alternatives",
    "/etc/fonts",
    "/etc/ld.so.cache",
    "/etc/ld.so.conf",
    "/etc/ld.so.conf.d",
    "/etc/libreoffice",
    "/var/cache/fontconfig",
)


class CannotShutIn(Exception):
    """This machine has no bubblewrap, or does not let it work."""


@dataclass(frozen=True)
class Finished:
    """How a program ended. `why` is empty when it ended by itself; else "timeout", "flooded" or "killed"."""

    status: int | None
    stdout: bytes
    stderr: bytes
    why: str = ""

    @property
    def is_good(self) -> bool:
        return self.status == 0


def run(
    command: Sequence[str],
    *,
    seconds: float,
    memory: int,
    largest_file: int,
    reads: Sequence[Path] = (),
    room: Path | None = None,
    shut_in: bool = False,
) -> Finished:
    """Run `command` to its end, or end it and all it started after `seconds`.

    `memory` (address space of one process) and `largest_file` in bytes. `room` is the one folder it may write into, and
    its HOME. Shut in it can read only `reads` besides programs; our own interpreter brings its packages and the code of
    this app along. More than MOST_OUTPUT on stdout ends it ("flooded"). Raises CannotShutIn.
    """
    if shut_in and not can_shut_in():
        raise CannotShutIn("bubblewrap (bwrap) is not installed, or may not work here.")
    return _run([*_walls(command, reads, room), *command] if shut_in else command, seconds, memory, largest_file, room)


@functools.cache
def can_shut_in() -> bool:
    """Whether bubblewrap is here and may do its work; containers often forbid it. Asked once."""
    if shutil.which("bwrap") is None:
        return False
    return _run([*_walls(["true"], (), None), "true"], seconds=20, memory=1 << 30, largest_file=0, room=None).is_good


def _run(words: Sequence[str], seconds: float, memory: int, largest_file: int, room: Path | None) -> Finished:
    cpu = ceil(seconds) * (os.cpu_count() or 1)
    limited = [sys.executable, "-I", "-S", str(LIMITS), str(os.getpid()), str(cpu), str(memory), str(largest_file)]
    process = subprocess.Popen(  # noqa: S603 - the words are ours; a stranger's file is only named by them
        [*limited, *words],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=room or "/",
        env=_environ(room),
        start_new_session=True,
    )
    with process:
        listening = _Listening(process)
        try:
            why = listening.until(time.monotonic() + seconds)
        finally:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        listening.hear_out()
    status = None if why else process.returncode
    if status is not None and (status < 0 or status > BY_SIGNAL):
        why = "killed"
    return Finished(status, bytes(listening.stdout), bytes(listening.stderr), why)


def _environ(room: Path | None) -> dict[str, str]:
    """Nothing of ours: neither addresses of databases nor secrets."""
    home = str(room or "/nonexistent")
    return {
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "LC_ALL": "C.UTF-8",
        "HOME": home,
        "TMPDIR": str(room or "/tmp"),  # noqa: S108 - shut in it is empty, else nothing secret is written there
        "PYTHONPATH": str(TOP),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONNOUSERSITE": "1",
    }


def _walls(command: Sequence[str], reads: Sequence[Path], room: Path | None) -> list[str]:
    """The words of bubblewrap before a command."""
    words = ["bwrap", "--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL"]
    words += ["--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp"]  # noqa: S108 - an empty one of its own
    for path in map(Path, SYSTEM):
        if path.is_symlink():
            words += ["--symlink", str(path.readlink()), str(path)]
        elif path.exists():
            words += ["--ro-bind", str(path), str(path)]
            # Should the portal be installed among programs, its folder is hidden all the same.
            words += ["--tmpfs", str(TOP)] if path in TOP.parents else []
    for path in [*(_interpreter() if command[0] == sys.executable else ()), *reads]:
        words += ["--ro-bind", str(path), str(path)]
    if room is not None:
        words += ["--bind", str(room), str(room)]
    return [*words, "--remount-ro", "/", "--chdir", str(room or "/"), "--"]


def _interpreter() -> list[Path]:
    """What our own Python needs to run this app's code: itself, the packages, this app and what it knows of PDF; not
    the folder above it, where the database and the media may lie."""
    parts = [Path(home) / part for home in (sys.base_prefix, sys.prefix) for part in ("bin", "lib", "pyvenv.cfg")]
    code = (TOP / "materials", TOP / "registry" / "__init__.py", TOP / "registry" / "pdf")
    return [*(part for part in dict.fromkeys(parts) if part.exists()), *code]


class _Listening:
    """Takes what a program says, and keeps no more of it than is useful."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        self.process = process
        self.stdout, self.stderr = bytearray(), bytearray()
        self.selector = selectors.DefaultSelector()
        for stream, kept in ((process.stdout, self.stdout), (process.stderr, self.stderr)):
            assert stream is not None  # noqa: S101 - both were asked for
            os.set_blocking(stream.fileno(), False)
            self.selector.register(stream, selectors.EVENT_READ, kept)

    def until(self, end: float) -> str:
        """Listen until the program ends, says too much ("flooded") or `end` comes ("timeout")."""
        while (left := end - time.monotonic()) > 0:
            if not self.selector.get_map():
                with suppress(subprocess.TimeoutExpired):
                    self.process.wait(left)
                    return ""
                return "timeout"
            self._hear(min(left, GLANCE))
            if len(self.stdout) >= MOST_OUTPUT:
                return "flooded"
            if self.process.poll() is not None:
                return ""
        return "timeout"

    def hear_out(self) -> None:
        """What was still under way; then the streams may be closed."""
        end = time.monotonic() + LAST_WORDS
        while self.selector.get_map() and (left := end - time.monotonic()) > 0 and len(self.stdout) < MOST_OUTPUT:
            self._hear(left)
        self.selector.close()

    def _hear(self, seconds: float) -> None:
        for key, _readable in self.selector.select(seconds):
            piece = os.read(key.fd, PIECE)
            if not piece:
                self.selector.unregister(key.fileobj)
            most = MOST_OUTPUT if key.data is self.stdout else MOST_COMPLAINTS
            key.data.extend(piece[: most - len(key.data)])
