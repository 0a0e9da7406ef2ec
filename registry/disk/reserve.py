"""What is kept of files must leave the disk room for the scores: asked before anything is written."""

import shutil
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

MB = 1024 * 1024


class NoRoom(Exception):
    """There is no room for the files; the message says whose and what to do."""


def check(length: int, *, kept: int = 0) -> None:
    """Raise NoRoom unless `length` bytes more may be kept in one place that has `kept` already.

    One place, such as a stage's scans, keeps no more than an entrant's material may (DESIGN 12); and the reserve of the
    disk stays free.
    """
    if kept + length > settings.MATERIAL_QUOTA:
        told = {"quota": settings.MATERIAL_QUOTA // MB, "used": kept // MB}
        raise NoRoom(
            _("这里保存的扫描件已占 %(used)d MB，加上这次的超过了 %(quota)d MB 的上限。请联系市级工作人员。") % told
        )
    if free() - length < settings.MATERIAL_RESERVE:
        raise NoRoom(_("服务器存储空间不足，暂时不能保存文件。请联系市级工作人员。"))


def free() -> int:
    """Bytes that may still be written on the disk of the files."""
    folder = Path(settings.MEDIA_ROOT)
    folder.mkdir(mode=0o750, parents=True, exist_ok=True)
    return shutil.disk_usage(folder).free
