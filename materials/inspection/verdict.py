"""From a path to a report."""

import errno
import hashlib
import importlib
import logging
import warnings
from pathlib import Path

from materials.inspection.report import Case, Report, Stop
from materials.inspection.sniff import sniff

BLOCK = 1 << 20
# Which room looks at what; imported only when needed, for some are heavy.
ROOMS = {
    "deck": {"zip": "pptx", "ole": "ppt", "pdf": "pdf"},
    "video": {"mp4": "video", "mov": "video"},
}


def inspect(path: Path, kind: str, *, poster: Path | None = None, most_seconds: int = 300) -> Report:
    """Look at one file; `kind` is deck or video, `poster` the place for a JPEG of it.

    Raises OSError when the disk fails, MemoryError and ImportError when there is too little room; anything else the
    file is to blame for.
    """
    case = Case(path, kind, poster, most_seconds)
    sha256 = _hash(path)
    try:
        with warnings.catch_warnings():
            _quiet()
            _look(case, sniff(path))
    except Stop:
        pass
    # A library that is missing, or that finds no room to be loaded.
    except (MemoryError, ImportError):
        raise
    except OSError as trouble:
        # The system's own failures carry a number; those that libraries make up about a file do not. An argument is
        # invalid when a file made us ask for a place that cannot be.
        if trouble.errno not in (None, errno.EINVAL):
            raise
        _note_trouble(case)
    # Parsers meet input here that was made to break them.
    except Exception:  # noqa: BLE001
        _note_trouble(case)
    return _report(case, sha256)


def _look(case: Case, found: str) -> None:
    room = ROOMS[case.kind].get(found)
    if found == "empty":
        case.findings.refuse("empty")
    elif room is None:
        case.not_wanted(found)
    else:
        importlib.import_module(f"materials.inspection.{room}").look(case)


def _note_trouble(case: Case) -> None:
    """The secretary is told to save the file anew; whoever looks after the portal finds the cause on stderr."""
    logging.getLogger(__name__).exception("%s broke", case.path.name)
    case.findings.refuse("unreadable")


def _report(case: Case, sha256: str) -> Report:
    return Report(
        verdict="refused" if case.findings.refused else "accepted",
        format=case.format,
        findings=case.findings.as_json(),
        facts=case.facts,
        sha256=sha256,
        poster=case.has_poster,
    )


def _hash(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            digest.update(block)
    return digest.hexdigest()


def _quiet() -> None:
    """What parsers grumble about is said by the findings."""
    warnings.simplefilter("ignore")
    for name in ("pypdf", "libav", "olefile"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
