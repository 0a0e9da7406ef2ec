"""The portal on this machine: prepares the database, then runs broker, worker, scheduler and web server together."""

import argparse
import errno
import fcntl
import http.client
import ipaddress
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from config import broker
from script.supervisor import GaveUp, Program, supervise

TOP = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104


def say(sentence: str) -> None:
    """One line for the person at the terminal."""
    print(f"portal: {sentence}", file=sys.stderr, flush=True)


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="script/server", description="Run the portal on this machine.")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default %(default)s: this machine)")
    parser.add_argument("--port", default=8000, type=int, help="port to listen on (default %(default)s)")
    parser.add_argument("--no-demo", action="store_true", help="leave an empty database empty")
    parser.add_argument(
        "--new-passwords",
        action="store_true",
        help="give the demo's people passwords that are not in the README, and print them",
    )
    return parser.parse_args()


def listen(host: str, port: int) -> socket.socket:
    """The socket that the web server will accept on. Exits with a sentence when it cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=2048)
    except OverflowError:
        sys.exit(f"{port} is not a port number.")
    except OSError as refused:
        if refused.errno == errno.EADDRINUSE:
            another = port + 1 if port < 65_535 else 8000
            sys.exit(f"Port {port} is in use. Stop what uses it, or choose another: script/server --port {another}")
        sys.exit(f"Cannot listen on {host} port {port}: {refused.strerror}.")


@contextmanager
def alone_in(state: Path) -> Iterator[None]:
    """Hold the state folder for this server only; exits with a sentence when another one runs on it."""
    try:
        state.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = os.open(state / "server.lock", os.O_CREAT | os.O_RDWR, 0o600)
    except OSError as refused:
        sys.exit(f"Cannot write to the state folder {state}: {refused.strerror}. PORTAL_VAR names another one.")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        sys.exit(f"Another server runs on {state}. Stop it, or give this one a folder of its own with PORTAL_VAR.")
    try:
        yield
    finally:
        os.close(lock)


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches what listens there."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def hosts(host: str) -> str:
    """Names under which the portal answers (PORTAL_HOSTS), for the address it listens on."""
    names = ["127.0.0.1", "localhost", "[::1]"]
    if host in EVERYWHERE:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            # Connecting a datagram socket sends nothing; it only tells which address of this machine would be used.
            try:
                probe.connect(("192.0.2.1", 9))
                names.append(probe.getsockname()[0])
            except OSError:
                pass
        names.append(socket.gethostname())
    else:
        names.append(f"[{host}]" if ":" in host else host)
    return ",".join(dict.fromkeys(names))


def address(host: str, port: int) -> str:
    """What other people would type, and what certificates lead to unless PORTAL_URL says otherwise.

    Of a server that listens everywhere: this machine's address in its network.
    """
    if host in EVERYWHERE:
        host = next(iter(hosts(host).split(",")[3:-1]), "127.0.0.1")
    return f"http://{f'[{host}]' if ':' in host else host}:{port}/"


def answers(host: str, port: int) -> bool:
    """Whether the web server answers. Raises GaveUp when its first page is broken: waiting would not mend that."""
    line = http.client.HTTPConnection(host, port, timeout=5)
    try:
        line.request("GET", "/")
        status = line.getresponse().status
    except (OSError, http.client.HTTPException):
        return False
    finally:
        line.close()
    if status >= 500:
        raise GaveUp(f"The first page answers with status {status}.")
    return True


def programs(queue: broker.Broker, web: socket.socket, host: str, state: Path) -> list[Program]:
    """What runs, in the order of starting."""
    port = web.getsockname()[1]
    mark = state / "worker-ready"
    mark.unlink(missing_ok=True)
    environ = {"CELERY_BROKER_URL": queue.url}
    celery = (str(BIN / "celery"), "--app=config.celery:app", "--quiet", "--skip-checks")
    web_server = (
        str(BIN / "gunicorn"),
        "config.wsgi:application",
        "--config=python:config.web.gunicorn_conf",
        f"--bind=fd://{web.fileno()}",
    )
    worker = (
        *celery,
        "worker",
        "--pool=threads",
        "--concurrency=2",
        "--loglevel=warning",
        "--without-gossip",
        "--without-mingle",
        "--without-heartbeat",
    )
    at_work = {
        **environ,
        "PORTAL_READY_FILE": str(mark),
        # A newcomer's container runs as root; the warning fills the terminal and asks for nothing that matters here.
        "PYTHONWARNINGS": "ignore:You're running the worker",
    }
    scheduler = (*celery, "beat", "--loglevel=warning", f"--schedule={state / 'beat-schedule'}", "--pidfile=")
    return [
        *([Program("the broker", queue.command, queue.answers)] if queue.command else []),
        Program("the web server", web_server, lambda: answers(host, port), environ, sockets=(web.fileno(),)),
        Program("the worker", worker, mark.exists, at_work),
        Program("the scheduler", scheduler, lambda: True, environ),
    ]


def main() -> int:
    """Exit status 0 after an orderly stop, 1 with a sentence otherwise."""
    options = arguments()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    url = address(options.host, options.port)
    for name, value in (("PORTAL_HOSTS", hosts(options.host)), ("PORTAL_URL", url)):
        # Blank is as if not set.
        if not os.environ.get(name, "").strip():
            os.environ[name] = value
    # What the portal keeps is nobody else's to read.
    os.umask(0o077)
    state = Path(os.environ.get("PORTAL_VAR") or TOP / "var").resolve()
    with alone_in(state), listen(options.host, options.port) as web, broker.found(os.environ, state) as queue:
        asked = {
            "--no-demo": options.no_demo,
            "--new-passwords": options.new_passwords,
            "--to-others": not is_loopback(options.host),
        }
        prepare = [sys.executable, "-m", "script.prepare", *(word for word, wanted in asked.items() if wanted)]
        if subprocess.run(prepare, env={**os.environ, "CELERY_BROKER_URL": queue.url}, check=False).returncode:
            return 1
        say(f"the broker is {queue.name}")
        try:
            asks = "127.0.0.1" if options.host in EVERYWHERE else options.host
            ready = lambda: say(f"open {url} (Ctrl-C stops everything)")  # noqa: E731
            supervise(programs(queue, web, asks, state), say=say, ready=ready)
        except GaveUp as reason:
            say(f"{reason} Everything is stopped; the reason is above.")
            return 1
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
