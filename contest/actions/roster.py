"""A roster file on its way into the registry: looked at, shown, carried out whole or not at all."""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import PurePath
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import log
from accounts.permissions import Action, require
from contest.models import RosterImport, Season
from registry.excel import months
from registry.excel.match import Existing
from registry.excel.plan import Plan, PlannedRow, plan
from registry.excel.row import Row
from registry.excel.table import Table, recognise
from registry.excel.workbook import read
from registry.models import District, Posting, Secretary, Town, Unit, Village

if TYPE_CHECKING:
    from accounts.models import User

Headcounts = Callable[[Season], Mapping[int, int]]
_headcounts: list[Headcounts] = []


class NotReady(Exception):
    """The file cannot be imported as it is: rows are refused, or there is nothing to do. `plan` says which and why."""

    def __init__(self, plan: Plan) -> None:
        super().__init__(_("有 %(count)d 行不能导入，请先改正。") % {"count": plan.counts["refuse"]})
        self.plan = plan


class AlreadyDone(Exception):
    """This import was confirmed or given up before."""


@dataclass(frozen=True, slots=True)
class Look:
    """What a file holds and what an import of it would do now."""

    table: Table
    plan: Plan


def tells_headcounts(function: Headcounts) -> Headcounts:
    """Name a function that tells the decree's headcounts by district id; use as a decorator."""
    _headcounts.append(function)
    return function


def look(
    season: Season,
    *,
    data: bytes,
    name: str,
    district: District | None = None,
    mapping: Mapping[int, str] | None = None,
    sheet: str | None = None,
    on: date,
) -> Look:
    """Read a file and plan its import, writing nothing. Raises Unreadable, NoTable, BadMapping (registry.excel)."""
    places = list(District.objects.filter(stages__season=season).distinct())
    table = recognise(
        read(data, name), known_districts=[place.name for place in places], mapping=mapping, sheet=sheet or None
    )
    counts = {pk: count for each in _headcounts for pk, count in each(season).items()}
    return Look(
        table,
        plan(
            table,
            _existing(places, on),
            districts={place.name: place.code for place in places},
            district=district.code if district else None,
            headcounts={place.code: counts[place.pk] for place in places if place.pk in counts},
        ),
    )


def look_again(upload: RosterImport, *, on: date) -> Look:
    """An uploaded file against the roster as it is now."""
    return look(
        upload.season,
        data=bytes(upload.content),
        name=upload.original_name,
        district=upload.district,
        mapping={int(column): field for column, field in upload.mapping.items()},
        sheet=upload.sheet,
        on=on,
    )


@transaction.atomic
def upload_roster(
    season: Season, *, data: bytes, name: str, district: District | None, by: "User", at: datetime
) -> RosterImport:
    """Keep a file for its preview. A county organizer uploads for a district of theirs; only the office for all."""
    name = PurePath(name.replace("\\", "/")).name[:255]
    upload = RosterImport(
        season=season,
        district=district,
        original_name=name,
        sha256=hashlib.sha256(data).hexdigest(),
        content=data,
        uploaded_by=by,
        uploaded_at=at,
    )
    require(by, Action.IMPORT_ROSTER, upload)
    upload.save()
    log.write(season.code, "upload_roster", by=by, at=at, on=upload, sha256=upload.sha256)
    return upload


@transaction.atomic
def map_columns(upload: RosterImport, mapping: Mapping[int, str], *, sheet: str = "", by: "User", at: datetime) -> None:
    """Say by hand what the columns are that were not recognised. Raises AlreadyDone."""
    require(by, Action.IMPORT_ROSTER, upload)
    told = {str(column): field for column, field in mapping.items()}
    if not RosterImport.objects.filter(pk=upload.pk, state=RosterImport.State.PREVIEW).update(
        mapping=told, sheet=sheet
    ):
        raise AlreadyDone(_("这份名册已经导入或放弃，请重新上传。"))
    upload.mapping, upload.sheet = told, sheet
    log.write(upload.season.code, "map_columns", by=by, at=at, on=upload, columns=told)


@transaction.atomic
def confirm_roster(upload: RosterImport, *, by: "User", at: datetime) -> Plan:
    """Carry the import out: all rows or none. Raises NotReady, AlreadyDone."""
    require(by, Action.IMPORT_ROSTER, upload)
    State = RosterImport.State
    claimed = RosterImport.objects.filter(pk=upload.pk, state=State.PREVIEW).update(
        state=State.CONFIRMED, confirmed_at=at
    )
    if not claimed:
        raise AlreadyDone(_("这份名册已经导入或放弃，请重新上传。"))
    found = look_again(upload, on=at.date()).plan
    if not found.is_ready:
        raise NotReady(found)
    _carry_out(found.rows)
    # The roster now has what the file said; the file itself, with its phone numbers, is not kept.
    upload.state, upload.confirmed_at = State.CONFIRMED, at
    upload.counts, upload.content = dict(found.counts), b""
    upload.save(update_fields=["counts", "content"])
    log.write(
        upload.season.code, "import_roster", by=by, at=at, on=upload, sha256=upload.sha256, counts=dict(found.counts)
    )
    return found


