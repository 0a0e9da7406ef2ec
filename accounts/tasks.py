"""Background work: each task only calls the function that does it."""

from celery import shared_task
from django.utils import timezone

from accounts import log, once
from accounts.access import noting
from accounts.guessing import actions as guessing


@shared_task
def check_the_log() -> None:
    """Verify every chain of the audit log; forget old answered forms, accesses and wrong passwords."""
    log.check_all()
    once.sweep(timezone.now())
    noting.sweep(timezone.now())
    guessing.sweep(timezone.now())
