"""Background work: each task only calls the function that does it."""

from celery import shared_task
from django.utils import timezone

from accounts import log, once


@shared_task
def check_the_log() -> None:
    """Verify every chain of the audit log, and forget answered forms that nobody will send again."""
    log.check_all()
    once.sweep(timezone.now())
