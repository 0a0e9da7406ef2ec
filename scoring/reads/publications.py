"""A stage's publications as people read them, from what was frozen and from nothing else."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from contest.models import NameCorrection, Stage
from contest.models.correction import Corrections
from contest.models.person import Shown
from contest.models.stage import Kind
from scoring import wording
from scoring.models import Publication
from scoring.reads.as_counted import Gone, gone, shown

NOTHING = "—"


@dataclass(frozen=True, slots=True)
class Notice:
    """One publication as a list tells it. `until` is as it stood there; `standing` what became of it, in words.

    `withdrawn` names who proposed and who seconded taking it down; empty while it is live.
    """

    version: int
    revision: int
    at: datetime
    by: str
    since: datetime | None
    until: datetime | None
    provisional: bool
    live: bool
    standing: str
    withdrawn_at: datetime | None
    withdrawn: str
    why: str
    url: str


@dataclass(frozen=True, slots=True)
class Row:
    """One entrant's line on the notice; `exact` is the whole total where the printed one is rounded."""

    rank: int
    shared: bool
    who: Shown
    total: str
    exact: str
    votes: str
    decided: str
    tier: str
    award: str
    cut: bool


@dataclass(frozen=True, slots=True)
class Frozen:
    """A publication whole. `newer` is the one in force instead of it; None where there is none, or it is this one."""

    notice: Notice
    newer: Notice | None
    season: str
    title: str
    is_final: bool
    held_on: date | None
    venue: str
    judges: int
    judges_left: int
    working_days: int
    by_votes: bool
    rows: Sequence[Row]
    left: Sequence[Gone]
    digest: str


def publications_of(stage: Stage) -> list[Notice]:
    """Every publication of a stage, the newest first. One query."""
    rows = _read(stage)
    in_force = next((row.version for row in rows if row.is_live), None)
    return [_notice(row, json.loads(row.text), in_force) for row in rows]


def frozen_of(stage: Stage, version: int) -> Frozen | None:
    """What stood on a stage's notice in that version; None when there is no such. Two queries."""
    rows = _read(stage)
    wanted = next((row for row in rows if row.version == version), None)
    if wanted is None:
        return None
    live = next((row for row in rows if row.is_live), None)
    in_force = live.version if live else None
    newer = _notice(live, json.loads(live.text), in_force) if live and live is not wanted else None
    return _frozen(wanted, json.loads(wanted.text), in_force, newer)


def _read(stage: Stage) -> list[Publication]:
    people = "by", "withdrawn_by", "withdrawn_second"
    return list(Publication.objects.filter(stage=stage).select_related(*people).order_by("-version"))


def _notice(row: Publication, text: Mapping[str, Any], in_force: int | None) -> Notice:
    return Notice(
        version=row.version,
        revision=row.revision,
        at=row.at,
        by=str(row.by),
        since=_moment(text["notice"]["from"]),
        until=_moment(text["notice"]["until"]),
        provisional=text["notice"]["provisional"],
        live=row.is_live,
        standing=_standing(row, in_force),
        withdrawn_at=row.withdrawn_at,
        withdrawn=_who(row),
        why=row.withdrawn_reason,
        url=reverse("scoring:publication", args=[row.stage_id, row.version]),
    )


def _standing(row: Publication, in_force: int | None) -> str:
    if row.is_live:
        return _("现行")
    if in_force is None:
        return _("已撤回，尚未重新公示")
    return _("已更正，以第 %(version)d 版为准") % {"version": in_force}


def _who(row: Publication) -> str:
    if row.withdrawn_second is None:
        return str(row.withdrawn_by or "")
    told = {"one": row.withdrawn_by, "other": row.withdrawn_second}
    return _("%(one)s提请、%(other)s复核") % told


def _frozen(row: Publication, text: Mapping[str, Any], in_force: int | None, newer: Notice | None) -> Frozen:
    corrections = NameCorrection.objects.so_far()
    stage = text["stage"]
    return Frozen(
        notice=_notice(row, text, in_force),
        newer=newer,
        season=text["season"]["title"],
        title=stage["title"],
        is_final=stage["kind"] == Kind.FINAL,
        held_on=date.fromisoformat(stage["held_on"]) if stage["held_on"] else None,
        venue=stage["venue"],
        judges=text["panel"]["judges"],
        judges_left=text["panel"]["left"],
        working_days=text["notice"]["working_days"],
        by_votes=any(each["votes"] is not None for each in text["results"]),
        rows=_rows(text, row.leaves, corrections),
        left=[gone(each, row.leaves, corrections) for each in text["gone"]],
        digest=row.digest,
    )


def _rows(text: Mapping[str, Any], leaves: Mapping[str, list[Any]], corrections: Corrections) -> list[Row]:
    awards = {award["entry"]: award for award in text["awards"]}
    results = text["results"]
    following = [*(awards.get(each["entry"], {}).get("tier") for each in results[1:]), None]
    rows = []
    for result, next_tier in zip(results, following, strict=True):
        award = awards.get(result["entry"], {"tier": "", "tier_name": NOTHING})
        rows.append(
            Row(
                rank=result["rank"],
                shared=result["shared"],
                who=shown(leaves, result["entry"], corrections),
                total=result["shown"],
                exact=wording.exact(Fraction(result["total"]), result["shown"]),
                votes=NOTHING if result["votes"] is None else str(result["votes"]),
                decided=wording.decided(result["decided_by"], text["criteria"]),
                tier=award["tier"],
                award=award["tier_name"],
                cut=next_tier is not None and next_tier != award["tier"],
            )
        )
    return rows


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
