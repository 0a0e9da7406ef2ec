"""A season played to its end, tampered with by raw SQL in every way we know: what is found, and what only paper shows.

The long form, at many random places and on both databases, is bench/tampering.py.
"""

import random

import pytest

from bench import tampering

# A rehearsal is built for each; that takes as long as a browser test.
pytestmark = [pytest.mark.django_db, pytest.mark.slow]

ONLY_PAPER_SHOWS = {"the tail rewritten, the head mended", "the tail cut off, the head mended"}


@pytest.fixture
def season(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    tampering.season("small")
    tampering.untouched()


def test_every_kind_is_found_and_a_mended_tail_only_against_a_printed_head(season):
    found = tampering.drill(rounds=1, seed=7)
    assert [row["kind"] for row in found] == [each.name for each in tampering.kinds()]
    assert {row["kind"]: row["tried"] for row in found} == {row["kind"]: 1 for row in found}
    assert {row["kind"] for row in found if not row["found"]} == ONLY_PAPER_SHOWS
    assert {row["kind"] for row in found if not row["found_with_head"]} == set()
    assert tampering.missed(found) == []
    # Every try was rolled back.
    tampering.untouched()


def test_a_kind_that_was_missed_is_named():
    row = {"kind": "a mark", "tried": 25, "found": 24, "found_with_head": 25}
    assert tampering.missed([row]) == ["a mark"]
    assert tampering.missed([{**row, "tried": 0}]) == ["a mark"]
    only_paper = {"kind": "the tail cut off, the head mended", "tried": 25, "found": 0, "found_with_head": 25}
    assert tampering.missed([only_paper]) == []
    assert tampering.missed([{**only_paper, "found": 25}]) == [only_paper["kind"]]


def test_dice_of_one_seed_try_the_same_places(season):
    first, again = (
        [tampering.Attacker(tampering.CODE, random.Random(3)).line()[0] for _round in range(5)] for _time in range(2)
    )
    assert first == again
