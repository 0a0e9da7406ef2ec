"""How much may come in: each entrant has a quota, the store has one, and the disk keeps a reserve for the scores."""

from django.conf import settings
from django.db.models import Sum
from django.utils.translation import gettext as _

from contest.models import Entry
from contest.models.profile import Profile
from materials import store
from materials.models import Evidence, Material, Upload
from materials.models.terms import MB

# Files of one entrant that may be on their way at once: two kinds, and a second try of each.
AT_ONCE = 4
# Beginnings of one entrant that nothing has come of; the oldest end when there are more.
UNSTARTED = 8


class NoRoom(Exception):
    """There is no room for it; the message says whose and what to do."""


class TooMuch(NoRoom):
    """The entrant's own quota is used up: waiting does not help."""


def check(entry: Entry, length: int) -> None:
    """Raise NoRoom, or TooMuch, unless `length` bytes more of this entrant may be promised a place.

    Material, the evidence of every pledge and the photo for the press count alike (DESIGN 12: disk per entrant). What
    is promised to others and has not arrived counts as taken: space is checked before acceptance, not when the disk is
    full.
    """
    mine = _stored(entry) + _proofs(entry) + _photo(entry) + _promised(entry)
    if mine + length > settings.MATERIAL_QUOTA:
        told = {"quota": settings.MATERIAL_QUOTA // MB, "used": mine // MB}
        raise TooMuch(_("您的材料已占 %(used)d MB，加上这个文件超过了每人 %(quota)d MB 的上限。请联系组织者。") % told)
    if settings.MATERIAL_STORE and _stored() + _proofs() + _promised() + length > settings.MATERIAL_STORE:
        raise NoRoom(_("材料库已满，暂时不能上传。请联系市级工作人员。"))
    if store.free() - _missing() - length < settings.MATERIAL_RESERVE:
        raise NoRoom(_("服务器存储空间不足，暂时不能上传。请联系市级工作人员。"))


def _stored(entry: Entry | None = None) -> int:
    """Bytes of the versions that are kept."""
    kept = Material.objects.exclude(file="")
    return (kept if entry is None else kept.filter(entry=entry)).aggregate(total=Sum("size"))["total"] or 0


def _proofs(entry: Entry | None = None) -> int:
    """Bytes of scans and photos that prove claims, of all pledges that were ever signed."""
    kept = Evidence.objects.all() if entry is None else Evidence.objects.filter(claim__pledge__entry=entry)
    return kept.aggregate(total=Sum("size"))["total"] or 0


def _photo(entry: Entry) -> int:
    profile = Profile.objects.filter(secretary=entry.secretary_id).exclude(photo="").first()
    try:
        return profile.photo.size if profile else 0
    except FileNotFoundError:
        return 0


def _promised(entry: Entry | None = None) -> int:
    """Bytes of uploads that are on their way, arrived or not, once their first has come."""
    counted = Upload.objects.counted()
    uploads = counted if entry is None else counted.filter(entry=entry)
    return uploads.aggregate(total=Sum("length"))["total"] or 0


def _missing() -> int:
    """Bytes that were promised a place on the disk and have not arrived yet."""
    standing = Upload.objects.counted().values_list("token", "length")
    return sum(max(0, length - store.size_of(token)) for token, length in standing)
