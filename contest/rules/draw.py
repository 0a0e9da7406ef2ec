"""The order of appearance by lot, drawn so that anybody can draw it again.

Before the draw a seed is kept secret and its commitment is published; at the draw the seed is revealed. Each entrant's
lot is the SHA-256 of the seed, a colon and the entrant's number in decimal digits; the smallest lot speaks first. With
a seed of printable characters (hexadecimal digits, say), a shell and no program of ours replays it::

    printf '%s' "$seed" | sha256sum                                        the commitment
    for n in 3 7 12; do printf '%s:%d' "$seed" $n | sha256sum | sed "s/-/$n/"; done | sort        the order
"""

from collections.abc import Sequence
from hashlib import sha256
from itertools import pairwise

SHORTEST_SEED = 16


class ShortSeed(Exception):
    """A seed that could be guessed from its commitment by trying: fewer than SHORTEST_SEED bytes."""

    def __init__(self, length: int) -> None:
        super().__init__(length)
        self.length = length


class TwoLots(Exception):
    """One entrant would draw two lots."""

    def __init__(self, entry: int) -> None:
        super().__init__(entry)
        self.entry = entry


def commitment(seed: bytes) -> str:
    """Notice VII(2), fair and open: what is published before the draw, the seed's SHA-256 in hexadecimal.

    Raises ShortSeed.
    """
    if len(seed) < SHORTEST_SEED:
        raise ShortSeed(len(seed))
    return sha256(seed).hexdigest()


def lot(seed: bytes, entry: int) -> str:
    """Notice VII(2), fair and open: the lot of one entrant, in hexadecimal."""
    return sha256(b"%s:%d" % (seed, entry)).hexdigest()


def order(seed: bytes, entries: Sequence[int]) -> list[int]:
    """Notice VII(2), fair and open: the entrants in order of appearance, by their lots from the smallest.

    The result depends on the seed and on who is entered, not on the order they are listed in. Raises TwoLots.
    """
    return _by_lot(seed, entries)


def verify(seed: bytes, commitment: str, entries: Sequence[int], order: Sequence[int]) -> bool:
    """Notice VII(2), fair and open: whether the seed is the one committed to and gives just this order.

    Raises TwoLots.
    """
    return sha256(seed).hexdigest() == commitment.lower() and _by_lot(seed, entries) == list(order)


def _by_lot(seed: bytes, entries: Sequence[int]) -> list[int]:
    ascending = sorted(entries)
    for entry, following in pairwise(ascending):
        if entry == following:
            raise TwoLots(entry)
    return sorted(ascending, key=lambda entry: lot(seed, entry))
