"""Installing the distribution's packages, where that is possible."""

import os
import shutil
import subprocess
import sys


class Unobtainable(Exception):
    """This way of getting something is closed; the message says why."""


def install(*packages: str) -> None:
    """With apt, as root. Raises Unobtainable, OSError, TimeoutExpired."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise Unobtainable("needs root and apt-get.")
    print(f"Installing {' and '.join(packages)} with apt …", file=sys.stderr, flush=True)
    environ = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update"], ["install", "-y", "--no-install-recommends", *packages]):
        done = subprocess.run(
            ["apt-get", "-q", *command], env=environ, capture_output=True, text=True, timeout=900, check=False
        )
        if done.returncode:
            raise Unobtainable(f"apt-get {command[0]} failed: {done.stderr.strip()[-500:]}")
