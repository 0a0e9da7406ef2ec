"""What certificates keep of a season on the disk, for when it is removed."""

from collections.abc import Iterator
from pathlib import Path

from certificates import store
from certificates.models import Certificate
from contest.actions.removal import keeps
from contest.models import Season


@keeps
def on_the_disk(season: Season) -> Iterator[Path]:
    made = Certificate.objects.filter(batch__stage__season=season).exclude(sha256="")
    yield from (store.path_of(certificate) for certificate in made)
