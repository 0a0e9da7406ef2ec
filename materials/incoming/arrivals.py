"""What lies in the store without its row saying so: whole uploads that nobody noticed, and files of nobody."""

from datetime import datetime, timedelta

from materials import store
from materials.actions import uploading
from materials.models import Material, Upload

STALE = timedelta(days=1)


def complete_all() -> int:
    """Complete the uploads whose last byte has come, though whoever took it was killed; how many."""
    waiting = Upload.objects.open().select_related("entry__stage__season", "by", "late")
    whole = [upload for upload in waiting if store.size_of(upload.token) == upload.length]
    done = 0
    for upload in whole:
        try:
            uploading.complete(upload, at=store.written_at(upload.token))
        except uploading.TooLate:
            continue
        done += 1
    return done


def forget_orphans(at: datetime) -> int:
    """Remove files that no row names and that have lain for a day; how many."""
    known = set(Upload.objects.open().values_list("token", flat=True))
    for file, poster in Material.objects.values_list("file", "poster"):
        known |= {file, poster}
    orphans = [path for path in store.names() if path.name not in known and store.written_at(path.name) < at - STALE]
    store.remove(*(path.name for path in orphans))
    return len(orphans)
