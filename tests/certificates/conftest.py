"""Every certificate test writes its files into its own folder, and runs as a rehearsal unless it says otherwise."""

import pytest

from contest.models import Season


@pytest.fixture(autouse=True)
def own_media_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def season(season: Season) -> Season:
    """The season as a rehearsal: the sample seal will do, and any address."""
    Season.objects.filter(pk=season.pk).update(is_rehearsal=True)
    season.refresh_from_db()
    return season
