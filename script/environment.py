"""Makes .venv and installs one requirements file there, unless that is already done.

Runs on a bare Python, before anything is installed: standard library only.
"""

import fcntl
import hashlib
import os
import subprocess
import sys
import venv
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent
VENV = TOP / ".venv"
PYTHON = VENV / "bin" / "python"


def usable() -> bool:
    """Whether .venv has a Python that starts: the one it was made from may be gone, or be unreadable to this user."""
    probe = "import pip, sys; sys.exit(sys.version_info[:2] < (3, 11))"
    try:
        return subprocess.run([PYTHON, "-c", probe], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def fingerprint(requirements: Path) -> str:
    """What decides whether to install again: the wanted packages and the Python they are for."""
    version = subprocess.run([PYTHON, "--version"], capture_output=True, check=True).stdout
    return hashlib.sha256(requirements.read_bytes() + version).hexdigest()


def install(requirements: Path) -> None:
    """Install with hashes, and remember it in a stamp inside .venv. Raises CalledProcessError."""
    stamp = VENV / f"{requirements.name}.sha256"
    wanted = fingerprint(requirements)
    if stamp.exists() and stamp.read_text() == wanted:
        return
    print(f"Installing {requirements.name} into .venv …", file=sys.stderr, flush=True)
    pip: list[str | Path] = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
    # Wheels only: a build from source would need compilers that an office PC does not have.
    subprocess.run([*pip, "--only-binary=:all:", "--require-hashes", "-r", requirements], check=True)
    stamp.write_text(wanted)


def main(name: str) -> int:
    """Exit status 0 when .venv is ready."""
    top = os.open(TOP, os.O_RDONLY)
    # Two scripts started side by side must not install over each other.
    fcntl.flock(top, fcntl.LOCK_EX)
    if not usable():
        print("Making .venv …", file=sys.stderr, flush=True)
        venv.create(VENV, clear=True, symlinks=True, with_pip=True)
    install(TOP / name)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1]))
    except subprocess.CalledProcessError as failed:
        said = f"\n{failed.output.decode(errors='replace')}" if failed.output else ""
        sys.exit(f"Preparing .venv failed: {' '.join(map(str, failed.cmd))}{said}")
    except OSError as refused:
        sys.exit(f"Cannot make {VENV}: {refused}")
    except KeyboardInterrupt:
        sys.exit(130)
