"""Opening a season: its districts, their preliminaries, and the final."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts import log
from accounts.permissions import Action, require, require_season
from accounts.shown import in_short, refuse_changed
from contest.models import Season, Stage, UnitLevel
from contest.models.stage import Kind, State
from contest.reads.levels import inherited
from contest.reads.working_days import prefilled
from registry.excel import levels as excel
from registry.excel.levels import Level
from registry.models import District

if TYPE_CHECKING:
    from accounts.models import User


# The date and the place stand on the result sheet that is signed to certify a stage.
SCHEDULING = (State.PREPARING, State.COLLECTING, State.READY, State.SCORING, State.TABULATED)

# Codes that would read as the portal's own chain of the log, or as the page that opens a season.
RESERVED = (log.PORTAL, "new")


class TooLate(Exception):
    """The stage is certified: when and where it was held stands on a signed sheet."""


class BadDates(Exception):
    """The final would be before a preliminary."""

    def __init__(self) -> None:
        super().__init__(_("决赛的日期不能早于初赛。"))


@transaction.atomic
def open_season(
    *,
    code: str,
    title: str,
    theme: str,
    notice_number: str,
    notice_date: date | None,
    hosts: Sequence[str],
    notice_working_days: int,
    is_rehearsal: bool,
    districts: Sequence[Mapping[str, str]],
    preliminary_due: date | None,
    final_due: date | None,
    levels: Sequence[Level] = (),
    by: "User",
    at: datetime,
) -> Season:
    """Open a season as its notice orders it: one preliminary for each district, one final (notice V).

    `districts` are {"code", "name"} in the notice's order; a district known from an earlier season is used again.
    `levels` are those of the dispatching units; without any, the season before has them too.
    Raises ValidationError for a code that is taken, was taken by a season that is gone, or names the portal's own log,
    for a title that is taken, for levels that cannot be, and for a final before the preliminaries.
    """
    require(by, Action.MANAGE_SEASON)
    require_season(by, code)
    _free(code)
    try:
        dates_in_order(preliminary_due, final_due)
    except BadDates as refused:
        raise ValidationError(str(refused)) from None
    season = Season(
        code=code,
        title=title,
        theme=theme,
        notice_number=notice_number,
        notice_date=notice_date,
        hosts=list(hosts),
        notice_working_days=notice_working_days,
        is_rehearsal=is_rehearsal,
        opened_at=at,
    )
    days = prefilled(_years(at, notice_date, preliminary_due, final_due))
    season.days_off, season.days_made_up = _written(days.off), _written(days.made_up)
    season.calendar_years = sorted(days.years)
    season.full_clean()
    levels = levels or inherited()
    season.save()
    write_levels(season, levels)
    places = [_district(told, order) for order, told in enumerate(districts, start=1)]
    stages = [
        Stage(season=season, kind=Kind.PRELIMINARY, district=district, due_on=preliminary_due) for district in places
    ]
    Stage.objects.bulk_create([*stages, Stage(season=season, kind=Kind.FINAL, due_on=final_due)])
    log.write(
        season.code, "open_season", by=by, at=at, on=season, districts=[p.code for p in places], rehearsal=is_rehearsal,
        levels=[level.code for level in levels],
    )  # fmt: skip
    return season


def schedule_as_shown(stage: Stage) -> str:
    """What the form of a stage's date and place shows, in short."""
    return in_short(str(stage.held_on), stage.venue)


@transaction.atomic
def schedule(
    stage: Stage, *, held_on: date | None, venue: str, by: "User", at: datetime, shown: str | None = None
) -> None:
    """Say when and where a stage is held.

    Raises TooLate, BadDates for a final before a preliminary, ChangedSince where the page `shown` is not what stands.
    """
    require(by, Action.RUN_STAGE, stage)
    if held_on:
        _before_the_final(stage, held_on)
    told = {"held_on": held_on, "venue": venue}
    before = Stage.objects.held().filter(pk=stage.pk).values("held_on", "venue").get()
    refuse_changed(shown, in_short(str(before["held_on"]), before["venue"]))
    if not Stage.objects.filter(pk=stage.pk, state__in=SCHEDULING).update(**told):
        raise TooLate(_("“%(stage)s”的成绩已签字确认，时间地点不能再改。") % {"stage": stage.title})
    words = log.changed(before, told)
    stage.held_on, stage.venue = held_on, venue
    log.write(
        stage.season.code,
        "schedule",
        by=by,
        at=at,
        on=stage,
        words=words,
        held_on=held_on.isoformat() if held_on else "",
        venue=venue,
    )


def write_levels(season: Season, levels: Sequence[Level]) -> None:
    """Give a season these levels instead of those it has. Raises ValidationError where they cannot be."""
    if found := list(excel.problems(levels)):
        raise ValidationError(found)
    UnitLevel.objects.filter(season=season).delete()
    UnitLevel.objects.bulk_create(
        UnitLevel(season=season, order=order, **row) for order, row in enumerate(excel.written(levels), start=1)
    )


def dates_in_order(preliminary: date | None, final: date | None) -> None:
    """Raise BadDates where the final comes before the preliminaries."""
    if preliminary and final and final < preliminary:
        raise BadDates


def _before_the_final(stage: Stage, held_on: date) -> None:
    others = Stage.objects.filter(season=stage.season_id).exclude(pk=stage.pk).order_by()
    if stage.is_final:
        dates_in_order(others.aggregate(last=Max("held_on"))["last"], held_on)
    else:
        dates_in_order(held_on, others.filter(kind=Kind.FINAL).aggregate(last=Max("held_on"))["last"])


def _free(code: str) -> None:
    """Refuse a code that names a chain of the log: the portal's own, or that of a season that was removed."""
    if code.casefold() in RESERVED:
        raise ValidationError({"code": _("这个代码留给系统使用，请换一个。")})
    if code in log.chains() and not Season.objects.filter(code=code).exists():
        raise ValidationError({"code": _("这个代码以前用过，日志仍在，请换一个。")})


def _years(at: datetime, *days: date | None) -> set[int]:
    """The years that a season may reach into: those it tells of, the present one and the next."""
    told = {day.year for day in days if day}
    return told | {year + 1 for year in told} | {at.year, at.year + 1}


def _written(days: Iterable[date]) -> list[str]:
    return [day.isoformat() for day in sorted(days)]


def _district(told: Mapping[str, str], order: int) -> District:
    district, _made = District.objects.get_or_create(code=told["code"], defaults={"name": told["name"], "order": order})
    if district.name != told["name"]:
        raise ValidationError(
            _("代码 %(code)s 已用于“%(known)s”，与“%(told)s”不符。")
            % {"code": told["code"], "known": district.name, "told": told["name"]}
        )
    return district
