"""Planned roster rows on their way into the registry: in bulk, whatever their number. For `contest.actions.roster`."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from django.db.models import Model

from contest.actions.units import shared
from contest.reads.levels import of_known_level
from registry.excel import months
from registry.excel.plan import PlannedRow
from registry.excel.row import Row
from registry.models import District, Posting, Secretary, Town, Unit, Village

# District code, town, village.
Place = tuple[str, str, str]


def carry_out(rows: Sequence[PlannedRow], rehearsal: str = "") -> None:
    """Write what the plan says of these rows; runs inside the caller's transaction. New people are the rehearsal's."""
    added = [row.values for row in rows if row.action == "add" and row.values]
    changed = [(row, row.values) for row in rows if row.action == "change" and row.values]
    known = Posting.objects.with_places().in_bulk([row.ref for row, _values in changed])
    moves = [(known[int(row.ref or 0)], row, values) for row, values in changed]
    villages = _villages(
        [(values.district, values.town, values.village) for values in added]
        + [_place(posting, row, values) for posting, row, values in moves]
    )
    units = _units([*added, *(values for _row, values in changed)], rehearsal)
    _add(added, villages, units, rehearsal)
    for posting, row, values in moves:
        posting.village = villages[_place(posting, row, values)]
        posting.unit = units[values.unit]
        _change(posting, row, values)
    people = {posting.secretary.pk: posting.secretary for posting, _row, _values in moves}
    _save(Secretary, people.values(), ["name", "phone", "post", "gender"])
    _save(Posting, [posting for posting, _row, _values in moves], ["village", "unit", "since", "until", "remark"])


def _save(model: type[Model], rows: Iterable[Model], fields: Sequence[str]) -> None:
    """Write known rows back in one statement; bulk_update takes minutes where this takes a second."""
    model._default_manager.bulk_create(rows, update_conflicts=True, unique_fields=["id"], update_fields=fields)


def first_day_after(last: date | None) -> date | None:
    """The first day no longer served, from the last month served; None while the service goes on."""
    return months.first_day_after(last) if last else None


def _add(rows: Sequence[Row], villages: Mapping[Place, Village], units: Mapping[str, Unit], rehearsal: str) -> None:
    people = Secretary.objects.bulk_create(
        Secretary(name=row.name, phone=row.phone, post=row.post, gender=row.gender, rehearsal=rehearsal) for row in rows
    )
    Posting.objects.bulk_create(
        Posting(
            secretary=person,
            village=villages[row.district, row.town, row.village],
            unit=units[row.unit],
            since=row.since,
            until=first_day_after(row.until),
            remark=row.remark,
            rehearsal=rehearsal,
        )
        for person, row in zip(people, rows, strict=True)
    )


def _change(posting: Posting, row: PlannedRow, values: Row) -> None:
    """What the row does not change stays: an empty cell erases nothing."""
    for field in ("name", "phone", "post", "gender"):
        if field in row.changes:
            setattr(posting.secretary, field, getattr(values, field))
    for field in ("since", "remark"):
        if field in row.changes:
            setattr(posting, field, getattr(values, field))
    if "until" in row.changes:
        posting.until = first_day_after(values.until)


def _place(posting: Posting, row: PlannedRow, values: Row) -> Place:
    """Where a changed posting will be."""
    town = posting.village.town
    return (
        town.district.code,
        values.town if "town" in row.changes else town.name,
        values.village if "village" in row.changes else posting.village.name,
    )


def _villages(places: Iterable[Place]) -> dict[Place, Village]:
    """Every village named, made where it is new."""
    wanted = sorted(set(places))
    districts = {district.code: district for district in District.objects.all()}
    Town.objects.bulk_create(
        [Town(district=districts[code], name=town) for code, town in sorted({place[:2] for place in wanted})],
        ignore_conflicts=True,
    )
    towns = {(town.district.code, town.name): town for town in Town.objects.select_related("district")}
    Village.objects.bulk_create(
        [Village(town=towns[code, town], name=village) for code, town, village in wanted], ignore_conflicts=True
    )
    found = Village.objects.select_related("town__district")
    return {(village.town.district.code, village.town.name, village.name): village for village in found}


def units_corrected(rows: Iterable[PlannedRow]) -> list[tuple[Unit, str]]:
    """The units whose level, known to any season, these rows correct, each with the level they state. One query."""
    values = [row.values for row in rows if row.action in ("add", "change") and row.values]
    found = Unit.objects.filter(of_known_level(), name__in={row.unit for row in values})
    return _levels(values, found)


def _levels(rows: Sequence[Row], units: Iterable[Unit]) -> list[tuple[Unit, str]]:
    """The units whose level is to be another, each with the one that the preview says."""
    told = {row.unit: row.level for row in rows}
    return [(unit, told[unit.name]) for unit in units if told[unit.name] != unit.level]


def _units(rows: Sequence[Row], rehearsal: str) -> dict[str, Unit]:
    """Every unit the rows name, made where it is new; a rehearsal only reads those that send others than its own."""
    levels = {row.unit: row.level for row in rows}
    Unit.objects.bulk_create(
        [Unit(name=name, level=level) for name, level in sorted(levels.items())], ignore_conflicts=True
    )
    units = {unit.name: unit for unit in Unit.objects.filter(name__in=levels)}
    meant = _levels(rows, units.values())
    held = shared([unit for unit, _level in meant], rehearsal) if rehearsal else []
    corrected = [(unit, level) for unit, level in meant if unit not in held]
    for unit, level in corrected:
        unit.level = level
    _save(Unit, [unit for unit, _level in corrected], ["level"])
    return units
