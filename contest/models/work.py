"""Rows that background work must bring to their end.

The database is the truth and the queue a hint: a row says itself whether it is wanted, taken, done or parked. A worker
takes rows by one conditional update and holds them for a lease; when the worker dies, the lease runs out and the row is
due again. What failed three times is parked, for a person to look at.
"""

import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from django.db import models, transaction
from django.db.models import Case, F, Q, Value, When
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

W = TypeVar("W", bound="Work")

ATTEMPTS = 3
PAUSE = timedelta(seconds=2)


class Progress(models.TextChoices):
    WANTED = "wanted", _("等待处理")
    TAKEN = "taken", _("处理中")
    DONE = "done", _("已完成")
    PARKED = "parked", _("已搁置")


class WorkQuerySet(models.QuerySet[W]):
    def due(self, at: datetime) -> "WorkQuerySet[W]":
        """Rows that nobody holds now and that are not resting after a failure."""
        free = Q(rest_until=None) | Q(rest_until__lte=at)
        return self.filter(free, progress__in=(Progress.WANTED, Progress.TAKEN))

    def take(self, at: datetime, limit: int) -> list[W]:
        """Take up to `limit` due rows for a lease, and return those that are now ours alone.

        A row that was taken before and not finished is taken by itself, so that if it kills whoever works on it, it
        takes no other row down.
        """
        claim = secrets.token_hex(16)
        with transaction.atomic():
            # On SQLite the write gate lets one in at a time; elsewhere rows in another's hands are passed over.
            due = self.due(at).filter(attempts__lt=ATTEMPTS).select_for_update(skip_locked=True)
            found = list(due.order_by("attempts", "pk").values_list("pk", "attempts")[:limit])
            mine = [pk for pk, attempts in found if attempts == 0] or [pk for pk, _attempts in found[:1]]
            self.filter(pk__in=mine).update(
                progress=Progress.TAKEN, claim=claim, attempts=F("attempts") + 1, rest_until=at + self.model.LEASE
            )
        return list(self.filter(claim=claim).order_by("pk")) if mine else []

    def finish(self, rows: Sequence[W], fields: Iterable[str], at: datetime) -> int:
        """Write the results of rows that are still ours; how many were. One that somebody took since is left alone."""
        if not rows:
            return 0
        results = {field: Case(*(When(pk=row.pk, then=Value(getattr(row, field))) for row in rows)) for field in fields}
        mine = self.filter(pk__in=[row.pk for row in rows], claim__in={row.claim for row in rows})
        return mine.update(progress=Progress.DONE, done_at=at, rest_until=None, failure="", **results)

    def fail(self, row: W, why: str, at: datetime) -> None:
        """Let a row rest and be tried again; parked after the last attempt."""
        last = row.attempts >= ATTEMPTS
        self.filter(pk=row.pk, claim=row.claim, progress=Progress.TAKEN).update(
            progress=Progress.PARKED if last else Progress.WANTED, rest_until=at + PAUSE, failure=why[:500]
        )

    def park_worn_out(self, at: datetime) -> int:
        """Park rows whose every attempt ended without a word: whoever worked on them was killed."""
        return (
            self.due(at)
            .filter(attempts__gte=ATTEMPTS)
            .update(progress=Progress.PARKED, failure=gettext("处理中断了 %(times)d 次。") % {"times": ATTEMPTS})
        )

    def unpark(self) -> int:
        """Give parked rows three new attempts."""
        return self.filter(progress=Progress.PARKED).afresh()

    def afresh(self) -> int:
        """Want these rows done from the beginning, with three new attempts."""
        return self.update(progress=Progress.WANTED, attempts=0, claim="", rest_until=None, failure="", done_at=None)


class Work(models.Model):
    # How long a worker holds a row: far longer than the work takes, far shorter than somebody waits.
    LEASE = timedelta(seconds=20)

    progress = models.CharField(_("进度"), max_length=8, choices=Progress.choices, default=Progress.WANTED)
    attempts = models.PositiveSmallIntegerField(_("尝试次数"), default=0)
    # Who holds the row now: a word made anew each time it is taken.
    claim = models.CharField(max_length=32, blank=True)
    rest_until = models.DateTimeField(null=True, blank=True)
    failure = models.CharField(_("失败原因"), max_length=500, blank=True)
    done_at = models.DateTimeField(_("完成时间"), null=True, blank=True)

    class Meta:
        abstract = True


class Pulse(models.Model):
    """When the background last went over the work: how a page knows whether anybody is there to do it."""

    name = models.CharField(max_length=32, unique=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} {self.at}"
