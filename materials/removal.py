"""What materials keep of a season on the disk, for when it is removed."""

from collections.abc import Iterator
from pathlib import Path

from contest.actions.removal import keeps
from contest.models import Season
from materials import store
from materials.models import Material, Upload


@keeps
def on_the_disk(season: Season) -> Iterator[Path]:
    """Files, posters, the pictures of pages, and what came of uploads; no other season has a file of the same name."""
    for material in Material.objects.filter(entry__stage__season=season):
        yield from (store.path_of(name) for name in (material.file, material.poster) if name)
        yield store.folder_of(material)
    for name in Upload.objects.filter(entry__stage__season=season).values_list("token", flat=True):
        yield store.path_of(name)
