"""The decree's table: shown, checked, explained, corrected."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Proposal
from accounts.once import once
from accounts.permissions import Action, NeedsSecond, fetch, may
from accounts.proposals.views import propose_from, proposed
from accounts.requests import SignedIn
from contest.models import Season
from contest.models.stage import Kind
from contest.reads.levels import level_names
from quota import calculator, headcounts
from quota.actions import table as actions
from quota.forms.table import CalculatorForm, ProposedTableForm, RowForm, TableForm, initial, row_forms, told_rows
from quota.models import QuotaTable
from quota.rules import apportion
from registry.excel.levels import called
from registry.models import District


def quota(request: SignedIn, code: str) -> HttpResponse:
    season = fetch(request.user, Action.SEE_SEASON, Season.objects.all(), code=code)
    table = _table(season)
    context: dict[str, Any] = {"season": season, "table": table, "may_edit": may(request.user, Action.MANAGE_SEASON)}
    status = 200
    if table is not None:
        on_roster = headcounts.on_roster(season, timezone.localdate())
        context |= _lines(table, on_roster, headcounts.entered(season))
        context["findings"] = actions.check_table(table, on=timezone.localdate())
        context["takes_two"] = actions.takes_two(season)
        calculated = _calculated(request, table, on_roster)
        context |= calculated
        status = 400 if calculated["form"].errors else 200
    return render(request, "quota/quota.html", context, status=status)


@once
def edit_table(request: SignedIn, code: str) -> HttpResponse:
    """Take the table in, or put it right, as long as no list that rests on it was sent in."""
    season = fetch(request.user, Action.MANAGE_SEASON, Season.objects.all(), code=code)
    table = _table(season)
    seen = actions.fingerprint(table) if table else ""
    takes_two = table is not None and actions.takes_two(season)
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    levels = list(level_names(season).items())
    form = (ProposedTableForm if takes_two else TableForm)(*sent, initial=initial(table, seen), levels=levels)
    rows = row_forms(_districts(season), table, request.POST if request.method == "POST" else None)
    # Every row is asked, so that all faults show at once.
    fits = all([form.is_valid(), *(row.is_valid() for row in rows)]) if request.method == "POST" else False
    if fits and table is not None and isinstance(form, ProposedTableForm):
        if (made := _propose(table, form, rows, request)) is not None:
            return proposed(request, made)
    elif fits:
        try:
            _write(season, table, form, rows, request)
        except actions.TableMoved:
            return _conflict(request, season, form, rows)
        except (actions.TableRefused, NeedsSecond) as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("名额分配表已保存，请看下面的自查结果。"))
            return redirect("quota:quota", code=code)
    context = {"season": season, "table": table, "form": form, "rows": rows, "takes_two": takes_two}
    return render(request, "quota/edit_table.html", context, status=400 if form.is_bound else 200)


def _propose(table: QuotaTable, form: ProposedTableForm, rows: list[RowForm], request: SignedIn) -> Proposal | None:
    lines = [[district.pk, headcount, seats] for district, headcount, seats in told_rows(rows)]
    told = {"reason": form.cleaned_data["reason"], "paper": form.paper, "by": request.user, "at": timezone.now()}
    return propose_from(form, "change_quota_table", table, {**form.proposed(), "rows": lines}, **told)


def _write(season: Season, table: QuotaTable | None, form: TableForm, rows: list[RowForm], request: SignedIn) -> None:
    told = form.told()
    seen = told.pop("seen")
    lines = list(told_rows(rows))
    if table is None:
        actions.adopt_table(season, rows=lines, by=request.user, at=timezone.now(), **told)
    else:
        actions.change_table(table, rows=lines, seen=seen, by=request.user, at=timezone.now(), **told)


def _conflict(request: SignedIn, season: Season, form: TableForm, rows: list[RowForm]) -> HttpResponse:
    """Both versions side by side; the reader decides which one stays."""
    table = QuotaTable.objects.prefetch_related("rows__district").get(season=season)
    now = {row.district_id: row for row in table.rows.all()}
    fields = [
        (form.fields[name].label, getattr(table, name), form.cleaned_data[name])
        for name in ("source", "stated_headcount", "stated_seats", "reserves")
    ]
    levels = actions.levels_of(table)
    fields += [(name, levels.get(level), form.told()["levels"].get(level)) for level, name in form.levels]
    for row in rows:
        stands = now.get(row.district.pk)
        told = row.cleaned_data
        mine = _("%(headcount)d 人，%(seats)d 个") % told
        theirs = _("%(headcount)d 人，%(seats)d 个") % vars(stands) if stands else ""
        fields.append((row.district.name, theirs, mine))
    again = {key: value for key, value in request.POST.items() if key not in ("csrfmiddlewaretoken", "once_key")}
    context = {
        "season": season,
        "rows": [
            {"label": label, "theirs": theirs, "yours": yours, "differs": theirs != yours}
            for label, theirs, yours in fields
        ],
        "resubmit": list({**again, "seen": actions.fingerprint(table)}.items()),
    }
    return render(request, "quota/table_conflict.html", context, status=409)


def _table(season: Season) -> QuotaTable | None:
    return (
        QuotaTable.objects.filter(season=season)
        .prefetch_related("rows__district", "levels")
        .select_related("season")
        .first()
    )


def _districts(season: Season) -> list[District]:
    return list(District.objects.filter(stages__season=season, stages__kind=Kind.PRELIMINARY))


def _lines(table: QuotaTable, on_roster: dict[int, int], entered: dict[int, int]) -> dict[str, Any]:
    rows: list[dict[str, Any]] = [
        {
            "name": row.district.name,
            "headcount": row.headcount,
            "on_roster": on_roster.get(row.district_id, 0),
            "entered": entered.get(row.district_id, 0),
            "seats": row.seats,
        }
        for row in table.rows.all()
    ]
    found = headcounts.by_level(table.season, timezone.localdate())
    stated = actions.levels_of(table)
    names = level_names(table.season) if stated else {}
    by_level = [(called(level, names), count, found.get(level, 0)) for level, count in stated.items()]
    sums = {key: sum(row[key] for row in rows) for key in ("headcount", "on_roster", "entered", "seats")}
    return {"rows": rows, "sums": sums, "levels": by_level}


def _calculated(request: SignedIn, table: QuotaTable, on_roster: dict[int, int]) -> dict[str, Any]:
    """The calculator's answer; without a question, the decree's own: its seats, its people, Adams' method."""
    asked = {
        "seats": str(sum(row.seats for row in table.rows.all())),
        "method": "adams",
        "minimum": "0",
        "people": "decree",
        **{key: value for key, value in request.GET.items() if value},
    }
    form = CalculatorForm(asked, labels={method: calculator.label(method) for method in apportion.METHODS})
    decreed = _places(table, None)
    context: dict[str, Any] = {"form": form, "verdict": calculator.verdict(decreed) if _can_explain(decreed) else []}
    if not form.is_valid():
        return context
    told = form.cleaned_data
    places = decreed if told["people"] == "decree" else _places(table, on_roster)
    try:
        columns = calculator.compare(places, told["seats"], told["minimum"])
    except apportion.TooFewSeats as few:
        form.add_error("seats", _("每地至少 %(minimum)d 个，共需 %(needed)d 个名额。") % vars(few))
        return context
    except apportion.NobodyToShare:
        form.add_error("people", _("名册还是空的，没有人数可算。请先导入名册，或改按公文人数。"))
        return context
    chosen = next(column for column in columns if column.method == told["method"])
    grid = [(place, [_cell(column, place.code) for column in columns]) for place in places]
    return context | {
        "columns": columns,
        "grid": grid,
        "chosen": chosen,
        "working": calculator.working(places, chosen.shares),
        "people": sum(place.headcount for place in places),
        "decreed_seats": sum(place.decreed for place in places),
    }


def _can_explain(places: list[calculator.Place]) -> bool:
    return any(place.headcount for place in places) and any(place.decreed for place in places)


def _places(table: QuotaTable, counted: dict[int, int] | None) -> list[calculator.Place]:
    return [
        calculator.Place(
            code=row.district.code,
            name=row.district.name,
            headcount=row.headcount if counted is None else counted.get(row.district_id, 0),
            decreed=row.seats,
        )
        for row in table.rows.all()
    ]


def _cell(column: calculator.Column, code: str) -> dict[str, Any]:
    return {
        "seats": column.shares.seats[code],
        "contested": code in column.shares.contested,
        "gain": max(column.differences.get(code, 0), 0),
        "loss": max(-column.differences.get(code, 0), 0),
    }
