"""The season's own calendar: prefilled where the year's holidays are known, and what a notice period makes of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from chinese_calendar import constants
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from contest.models import Season
from contest.rules.working_days import SATURDAY, Calendar, period

KNOWN = frozenset(day.year for day in constants.holidays)


@dataclass(frozen=True, slots=True)
class End:
    """When a notice comes down; `unknown` are the years in between whose holidays nobody has filled in: it is 暂定."""

    at: datetime
    unknown: tuple[int, ...]

    @property
    def is_provisional(self) -> bool:
        return bool(self.unknown)


def prefilled(years: Iterable[int]) -> Calendar:
    """The days off and made up of those of these years whose holidays the package `chinesecalendar` knows."""
    known = KNOWN.intersection(years)
    return Calendar(
        off=frozenset(day for day in constants.holidays if day.year in known and day.weekday() < SATURDAY),
        made_up=frozenset(day for day in constants.workdays if day.year in known and day.weekday() >= SATURDAY),
        years=known,
    )


def calendar_of(season: Season) -> Calendar:
    return Calendar(
        off=frozenset(map(date.fromisoformat, season.days_off)),
        made_up=frozenset(map(date.fromisoformat, season.days_made_up)),
        years=frozenset(season.calendar_years),
    )


def end_of_notice(season: Season, since: datetime, *, working_days: int | None = None) -> End:
    """Notice VII(2): when a notice put up at `since` has hung for the season's working days: midnight after the last.

    `working_days` reckons another number of them. The day it goes up is the first, if people work on it. In a
    rehearsal weekends are enough, whatever the year.
    """
    first = timezone.localdate(since)
    days = season.notice_working_days if working_days is None else working_days
    found = period(first, days, calendar_of(season))
    midnight = datetime.combine(found.last + timedelta(days=1), time.min)
    at = timezone.make_aware(midnight, timezone.get_default_timezone())
    return End(at, () if season.is_rehearsal else found.unknown)


def through(until: datetime) -> str:
    """The last day of a notice, in words that say that it counts: a notice ends at the midnight after it.

    Half-open as all that has an end here (DESIGN 12); an end in the middle of a day is told to the minute.
    """
    local = timezone.localtime(until)
    if local.time() != time.min:
        return f"{local:%Y-%m-%d %H:%M}"
    return _("%(day)s（含）") % {"day": date_format(local.date() - timedelta(days=1))}
