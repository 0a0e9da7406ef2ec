"""The first thing a limited child runs: it ties its own hands and then becomes the program it was asked to run.

`python -I -S limits.py PARENT CPU_SECONDS MEMORY LARGEST_FILE PROGRAM ARGUMENT…`. Only the standard library, and little
of it: this is the price of every child.
"""

import ctypes
import os
import resource
import signal
import sys

PR_SET_PDEATHSIG = 1
OPEN_FILES = 512
# Exit status of a shell that does not find a program.
NOT_FOUND = 127
# What somebody waits for in a browser goes before what runs in the background.
NICE = 10


def main(words: list[str]) -> None:
    """Does not return."""
    parent, cpu, memory, largest_file = (int(word) for word in words[:4])
    die_with(parent)
    limit(resource.RLIMIT_CPU, cpu)
    limit(resource.RLIMIT_AS, memory)
    limit(resource.RLIMIT_FSIZE, largest_file)
    limit(resource.RLIMIT_NOFILE, OPEN_FILES)
    limit(resource.RLIMIT_CORE, 0)
    os.umask(0o077)
    os.nice(NICE)
    try:
        # A program given word by word, no shell.
        os.execvp(words[4], words[4:])  # noqa: S606
    except OSError as reason:
        sys.stderr.write(f"{words[4]}: {reason}\n")
        sys.exit(NOT_FOUND)


def die_with(parent: int) -> None:
    """Be killed when the parent dies; only Linux knows how to ask for that."""
    if not sys.platform.startswith("linux"):
        return
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    # It may have died before we asked.
    if os.getppid() != parent:
        sys.exit(1)


def limit(what: int, most: int) -> None:
    """Never more than `most`, nor than is allowed anyway; where a system does not know a limit, without it."""
    _soft, hard = resource.getrlimit(what)
    most = most if hard == resource.RLIM_INFINITY else min(most, hard)
    try:
        resource.setrlimit(what, (most, most))
    except (ValueError, OSError) as reason:
        # macOS refuses a limit on the address space; Linux refuses none that is not above the hard one.
        sys.stderr.write(f"no limit {what}: {reason}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
