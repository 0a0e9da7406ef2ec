"""What can still be done to a season that was opened: corrected, its calendar filled in, put away, deleted."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Max, Model
from django.utils.translation import gettext as _

from accounts import log
from accounts.models import Basis, EmergencyAct, Proposal
from accounts.permissions import Action, require, require_pair
from accounts.shown import in_short, refuse_changed
from contest.actions.season import dates_in_order, write_levels
from contest.models import Entry, RosterImport, Season, Stage
from contest.models.stage import Kind, State
from contest.reads.levels import levels_of
from contest.reads.working_days import End, calendar_of, end_of_notice
from contest.rules.working_days import SATURDAY, Calendar
from contest.settled import is_bound, levels_in_use
from registry.excel import levels as excel
from registry.excel.levels import Level, as_text, names_of

if TYPE_CHECKING:
    from accounts.models import User

# What stands in a season's chain beside its log.
EVIDENCE: tuple[type[Model], ...] = (Proposal, Basis, EmergencyAct)


@dataclass(frozen=True, slots=True)
class Details:
    """What of a season can be corrected; the dates are those until which its stages are to be held."""

    title: str
    theme: str
    notice_number: str
    notice_date: date | None
    hosts: tuple[str, ...]
    notice_working_days: int
    preliminary_due: date | None
    final_due: date | None


class SeasonRefused(Exception):
    """It cannot be done to this season; the message says why."""


def details_of(season: Season) -> Details:
    due = dict(season.stages.order_by().values_list("kind").annotate(Max("due_on")))
    return Details(
        title=season.title,
        theme=season.theme,
        notice_number=season.notice_number,
        notice_date=season.notice_date,
        hosts=tuple(season.hosts),
        notice_working_days=season.notice_working_days,
        preliminary_due=due.get(Kind.PRELIMINARY),
        final_due=due.get(Kind.FINAL),
    )


def details_as_shown(season: Season) -> str:
    """What the form of a season's details shows, in short; so below for its calendar and its levels."""
    details = details_of(season)
    return in_short(*(str(getattr(details, name)) for name in Details.__dataclass_fields__))


def calendar_as_shown(season: Season) -> str:
    return in_short(season.days_off, season.days_made_up, season.calendar_years)


def levels_as_shown(season: Season) -> str:
    return in_short(excel.written(levels_of(season)))


@transaction.atomic
def correct_season(
    season: Season,
    new: Details,
    *,
    reason: str = "",
    by: "User",
    at: datetime,
    seconded_by: "User | None" = None,
    shown: str | None = None,
) -> list[str]:
    """Correct what a season says of itself (DESIGN 10); the log keeps old and new. Returns what changed.

    Once results hung on notice or a list was sent in it takes two people. Results on notice get the end that the
    corrected number of days gives (`ends_otherwise`). Raises NeedsSecond, PermissionDenied, ValidationError (a title
    that is taken), BadDates, ChangedSince where the page `shown` is not what stands there.
    """
    here = _held(season, by, seconded_by, at)
    refuse_changed(shown, details_as_shown(here))
    old = details_of(here)
    changed = [name for name in Details.__dataclass_fields__ if getattr(old, name) != getattr(new, name)]
    if not changed:
        return []
    dates_in_order(new.preliminary_due, new.final_due)
    for name in ("title", "theme", "notice_number", "notice_date", "notice_working_days"):
        setattr(here, name, getattr(new, name))
    here.hosts = list(new.hosts)
    here.full_clean()
    here.save()
    here.stages.filter(kind=Kind.PRELIMINARY).update(due_on=new.preliminary_due)
    here.stages.filter(kind=Kind.FINAL).update(due_on=new.final_due)
    words = {name: [_said(getattr(old, name)), _said(getattr(new, name))] for name in changed}
    if "notice_working_days" in changed:
        words |= _reckon_again(here, at)
    log.write(
        here.code, "correct_season", by=by, seconded_by=seconded_by, at=at, on=here, reason=reason, words=words,
        fields=changed,
    )  # fmt: skip
    season.refresh_from_db()
    return changed


@transaction.atomic
def set_calendar(
    season: Season,
    new: Calendar,
    *,
    reason: str = "",
    by: "User",
    at: datetime,
    seconded_by: "User | None" = None,
    shown: str | None = None,
) -> list[str]:
    """Fill in on which days nobody works and which are made up; notices that hang get the end that follows from it.

    Returns the stages whose end moved. Once results hung on notice or a list was sent in it takes two people.
    Raises NeedsSecond, PermissionDenied, SeasonRefused for a day that changes nothing, ChangedSince.
    """
    here = _held(season, by, seconded_by, at)
    refuse_changed(shown, calendar_as_shown(here))
    if idle := [day for day in sorted(new.off | new.made_up) if (day.weekday() < SATURDAY) != (day in new.off)]:
        days = _("、").join(day.isoformat() for day in idle)
        raise SeasonRefused(_("非工作日只填星期一至五，调休上班日只填星期六、日：%(days)s。") % {"days": days})
    old = calendar_of(here)
    here.days_off = [day.isoformat() for day in sorted(new.off)]
    here.days_made_up = [day.isoformat() for day in sorted(new.made_up)]
    here.calendar_years = sorted(new.years)
    here.save(update_fields=["days_off", "days_made_up", "calendar_years"])
    words = {
        "days_off": [_days(old.off - new.off), _days(new.off - old.off)],
        "days_made_up": [_days(old.made_up - new.made_up), _days(new.made_up - old.made_up)],
        "calendar_years": [_said(tuple(sorted(old.years))), _said(tuple(sorted(new.years)))],
    }
    moved = _reckon_again(here, at)
    log.write(
        here.code, "set_calendar", by=by, seconded_by=seconded_by, at=at, on=here, reason=reason, words=words | moved,
        years=sorted(new.years),
    )  # fmt: skip
    season.refresh_from_db()
    return list(moved)


