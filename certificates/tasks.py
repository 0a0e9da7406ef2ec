"""Background work on certificates: each task only calls what does it, and may run twice without harm."""

from celery import shared_task
from django.utils import timezone

from certificates import making, store
from certificates.actions import guess
from certificates.models import Certificate
from contest import work

NAME = "certificates"


@shared_task(name="certificates.tasks.make_certificates")
def make_certificates() -> None:
    """Make one chunk of what is due."""
    making.make_due(timezone.now())


@shared_task(name="certificates.tasks.sweep")
def sweep() -> None:
    """Find what the queue forgot: rows nobody took, and rows whose worker died."""
    at = timezone.now()
    work.beat(NAME, at)
    Certificate.objects.all().park_worn_out(at)
    while making.make_due(timezone.now()):
        pass


@shared_task(name="certificates.tasks.tidy")
def tidy() -> None:
    """Clear away half-written files and old counts of failed look-ups."""
    at = timezone.now()
    store.forget_leftovers(at)
    guess.forget(at)
