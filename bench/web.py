"""The portal's web server as script/server starts it, to be killed and measured; and a way to sign in to it."""

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlencode

from script.supervisor import die_with_parent

TOP = Path(__file__).resolve().parent.parent
PATIENCE_S = 60.0


class Web:
    """gunicorn on a port of its own, with workers whose memory and CPU time are asked of the kernel."""

    def __init__(self, application: str, log: Path, environ: dict[str, str] | None = None) -> None:
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self.port: int = probe.getsockname()[1]
        self.command = [
            *(sys.executable, "-m", "gunicorn", application, f"--bind=127.0.0.1:{self.port}"),
            "--config=python:config.web.gunicorn_conf",
        ]
        self.log, self.environ = log.open("ab"), {**os.environ, **(environ or {})}
        self.peak_kb = 0

    def start(self) -> None:
        # A group of its own: what is killed is killed with all its workers.
        self.process = subprocess.Popen(
            self.command,
            cwd=TOP,
            env=self.environ,
            stdout=self.log,
            stderr=self.log,
            start_new_session=True,
            preexec_fn=die_with_parent(),
        )
        deadline = time.monotonic() + PATIENCE_S
        while not self.answers():
            assert time.monotonic() < deadline, "the web server does not answer"
            time.sleep(0.05)

    def answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1):
                return True
        except OSError:
            return False

    def kill(self) -> None:
        """SIGKILL, for it and all its workers at once."""
        self.look()
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def workers(self) -> list[int]:
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [int(pid) for pid in children.split()]

    def look(self) -> int:
        """The most memory a worker ever had, in kilobytes; remembered over kills."""
        for pid in self.workers():
            told = re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
            self.peak_kb = max(self.peak_kb, int(told[1]) if told else 0)
        return self.peak_kb

    def cpu(self) -> float:
        """Seconds of CPU that the workers have used."""
        return sum(_seconds(pid) for pid in self.workers())

    def close(self) -> None:
        if self.process.poll() is None:
            self.kill()
        self.log.close()


def _seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def sign_in(port: int, username: str, password: str) -> dict[str, str]:
    """The headers of a client that has signed in: its cookies and its CSRF token."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
    line.request("GET", "/sign-in/")
    page = line.getresponse()
    cookies = _cookies(page)
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.read().decode())
    assert token, "the page of signing in has no token"
    form = urlencode({"username": username, "password": password, "csrfmiddlewaretoken": token[1]})
    told = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": _told(cookies)}
    line.request("POST", "/sign-in/", form, told)
    answer = line.getresponse()
    answer.read()
    assert answer.status == 302, f"signing in was answered with {answer.status}"
    cookies |= _cookies(answer)
    line.close()
    return {"Cookie": _told(cookies), "X-CSRFToken": cookies["csrftoken"]}


def _cookies(answer: http.client.HTTPResponse) -> dict[str, str]:
    found: SimpleCookie = SimpleCookie()
    for told in answer.headers.get_all("Set-Cookie") or []:
        found.load(told)
    return {name: morsel.value for name, morsel in found.items()}


def _told(cookies: dict[str, str]) -> str:
    return "; ".join(f"{name}={value}" for name, value in cookies.items())


def prepare(words: Sequence[str] = ("--no-demo",)) -> None:
    subprocess.run([sys.executable, "-m", "script.prepare", *words], check=True, cwd=TOP)
