"""A season and its calendar, corrected by two people once results hung on notice or a list was sent in (DESIGN 9)."""

from collections.abc import Iterator
from copy import copy
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.permissions import Action
from accounts.proposals.registry import Arguments, Seconded, Told, register
from contest.actions.season import BadDates
from contest.actions.season_changes import (
    Details,
    SeasonRefused,
    correct_season,
    details_of,
    ends_otherwise,
    set_calendar,
    set_levels,
)
from contest.forms.seasons import CalendarForm, SeasonForm, written
from contest.models import Award, Season
from contest.reads.levels import levels_of
from contest.reads.working_days import calendar_of, through
from contest.rules.working_days import Calendar
from contest.settled import uses_levels
from registry.excel import levels as excel
from registry.models import Posting

if TYPE_CHECKING:
    from accounts.models import Basis, User

DATES = ("notice_date", "preliminary_due", "final_due")


def details_as_arguments(details: Details) -> dict[str, Any]:
    """What a season is to say, as a proposal carries it."""
    told = {name: getattr(details, name) for name in Details.__dataclass_fields__}
    return (
        told | {name: told[name].isoformat() if told[name] else "" for name in DATES} | {"hosts": list(details.hosts)}
    )


def _details(arguments: Arguments) -> Details:
    told = {name: arguments[name] for name in Details.__dataclass_fields__}
    dates = {name: date.fromisoformat(told[name]) if told[name] else None for name in DATES}
    return Details(**told | dates | {"hosts": tuple(told["hosts"])})


def calendar_as_arguments(calendar: Calendar) -> dict[str, Any]:
    """A season's calendar, as a proposal carries it."""
    return {
        "off": [day.isoformat() for day in sorted(calendar.off)],
        "made_up": [day.isoformat() for day in sorted(calendar.made_up)],
        "years": sorted(calendar.years),
    }


def _calendar(arguments: Arguments) -> Calendar:
    off, made_up = (frozenset(map(date.fromisoformat, arguments[name])) for name in ("off", "made_up"))
    return Calendar(off, made_up, frozenset(arguments["years"]))


def _correct(
    season: Season, *, by: "User", at: datetime, seconded_by: "User", reason: str, basis: "Basis | None", **told: Any
) -> None:
    correct_season(season, _details(told), reason=reason, by=by, at=at, seconded_by=seconded_by)


def _set_calendar(
    season: Season, *, by: "User", at: datetime, seconded_by: "User", reason: str, basis: "Basis | None", **told: Any
) -> None:
    set_calendar(season, _calendar(told), reason=reason, by=by, at=at, seconded_by=seconded_by)


def _set_levels(
    season: Season, *, by: "User", at: datetime, seconded_by: "User", reason: str, basis: "Basis | None", **told: Any
) -> None:
    set_levels(season, excel.read(told["levels"]), reason=reason, by=by, at=at, seconded_by=seconded_by)


def _what_is_corrected(season: Season, arguments: Arguments) -> Iterator[Told]:
    old, new = details_as_arguments(details_of(season)), arguments
    for name, field in SeasonForm.base_fields.items():
        if name in old and old[name] != new[name]:
            yield str(field.label), _said(old[name]), _said(new[name])
    yield from _ends(_as_corrected(season, arguments))


def _what_the_calendar_says(season: Season, arguments: Arguments) -> Iterator[Told]:
    old, new = written(calendar_of(season)), written(_calendar(arguments))
    for name, field in CalendarForm.base_fields.items():
        if name in old and old[name] != new[name]:
            yield str(field.label), old[name].replace("\n", " "), new[name].replace("\n", " ")
    yield from _ends(_as_filled_in(season, arguments))


def _as_corrected(season: Season, arguments: Arguments) -> Season:
    """The season with the number of days on notice that is proposed, unsaved."""
    new = copy(season)
    new.notice_working_days = arguments["notice_working_days"]
    return new


def _as_filled_in(season: Season, arguments: Arguments) -> Season:
    """The season with the calendar that is proposed, unsaved."""
    new = copy(season)
    new.days_off, new.days_made_up, new.calendar_years = arguments["off"], arguments["made_up"], arguments["years"]
    return new


def _ends(new: Season) -> Iterator[Told]:
    """Which notices that hang end otherwise, and when."""
    for stage, end in ends_otherwise(new, timezone.now()):
        old = _until(stage.notice_until, stage.notice_provisional)
        yield _("%(stage)s的公示截止") % {"stage": stage.title}, old, _until(end.at, end.is_provisional)


def _until(moment: datetime | None, is_provisional: bool) -> str:
    told = through(moment) if moment else ""
    return told + _("（暂定）") if is_provisional else told


def _notices(new: Season) -> list[Any]:
    """What a change rests on besides the season: where each notice stands and to when it moves."""
    return [[stage.pk, str(stage.notice_until), str(end.at)] for stage, end in ends_otherwise(new, timezone.now())]


def _what_the_levels_say(season: Season, arguments: Arguments) -> Iterator[Told]:
    old, new = ({level.code: level for level in told} for told in (levels_of(season), excel.read(arguments["levels"])))
    for code, name in (excel.names_of(old.values()) | excel.names_of(new.values())).items():
        if old.get(code) != new.get(code):
            was, now = (excel.as_text(each) if each else "" for each in (old.get(code), new.get(code)))
            yield name, was, now


@uses_levels
def levels_of_units(season: Season) -> Iterator[tuple[str, str]]:
    """Of the units that sent the season's people, and of those that awards name."""
    here = Posting.objects.filter(rehearsal=season.roster, village__town__district__stages__season=season)
    yield from ((code, _("名册")) for code in here.order_by().values_list("unit__level", flat=True).distinct())
    awards = Award.objects.filter(entry__stage__season=season).order_by()
    yield from ((code, _("获奖记录")) for code in awards.values_list("person__level", flat=True).distinct())


def _said(value: Any) -> str:
    return _("、").join(value) if isinstance(value, list) else str(value)


register(
    Seconded(
        name="correct_season",
        permission=Action.MANAGE_SEASON,
        model=Season,
        act=_correct,
        title=lambda season, _arguments: _("更正届次：%(season)s") % {"season": season.title},
        tell=_what_is_corrected,
        rests_on=lambda season, arguments: [
            details_as_arguments(details_of(season)),
            _notices(_as_corrected(season, arguments)),
        ],
        chain=lambda season: season.code,
        refusals=(SeasonRefused, BadDates, ValidationError),
    )
)
register(
    Seconded(
        name="set_calendar",
        permission=Action.MANAGE_SEASON,
        model=Season,
        act=_set_calendar,
        title=lambda season, _arguments: _("更正工作日和放假安排：%(season)s") % {"season": season.title},
        tell=_what_the_calendar_says,
        rests_on=lambda season, arguments: [
            calendar_as_arguments(calendar_of(season)),
            _notices(_as_filled_in(season, arguments)),
        ],
        chain=lambda season: season.code,
        refusals=(SeasonRefused,),
    )
)
register(
    Seconded(
        name="set_levels",
        permission=Action.MANAGE_SEASON,
        model=Season,
        act=_set_levels,
        title=lambda season, _arguments: _("更正单位层级：%(season)s") % {"season": season.title},
        tell=_what_the_levels_say,
        rests_on=lambda season, _arguments: excel.written(levels_of(season)),
        chain=lambda season: season.code,
        refusals=(SeasonRefused, ValidationError, excel.BadLevels),
    )
)
