"""Apportionment the other way round: lay out every possible table and keep those that satisfy the method's definition.

A table is a divisor method's when no district's claim to one more seat is stronger than any district's claim to its
last one. It is Hamilton's when the sum of squared distances from the quotas is least. Where several tables qualify
there is a tie: what all of them give is certain.
"""

from fractions import Fraction

# The squares of d(k), the divisors of the five methods.
DIVISORS = {
    "adams": lambda k: Fraction(k) ** 2,
    "dean": lambda k: (Fraction(k * (k + 1)) / (k + Fraction(1, 2))) ** 2,
    "huntington_hill": lambda k: Fraction(k * (k + 1)),
    "webster": lambda k: (k + Fraction(1, 2)) ** 2,
    "jefferson": lambda k: Fraction(k + 1) ** 2,
}


def tables(seats, districts, minimum):
    """Every way of sharing the seats among so many districts."""
    if districts == 1:
        if seats >= minimum:
            yield (seats,)
        return
    for first in range(minimum, seats + 1):
        for others in tables(seats - first, districts - 1, minimum):
            yield (first, *others)


def claim(headcount, divisor):
    """Claims without a divisor come before all others, the larger headcount first."""
    return (1, headcount**2) if divisor == 0 else (0, headcount**2 / divisor)


def satisfies(table, headcounts, method, minimum):
    divisor = DIVISORS[method]
    weakest_held = [claim(n, divisor(k - 1)) for n, k in zip(headcounts, table, strict=True) if k > minimum]
    strongest_asked = [claim(n, divisor(k)) for n, k in zip(headcounts, table, strict=True)]
    return not weakest_held or max(strongest_asked) <= min(weakest_held)


def distance(table, headcounts):
    total = sum(headcounts)
    return sum((k - Fraction(n * sum(table), total)) ** 2 for n, k in zip(headcounts, table, strict=True))


def qualifying(seats, headcounts, method, minimum):
    candidates = list(tables(seats, len(headcounts), minimum))
    if method == "hamilton":
        least = min(distance(table, headcounts) for table in candidates)
        return [table for table in candidates if distance(table, headcounts) == least]
    return [table for table in candidates if satisfies(table, headcounts, method, minimum)]


def shares(seats, headcounts, method, minimum=0):
    """(certain seats, contested districts by index, how many seats they contest)"""
    found = list(zip(*qualifying(seats, headcounts, method, minimum), strict=True))
    certain = [min(numbers) for numbers in found]
    contested = {index for index, numbers in enumerate(found) if min(numbers) < max(numbers)}
    return certain, contested, seats - sum(certain)
