"""A built season in figures."""

from typing import Any

from django.db.models import Count

from accounts import log
from contest.models import Award, Entry, Stage
from contest.models.stage import Kind
from demo.build import Rehearsal
from scoring.models import Tabulation


def summary(rehearsal: Rehearsal) -> dict[str, Any]:
    """Entrants, finalists and prizes by stage, and the log's length, as plain data."""
    stages = Stage.objects.whole().filter(season=rehearsal.season).order_by("-kind", "district__order")
    entrants = dict(Entry.objects.filter(stage__in=stages).values_list("stage").annotate(Count("pk")).order_by())
    unfilled = dict(Tabulation.objects.filter(stage__in=stages, live=True).values_list("stage", "unfilled"))
    count, head, faults = log.verify(rehearsal.code)
    preliminaries = [stage for stage in stages if stage.kind == Kind.PRELIMINARY]
    finalists = Entry.objects.filter(stage__in=stages, stage__kind=Kind.FINAL, status="entered")
    by_district = dict(finalists.values_list("district").annotate(Count("pk")).order_by())
    return {
        "season": rehearsal.code,
        "entrants": sum(entrants.get(stage.pk, 0) for stage in preliminaries),
        "finalists": sum(by_district.values()),
        "finalists_by_district": {
            s.district.name: by_district.get(s.district_id, 0) for s in preliminaries if s.district
        },
        "stages": [
            {
                "stage": stage.title,
                "state": stage.state,
                "entrants": entrants.get(stage.pk, 0),
                "prizes": _prizes(stage),
                "unfilled": unfilled.get(stage.pk, {}),
            }
            for stage in stages
        ],
        "log": {"lines": count, "head": head, "faults": len(faults)},
    }


def _prizes(stage: Stage) -> dict[str, int]:
    awards = Award.objects.live().filter(entry__stage=stage).order_by("tier_order").values_list("tier")
    return dict(awards.annotate(Count("pk")).order_by("tier_order"))
