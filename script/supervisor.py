"""Runs a few programs together: started in order, restarted when one dies, taken down together.

Nothing started here outlives the supervisor, not even when it is killed with SIGKILL: Linux is asked to end the
children with their parent; elsewhere a watchdog process does it.
"""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from types import FrameType

LINUX = sys.platform.startswith("linux")
PR_SET_PDEATHSIG = 1
PAUSES: tuple[float, ...] = (1, 2, 4, 8, 16)
# A program that ran this many seconds is well again: its earlier deaths are forgotten.
WELL_AGAIN = 60.0
SECONDS_TO_STOP = 15.0
TICK = 0.1


@dataclass(frozen=True)
class Program:
    """One program to run; `ready` says whether it answers, and must not wait long itself."""

    name: str
    command: Sequence[str]
    ready: Callable[[], bool]
    environ: Mapping[str, str] = field(default_factory=dict)
    # Seconds it may take until it answers for the first time.
    patience: float = 120.0
    # Open sockets that it inherits.
    sockets: tuple[int, ...] = ()


class GaveUp(Exception):
    """A program could not be kept running; the message is the sentence for the person at the terminal."""


class Watchdog:
    """A small process that ends the others when the supervisor is gone: where the kernel does not do it."""

    def __init__(self) -> None:
        listening, self.line = os.pipe()
        command = [sys.executable, "-S", "-E", __file__]
        self.process = subprocess.Popen(command, stdin=listening, start_new_session=True)
        os.close(listening)

    def guard(self, pid: int) -> None:
        """Add a process to those that must not outlive the supervisor."""
        os.write(self.line, f"{pid}\n".encode())

    def dismiss(self) -> None:
        """All is stopped already; nothing is left to guard."""
        self.process.kill()
        self.process.wait()
        os.close(self.line)


class Running:
    """A program's present process and the record of its deaths."""

    def __init__(self, program: Program, watchdog: Watchdog | None) -> None:
        self.program = program
        self.watchdog = watchdog
        self.deaths = 0
        self.start()

    def start(self) -> None:
        """Start a process in a session of its own, so that Ctrl-C reaches the supervisor alone."""
        self.due: float | None = None
        self.answered = False
        self.started = time.monotonic()
        try:
            self.process = subprocess.Popen(
                self.program.command,
                env={**os.environ, **self.program.environ},
                stdin=subprocess.DEVNULL,
                pass_fds=self.program.sockets,
                start_new_session=True,
                preexec_fn=die_with_parent(),
            )
        except OSError as refused:
            raise GaveUp(f"{self.program.name} cannot be started: {refused}.") from refused
        if self.watchdog:
            self.watchdog.guard(self.process.pid)

    def look(self, say: Callable[[str], None]) -> None:
        """Notice a death, restart after a pause. Raises GaveUp after the last pause, or when it never answers."""
        now = time.monotonic()
        if self.due is not None:
            if now >= self.due:
                self.start()
            return
        status = self.process.poll()
        if status is None:
            self.answered = self.answered or self.program.ready()
            if not self.answered and now - self.started > self.program.patience:
                raise GaveUp(f"{self.program.name} did not answer within {self.program.patience:.0f} seconds.")
            return
        if now - self.started > WELL_AGAIN:
            self.deaths = 0
        if self.deaths == len(PAUSES):
            raise GaveUp(f"{self.program.name} ended {self.deaths + 1} times ({ending(status)}).")
        pause = PAUSES[self.deaths]
        self.deaths += 1
        self.due = now + pause
        say(f"{self.program.name} ended ({ending(status)}); starting it again in {pause} s")


def watch() -> None:
    """The watchdog's own main: read process ids until the supervisor's end of the pipe closes, then end them."""
    for line in list(sys.stdin):
        signal_group(int(line), signal.SIGKILL)


def die_with_parent(how: signal.Signals = signal.SIGKILL) -> Callable[[], None] | None:
    """What a child calls before it becomes the program, so that the kernel ends it with its parent; Linux only."""
    if not LINUX:
        return None
    libc = ctypes.CDLL(None, use_errno=True)
    parent = os.getpid()

    def tie() -> None:
        libc.prctl(PR_SET_PDEATHSIG, how, 0, 0, 0)
        if os.getppid() != parent:
            os.kill(os.getpid(), how)

    return tie


def supervise(programs: Sequence[Program], *, say: Callable[[str], None], ready: Callable[[], None]) -> None:
    """Run the programs until SIGINT, SIGTERM or SIGHUP; `ready` is called once, when all of them answer.

    A program is started when the one before it answers. Raises GaveUp when one cannot be kept running; in every case
    all of them are down when this returns.
    """
    watchdog = None if LINUX else Watchdog()
    running: list[Running] = []
    waiting = list(programs)
    announced = False
    with asked_to_stop() as asked:
        try:
            while not asked:
                if all(one.answered for one in running):
                    if waiting:
                        running.append(Running(waiting.pop(0), watchdog))
                    elif not announced:
                        ready()
                        announced = True
                for one in running:
                    one.look(say)
                time.sleep(TICK)
            say("Stopping …")
        finally:
            take_down(running)
            if watchdog:
                watchdog.dismiss()


@contextmanager
def asked_to_stop() -> Iterator[list[int]]:
    """A list that fills when somebody asks this process to stop; a signal that nohup or & told to ignore stays so."""
    asked: list[int] = []

    def note(number: int, _frame: FrameType | None) -> None:
        asked.append(number)

    heard = [n for n in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP) if signal.getsignal(n) != signal.SIG_IGN]
    before = {number: signal.signal(number, note) for number in heard}
    try:
        yield asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def take_down(running: Sequence[Running]) -> None:
    """End the programs, the last started first; what does not obey in time is killed with its whole group."""
    for one in reversed(running):
        if one.process.poll() is not None:
            continue
        one.process.terminate()
        with suppress(subprocess.TimeoutExpired):
            one.process.wait(SECONDS_TO_STOP)
        signal_group(one.process.pid, signal.SIGKILL)
        one.process.wait()


def signal_group(pid: int, number: signal.Signals) -> None:
    """Signal a process and everything it started; a group that is gone already is fine."""
    try:
        os.killpg(pid, number)
    except (ProcessLookupError, PermissionError):
        # macOS answers "not permitted" for a group of which only a zombie is left.
        return


def ending(status: int) -> str:
    """How a process ended, in words."""
    return f"killed by {signal.Signals(-status).name}" if status < 0 else f"exit status {status}"


if __name__ == "__main__":
    watch()
