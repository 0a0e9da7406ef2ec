from collections import Counter
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contest.rules.draw import ShortSeed, TwoLots, commitment, lot, order, verify

SEED = b"5f1d0c7a92e84b36a1c05d8e7f294b60"
CHEN, LI, WANG, HUANG, LIANG = 3, 7, 12, 40, 112

seeds = st.binary(min_size=16, max_size=32)
entered = st.lists(st.integers(1, 10_000), unique=True, max_size=30)


def test_the_commitment_is_what_sha256sum_prints_for_the_seed():
    assert commitment(SEED) == "90d6db05dd35f2e58f4d3b76d0c09359f94e37df2687d24f6280ec40c57e2301"


def test_a_lot_is_what_sha256sum_prints_for_the_seed_a_colon_and_the_number():
    assert lot(SEED, CHEN) == "9dd3c4dcddf1dd95538f647ed3d147d292be8c296a3b8dd2dd43f02ce7f0f265"
    assert lot(SEED, LIANG) == "05ed66355667051093bf3a6fe02a58b18be5bf04b99015a9c7b1ce4dfed0793f"


def test_the_order_is_the_one_that_a_shell_replays():
    assert order(SEED, [CHEN, LI, WANG, HUANG, LIANG]) == [LIANG, HUANG, CHEN, WANG, LI]


def test_nobody_entered_and_nobody_appears():
    assert order(SEED, []) == []


def test_an_entrant_has_one_lot():
    with pytest.raises(TwoLots) as refused:
        order(SEED, [CHEN, LI, CHEN])
    assert refused.value.entry == CHEN


def test_a_seed_that_could_be_guessed_cannot_be_committed_to():
    with pytest.raises(ShortSeed) as refused:
        commitment(b"20231130")
    assert refused.value.length == 8


def test_anybody_can_verify_the_draw():
    entries = [CHEN, LI, WANG, HUANG, LIANG]
    drawn = order(SEED, entries)
    assert verify(SEED, commitment(SEED), entries, drawn) is True
    assert verify(SEED, commitment(SEED).upper(), entries[::-1], drawn) is True


def test_another_seed_order_or_list_of_entrants_does_not_verify():
    entries = [CHEN, LI, WANG, HUANG, LIANG]
    drawn = order(SEED, entries)
    assert verify(SEED + b"0", commitment(SEED), entries, drawn) is False
    assert verify(SEED, commitment(SEED), entries, [*drawn[1:], drawn[0]]) is False
    assert verify(SEED, commitment(SEED), entries[1:], drawn) is False
    assert verify(SEED, commitment(SEED), [*entries, 113], drawn) is False


@given(seeds, entered, st.randoms(use_true_random=False))
def test_everybody_appears_once_whatever_order_they_are_listed_in(seed, entries, random):
    drawn = order(seed, entries)
    assert sorted(drawn) == sorted(entries)
    assert order(seed, random.sample(entries, len(entries))) == drawn


@given(seeds, entered.filter(bool))
def test_a_withdrawal_leaves_the_others_in_their_order(seed, entries):
    drawn = order(seed, entries)
    assert order(seed, entries[1:]) == [entry for entry in drawn if entry != entries[0]]


@given(seeds, entered)
def test_the_order_is_that_of_the_hashes_as_numbers(seed, entries):
    numbers = {int.from_bytes(sha256(seed + b":" + str(entry).encode()).digest(), "big"): entry for entry in entries}
    assert order(seed, entries) == [numbers[number] for number in sorted(numbers)]


def test_over_many_seeds_everybody_is_first_about_equally_often():
    first = Counter(order(b"many seeds, one after another %d" % number, [CHEN, LI, WANG])[0] for number in range(3000))
    assert {entry: round(times / 1000, 1) for entry, times in first.items()} == {CHEN: 1.0, LI: 1.0, WANG: 1.0}
