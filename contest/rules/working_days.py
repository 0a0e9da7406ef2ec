"""Counting working days: how long the results hang on notice (notice VII(2), open and transparent)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Calendar:
    """What differs from other weeks: weekdays off, Saturdays and Sundays made up, and the years that is known of."""

    off: frozenset[date] = frozenset()
    made_up: frozenset[date] = frozenset()
    years: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Period:
    """`last` is the last day, itself included; `unknown` are the years in the period whose holidays are not known."""

    last: date
    unknown: tuple[int, ...] = ()


def is_working(day: date, calendar: Calendar) -> bool:
    """Notice VII(2): a weekday that is not off, or a Saturday or Sunday that is made up."""
    if day in calendar.off:
        return False
    return day.weekday() < SATURDAY or day in calendar.made_up


def period(first: date, working_days: int, calendar: Calendar) -> Period:
    """Notice VII(2): the period of so many working days that begins on `first`.

    The first day is day 1 where it is a working day; where it is none, day 1 is the next working day. A period of no
    days ends on the day it begins. Years the calendar does not know are counted by their weeks alone, and named.
    """
    last, left = first, working_days
    for day in _days_from(first):
        if left <= 0:
            break
        last = day
        left -= is_working(day, calendar)
    years = range(first.year, last.year + 1)
    return Period(last, tuple(year for year in years if year not in calendar.years))


def _days_from(day: date) -> Iterator[date]:
    while True:
        yield day
        day += timedelta(days=1)
