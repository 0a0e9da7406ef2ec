"""A roster file against the roster: the registry's postings as `registry.excel` compares them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import partial

from django.db.models import Q
from django.utils.translation import gettext as _

from registry.excel import keys
from registry.excel.match import Existing
from registry.excel.plan import Plan, PlannedRow, plan
from registry.excel.row import Row, RowProblem
from registry.excel.table import Table
from registry.models import District, Posting


def plan_against_roster(
    table: Table, places: Sequence[District], *, district: District | None, headcounts: Mapping[str, int], on: date
) -> Plan:
    """What an import of this table into these districts would do, on this day.

    A service that has ended is no longer compared with, so that a successor is nobody's correction; only a row that
    tells of the same service once more is recognised by it and not added again.
    """
    postings = Posting.objects.with_places().filter(village__town__district__in=places)
    planned = partial(
        plan,
        table,
        districts={place.name: place.code for place in places},
        district=district.code if district else None,
        headcounts=headcounts,
    )
    serving = [_existing(posting) for posting in postings.filter(Q(until=None) | Q(until__gt=on))]
    found = planned(serving)
    told_again = _told_again(found, [_existing(posting) for posting in postings.filter(until__lte=on)])
    return _noting_ended(planned([*serving, *told_again]), told_again) if told_again else found


def last_month(until: date | None) -> date | None:
    """The last month served, as its first day, from the first day no longer served."""
    return (until - timedelta(days=1)).replace(day=1) if until else None


def _existing(posting: Posting) -> Existing:
    return Existing(
        ref=posting.pk,
        district=posting.village.town.district.code,
        town=posting.village.town.name,
        village=posting.village.name,
        name=posting.secretary.name,
        unit=posting.unit.name,
        level=posting.unit.level,
        since=posting.since,
        until=last_month(posting.until),
        phone=posting.secretary.phone,
        post=posting.secretary.post,
        gender=posting.secretary.gender,
        remark=posting.remark,
    )


def _told_again(found: Plan, ended: Iterable[Existing]) -> list[Existing]:
    """The ended services that rows about to be added tell of: the latest of each person in each village."""
    latest = {_who(posting): posting for posting in sorted(ended, key=lambda one: one.until or date.min)}
    added = [row.values for row in found.rows if row.action == "add" and row.values]
    candidates = ((values, latest.get(_who(values))) for values in added)
    return [posting for values, posting in candidates if posting and _same_town(values.town, posting.town)]


def _who(one: Existing | Row) -> tuple[str, str, str]:
    return one.district, keys.village(one.village), keys.name(one.name)


def _same_town(one: str, other: str) -> bool:
    return not one or not other or keys.town(one) == keys.town(other)


def _noting_ended(found: Plan, ended: Iterable[Existing]) -> Plan:
    """Say of each row that found an ended service when it ended, unless the row says itself that it is over."""
    months = {posting.ref: posting.until for posting in ended}
    return replace(found, rows=tuple(_noted(row, months.get(row.ref or 0)) for row in found.rows))


def _noted(row: PlannedRow, until: date | None) -> PlannedRow:
    if until is None or row.values is None or row.values.until is not None:
        return row
    sentence = _(
        "名册里此人在该村的任职已于 %(year)d 年 %(month)d 月结束，导入不会改动；如仍在任，请在名册里更正任职止。"
    )
    note = RowProblem("until", "ended", sentence % {"year": until.year, "month": until.month})
    return replace(row, notes=(*row.notes, note))
