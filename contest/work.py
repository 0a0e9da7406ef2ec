"""Sending work to the background, and knowing whether the background is there."""

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from celery import Task
from django.db import transaction
from django.utils import timezone
from kombu.exceptions import OperationalError

from contest.models.work import Progress, Pulse, WorkQuerySet

logger = logging.getLogger(__name__)
# The sweeper comes by every ten seconds; after this long without it, nobody works.
SILENCE = timedelta(seconds=60)


def send(task: Task, times: int = 1) -> None:
    """Ask the queue to run a task, once the transaction holds. Without a queue the sweeper finds the work later."""

    def hint() -> None:
        try:
            for _each in range(times):
                task.apply_async(retry=False)
        except (OperationalError, OSError) as refused:
            logger.warning("the queue did not take %s: %s", task.name, refused)

    transaction.on_commit(hint)


def work_off(rows: WorkQuerySet[Any], make_due: Callable[[datetime], int]) -> None:
    """Work until nothing of `rows` is left but what is parked; rows that rest after a failure are waited for.

    `make_due` does what is due at a moment and says how many rows it took.
    """
    while rows.filter(progress__in=(Progress.WANTED, Progress.TAKEN)).exists():
        rows.park_worn_out(timezone.now())
        if not make_due(timezone.now()):
            time.sleep(0.5)


def beat(name: str, at: datetime) -> None:
    """Note that the background went over the work."""
    Pulse.objects.update_or_create(name=name, defaults={"at": at})


def is_alive(name: str, at: datetime) -> bool:
    """Whether the background went over the work lately."""
    return Pulse.objects.filter(name=name, at__gt=at - SILENCE).exists()
