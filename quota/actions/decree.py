"""Opening a season as its decree orders it."""

import hashlib
from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts import log
from accounts.permissions import Action, require
from contest.actions.season import open_season
from contest.models import Season, Stage
from contest.reads.levels import level_names
from quota.actions.table import TableRefused, adopt_table
from quota.decree import BadDecree, load_decree, unknown_levels
from registry.excel import levels
from registry.models import District
from scoring.actions.rules import DEFAULT_RULES, BadRules, adopt_rules

if TYPE_CHECKING:
    from accounts.models import User


@transaction.atomic
def adopt_decree(
    decree: Mapping[str, Any], *, code: str, is_rehearsal: bool = False, by: "User", at: datetime
) -> Season:
    """Notice II, V and its annex: open the season with its stages, their prizes and time limit, and the quota table.

    Whatever the notice leaves open (criteria, tie order, basis) starts from the portal's defaults. All of it or
    nothing. Raises BadDecree for whatever does not fit, with sentences.
    """
    require(by, Action.MANAGE_SEASON)
    told = load_decree(decree)
    try:
        with transaction.atomic():
            season = _open(told, code=code, is_rehearsal=is_rehearsal, by=by, at=at)
            if problems := list(unknown_levels(told["units"], level_names(season))):
                raise BadDecree(problems)
            _adopt_rules(season, told, by=by, at=at)
            _adopt_table(season, told, by=by, at=at)
    except ValidationError as refused:
        raise BadDecree(list(refused.messages)) from None
    except (TableRefused, BadRules) as refused:
        raise BadDecree([str(refused)]) from None
    sha256 = hashlib.sha256(log.canonical(told).encode()).hexdigest()
    log.write(season.code, "adopt_decree", by=by, at=at, on=season, sha256=sha256)
    return season


def _open(told: Mapping[str, Any], *, code: str, is_rehearsal: bool, by: "User", at: datetime) -> Season:
    return open_season(
        code=code,
        title=told["title"],
        theme=told["theme"],
        notice_number=told["notice_number"],
        notice_date=date.fromisoformat(told["notice_date"]),
        hosts=told["hosts"],
        notice_working_days=told["notice_working_days"],
        is_rehearsal=is_rehearsal,
        districts=[{"code": row["code"], "name": row["name"]} for row in told["districts"]],
        preliminary_due=date.fromisoformat(told["preliminary_due"]),
        final_due=date.fromisoformat(told["final_due"]),
        levels=levels.read(told["levels"]) if told["levels"] else (),
        by=by,
        at=at,
    )


def _adopt_rules(season: Season, told: Mapping[str, Any], *, by: "User", at: datetime) -> None:
    """Each judge of a preliminary may name as many entrants as the district has seats (notice V(1), 总票数)."""
    seats = {row["code"]: row["seats"] for row in told["districts"]}
    rules = {"tiers": told["tiers"], "overtime": {**DEFAULT_RULES["overtime"], "limit_s": told["talk_limit_s"]}}
    for stage in Stage.objects.whole().filter(season=season):
        votes_each = seats[stage.district.code] if stage.district else 0
        adopt_rules(stage, rules=rules, votes_each=votes_each, by=by, at=at)


def _adopt_table(season: Season, told: Mapping[str, Any], *, by: "User", at: datetime) -> None:
    districts = {district.code: district for district in District.objects.all()}
    adopt_table(
        season,
        source=told["source"],
        rows=[(districts[row["code"]], row["headcount"], row["seats"]) for row in told["districts"]],
        stated_headcount=told["stated_headcount"],
        stated_seats=told["stated_seats"],
        reserves=told["reserves"],
        levels=told["units"],
        by=by,
        at=at,
    )
