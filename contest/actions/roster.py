"""A roster file on its way into the registry: looked at, shown, carried out whole or not at all."""

import hashlib
import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import log
from accounts.permissions import Action, require, require_pair
from contest.actions.correction import IDENTITY, bound, log_corrections, write_correction
from contest.actions.roster_rows import carry_out, units_corrected
from contest.actions.units import bound_by, require_office, shared
from contest.models import NameCorrection, RosterImport, Season
from contest.reads.levels import levels_of
from contest.roster_plan import plan_against_roster
from registry.excel import answers as saying
from registry.excel.answers import NOTHING_SAID, Answers
from registry.excel.levels import Level, names_of
from registry.excel.plan import Plan, PlannedRow
from registry.excel.stored import row_to_json
from registry.excel.table import Table, recognise
from registry.excel.workbook import Workbook, read
from registry.models import District, Posting, Unit

if TYPE_CHECKING:
    from accounts.models import Basis, User

WEEK = timedelta(days=7)
MOST_BY_HAND = 20

Headcounts = Callable[[Season], Mapping[int, int]]
_headcounts: list[Headcounts] = []


class NotReady(Exception):
    """The file cannot be imported: rows are refused or asked about, or there is nothing to do; `plan` says why."""

    def __init__(self, plan: Plan) -> None:
        super().__init__(
            _("有 %(count)d 行不能导入，请先改正。") % {"count": plan.counts["refuse"]}
            if plan.counts["refuse"]
            else _("有 %(count)d 行需要先确认，没有导入。") % {"count": len(plan.asking)}
            if plan.asking
            else _("文件里没有名册里还没有的内容，不需要导入。")
        )
        self.plan = plan


class TakesTwo(Exception):
    """The file renames somebody whose scoring has opened, their unit or place: one proposes it, another seconds."""

    def __init__(self, rows: Sequence[PlannedRow]) -> None:
        names = _("、").join(row.values.name for row in rows if row.values)
        super().__init__(
            _("%(names)s 所在的赛段已开始评分，姓名、选派单位或村镇的更正须由一人提请、另一人复核。") % {"names": names}
        )
        self.rows = list(rows)


class UnitTakesTwo(TakesTwo):
    """The file corrects the level of a unit that sends somebody whose scoring has opened."""

    def __init__(self, units: Sequence[Unit]) -> None:
        Exception.__init__(
            self,
            _("%(names)s 选派的人所在的赛段已开始评分，单位层级的更正须由一人提请、另一人复核。")
            % {"names": _("、").join(unit.name for unit in units)},
        )


class AlreadyDone(Exception):
    """This import was confirmed or given up before."""

    def __init__(self) -> None:
        super().__init__(_("这份名册已经导入或放弃，没有再次写入。如需再导入，请重新上传。"))


class TooManyByHand(Exception):
    """So many people are written into the file."""

    def __init__(self) -> None:
        super().__init__(_("最多手工添加 %d 人，再多请写进文件后重新上传。") % MOST_BY_HAND)


class PlanMoved(Exception):
    """The roster, or what was said about the columns, changed after the preview that was confirmed."""

    def __init__(self) -> None:
        super().__init__(_("您打开预览之后，名册或列的对应有了变化，这次没有导入。请核对下面新的预览，再确认。"))


@dataclass(frozen=True, slots=True)
class Look:
    """What a file holds and what an import of it would do now.

    `sheets` are those that hold a table, `levels` the season's names of levels of units by code.
    """

    table: Table
    plan: Plan
    sheets: tuple[str, ...]
    levels: Mapping[str, str]


def tells_headcounts(function: Headcounts) -> Headcounts:
    """Name a function that tells the decree's headcounts by district id; use as a decorator."""
    _headcounts.append(function)
    return function


def headcounts(season: Season) -> dict[int, int]:
    """The decree's headcounts by district id, as far as anybody tells them."""
    return {pk: count for each in _headcounts for pk, count in each(season).items()}


def look(
    season: Season,
    *,
    data: bytes,
    name: str,
    district: District | None = None,
    mapping: Mapping[int, str] | None = None,
    sheet: str = "",
    answers: Answers = NOTHING_SAID,
    on: date,
) -> Look:
    """Read a file and plan its import, writing nothing. Raises Unreadable, NoTable, BadMapping (registry.excel)."""
    workbook, places, levels = read(data, name), _places(season), levels_of(season)
    known = [place.name for place in places]
    read_as = recognise(workbook, known_districts=known, mapping=mapping, sheet=sheet or None)
    table = saying.applied(read_as, answers)
    planned = _plan(season, table, places, levels, district, answers, on)
    return Look(table, planned, _sheets(workbook, table, known, sheet), names_of(levels))


