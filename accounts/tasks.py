"""Background work: each task only calls the function that does it."""

from celery import shared_task
from django.utils import timezone

from accounts import log, once
from accounts.access import noting


@shared_task
def check_the_log() -> None:
    """Verify every chain of the audit log; forget answered forms that nobody will send again, and old accesses."""
    log.check_all()
    once.sweep(timezone.now())
    noting.sweep(timezone.now())
