"""The notice period in working days, as an official would count it on the wall calendar."""

from datetime import date

import pytest

from contest.reads.working_days import KNOWN, prefilled
from contest.rules.working_days import Calendar, Period, is_working, period

# 2023 as the State Council ordered it, by its package; the two made-up days of October are a weekend.
YEAR = prefilled({2023, 2024})
WEEKENDS_ONLY = Calendar(years=frozenset({2023}))


@pytest.mark.parametrize(
    ("first", "days", "last"),
    [
        # 28 September 2023 was a Thursday: it is day 1. Mid-Autumn and National Day run from the 29th to 6 October;
        # Saturday the 7th and Sunday the 8th are made up.
        ("2023-09-28", 5, "2023-10-10"),
        ("2023-09-28", 1, "2023-09-28"),
        ("2023-09-28", 2, "2023-10-07"),
        ("2023-09-28", 3, "2023-10-08"),
        # Put up inside the holiday: day 1 is the first day on which people work.
        ("2023-10-01", 5, "2023-10-11"),
        # An ordinary week: Monday to Friday, the Monday counts.
        ("2023-11-27", 5, "2023-12-01"),
        # Saturday 25 November: day 1 is Monday.
        ("2023-11-25", 5, "2023-12-01"),
        ("2023-11-22", 5, "2023-11-28"),
        # Over New Year: Friday the 29th, then 2 to 5 January; Monday the 1st is off.
        ("2023-12-29", 5, "2024-01-05"),
        # Spring Festival 2024: off 10 to 17 February, made up on Sunday the 4th and Sunday the 18th.
        ("2024-02-02", 5, "2024-02-07"),
        ("2024-02-08", 3, "2024-02-18"),
    ],
)
def test_the_period_ends_on_the_last_of_its_working_days(first, days, last):
    assert period(date.fromisoformat(first), days, YEAR) == Period(date.fromisoformat(last))


def test_weeks_alone_would_end_it_inside_national_day():
    """The control: this is where the period ended when the holidays were not known."""
    assert period(date(2023, 9, 28), 5, WEEKENDS_ONLY) == Period(date(2023, 10, 4))


def test_a_year_nobody_told_of_is_named():
    assert period(date(2023, 12, 29), 5, WEEKENDS_ONLY) == Period(date(2024, 1, 4), (2024,))
    assert period(date(2031, 6, 2), 1, Calendar()) == Period(date(2031, 6, 2), (2031,))


def test_a_period_of_no_days_ends_where_it_begins():
    assert period(date(2023, 11, 25), 0, YEAR) == Period(date(2023, 11, 25))


def test_a_day_off_is_no_working_day_and_a_made_up_one_is():
    days = [date(2023, 9, 29), date(2023, 10, 7), date(2023, 10, 9), date(2023, 10, 14)]
    assert [is_working(day, YEAR) for day in days] == [False, True, True, False]


def test_what_is_prefilled_is_only_what_differs_from_an_ordinary_week():
    assert {day.weekday() < 5 for day in YEAR.off} == {True}
    assert {day.weekday() >= 5 for day in YEAR.made_up} == {True}
    assert YEAR.years == {2023, 2024}
    assert prefilled({max(KNOWN) + 1}) == Calendar()
