"""Background work on materials: each task only calls what does it, and may run twice without harm."""

from celery import shared_task
from django.utils import timezone

from contest import work
from materials import inspecting, shelf
from materials.actions import uploading
from materials.incoming import arrivals
from materials.models import Material, Preview
from materials.previews import rendering

NAME = "materials"


@shared_task(name="materials.tasks.inspect")
def inspect() -> None:
    """Inspect one of what has arrived."""
    inspecting.inspect_due(timezone.now())


@shared_task(name="materials.tasks.render")
def render() -> None:
    """Make the pictures of one accepted PPT."""
    rendering.render_due(timezone.now())


@shared_task(name="materials.tasks.sweep")
def sweep() -> None:
    """Find what the queue forgot: uploads whose last byte nobody noticed, rows nobody took, rows whose worker died."""
    at = timezone.now()
    work.beat(NAME, at)
    arrivals.complete_all()
    Material.objects.all().park_worn_out(at)
    Preview.objects.all().park_worn_out(at)
    while inspecting.inspect_due(timezone.now()):
        pass
    while rendering.render_due(timezone.now()):
        pass


@shared_task(name="materials.tasks.put_away", time_limit=3600, soft_time_limit=3500)
def put_away() -> None:
    """Move finished files into the storage, where there is one: a large one over a slow line takes its time."""
    shelf.put_away_due(timezone.now())


@shared_task(name="materials.tasks.tidy")
def tidy() -> None:
    """End uploads whose time is over, and throw away files that belong to nothing."""
    at = timezone.now()
    uploading.expire(at)
    arrivals.forget_orphans(at)
