"""茂南区 collects: 陈志远 signs in and hands in."""

import pytest

from tests import cast
from tests.materials import handing


@pytest.fixture
def entries(maonan, people):
    """Three entrants of 茂南区, which collects."""
    return handing.collecting(maonan, by=people["chenxiao"], entrants=3)


@pytest.fixture
def entry(entries):
    return entries[0]


@pytest.fixture
def zhiyuan(entry, heya):
    return cast.first_secretary(entry, by=heya)


@pytest.fixture
def client(zhiyuan, signed_in):
    """陈志远's browser."""
    return signed_in(zhiyuan)


@pytest.fixture(autouse=True)
def _own_media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
