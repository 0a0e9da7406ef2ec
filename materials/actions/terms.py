"""What a stage wants of its entrants, and until when."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from accounts import log
from accounts.permissions import Action, require
from contest.models import Stage
from contest.models.stage import State
from materials.models import Terms, Upload
from materials.right import ends_under, terms_of

if TYPE_CHECKING:
    from accounts.models import User

SETTING = (State.PREPARING, State.COLLECTING, State.READY)
# In minutes and in seconds.
LONGEST_GRACE = 2 * 24 * 60
LONGEST_VIDEO = 3600
# Past this the browser's patience and the hall's disks end; a talk of five minutes never needs it.
MOST_MB = 4096


class TermsRefused(Exception):
    """The terms cannot be; the message says why and what to do."""


class StaleTerms(Exception):
    """Somebody else changed the terms meanwhile; `now` is what they say."""

    def __init__(self, now: Terms) -> None:
        super().__init__(_("您打开页面之后，征集要求已被修改，您的提交没有写入。"))
        self.now = now


def set_terms(
    stage: Stage,
    *,
    closes_at: datetime | None,
    grace_minutes: int,
    needs_video: bool,
    deck_mb: int,
    video_mb: int,
    video_seconds: int,
    edit: int,
    by: "User",
    at: datetime,
) -> Terms:
    """Set what the stage wants; `edit` is the edit the form was opened at, 0 for none.

    The new deadline and its grace hold for uploads that have begun too, but for those by a late code; their limits on
    size stay. Raises TermsRefused, StaleTerms.
    """
    require(by, Action.RUN_COLLECTING, stage)
    _check(grace_minutes, (deck_mb, video_mb), video_seconds)
    told: dict[str, Any] = {
        "closes_at": closes_at,
        "grace_minutes": grace_minutes,
        "needs_video": needs_video,
        "deck_mb": deck_mb,
        "video_mb": video_mb,
        "video_seconds": video_seconds,
    }
    with transaction.atomic():
        if not Stage.objects.held().filter(pk=stage.pk, state__in=SETTING).exists():
            raise TermsRefused(_("“%(stage)s”已开始评分，征集要求不能再改。") % {"stage": stage.title})
        terms = _held(stage, edit)
        for field, value in told.items():
            setattr(terms, field, value)
        terms.save(update_fields=list(told))
        _move_ends(terms, at)
        facts = {**told, "closes_at": closes_at.isoformat() if closes_at else None}
        log.write(stage.season.code, "set_terms", by=by, at=at, on=stage, **facts)
    return terms


def _check(grace_minutes: int, limits_mb: Sequence[int], video_seconds: int) -> None:
    if not 0 <= grace_minutes <= LONGEST_GRACE:
        raise TermsRefused(_("宽限最多 2 天（%(most)d 分钟）。") % {"most": LONGEST_GRACE})
    if not all(1 <= limit <= MOST_MB for limit in limits_mb):
        raise TermsRefused(_("大小上限应在 1 到 %(most)d MB 之间。") % {"most": MOST_MB})
    if not 1 <= video_seconds <= LONGEST_VIDEO:
        raise TermsRefused(_("时长上限应在 1 到 %(most)d 秒之间。") % {"most": LONGEST_VIDEO})


def _move_ends(terms: Terms, at: datetime) -> None:
    """What is on its way ends by these terms; what began after their end, at once."""
    ends_at = ends_under(terms, at)
    under_way = Upload.objects.open().filter(entry__stage=terms.stage_id, late=None)
    under_way.filter(begun_at__lt=ends_at).update(ends_at=ends_at)
    under_way.filter(begun_at__gte=ends_at).update(ends_at=F("begun_at") + timedelta(microseconds=1))


def _held(stage: Stage, edit: int) -> Terms:
    """Claim the edit: the row is ours until the end of the transaction, made where there is none."""
    if edit == 0:
        try:
            with transaction.atomic():
                return Terms.objects.create(stage=stage, edit=1)
        except IntegrityError:
            raise StaleTerms(terms_of(stage)) from None
    if not Terms.objects.filter(stage=stage, edit=edit).update(edit=F("edit") + 1):
        raise StaleTerms(terms_of(stage))
    return Terms.objects.get(stage=stage)
