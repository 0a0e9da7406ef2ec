"""Background work: each task only calls the function that does it."""

from celery import shared_task
from django.utils import timezone

from contest.actions.roster import forget_rosters


@shared_task(name="contest.tasks.tidy")
def tidy() -> None:
    """Give up roster uploads that nobody confirmed."""
    forget_rosters(at=timezone.now())
