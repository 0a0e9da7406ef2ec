"""What a publication freezes, as data (docs/kept.md), and what the tables say of the same now."""

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.utils import translation

from contest.models import Award, Entry, Stage
from contest.models.entry import Status
from contest.models.person import COLUMNS, person_from
from scoring.actions.rules import ruleset_of
from scoring.models import Result, Tabulation
from scoring.reads.kept import Leaves

FORMAT = 1
RESULT = (
    "entry_id", "entry__order", "person", "rank", "position", "shared", "decided_by", "total_num", "total_den", "total",
    "seconds", "deduction_c", "votes", "tier",
)  # fmt: skip
AWARD = "entry_id", "person", "version", "tier", "tier_name", "tier_order", "rank", "revision"
# The leaf of somebody: entry and copy.
Close = Callable[[int, Any], str | None]


def read_snapshot(stage: Stage, version: int, leaves: Leaves) -> dict[str, Any]:
    """What the notice says of a certified stage whose notice period is written already. Seven queries."""
    tabulation = Tabulation.objects.get(stage=stage, live=True)
    ruleset = ruleset_of(stage)
    results = Result.objects.filter(tabulation=tabulation).values(*RESULT)
    awards = Award.objects.live().filter(entry__stage=stage).values(*AWARD)

    def close(entry: int, person: Any) -> str:
        return leaves.close(f"person:{entry}", person)

    return {
        "format": FORMAT,
        "version": version,
        "revision": tabulation.revision,
        "season": _season(stage),
        "stage": _stage(stage),
        "notice": _notice(stage),
        "certified_at": stage.certified_at.isoformat() if stage.certified_at else None,
        "counted": tabulation.digests,
        "panel": _panel(tabulation),
        "criteria": {criterion.code: criterion.name for criterion in ruleset.criteria.all()},
        "results": told_results(results, close),
        "awards": told_awards(awards, close),
        "gone": _gone(tabulation, leaves),
    }


def told_results(rows: Iterable[Mapping[str, Any]], close: Close) -> list[dict[str, Any]]:
    """Rows of RESULT as a snapshot has them, best first."""
    told = [
        {
            "entry": row["entry_id"],
            "order": row["entry__order"],
            "person": close(row["entry_id"], row["person"]),
            "total": f"{row['total_num']}/{row['total_den']}",
            "shown": row["total"],
            **{name: row[name] for name in ("rank", "position", "shared", "decided_by")},
            **{name: row[name] for name in ("seconds", "deduction_c", "votes", "tier")},
        }
        for row in rows
    ]
    return sorted(told, key=lambda each: (each["position"], each["order"] or 0, each["entry"]))


def told_awards(rows: Iterable[Mapping[str, Any]], close: Close) -> list[dict[str, Any]]:
    """Rows of AWARD as a snapshot has them, the best prize first."""
    told = [
        {
            "entry": row["entry_id"],
            "person": close(row["entry_id"], row["person"]),
            **{name: row[name] for name in ("version", "tier", "tier_name", "tier_order", "rank", "revision")},
        }
        for row in rows
    ]
    return sorted(told, key=lambda each: (each["tier_order"], each["rank"], each["entry"]))


def _season(stage: Stage) -> dict[str, Any]:
    season = stage.season
    return {
        "code": season.code,
        "title": season.title,
        "notice_number": season.notice_number,
        "hosts": list(season.hosts),
    }


def _stage(stage: Stage) -> dict[str, Any]:
    # The notice is an official text: in Chinese, whoever published it.
    with translation.override("zh-hans"):
        title = stage.title
    held_on = stage.held_on.isoformat() if stage.held_on else None
    return {"kind": stage.kind, "title": title, "held_on": held_on, "venue": stage.venue}


def _notice(stage: Stage) -> dict[str, Any]:
    return {
        "from": stage.notice_from.isoformat() if stage.notice_from else None,
        "until": stage.notice_until.isoformat() if stage.notice_until else None,
        "provisional": stage.notice_provisional,
        "working_days": stage.season.notice_working_days,
    }


def _panel(tabulation: Tabulation) -> dict[str, int]:
    """How many judges' sheets counted, and how many judges had left."""
    seats = json.loads(tabulation.inputs)["panel"] if tabulation.inputs else []
    left = sum(1 for seat in seats if seat["left"])
    return {"judges": len(seats) - left, "left": left}


def _gone(tabulation: Tabulation, leaves: Leaves) -> list[dict[str, Any]]:
    """Those who left the ranking, as the tabulation kept them."""
    fields = "pk", "order", "status", "status_reason"
    if tabulation.inputs:
        told = json.loads(tabulation.inputs)["gone"]
        for each in told:
            leaves.carry(f"person:{each['entry']}", f"gone:{each['entry']}")
        return list(told)
    read = Entry.objects.filter(stage=tabulation.stage_id).exclude(status=Status.ENTERED).order_by("pk")
    return [
        {
            "entry": pk,
            "order": order,
            "person": leaves.close(f"person:{pk}", person_from(person)),
            "status": status,
            "why": leaves.close(f"gone:{pk}", why),
        }
        for pk, order, status, why, *person in read.values_list(*fields, *COLUMNS.values())
    ]
