"""Finding the LibreOffice and the bubblewrap that show a PPT's pages, and getting them when the machine has none.

Order: both on PATH; as root with apt, the distribution's packages. The portal runs without: a PPT then shows only the
thumbnail it carries.
"""

import shutil
import subprocess
import sys
from dataclasses import dataclass

from script import apt

PACKAGES = ("libreoffice-impress-nogui", "bubblewrap", "fonts-noto-cjk")


@dataclass(frozen=True)
class Office:
    """The two programs, as they lie on this machine."""

    soffice: str
    bwrap: str


def find() -> Office | None:
    """What this machine has; downloads nothing."""
    soffice, bwrap = shutil.which("soffice"), shutil.which("bwrap")
    return Office(soffice, bwrap) if soffice and bwrap else None


def obtain() -> Office | None:
    """Find both or install them. Returns None, after saying why on stderr, when that does not work."""
    if here := find():
        return here
    try:
        apt.install(*PACKAGES)
    except (OSError, subprocess.SubprocessError, apt.Unobtainable) as reason:
        print(f"LibreOffice and bubblewrap by apt: {reason}", file=sys.stderr, flush=True)
        return None
    if here := find():
        return here
    print("LibreOffice and bubblewrap by apt: what was installed is not on PATH.", file=sys.stderr, flush=True)
    return None
