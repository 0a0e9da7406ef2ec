"""Inspecting what has arrived: take a row, let a child look at the file, write down what it found.

The child parses what a stranger made, so it works with limits, shut in where this machine can, and may be killed: a
file that kills whoever looks at it is refused for that.
"""

import json
import logging
import secrets
import shutil
import sys
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import log
from contest import work
from contest.models.work import Progress
from materials import sandbox, store
from materials.models import Kind, Material, Preview, Verdict
from materials.models.terms import MB
from materials.right import terms_of

logger = logging.getLogger(__name__)
# Of the child: seconds, address space and the largest file it may write, in bytes.
SECONDS = 120.0
MEMORY = 3 * 1024 * MB
LARGEST = 16 * MB
POSTER = "poster.jpg"
# How a file is refused that nobody could look at to the end.
TOO_MUCH = {"verdict": "refused", "findings": [{"code": "too_demanding", "level": "refuse", "args": {}}]}


class NotInspected(Exception):
    """The file could not be looked at, which is not its fault; tried again."""


def inspect_due(at: datetime) -> int:
    """Inspect one version that is due; how many rows were taken, finished or not."""
    rows = Material.objects.all().take(at, 1)
    for row in rows:
        try:
            _inspect(Material.objects.whole().get(pk=row.pk), row.claim)
        except NotInspected as wrong:
            Material.objects.all().fail(row, str(wrong), timezone.now())
        # Whatever is wrong with one file must not keep the others waiting: it is tried again, then parked.
        except Exception as wrong:
            logger.exception("material %s was not inspected", row.pk)
            Material.objects.all().fail(row, _("程序出错：%(what)r") % {"what": wrong}, timezone.now())
    return len(rows)


def work_off() -> None:
    """Work until nothing is left but what is parked; rows that rest after a failure are waited for."""
    work.work_off(Material.objects.all(), inspect_due)


def _inspect(material: Material, claim: str) -> None:
    path = store.path_of(material.file)
    if store.size_of(material.file) != material.size:
        raise NotInspected(_("文件不在存放处，或者长度不对。"))
    with tempfile.TemporaryDirectory(prefix="inspect-") as name:
        report = _looked_at(material, path, Path(name))
        poster = _keep_poster(Path(name)) if report["verdict"] == Verdict.ACCEPTED else ""
    if not _decide(material, claim, report, poster):
        store.remove(poster)


def _looked_at(material: Material, path: Path, room: Path) -> dict[str, Any]:
    """What the child says of the file; a file that ends the child is refused."""
    seconds = terms_of(material.entry.stage).video_seconds
    finished = sandbox.run(
        [
            *(sys.executable, "-P", "-m", "materials.inspection", "--kind", material.kind),
            *("--poster", str(room / POSTER), "--most-seconds", str(seconds), str(path)),
        ],
        seconds=SECONDS,
        memory=MEMORY,
        largest_file=LARGEST,
        reads=[path],
        room=room,
        shut_in=sandbox.can_shut_in(),
    )
    if finished.is_good:
        report: dict[str, Any] = json.loads(finished.stdout)
        return report
    logger.warning("the inspection of material %s ended: %s %s", material.pk, finished.why, finished.stderr[-2000:])
    if material.attempts < 2:
        raise NotInspected(_("检查程序意外中断：%(why)s") % {"why": finished.why or finished.status})
    return TOO_MUCH


def _keep_poster(room: Path) -> str:
    """Put the picture into the store; its name there, none where there is no picture."""
    if not (room / POSTER).is_file():
        return ""
    name = secrets.token_hex(16)
    shutil.copyfile(room / POSTER, store.room_for(name))
    return name


def _decide(material: Material, claim: str, report: dict[str, Any], poster: str) -> bool:
    """Write the verdict, once, and what follows from it. Whether the row was still ours."""
    at = timezone.now()
    accepted = report["verdict"] == Verdict.ACCEPTED
    with transaction.atomic():
        decided = Material.objects.filter(pk=material.pk, claim=claim, progress=Progress.TAKEN).update(
            progress=Progress.DONE,
            done_at=at,
            rest_until=None,
            failure="",
            verdict=report["verdict"],
            findings=report["findings"],
            facts=report.get("facts", {}),
            format=report.get("format", ""),
            sha256=report.get("sha256", ""),
            poster=poster,
            file=material.file if accepted else "",
        )
        if not decided:
            return False
        if accepted and material.kind == Kind.DECK:
            Preview.objects.create(material=material)
            _send()
        if not accepted:
            transaction.on_commit(lambda: store.remove(material.file))
        log.write(
            material.entry.stage.season.code,
            "inspect_material",
            by=None,
            at=at,
            on=material,
            verdict=report["verdict"],
            findings=sorted(each["code"] for each in report["findings"]),
            sha256=report.get("sha256", ""),
        )
    return True


def _send() -> None:
    from materials.tasks import render

    work.send(render)