@transaction.atomic
def discard_roster(upload: RosterImport, *, by: "User", at: datetime) -> None:
    """Give an upload up; its file is emptied. Raises AlreadyDone."""
    require(by, Action.IMPORT_ROSTER, upload)
    State = RosterImport.State
    if not RosterImport.objects.filter(pk=upload.pk, state=State.PREVIEW).update(state=State.DISCARDED, content=b""):
        raise AlreadyDone(_("这份名册已经导入或放弃，请重新上传。"))
    log.write(upload.season.code, "discard_roster", by=by, at=at, on=upload)


@transaction.atomic
def import_roster(
    season: Season, *, data: bytes, name: str, district: District | None = None, by: "User", at: datetime
) -> Plan:
    """Upload and confirm in one go, for commands. Raises what `look`, `upload_roster` and `confirm_roster` raise."""
    upload = upload_roster(season, data=data, name=name, district=district, by=by, at=at)
    return confirm_roster(upload, by=by, at=at)


def _existing(places: Iterable[District], on: date) -> list[Existing]:
    current = Posting.objects.current(on).with_places().filter(village__town__district__in=list(places))
    return [
        Existing(
            ref=posting.pk,
            district=posting.village.town.district.code,
            town=posting.village.town.name,
            village=posting.village.name,
            name=posting.secretary.name,
            unit=posting.unit.name,
            level=posting.unit.level,
            since=posting.since,
            until=_last_month(posting.until),
            phone=posting.secretary.phone,
            post=posting.secretary.post,
            gender=posting.secretary.gender,
            remark=posting.remark,
        )
        for posting in current
    ]


def _carry_out(rows: Sequence[PlannedRow]) -> None:
    """Write what the plan says; villages and units come first, in bulk."""
    doing = [row for row in rows if row.action in ("add", "change") and row.values]
    values = [row.values for row in doing if row.values]
    villages, units = _villages(values), _units(values)
    known = Posting.objects.select_related("secretary", "village__town__district").in_bulk(
        [row.ref for row in doing if row.action == "change"]
    )
    adding = [row.values for row in doing if row.action == "add" and row.values]
    people = Secretary.objects.bulk_create(
        Secretary(name=row.name, phone=row.phone, post=row.post, gender=row.gender) for row in adding
    )
    Posting.objects.bulk_create(
        Posting(
            secretary=person,
            village=villages[row.district, row.town, row.village],
            unit=units[row.unit],
            since=row.since,
            until=_first_day_after(row.until),
            remark=row.remark,
        )
        for person, row in zip(people, adding, strict=True)
    )
    changed = [
        _changed(known[int(row.ref)], row, villages, units) for row in doing if row.action == "change" and row.ref
    ]
    Secretary.objects.bulk_update([posting.secretary for posting in changed], ["name", "phone", "post", "gender"])
    Posting.objects.bulk_update(changed, ["village", "unit", "since", "until", "remark"])


def _changed(
    posting: Posting, row: PlannedRow, villages: Mapping[tuple[str, str, str], Village], units: Mapping[str, Unit]
) -> Posting:
    """The posting with the row's changes in it; what the row does not change stays."""
    new = {field: after for field, (_before, after) in row.changes.items()}
    values = row.values
    assert values is not None  # noqa: S101 - a changed row has values
    for field in ("name", "phone", "post", "gender"):
        if field in new:
            setattr(posting.secretary, field, new[field])
    for field in ("since", "remark"):
        if field in new:
            setattr(posting, field, new[field])
    if "until" in new:
        posting.until = _first_day_after(values.until)
    if "town" in new or "village" in new:
        town = values.town or posting.village.town.name
        posting.village = villages[values.district, town, values.village]
    posting.unit = units[values.unit]
    return posting


def _villages(rows: Sequence[Row]) -> dict[tuple[str, str, str], Village]:
    """Every village the rows name, made where it is new, by (district code, town, village)."""
    districts = {district.code: district for district in District.objects.all()}
    Town.objects.bulk_create(
        [
            Town(district=districts[code], name=town)
            for code, town in sorted({(row.district, row.town) for row in rows})
        ],
        ignore_conflicts=True,
    )
    towns = {(town.district.code, town.name): town for town in Town.objects.select_related("district")}
    Village.objects.bulk_create(
        [
            Village(town=towns[code, town], name=village)
            for code, town, village in sorted({(row.district, row.town, row.village) for row in rows})
        ],
        ignore_conflicts=True,
    )
    found = Village.objects.select_related("town__district")
    return {(village.town.district.code, village.town.name, village.name): village for village in found}


def _units(rows: Sequence[Row]) -> dict[str, Unit]:
    """Every unit the rows name, made where it is new; a stated level corrects a known unit's."""
    levels = {row.unit: row.level for row in rows}
    Unit.objects.bulk_create(
        [Unit(name=name, level=level) for name, level in sorted(levels.items())], ignore_conflicts=True
    )
    units = {unit.name: unit for unit in Unit.objects.filter(name__in=levels)}
    stated = {row.unit: row.level for row in rows if not row.level_guessed}
    corrected = [unit for unit in units.values() if stated.get(unit.name, unit.level) != unit.level]
    for unit in corrected:
        unit.level = stated[unit.name]
    Unit.objects.bulk_update(corrected, ["level"])
    return units


def _first_day_after(last: date | None) -> date | None:
    return months.first_day_after(last) if last else None


def _last_month(until: date | None) -> date | None:
    """The last month served, as its first day, from the first day no longer served."""
    return (until - timedelta(days=1)).replace(day=1) if until else None
