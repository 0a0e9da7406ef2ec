"""A small supervisor to try things on: `python -m tests.script.drive WHAT FOLDER`.

Each program writes its process id into FOLDER/NAME.pid and sleeps; WHAT says what is unusual today.
"""

import sys
import time
from pathlib import Path

from script import supervisor
from script.supervisor import GaveUp, Program, supervise

SLEEP = "import os, sys, time; open(sys.argv[1], 'w').write(str(os.getpid())); time.sleep(600)"
DEAF = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {SLEEP}"


def sleeper(folder: Path, name: str, code: str = SLEEP) -> Program:
    """A program that answers once it has written its id."""
    pid = folder / f"{name}.pid"
    return Program(name, [sys.executable, "-c", code, str(pid)], lambda: bool(pid.exists() and pid.read_text()))


def programs(what: str, folder: Path) -> list[Program]:
    """The programs of one trial."""
    first = sleeper(folder, "first")
    last = {
        "deaf": sleeper(folder, "second", DEAF),
        "dies": Program("second", [sys.executable, "-c", "raise SystemExit(3)"], lambda: True),
        "mute": Program("second", [sys.executable, "-c", SLEEP, str(folder / "second.pid")], lambda: False, patience=1),
        "absent": Program("second", [str(folder / "no such program")], lambda: True),
    }
    return [first, last.get(what) or sleeper(folder, "second")]


def main(what: str, folder: Path) -> None:
    """Run the trial; what a person would read goes to stdout."""
    supervisor.PAUSES = (0.05, 0.05)
    supervisor.SECONDS_TO_STOP = 0.5
    if what == "watchdog":
        # As on a system whose kernel does not end children with their parent.
        supervisor.LINUX = False
    try:
        supervise(programs(what, folder), say=lambda said: print(said, flush=True), ready=lambda: ready(folder))
    except GaveUp as reason:
        print(reason, flush=True)


def ready(folder: Path) -> None:
    """Leave the time at which everything answered."""
    (folder / "ready").write_text(str(time.time()))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