def look_again(upload: RosterImport, *, on: date) -> Look:
    """An uploaded file against the roster as it is now."""
    return look(
        upload.season,
        data=bytes(upload.content),
        name=upload.original_name,
        district=upload.district,
        mapping=told_mapping(upload),
        sheet=upload.sheet,
        answers=told_answers(upload),
        on=on,
    )


def told_mapping(upload: RosterImport) -> dict[int, str]:
    """What was said by hand about the columns: index to field, '' for "do not import"."""
    return {int(column): field for column, field in upload.mapping.items()}


def told_answers(upload: RosterImport) -> Answers:
    """What was said on the preview about the rows."""
    return saying.from_json(upload.answers)


def fingerprint(plan: Plan) -> str:
    """A hash of everything an import would write: a preview carries it, so that what was seen is what is done."""
    doing = [row_to_json(row) for row in plan.rows if row.action in ("add", "change")]
    return hashlib.sha256(json.dumps(doing, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def planned_now(upload: RosterImport, *, on: date) -> str:
    """The fingerprint of what an import of this upload would write now; '' once it is confirmed or given up."""
    if upload.state != RosterImport.State.PREVIEW:
        return ""
    return fingerprint(look_again(upload, on=on).plan)


@transaction.atomic
def upload_roster(
    season: Season,
    *,
    data: bytes,
    name: str,
    district: District | None,
    reason: str = "",
    by: "User",
    at: datetime,
) -> RosterImport:
    """Keep a file for its preview. A county organizer uploads for a district of theirs; only the office for all.

    It replaces earlier uploads of the same file by the same person that still wait: who corrects a file sends it again.
    """
    upload = RosterImport(
        season=season,
        district=district,
        original_name=PurePath(name.replace("\\", "/")).name[-255:],
        sha256=hashlib.sha256(data).hexdigest(),
        content=data,
        uploaded_by=by,
        uploaded_at=at,
    )
    require(by, Action.IMPORT_ROSTER, upload)
    replaced = _give_up_earlier(upload)
    upload.save()
    log.write(
        season.code,
        "upload_roster",
        by=by,
        at=at,
        on=upload,
        reason=reason,
        sha256=upload.sha256,
        replaces=replaced,
    )
    return upload


@transaction.atomic
def map_columns(upload: RosterImport, mapping: Mapping[int, str], *, sheet: str = "", by: "User", at: datetime) -> None:
    """Say by hand what the columns mean and which sheet is the roster. Raises AlreadyDone."""
    require(by, Action.IMPORT_ROSTER, upload)
    told = {str(column): field for column, field in mapping.items()}
    # Another sheet has other rows, of which nothing was said yet.
    answers = upload.answers if sheet == upload.sheet else {}
    if not RosterImport.objects.filter(pk=upload.pk, state=RosterImport.State.PREVIEW).update(
        mapping=told, sheet=sheet, answers=answers
    ):
        raise AlreadyDone
    upload.mapping, upload.sheet, upload.answers = told, sheet, answers
    log.write(upload.season.code, "map_columns", by=by, at=at, on=upload, columns=told)


@transaction.atomic
def answer_rows(upload: RosterImport, keys: Collection[str], *, take: bool, by: "User", at: datetime) -> None:
    """Say of doubtful rows that they are imported, or left out. Raises AlreadyDone."""
    require(by, Action.IMPORT_ROSTER, upload)
    _say(upload, lambda said: said.answering(frozenset(keys), take=take))
    log.write(upload.season.code, "answer_rows", by=by, at=at, on=upload, rows=sorted(keys), take=take)


@transaction.atomic
def change_row(upload: RosterImport, key: str, told: Mapping[str, str], *, by: "User", at: datetime) -> None:
    """Change the town, the village or the level of a row, or what was written by hand. Raises AlreadyDone."""
    require(by, Action.IMPORT_ROSTER, upload)
    _say(upload, lambda said: said.changing(key, told))
    log.write(upload.season.code, "change_row", by=by, at=at, on=upload, rows=[key], fields=sorted(told))


@transaction.atomic
def add_row(upload: RosterImport, told: Mapping[str, str], *, by: "User", at: datetime) -> None:
    """Add one person by hand to what the file says; judged as a row of it. Raises AlreadyDone, TooManyByHand."""
    require(by, Action.IMPORT_ROSTER, upload)
    _say(upload, lambda said: said.adding(told))
    if len(upload.answers["added"]) > MOST_BY_HAND:
        raise TooManyByHand
    log.write(upload.season.code, "add_row", by=by, at=at, on=upload, count=len(upload.answers["added"]))


def confirm_roster(
    upload: RosterImport,
    *,
    seen: str,
    reason: str = "",
    seconded_by: "User | None" = None,
    basis: "Basis | None" = None,
    by: "User",
    at: datetime,
) -> Plan:
    """Carry the import out: all rows or none. `seen` is the fingerprint of the preview that is confirmed.

    A file that renames somebody whose scoring has opened takes two people and a reason (DESIGN 9).
    Raises NotReady, AlreadyDone, PlanMoved, TakesTwo, UnitRefused; and what a preview has shown: Unreadable, NoTable,
    BadMapping.
    """
    require(by, Action.IMPORT_ROSTER, upload)
    if upload.state != RosterImport.State.PREVIEW:
        raise AlreadyDone
    # Reading takes a process of its own and may take seconds; nobody waits for it.
    table = recognise(
        read(bytes(upload.content), upload.original_name),
        known_districts=[place.name for place in _places(upload.season)],
        mapping=told_mapping(upload),
        sheet=upload.sheet or None,
    )
    table = saying.applied(table, told_answers(upload))
    return _confirm(upload, table, seen=seen, reason=reason, seconded_by=seconded_by, by=by, at=at)


@transaction.atomic
def discard_roster(upload: RosterImport, *, by: "User", at: datetime) -> None:
    """Give an upload up; its file is emptied. Raises AlreadyDone."""
    require(by, Action.IMPORT_ROSTER, upload)
    State = RosterImport.State
    if not RosterImport.objects.filter(pk=upload.pk, state=State.PREVIEW).update(
        state=State.DISCARDED, content=b"", answers={}
    ):
        raise AlreadyDone
    log.write(upload.season.code, "discard_roster", by=by, at=at, on=upload)


def forget_rosters(*, at: datetime) -> int:
    """Give up uploads that nobody confirmed within a week, since their files hold phone numbers; how many."""
    State = RosterImport.State
    old = RosterImport.objects.filter(state=State.PREVIEW, uploaded_at__lt=at - WEEK).select_related("season")
    count = 0
    for upload in old.defer("content"):
        with transaction.atomic():
            still = RosterImport.objects.filter(pk=upload.pk, state=State.PREVIEW)
            if still.update(state=State.DISCARDED, content=b"", answers={}):
                log.write(upload.season.code, "discard_roster", by=None, at=at, on=upload)
                count += 1
    return count


@transaction.atomic
def import_roster(
    season: Season,
    *,
    data: bytes,
    name: str,
    district: District | None = None,
    answers: Answers = NOTHING_SAID,
    reason: str = "",
    by: "User",
    at: datetime,
) -> Plan:
    """Upload and confirm in one go, for commands. Raises what `look`, `upload_roster` and `confirm_roster` raise."""
    upload = upload_roster(season, data=data, name=name, district=district, reason=reason, by=by, at=at)
    for keys, take in ((answers.accepted, True), (answers.left, False)):
        if keys:
            answer_rows(upload, keys, take=take, by=by, at=at)
    return confirm_roster(upload, seen=planned_now(upload, on=timezone.localdate(at)), by=by, at=at)


@transaction.atomic
def _confirm(
    upload: RosterImport,
    table: Table,
    *,
    seen: str,
    reason: str,
    seconded_by: "User | None",
    by: "User",
    at: datetime,
) -> Plan:
    _lock(upload.season)
    _claim(upload, at)
    places, levels = _places(upload.season), levels_of(upload.season)
    told = told_answers(upload)
    found = _plan(upload.season, table, places, levels, upload.district, told, timezone.localdate(at))
    if seen != fingerprint(found):
        raise PlanMoved
    if not found.is_ready:
        raise NotReady(found)
    renamed = renaming(found)
    if renamed and seconded_by is None:
        raise TakesTwo(renamed)
    if seconded_by is not None:
        require_pair(by, seconded_by, Action.IMPORT_ROSTER, upload, at=at)
    made = _corrections(renamed, reason=reason, by=by, seconded_by=seconded_by, at=at)
    _check_units(upload, [unit for unit, _level in corrected_units(upload, found)], by, seconded_by, at)
    carry_out(found.rows, upload.season.roster)
    counts = dict(found.counts)
    # The roster now has what the file said; the file itself, with its phone numbers, is not kept.
    RosterImport.objects.filter(pk=upload.pk).update(counts=counts, content=b"", answers={})
    log_corrections(made, upload.season.code)
    log.write(
        upload.season.code,
        "import_roster",
        by=by,
        at=at,
        on=upload,
        reason=reason,
        seconded_by=seconded_by,
        sha256=upload.sha256,
        counts=counts,
    )
    return found


def renaming(plan: Plan) -> list[PlannedRow]:
    """The rows that correct what names somebody whose scoring has opened. Two queries at most."""
    rows = [row for row in plan.rows if row.action == "change" and set(IDENTITY) & set(row.changes)]
    if not rows:
        return []
    postings = Posting.objects.in_bulk([int(row.ref or 0) for row in rows])
    held = bound(posting.secretary_id for posting in postings.values())
    return [row for row in rows if held.by_two(postings[int(row.ref or 0)], row.changes)]


def corrected_units(upload: RosterImport, plan: Plan) -> list[tuple[Unit, str]]:
    """The units whose level an import would correct, each with the level the file states; a rehearsal corrects none.

    It writes its own units only, which nobody else sees.
    """
    if upload.season.roster:
        return []
    return units_corrected(plan.rows)


def levels_kept(upload: RosterImport, plan: Plan) -> list[tuple[Unit, str]]:
    """The units that send others too and whose level a rehearsal's file states otherwise: their own stays."""
    if not upload.season.roster:
        return []
    told = units_corrected(plan.rows)
    held = shared([unit for unit, _level in told], upload.season.roster)
    return [(unit, level) for unit, level in told if unit in held]


def _check_units(
    upload: RosterImport, units: Sequence[Unit], by: "User", seconded_by: "User | None", at: datetime
) -> None:
    require_office(units, upload.season.roster, by=by)
    if not units or not bound_by(units, upload.season.roster).exists():
        return
    if seconded_by is None:
        raise UnitTakesTwo(units)
    require_pair(by, seconded_by, Action.IMPORT_ROSTER, upload, at=at)


def _corrections(
    rows: Sequence[PlannedRow], *, reason: str, by: "User", seconded_by: "User | None", at: datetime
) -> list[NameCorrection]:
    """What these rows correct of somebody bound, written down; its lines follow with the import's."""
    made = []
    postings = Posting.objects.with_places().in_bulk([int(row.ref or 0) for row in rows])
    for row in rows:
        own = postings[int(row.ref or 0)]
        for field in IDENTITY:
            if field in row.changes:
                old, new = row.changes[field]
                told: dict[str, Any] = {"reason": reason, "by": by, "seconded_by": seconded_by, "at": at}
                made.append(write_correction(own.secretary, field, str(old), str(new), posting=own, **told))
    return made


def _give_up_earlier(upload: RosterImport) -> list[int]:
    earlier = RosterImport.objects.filter(
        season=upload.season,
        district=upload.district,
        uploaded_by=upload.uploaded_by,
        original_name=upload.original_name,
        state=RosterImport.State.PREVIEW,
    )
    pks = list(earlier.values_list("pk", flat=True))
    earlier.update(state=RosterImport.State.DISCARDED, content=b"", answers={})
    return pks


def _say(upload: RosterImport, change: Callable[[Answers], Answers]) -> None:
    """Keep what was said beside what was said before, also by somebody else meanwhile."""
    here = RosterImport.objects.select_for_update(no_key=True).defer("content").get(pk=upload.pk)
    if here.state != RosterImport.State.PREVIEW:
        raise AlreadyDone
    upload.answers = saying.as_json(change(told_answers(here)))
    RosterImport.objects.filter(pk=upload.pk).update(answers=upload.answers)


def _lock(season: Season) -> None:
    """One import at a time: two files at once would both add the person they share."""
    Season.objects.select_for_update(no_key=True).get(pk=season.pk)


def _claim(upload: RosterImport, at: datetime) -> None:
    if not RosterImport.objects.filter(pk=upload.pk, state=RosterImport.State.PREVIEW).update(
        state=RosterImport.State.CONFIRMED, confirmed_at=at
    ):
        raise AlreadyDone


def _plan(
    season: Season,
    table: Table,
    places: Sequence[District],
    levels: Sequence[Level],
    district: District | None,
    answers: Answers,
    on: date,
) -> Plan:
    decreed = headcounts(season)
    return plan_against_roster(
        table,
        places,
        levels=levels,
        rehearsal=season.roster,
        district=district,
        headcounts={place.code: decreed[place.pk] for place in places if place.pk in decreed},
        accepted=answers.accepted,
        on=on,
    )


def _places(season: Season) -> list[District]:
    return list(District.objects.filter(stages__season=season).distinct())


def _sheets(workbook: Workbook, table: Table, known: list[str], chosen: str) -> tuple[str, ...]:
    """Every sheet with a table in it, in the workbook's order; the one chosen by hand does not hide the others."""
    every = recognise(workbook, known_districts=known) if chosen else table
    found = {table.sheet, every.sheet, *every.other_sheets, *(each.sheet for each in every.together)}
    return tuple(sheet.name for sheet in workbook.sheets if sheet.name in found)
