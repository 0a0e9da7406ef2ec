"""The score grid, and the answers its script asks for."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from django.http import HttpResponse, HttpResponseBase, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_GET, require_POST

from accounts.once import once
from accounts.permissions import Action, fetch, may
from accounts.requests import SignedIn
from contest.models import Stage
from contest.models.stage import State
from scoring import grid as grids
from scoring import typed
from scoring.actions.hold import WrongState
from scoring.actions.overtime import RefusedTime, StaleTime, Timed, time_talks
from scoring.actions.sheets import Refused, Saved, Stale, save_marks
from scoring.forms.grid import BadPayload, OtherPerson, marks_from, times_from
from scoring.models import Sheet
from scoring.reads.far import as_data, far_in
from scoring.reads.nav import nav_of


def show_grid(request: SignedIn, pk: int) -> HttpResponse:
    stage = fetch(request.user, Action.SEE_MARKS, Stage.objects.whole(), pk=pk)
    grid = grids.grid_of(stage, request.GET.get("judge", ""))
    may_type = stage.state == State.SCORING and may(request.user, Action.TYPE_MARKS, stage)
    competing = {person.pk for person in grid.people if person.competing}
    waiting = sum(sheet.state == Sheet.State.TYPED and sheet.entry in competing for sheet in grid.sheets)
    context = {
        "stage": stage,
        "grid": grid,
        "may_type": may_type,
        "nav": nav_of(stage),
        "waiting": waiting,
        "all_typed": waiting and all(judge.done == judge.dealt for judge in grid.judges),
        "data": _data(request, stage, grid, may_type),
    }
    return render(request, "scoring/grid.html", context)


@require_GET
def grid_state(request: SignedIn, pk: int) -> HttpResponseBase:
    """What others have typed meanwhile; 304 when nobody has."""
    stage = fetch(request.user, Action.SEE_MARKS, Stage.objects.whole(), pk=pk)
    wanted = request.GET.get("judge", "")
    etag = f'"{grids.version_of(stage)}-{quote(wanted[:9])}-{request.user.pk}"'
    response = get_conditional_response(request, etag=etag)
    if response is not None:
        return response
    lines, places = grids.lines_of(stage)
    sheets = grids.sheet_rows(stage, grids.opened_in(stage, wanted), lines, places)
    may_type = stage.state == State.SCORING and may(request.user, Action.TYPE_MARKS, stage)
    answer = {
        "sheets": [sheet.as_data for sheet in sheets],
        "times": [time.as_data for time in grids.time_rows(stage)],
        "editable": may_type,
        "far": as_data(far_in(stage).values()) if may_type else None,
        "codes": [line.code for line in lines],
        "shape": grids.shape_of(stage),
        "user": request.user.pk,
        "token": get_token(request),
    }
    return JsonResponse(answer, headers={"ETag": etag})


@require_POST
@once
def save_cells(request: SignedIn, pk: int) -> HttpResponse:
    """Save marks typed into the grid; see scoring.forms.grid for the payload."""
    stage = fetch(request.user, Action.TYPE_MARKS, Stage.objects.whole(), pk=pk)
    try:
        told = marks_from(request.POST, request.user.pk)
        outcomes = save_marks(stage, told.changes, by=request.user, at=timezone.now()) if told.changes else []
    except BadPayload as bad:
        return _stop(str(bad), 400)
    except (WrongState, OtherPerson) as refused:
        return _stop(str(refused), 409)
    return _answer(_marks_answer(stage, [*told.refused, *outcomes]))


@require_POST
@once
def save_times(request: SignedIn, pk: int) -> HttpResponse:
    """Save times typed into the grid."""
    stage = fetch(request.user, Action.TYPE_MARKS, Stage.objects.whole(), pk=pk)
    try:
        told = times_from(request.POST, request.user.pk)
        outcomes = time_talks(stage, told.changes, by=request.user, at=timezone.now()) if told.changes else []
    except BadPayload as bad:
        return _stop(str(bad), 400)
    except (WrongState, OtherPerson) as refused:
        return _stop(str(refused), 409)
    return _answer(_times_answer([*told.refused, *outcomes]))


def _data(request: SignedIn, stage: Stage, grid: grids.Grid, may_type: bool) -> dict[str, Any]:
    """What the grid's script needs to know; the table itself it finds drawn."""
    return {
        "stage": stage.pk,
        "title": stage.title,
        "user": request.user.pk,
        "who": request.user.name,
        "editable": may_type,
        "token": get_token(request),
        # Only for those who have the paper: to anybody else it would be advice on how to judge.
        "far": as_data(far_in(stage).values()) if may_type else None,
        "shape": grids.shape_of(stage),
        "urls": {
            "save": reverse("scoring:save_cells", args=[stage.pk]),
            "times": reverse("scoring:save_times", args=[stage.pk]),
            "state": reverse("scoring:grid_state", args=[stage.pk]),
            "signIn": reverse("sign_in"),
            "unsent": reverse("scoring:unsent"),
            "worker": reverse("scoring:unsent_worker"),
            "stages": reverse("contest:stages"),
        },
        "judge": _opened(grid),
        "lines": [[line.code, line.name, line.most, line.step] for line in grid.lines],
        "judges": [[judge.pk, judge.number, judge.name] for judge in grid.judges],
        "people": [[person.pk, person.order, person.name, person.competing] for person in grid.people],
        "sheets": [sheet.as_data for sheet in grid.sheets],
        "times": [each.as_data for each in grid.times],
    }