@transaction.atomic
def set_levels(
    season: Season,
    new: Sequence[Level],
    *,
    reason: str = "",
    by: "User",
    at: datetime,
    seconded_by: "User | None" = None,
    shown: str | None = None,
) -> list[str]:
    """Say which levels of units a season counts by, and by what words they are recognised (notice I, III).

    Returns the codes of those that changed, came or went. Once results hung on notice or a list was sent in it takes
    two people. Raises NeedsSecond, PermissionDenied, ValidationError (levels that cannot be), ChangedSince,
    SeasonRefused for one that is in use and would go.
    """
    here = _held(season, by, seconded_by, at)
    refuse_changed(shown, levels_as_shown(here))
    old, now = ({level.code: level for level in levels} for levels in (levels_of(here), new))
    changed = [code for code in {**old, **now} if old.get(code) != now.get(code)]
    if tuple(old.values()) == tuple(new):
        return []
    used = levels_in_use(here)
    if held := [f"{old[code].name}（{used[code]}）" for code in old if code not in now and code in used]:
        raise SeasonRefused(_("这些层级还在使用，不能删去：%(levels)s。") % {"levels": _("、").join(held)})
    write_levels(here, new)
    names = names_of([*old.values(), *new])
    words = {
        names[code]: [as_text(each) if each else "" for each in (old.get(code), now.get(code))] for code in changed
    }
    log.write(
        here.code, "set_levels", by=by, seconded_by=seconded_by, at=at, on=here, reason=reason, words=words,
        levels=list(now),
    )  # fmt: skip
    return changed


@transaction.atomic
def archive_season(season: Season, *, by: "User", at: datetime) -> None:
    """Put a season away: nothing of it waits on the desk any more. Raises SeasonRefused when it was before."""
    require(by, Action.MANAGE_SEASON)
    if not Season.objects.filter(pk=season.pk, archived_at=None).update(archived_at=at):
        raise SeasonRefused(_("“%(season)s”已经归档。") % {"season": season.title})
    season.archived_at = at
    log.write(season.code, "archive_season", by=by, at=at, on=season)


@transaction.atomic
def reopen_archive(season: Season, *, by: "User", at: datetime) -> None:
    """Take a season out of the archive again. Raises SeasonRefused when it is in none."""
    require(by, Action.MANAGE_SEASON)
    if not Season.objects.filter(pk=season.pk, archived_at__isnull=False).update(archived_at=None):
        raise SeasonRefused(_("“%(season)s”没有归档。") % {"season": season.title})
    season.archived_at = None
    log.write(season.code, "reopen_archive", by=by, at=at, on=season)


def is_empty(season: Season) -> bool:
    """Whether nothing was decided in a season: nobody entered, no roster came in, no stage was moved.

    Nor was anything proposed in its chain, shown on a paper, or done by the emergency account: that is evidence.
    """
    if any(model._base_manager.filter(chain=season.code).exists() for model in EVIDENCE):
        return False
    here = {"stage__season": season}
    untouched = not season.stages.exclude(state=State.PREPARING).exists()
    confirmed = RosterImport.objects.filter(season=season, state=RosterImport.State.CONFIRMED)
    return untouched and not Entry.objects.filter(**here).exists() and not confirmed.exists()


def _held(season: Season, by: "User", seconded_by: "User | None", at: datetime) -> Season:
    """The season's row, locked with its stages, once it is clear that whoever acts may."""
    require(by, Action.MANAGE_SEASON)
    here = Season.objects.select_for_update(no_key=True).get(pk=season.pk)
    # Nobody puts results on notice between the question and the change.
    list(Stage.objects.held().filter(season=season).order_by("pk").values_list("pk"))
    if is_bound(here) or seconded_by is not None:
        require_pair(by, seconded_by, Action.MANAGE_SEASON, here, at=at)
    return here


def ends_otherwise(season: Season, at: datetime) -> list[tuple[Stage, End]]:
    """Which notices that hang end otherwise by the season's days as `season` now has them, and when.

    A change shortens none to before the end of the working day on which it is made (notice VII(2), 公开透明).
    """
    found = []
    floor = end_of_notice(season, at, working_days=1).at
    for stage in Stage.objects.whole().filter(season=season, state=State.PUBLISHED).exclude(notice_from=None):
        assert stage.notice_from is not None  # noqa: S101 - those without are left out
        assert stage.notice_until is not None  # noqa: S101 - it goes with the beginning
        end = end_of_notice(season, stage.notice_from)
        end = replace(end, at=max(end.at, min(stage.notice_until, floor)))
        if (end.at, end.is_provisional) != (stage.notice_until, stage.notice_provisional):
            found.append((stage, end))
    return found


def _reckon_again(season: Season, at: datetime) -> dict[str, list[str]]:
    """Give every notice that hangs the end that the season's days now make; old and new by stage."""
    moved: dict[str, list[str]] = {}
    for stage, end in ends_otherwise(season, at):
        Stage.objects.filter(pk=stage.pk).update(notice_until=end.at, notice_provisional=end.is_provisional)
        moved[f"notice_until:{stage.pk}"] = [_said(stage.notice_until), _said(end.at)]
    return moved


def _said(value: Any) -> str:
    if isinstance(value, tuple):
        return _("、").join(map(str, value))
    return value.isoformat() if isinstance(value, date | datetime) else "" if value is None else str(value)


def _days(days: frozenset[date]) -> str:
    return _said(tuple(day.isoformat() for day in sorted(days)))
