"""How far the stages have come, as a table and a chart that say the same."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from contest import progress
from contest.charts import Bar, progress_bars
from contest.models import Entry, Stage
from contest.models.entry import Status
from contest.models.stage import State
from contest.reads.way_back import being_put_right


@dataclass(frozen=True, slots=True)
class Row:
    """A stage in the overview: how many compete, what its measures say, whether its results are being put right."""

    stage: Stage
    entrants: int
    progress: Sequence[progress.Progress]
    is_overdue: bool
    is_put_right: bool


def of(stages: Iterable[Stage]) -> dict[str, Any]:
    """The context of a page that shows these stages: `rows` and `chart`; a constant number of queries."""
    rows = _rows(list(stages))
    return {"rows": rows, "chart": progress_bars([_bar(row) for row in rows], title=_("各赛段进度")) if rows else None}


def _rows(stages: list[Stage]) -> list[Row]:
    counts = dict(
        Entry.objects.filter(stage__in=stages)
        .values_list("stage")
        .annotate(count=Count("pk", filter=Q(status=Status.ENTERED)))
    )
    measured, put_right, today = progress.of(stages), being_put_right(stages), timezone.localdate()
    return [
        Row(stage, counts.get(stage.pk, 0), measured[stage.pk], stage.is_overdue(today), stage.pk in put_right)
        for stage in stages
    ]


def _bar(row: Row) -> Bar:
    """How many of the seven steps are behind the stage."""
    steps = list(State)
    return Bar(
        label=row.stage.title,
        done=steps.index(State(row.stage.state)),
        total=len(steps) - 1,
        state_label=row.stage.get_state_display(),
    )
