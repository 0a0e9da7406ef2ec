"""A judge's total that stands far from the rest of the panel: more often a slip than a judgment."""

from collections.abc import Mapping
from fractions import Fraction

# Of two totals nobody can say which is the odd one.
FEWEST = 3


def far_off(totals_c: Mapping[int, int], *, whole_c: int, far_percent: int) -> dict[int, Fraction]:
    """Notice V(1), the panel scores on site: whose totals for one entrant ask for a second look at the paper.

    ``totals_c`` has the total of each complete sheet by seat, in hundredths; ``whole_c`` is the most a sheet can have.
    A total is far off when it differs from the median of all of them, itself included, by *more* than ``far_percent``
    of ``whole_c``; with an even number the median is the mean of the two in the middle. Returns that median, in
    hundredths, by the seats that are far off.

    - One pass: nothing is left out and counted again, so the answer does not depend on the order in which the sheets
      came, and one wild total does not move the median that the others are measured by.
    - Sheets that are not there yet are not missing: what is there is compared. Fewer than three tell nothing, and
      ``far_percent`` 0 asks nobody.
    - The median moves as sheets arrive. Who looked again looked at a paper and a total, so an answer holds for that
      total, however the median moves afterwards.

    Nothing is counted by this: a total that is confirmed as it is counts like every other.
    """
    if far_percent <= 0 or len(totals_c) < FEWEST:
        return {}
    middle = _median(sorted(totals_c.values()))
    most = Fraction(whole_c * far_percent, 100)
    return {seat: middle for seat, total_c in totals_c.items() if abs(total_c - middle) > most}


def _median(ordered: list[int]) -> Fraction:
    half = len(ordered) // 2
    return Fraction(ordered[half]) if len(ordered) % 2 else Fraction(ordered[half - 1] + ordered[half], 2)
