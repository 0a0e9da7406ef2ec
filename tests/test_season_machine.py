"""Ten people press at random, with the right and without: what is decided stays decided (long form: bench)."""

import sys
from typing import Any

import pytest
from django.db import IntegrityError

from accounts import permissions
from bench.season_machine.desk import Tally
from bench.season_machine.walks import walk
from bench.season_machine.world import World, build

pytestmark = pytest.mark.slow

# Where the walks must have come: a machine that never got there would promise nothing about it.
MUST_REACH = {"list approved", "preliminary closed", "revision 2 or later", "final scoring"}


@pytest.fixture
def world(db: None, settings: Any, tmp_path: Any) -> World:
    settings.MEDIA_ROOT = tmp_path / "media"
    return build()


def test_nothing_decided_changes_without_two_people_whatever_ten_press(world: World) -> None:
    tally = Tally()
    walk(world, tally, examples=8, steps=30, derandomize=True)
    assert {each for each in MUST_REACH if not tally.reached[each]} == set()
    assert (tally.examples, tally.recounts > tally.examples) == (8, True)


def test_were_nobody_asked_for_a_second_person_the_walks_would_find_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control."""
    asked = permissions.require_pair

    def one_is_enough(by: Any, _seconded_by: Any, action: Any, obj: Any = None, **_told: Any) -> None:
        permissions.require(by, action, obj)

    for module in list(sys.modules.values()):
        if getattr(module, "require_pair", None) is asked:
            monkeypatch.setattr(module, "require_pair", one_is_enough)
    # Now and then the database itself refuses that one person stands in a row as two.
    with pytest.raises((AssertionError, IntegrityError)):
        walk(world, Tally(), examples=50, steps=30, derandomize=True)