def _opened(grid: grids.Grid) -> str:
    """The value of `judge` that shows what this grid shows."""
    numbers = [str(judge.number) for judge in grid.judges if judge.open]
    if not numbers:
        return grids.NONE
    return grids.ALL if len(numbers) > 1 else numbers[0]


def _marks_answer(stage: Stage, outcomes: list[Saved | Stale | Refused]) -> dict[str, Any]:
    lines, places = grids.lines_of(stage)

    def row(outcome: Saved | Stale) -> list[Any]:
        marks = [typed.shown_points(outcome.marks[line.code], places) for line in lines]
        total = typed.shown_points(outcome.total_c, places)
        filled = sum(1 for mark in marks if mark)
        return [outcome.sheet_id, outcome.edit, str(outcome.state), total, filled, marks]

    written = [each.sheet_id for each in outcomes if isinstance(each, Saved)]
    beside = Sheet.objects.filter(pk__in=written).values("entry")
    return {
        "saved": [row(each) for each in outcomes if isinstance(each, Saved)],
        "stale": [[*row(each), each.who] for each in outcomes if isinstance(each, Stale)],
        "refused": [[each.sheet_id, each.code, each.reason] for each in outcomes if isinstance(each, Refused)],
        # Of the entrants whose sheets were saved.
        "far": as_data(far_in(stage, beside).values()) if written else [],
    }


def _times_answer(outcomes: list[Timed | StaleTime | RefusedTime]) -> dict[str, list[list[Any]]]:
    def row(outcome: Timed | StaleTime) -> list[Any]:
        who = outcome.who if isinstance(outcome, StaleTime) else ""
        return grids.time_row(outcome.entry_id, outcome.edit, outcome.seconds, outcome.points_c, who).as_data

    return {
        "saved": [row(each) for each in outcomes if isinstance(each, Timed)],
        "stale": [row(each) for each in outcomes if isinstance(each, StaleTime)],
        "refused": [[each.entry_id, each.reason] for each in outcomes if isinstance(each, RefusedTime)],
    }


def _answer(told: Mapping[str, Any]) -> JsonResponse:
    """200 when anything was saved; else 409 for what others changed, 422 for what cannot stand."""
    status = 200 if told["saved"] else 409 if told["stale"] else 422
    return JsonResponse({**told, "at": f"{timezone.localtime():%H:%M:%S}"}, status=status)


def _stop(reason: str, status: int) -> JsonResponse:
    return JsonResponse({"stop": reason}, status=status)
