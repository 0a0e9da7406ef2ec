"""What the organizer may do with what was handed in: give it back with a reason, or have it looked at again."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import log
from accounts.permissions import Action, require
from accounts.words import written
from contest import work
from contest.models import Stage
from contest.models.stage import State
from contest.models.work import Progress, WorkQuerySet
from materials.models import Material, Preview, Verdict

if TYPE_CHECKING:
    from accounts.models import User

RETURNING = (State.COLLECTING, State.READY)


class ReturnRefused(Exception):
    """The material cannot be returned; the message says why and what to do."""


def return_material(material: Material, *, reason: str, by: "User", at: datetime) -> None:
    """Give a version back with a reason: it counts no more, an earlier one that was accepted does again.

    Nobody but the entrant changes the material itself. Raises ReturnRefused.
    """
    require(by, Action.RUN_COLLECTING, material)
    reason = written(reason)
    if not reason:
        raise ReturnRefused(_("请写明退回的原因。"))
    with transaction.atomic():
        if not Stage.objects.held().filter(pk=material.entry.stage_id, state__in=RETURNING).exists():
            raise ReturnRefused(_("比赛已经开始，材料不能再退回。"))
        good = Material.objects.filter(pk=material.pk, verdict=Verdict.ACCEPTED, returned_at=None)
        if not good.update(returned_at=at, returned_by=by, return_reason=reason[:255]):
            raise ReturnRefused(_("只有检查通过、还没有退回的材料才能退回。请刷新页面。"))
        log.write(material.entry.stage.season.code, "return_material", by=by, at=at, on=material, reason=reason)
    material.refresh_from_db()


def recheck(material: Material, *, by: "User", at: datetime) -> None:
    """Give an inspection that was parked, or a preview without pages, new attempts. Raises ReturnRefused."""
    from materials.tasks import inspect, render

    require(by, Action.RUN_COLLECTING, material)
    with transaction.atomic():
        if Material.objects.filter(pk=material.pk).unpark():
            task = inspect
        elif _lacks_pages(material).afresh():
            task = render
        else:
            raise ReturnRefused(_("这份材料没有搁置的检查，预览也是全的。"))
        log.write(material.entry.stage.season.code, "recheck_material", by=by, at=at, on=material)
        work.send(task)


def _lacks_pages(material: Material) -> "WorkQuerySet[Preview]":
    """The version's preview, if drawing it has ended without its pages: LibreOffice may be there by now.

    What was put away into the storage is not drawn any more: drawing needs the file on the disk.
    """
    here = Preview.objects.filter(material=material, material__put_away_at=None)
    return here.filter(progress__in=(Progress.DONE, Progress.PARKED)).exclude(source=Preview.Source.PAGES)
