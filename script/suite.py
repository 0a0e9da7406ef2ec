"""What must hold before a change is accepted: linters, types, Django's checks, the tests on both databases."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from urllib.parse import urlsplit

from materials import sandbox
from script import chromium, office, postgres

PYTHON = sys.executable
# Each step: what it is called, and its command.
LINT: tuple[tuple[str, list[str]], ...] = (
    ("ruff check", ["ruff", "check"]),
    ("ruff format", ["ruff", "format", "--check"]),
    ("mypy", ["mypy", "."]),
)
CHECKS: tuple[tuple[str, list[str]], ...] = (
    ("manage.py check", ["manage.py", "check"]),
    ("manage.py makemigrations", ["manage.py", "makemigrations", "--check", "--dry-run"]),
)


class Suite:
    """Runs steps one after another and remembers how each went."""

    def __init__(self) -> None:
        self.outcomes: list[tuple[str, str, float]] = []

    def step(self, name: str, command: list[str], environ: Mapping[str, str] | None = None) -> None:
        """Run one step; a failure is remembered and the next step runs all the same."""
        print(f"\n=== {name}", flush=True)
        began = time.monotonic()
        status = subprocess.run(command, env={**os.environ, **(environ or {})}, check=False).returncode
        self.outcomes.append((name, "passed" if status == 0 else "FAILED", time.monotonic() - began))

    def note(self, name: str, outcome: str) -> None:
        """Remember a step that could not run."""
        self.outcomes.append((name, outcome, 0.0))

    def close(self) -> int:
        """Print every step's outcome; exit status 1 when one failed."""
        print("\n=== outcome")
        for name, outcome, seconds in self.outcomes:
            print(f"{name:28} {outcome}  {seconds:.0f} s")
        return int(any(outcome.startswith("FAILED") for _, outcome, _ in self.outcomes))


def parallel() -> list[str]:
    """How pytest spreads over the cores: at least two workers, so that no test leans on another one's rest."""
    return ["-n", str(max(2, os.cpu_count() or 1)), "--dist", "worksteal"]


def browser(suite: Suite) -> dict[str, str]:
    """Find or install a Chromium; where one can always be installed (CI as root), its absence is a failure."""
    found = chromium.obtain()
    if found is None:
        must = os.environ.get("CI") and os.geteuid() == 0
        suite.note("browser", "FAILED: no Chromium" if must else "skipped: no Chromium could be found or installed")
        return {}
    if not chromium.has_chinese_font():
        print("No Chinese font is installed: the browser tests run, their screenshots show boxes.", flush=True)
    return {} if found.environ else {"CHROMIUM": found.program}


def previews(suite: Suite) -> None:
    """Find or install what draws a PPT's pages; where it can always be installed (CI as root), it must be there."""
    if office.obtain() is None:
        must = os.environ.get("CI") and os.geteuid() == 0
        suite.note("previews", "FAILED: no LibreOffice" if must else "skipped: no LibreOffice with bubblewrap")
    elif not sandbox.can_shut_in():
        suite.note("previews", "skipped: this machine does not let bubblewrap work")


def on_postgres(suite: Suite, pytest: list[str], environ: Mapping[str, str]) -> None:
    """The tests that touch a database on PostgreSQL too: the server that DATABASE_URL names, or a throw-away one."""
    name = "pytest on PostgreSQL"
    pytest = [*pytest[:3], "-m", "not any_database", *pytest[3:]]
    if urlsplit(os.environ.get("DATABASE_URL", "")).scheme in ("postgres", "postgresql"):
        suite.step(name, pytest, environ)
        return
    try:
        with postgres.server() as url:
            suite.step(name, pytest, {**environ, "DATABASE_URL": url})
    except postgres.NoPostgres as reason:
        suite.note(name, f"FAILED: {reason}")


def main(words: list[str]) -> int:
    """Exit status 0 when everything passed."""
    # Ended from outside, still take the database server down: the cleanup hangs on this exception.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    fast = "--fast" in words
    given = [word for word in words if word != "--fast"]
    suite = Suite()
    for name, command in LINT:
        suite.step(name, [PYTHON, "-m", *command])
    for name, command in CHECKS:
        suite.step(name, [PYTHON, *command])
    pytest = [PYTHON, "-m", "pytest", *parallel(), *(["-m", "not browser"] if fast else []), *given]
    environ = {} if fast else browser(suite)
    if not fast:
        previews(suite)
    suite.step("pytest on SQLite", pytest, {**environ, "DATABASE_URL": ""})
    if not fast:
        on_postgres(suite, pytest, environ)
    return suite.close()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
