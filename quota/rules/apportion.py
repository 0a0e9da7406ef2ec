"""Sharing the seats of the final among districts by headcount: the six classical methods, exactly.

A divisor method hands out the seats one by one, each to the district with the largest headcount ÷ d(k), where k is the
number of seats it already has. The methods differ in d alone:

=============== ============== ============================================
adams           k              smallest divisors, every fraction rounded up
dean            2k(k+1)/(2k+1) harmonic mean of k and k + 1
huntington_hill √(k(k+1))      geometric mean (the US House since 1941)
webster         k + ½          arithmetic mean, fractions rounded as usual
jefferson       k + 1          greatest divisors, every fraction dropped
=============== ============== ============================================

Hamilton's gives each district the whole part of its quota and the rest by largest remainders. Claims are compared as
fractions of whole numbers (their squares for the geometric mean), so no rounding can decide a seat. Districts level
for the last seats are reported and never chosen between.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction

METHODS = ("adams", "dean", "huntington_hill", "webster", "jefferson", "hamilton")

# How strong a district's claim to one more seat is; the flag puts those divided by nothing before all others.
Claim = tuple[bool, Fraction]

# Certain seats, the districts level for the rest, and how many seats that rest is.
Outcome = tuple[dict[str, int], tuple[str, ...], int]


@dataclass(frozen=True, slots=True)
class Shares:
    """The seats that are certain; ``unfilled`` more belong to some of the ``contested`` districts, one each."""

    seats: dict[str, int]
    contested: tuple[str, ...]
    unfilled: int
    minimum: int
    method: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """How one method compares with a given table.

    ``differences`` holds, per district that would have another number, the method's seats minus the table's; a seat
    that ``contested`` districts could have had is no difference. ``reproduces`` means no difference and no contest.
    """

    method: str
    minimum: int
    reproduces: bool
    differences: dict[str, int]
    contested: tuple[str, ...]
    unfilled: int


class UnknownMethod(Exception):
    """The method is none of METHODS."""

    def __init__(self, method: str) -> None:
        super().__init__(method)
        self.method = method


class BadHeadcount(Exception):
    """A district's headcount is negative."""

    def __init__(self, district: str, headcount: int) -> None:
        super().__init__(district, headcount)
        self.district = district
        self.headcount = headcount


class NobodyToShare(Exception):
    """There are seats, and not one district with anybody in it."""

    def __init__(self, seats: int) -> None:
        super().__init__(seats)
        self.seats = seats


class TooFewSeats(Exception):
    """Fewer seats than the minimum asks for (``needed``), or a negative number of either."""

    def __init__(self, seats: int, minimum: int, needed: int) -> None:
        super().__init__(seats, minimum, needed)
        self.seats = seats
        self.minimum = minimum
        self.needed = needed


def apportion(seats: int, headcounts: Mapping[str, int], method: str, minimum: int = 0) -> Shares:
    """Notice, quota table annex: ``seats`` shared among districts in proportion to their headcounts.

    ``minimum`` seats go to each district first; one without anybody gets none. Where a method divides by nothing
    (Adams', Dean's and Huntington–Hill's first seat), larger districts come first. With a minimum, Hamilton's method
    sets aside the districts whose quota is below it, gives them the minimum and shares the rest anew among the others.
    Districts keep the order they are given in. Raises UnknownMethod, BadHeadcount, NobodyToShare, TooFewSeats.
    """
    if method not in METHODS:
        raise UnknownMethod(method)
    for district, headcount in headcounts.items():
        if headcount < 0:
            raise BadHeadcount(district, headcount)
    entered = {district: headcount for district, headcount in headcounts.items() if headcount}
    needed = minimum * len(entered)
    if seats < 0 or minimum < 0 or seats < needed:
        raise TooFewSeats(seats, minimum, max(0, needed))
    if seats and not entered:
        raise NobodyToShare(seats)

    if method == "hamilton":
        certain, contested, unfilled = _by_remainders(seats, entered, minimum)
    else:
        certain, contested, unfilled = _by_divisors(seats, entered, minimum, _CLAIMS[method])
    shares = {district: certain.get(district, 0) for district in headcounts}
    return Shares(shares, contested, unfilled, minimum, method)


def explain(table: Mapping[str, tuple[int, int]]) -> list[Explanation]:
    """Notice, quota table annex: which methods reproduce a table of (headcount, seats), and who differs in the others.

    All of METHODS in their order, each without a minimum and then with one seat for everybody (left out where there
    are fewer seats than districts). Raises what apportion raises.
    """
    seats = sum(given for _, given in table.values())
    headcounts = {district: headcount for district, (headcount, _) in table.items()}
    districts = sum(1 for headcount in headcounts.values() if headcount)
    minimums = (0, 1) if districts <= seats else (0,)
    return [_compare(table, apportion(seats, headcounts, method, least)) for method in METHODS for least in minimums]


def _compare(table: Mapping[str, tuple[int, int]], shares: Shares) -> Explanation:
    differences: dict[str, int] = {}
    for district, (_, given) in table.items():
        certain = shares.seats[district]
        by_contest = district in shares.contested and given == certain + 1
        if certain != given and not by_contest:
            differences[district] = certain - given
    reproduces = not differences and not shares.contested
    return Explanation(shares.method, shares.minimum, reproduces, differences, shares.contested, shares.unfilled)


def _over(numerator: int, divisor: int) -> Claim:
    return (False, Fraction(numerator, divisor)) if divisor else (True, Fraction(numerator))


_CLAIMS: dict[str, Callable[[int, int], Claim]] = {
    "adams": lambda n, k: _over(n, k),
    "dean": lambda n, k: _over(n * (2 * k + 1), 2 * k * (k + 1)),
    "huntington_hill": lambda n, k: _over(n * n, k * (k + 1)),
    "webster": lambda n, k: _over(2 * n, 2 * k + 1),
    "jefferson": lambda n, k: _over(n, k + 1),
}


def _by_divisors(
    seats: int, headcounts: Mapping[str, int], minimum: int, claim: Callable[[int, int], Claim]
) -> Outcome:
    held = dict.fromkeys(headcounts, minimum)
    return _hand_out(seats, held, lambda district, k: claim(headcounts[district], k))


def _by_remainders(seats: int, headcounts: Mapping[str, int], minimum: int) -> Outcome:
    total = sum(headcounts.values())
    small = {district for district, headcount in headcounts.items() if headcount * seats < minimum * total}
    if small:
        others = {district: headcount for district, headcount in headcounts.items() if district not in small}
        held, contested, unfilled = _by_remainders(seats - minimum * len(small), others, minimum)
        return {**held, **dict.fromkeys(small, minimum)}, contested, unfilled

    whole = {district: headcount * seats // total for district, headcount in headcounts.items()}
    return _hand_out(seats, whole, lambda district, k: (False, Fraction(headcounts[district] * seats - k * total)))


def _hand_out(seats: int, held: Mapping[str, int], claim: Callable[[str, int], Claim]) -> Outcome:
    """On top of the seats held, one by one to the strongest claim; level claims together, or not at all."""
    held = dict(held)
    claims = {district: claim(district, k) for district, k in held.items()}
    left = seats - sum(held.values())
    while left:
        strongest = max(claims.values())
        level = tuple(district for district in held if claims[district] == strongest)
        if len(level) > left:
            return held, level, left
        for district in level:
            held[district] += 1
            claims[district] = claim(district, held[district])
        left -= len(level)
    return held, (), 0
