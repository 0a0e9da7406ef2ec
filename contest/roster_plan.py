"""A roster file against the roster: the registry's postings as `registry.excel` compares them."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import cache, partial

from django.db.models import Q
from django.utils.translation import gettext as _

from contest.reads.levels import of_known_level
from registry import fonts
from registry.excel import keys
from registry.excel.fields import labels
from registry.excel.levels import Level, called, names_of
from registry.excel.match import Existing
from registry.excel.plan import Plan, PlannedRow, plan
from registry.excel.row import Row, RowProblem
from registry.excel.table import Table
from registry.models import District, Posting, Unit

# What of a row is printed on paper.
PRINTED = ("name", "unit", "town", "village")
# Rows named in one sentence about the whole file.
MOST_TOLD = 10


def plan_against_roster(
    table: Table,
    places: Sequence[District],
    *,
    levels: Sequence[Level],
    rehearsal: str = "",
    district: District | None,
    headcounts: Mapping[str, int],
    accepted: Collection[str] = (),
    on: date,
) -> Plan:
    """What an import of this table into these districts, by these levels of units, would do on this day.

    It is compared with the people of the rehearsal of that code, or with the real ones alone.

    A service that has ended is no longer compared with, so that a successor is nobody's correction; only a row that
    tells of the same service once more is recognised by it and not added again.
    """
    postings = Posting.objects.with_places().filter(rehearsal=rehearsal, village__town__district__in=places)
    units = cache(partial(_levels_of_units, rehearsal))
    planned = partial(
        plan,
        table,
        districts={place.name: place.code for place in places},
        levels=levels,
        units=units,
        district=district.code if district else None,
        headcounts=headcounts,
        accepted=accepted,
    )
    serving = [_existing(posting) for posting in postings.filter(Q(until=None) | Q(until__gt=on))]
    found = planned(serving)
    told_again = _told_again(found, [_existing(posting) for posting in postings.filter(until__lte=on)])
    whole = _noting_ended(planned([*serving, *told_again]), told_again) if told_again else found
    return _noting_unshowable(_noting_levels(whole, units, names_of(levels)))


def _levels_of_units(rehearsal: str) -> dict[str, str]:
    """The levels, known to any season, of the units that send somebody: real people, or for a rehearsal anybody.

    What a rehearsal said of a unit that sends nobody else is nothing to the real roster.
    """
    sending = Posting.objects.all() if rehearsal else Posting.objects.filter(rehearsal="")
    units = Unit.objects.filter(of_known_level(), pk__in=sending.order_by().values("unit"))
    return dict(units.order_by().values_list("name", "level"))


def _noting_levels(found: Plan, units: Callable[[], Mapping[str, str]], names: Mapping[str, str]) -> Plan:
    """Say of each row that states another level for its unit than the roster has: the unit is everybody's."""
    if not any(row.values and _states_a_level(row) for row in found.rows):
        return found
    known = {keys.unit(name): level for name, level in units().items()}
    return replace(found, rows=tuple(_noted_level(row, known, names) for row in found.rows))


def _states_a_level(row: PlannedRow) -> bool:
    return row.action == "add" or "level" in row.changes


def _noted_level(row: PlannedRow, known: Mapping[str, str], names: Mapping[str, str]) -> PlannedRow:
    values = row.values
    had = known.get(keys.unit(values.unit)) if values and _states_a_level(row) else None
    if values is None or had in (None, values.level):
        return row
    sentence = _("“%(unit)s”在名册里是“%(old)s”，导入后改为“%(new)s”：各地由这个单位派出的人都随之改变，请核对。")
    told = {"unit": values.unit, "old": called(had or "", names), "new": called(values.level, names)}
    return replace(row, notes=(*row.notes, RowProblem("level", "level_of_all", sentence % told)))


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


def _noting_unshowable(found: Plan) -> Plan:
    """Say of each row which of its characters no certificate could show: the name is right, the font is lacking.

    Where there is no font to ask, the file as a whole is told so; an import needs none.
    """
    try:
        missing = {row.name: _missing(row) for row in found.rows}
    except fonts.NoFont as lacking:
        return replace(found, notes=(*found.notes, _("没有核对证书能否印出姓名：%s") % lacking))
    told = [
        _("第 %(row)s 行%(signs)s") % {"row": row, "signs": _named(signs)} for row, signs in missing.items() if signs
    ]
    if not told:
        return found
    sentence = _("打印字体里没有这些字：%s。不影响导入；怎么办写在各行里。") % "、".join(told[:MOST_TOLD])
    rows = tuple(replace(row, notes=(*row.notes, *_unshowable(missing[row.name]))) for row in found.rows)
    return replace(found, rows=rows, notes=(*found.notes, sentence))


def _missing(row: PlannedRow) -> list[tuple[str, str]]:
    """The characters of a row that paper cannot show, with their fields."""
    values = row.values
    if values is None:
        return []
    return [(field, sign) for field in PRINTED for sign in fonts.unshowable(getattr(values, field))]


def _named(signs: Iterable[tuple[str, str]]) -> str:
    return "".join(dict.fromkeys(f"“{sign}”（U+{ord(sign):04X}）" for _field, sign in signs))


def _unshowable(missing: Sequence[tuple[str, str]]) -> list[RowProblem]:
    sentence = _(
        "%(field)s里的%(signs)s在打印字体里没有，证书上印不出来。请照原字导入，不要用别的字代替，"
        "并请管理员在制作证书前用 PORTAL_FONT_DIR 换上有这个字的字体。"
    )
    return [
        RowProblem(field, "unshowable", sentence % {"field": labels()[field], "signs": _named(signs)})
        for field, signs in ((field, [one for one in missing if one[0] == field]) for field in PRINTED)
        if signs
    ]
