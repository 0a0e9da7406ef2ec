"""The decree's table of seats: taking it in, correcting it, checking it against itself and against what is known."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import log
from accounts.permissions import Action, require, require_pair
from accounts.words import written
from contest.models import Season, Stage
from contest.models.stage import Kind, State
from contest.reads.levels import level_names
from quota import headcounts
from quota.models import QuotaLevel, QuotaRow, QuotaTable, Shortlist
from registry.excel.levels import called
from registry.models import District
from scoring.actions.rules import follow_seats

if TYPE_CHECKING:
    from accounts.models import User

Row = tuple[District, int, int]


class TableRefused(Exception):
    """The table cannot be taken; the message says why and what to do."""


class TableInUse(TableRefused):
    """A shortlist was approved by these seats: they stand."""


class TableMoved(TableRefused):
    """Somebody changed the table after this form was opened."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing the self-check looked at: a tick, or what does not agree, in a sentence with the numbers."""

    done: bool
    text: str
    note: str = ""
    url: str = ""


@transaction.atomic
def adopt_table(
    season: Season,
    *,
    source: str,
    rows: Sequence[Row],
    stated_headcount: int,
    stated_seats: int,
    reserves: int = 2,
    levels: Mapping[str, int] | None = None,
    by: "User",
    at: datetime,
) -> QuotaTable:
    """Notice, quota table annex: take the decree's table as it stands. `rows` are (district, headcount, seats).

    `levels` are the headcounts by level of the dispatching unit, where the decree states them (notice I).
    A table that disagrees with its own totals is taken too, and the self-check says so: the decree is data.
    Raises TableRefused: a table is there already, a district twice, more seats than people.
    """
    require(by, Action.MANAGE_SEASON, season)
    _refuse_bad_rows(rows)
    try:
        with transaction.atomic():
            table = QuotaTable.objects.create(
                season=season,
                source=source,
                stated_headcount=stated_headcount,
                stated_seats=stated_seats,
                reserves=reserves,
            )
    except IntegrityError:
        raise TableRefused(_("本届已有名额分配表，请在原表上修改。")) from None
    _write_rows(table, rows, levels or {})
    facts = _facts(table, rows, levels or {})
    log.write(season.code, "adopt_quota_table", by=by, at=at, on=table, **facts)
    return table


@transaction.atomic
def change_table(
    table: QuotaTable,
    *,
    source: str,
    rows: Sequence[Row],
    stated_headcount: int,
    stated_seats: int,
    reserves: int,
    levels: Mapping[str, int] | None = None,
    seen: str,
    reason: str = "",
    by: "User",
    seconded_by: "User | None" = None,
    at: datetime,
) -> None:
    """Put the table right. `seen` is the `fingerprint` of the table that was being corrected.

    Where judges vote, each may name as many as there are seats: these rules follow until scoring opens.
    The headcounts by level stay as they are where `levels` are not given.

    Once a list of the season was submitted it takes two people (DESIGN 9). The seats by which a list was approved
    stand: its approval is revoked first. Raises NeedsSecond, TableInUse, TableMoved when the table changed meanwhile.
    """
    require(by, Action.MANAGE_SEASON, table.season)
    _hold(table)
    if takes_two(table.season) or seconded_by is not None:
        require_pair(by, seconded_by, Action.MANAGE_SEASON, table.season, at=at)
    table.refresh_from_db()
    if fingerprint(table) != seen:
        raise TableMoved(_("您打开页面之后，名额分配表已被他人修改。"))
    _refuse_bad_rows(rows)
    _refuse_seats_in_use(table, rows)
    levels = levels_of(table) if levels is None else levels
    totals = (stated_headcount, stated_seats)
    words = changes(table, source=source, rows=rows, totals=totals, reserves=reserves, levels=levels)
    table.source, table.reserves = source, reserves
    table.stated_headcount, table.stated_seats = stated_headcount, stated_seats
    table.save()
    before = dict(table.rows.values_list("district_id", "seats"))
    table.rows.all().delete()
    table.levels.all().delete()
    _write_rows(table, rows, levels)
    _follow(table.season, before, rows, by=by, at=at)
    log.write(
        table.season.code,
        "change_quota_table",
        by=by,
        seconded_by=seconded_by,
        at=at,
        on=table,
        reason=written(reason),
        words=words,
        **_facts(table, rows, levels),
    )


def _hold(table: QuotaTable) -> None:
    """Lock the season's stages, then the table: in the order in which whoever sends a list in takes them."""
    list(Stage.objects.held().filter(season=table.season_id).order_by("pk").values_list("pk"))
    QuotaTable.objects.select_for_update(no_key=True).get(pk=table.pk)


def levels_of(table: QuotaTable) -> dict[str, int]:
    """What the decree states by level of the dispatching unit, in its order."""
    return {each.level: each.headcount for each in table.levels.all()}


def takes_two(season: Season) -> bool:
    """Whether a list that rests on the season's table was ever sent in: from then on nobody changes it alone."""
    return Shortlist.objects.ever_submitted().filter(stage__season=season).exists()


def changes(
    table: QuotaTable,
    *,
    source: str,
    rows: Sequence[Row],
    totals: tuple[int, int],
    reserves: int,
    levels: Mapping[str, int],
) -> dict[str, list[str]]:
    """What a correction changes, in words, old and new; a district's line as headcount and seats."""
    before = {row.district.name: (row.headcount, row.seats) for row in table.rows.select_related("district")}
    after = {district.name: (headcount, seats) for district, headcount, seats in rows}
    known = levels_of(table)
    told: dict[str, tuple[Any, Any]] = {
        "source": (table.source, source),
        "stated": ((table.stated_headcount, table.stated_seats), totals),
        "reserves": (table.reserves, reserves),
        **{name: (before.get(name), after.get(name)) for name in {**before, **after}},
        **{level: (known.get(level), levels.get(level)) for level in {**known, **levels}},
    }
    return {name: [_plain(old), _plain(new)] for name, (old, new) in told.items() if old != new}


def named(what: str, season: Season) -> str:
    """What a change is of, in words: a part of the table, a level of units, or a district."""
    parts = {"source": _("依据"), "stated": _("公文合计（人数 / 名额）"), "reserves": _("每个地区递补人数")}
    return str(parts.get(what) or level_names(season).get(what) or what)


def _plain(value: Any) -> str:
    if value is None:
        return ""
    return " / ".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _refuse_seats_in_use(table: QuotaTable, rows: Sequence[Row]) -> None:
    """Raise TableInUse for a district whose list was approved by other seats than these."""
    approved = Shortlist.objects.live().filter(stage__season=table.season_id, state=Shortlist.State.APPROVED)
    given = {district.pk: seats for district, _headcount, seats in rows}
    for shortlist in approved.select_related("stage__district"):
        if given.get(shortlist.stage.district_id or 0) != shortlist.seats:
            raise TableInUse(
                _("%(district)s的推荐名单已按 %(seats)d 个名额审定；要改它的名额，须先由两人撤销审定。")
                % {"district": shortlist.stage.district, "seats": shortlist.seats}
            )


def fingerprint(table: QuotaTable) -> str:
    """A short text that differs whenever the table differs."""
    rows = sorted(table.rows.values_list("district_id", "headcount", "seats"))
    said = [table.source, table.stated_headcount, table.stated_seats, table.reserves, rows, levels_of(table)]
    return hashlib.sha256(repr(said).encode()).hexdigest()[:16]


def check_table(table: QuotaTable, *, on: date) -> list[Finding]:
    """Notice, quota table annex: the table against its own totals, the season's preliminaries, the roster on a day."""
    rows = list(table.rows.select_related("district"))
    stages = list(Stage.objects.filter(season=table.season_id, kind=Kind.PRELIMINARY).select_related("district"))
    return [
        *_sums(table, rows),
        *_seats_within(rows),
        *_covers(rows, stages),
        *_against_roster(rows, headcounts.on_roster(table.season, on), table.season),
        *_against_levels(table, headcounts.by_level(table.season, on)),
        *_against_entries(rows, headcounts.entered(table.season), stages),
    ]


def _refuse_bad_rows(rows: Sequence[Row]) -> None:
    if not rows:
        raise TableRefused(_("名额分配表至少要有一个地区。"))
    named = [district.pk for district, _headcount, _seats in rows]
    for district, headcount, seats in rows:
        if named.count(district.pk) > 1:
            raise TableRefused(_("%(district)s在表中出现两次。") % {"district": district})
        if headcount < 0 or seats < 0:
            raise TableRefused(_("%(district)s的人数和名额不能是负数。") % {"district": district})
        if seats > headcount:
            raise TableRefused(
                _("%(district)s的名额 %(seats)d 个多于人数 %(headcount)d 人，请核对公文。")
                % {"district": district, "seats": seats, "headcount": headcount}
            )


def _write_rows(table: QuotaTable, rows: Iterable[Row], levels: Mapping[str, int]) -> None:
    QuotaLevel.objects.bulk_create(
        QuotaLevel(table=table, level=level, headcount=headcount) for level, headcount in levels.items()
    )
    QuotaRow.objects.bulk_create(
        QuotaRow(table=table, district=district, headcount=headcount, seats=seats)
        for district, headcount, seats in rows
    )


def _follow(season: Season, before: Mapping[int, int], rows: Iterable[Row], *, by: "User", at: datetime) -> None:
    now = {district.pk: seats for district, _headcount, seats in rows}
    for stage in Stage.objects.whole().filter(season=season, kind=Kind.PRELIMINARY, district__in=now):
        district = stage.district_id or 0
        follow_seats(stage, before=before.get(district, 0), now=now[district], by=by, at=at)


def _facts(table: QuotaTable, rows: Iterable[Row], levels: Mapping[str, int]) -> dict[str, Any]:
    return {
        "levels": dict(levels),
        "rows": [[district.code, headcount, seats] for district, headcount, seats in rows],
        "stated_headcount": table.stated_headcount,
        "stated_seats": table.stated_seats,
        "reserves": table.reserves,
    }


def _sums(table: QuotaTable, rows: Sequence[QuotaRow]) -> Iterator[Finding]:
    told = (
        (_("人数"), sum(row.headcount for row in rows), table.stated_headcount),
        (_("名额"), sum(row.seats for row in rows), table.stated_seats),
    )
    for what, found, stated in told:
        facts = {"what": what, "found": found, "stated": stated, "gap": abs(found - stated)}
        if found == stated:
            yield Finding(True, _("各地区%(what)s相加为 %(found)d，与公文合计一致。") % facts)
        else:
            yield Finding(
                False,
                _("各地区%(what)s相加为 %(found)d，公文合计为 %(stated)d，相差 %(gap)d。") % facts,
                _("请对照公文逐行核对；若公文本身有误，请先与发文单位核实。"),
            )


def _seats_within(rows: Sequence[QuotaRow]) -> Iterator[Finding]:
    empty = [row for row in rows if row.headcount and not row.seats]
    if empty:
        yield Finding(
            False,
            _("%(districts)s有第一书记而没有决赛名额。") % {"districts": _named(row.district for row in empty)},
            _("若公文确如此，可以不处理。"),
        )
    else:
        yield Finding(True, _("每个地区都有名额，且名额不多于人数。"))


def _covers(rows: Sequence[QuotaRow], stages: Sequence[Stage]) -> Iterator[Finding]:
    in_table = {row.district_id for row in rows}
    holding = {stage.district_id for stage in stages}
    without = [stage.district for stage in stages if stage.district and stage.district_id not in in_table]
    idle = [row.district for row in rows if row.district_id not in holding]
    if without:
        yield Finding(
            False, _("%(districts)s举办初赛，但表中没有名额。") % {"districts": _named(without)}, _("请补上这些行。")
        )
    if idle:
        yield Finding(False, _("%(districts)s在表中有名额，但本届没有初赛。") % {"districts": _named(idle)})
    if not without and not idle:
        yield Finding(True, _("%(count)d 个初赛地区与表中各行一一对应。") % {"count": len(stages)})


def _against_roster(rows: Sequence[QuotaRow], on_roster: Mapping[int, int], season: Season) -> Iterator[Finding]:
    url = reverse("contest:roster")
    if not any(on_roster.get(row.district_id) for row in rows):
        yield Finding(False, _("名册还是空的，无法与名额表核对人数。"), _("请各地区先导入名册。"), url)
        return
    differing = [row for row in rows if on_roster.get(row.district_id, 0) != row.headcount]
    for row in differing:
        found = on_roster.get(row.district_id, 0)
        yield Finding(
            False,
            _("%(district)s：公文 %(stated)d 人，名册在任 %(found)d 人，%(gap)s。")
            % {
                "district": row.district,
                "stated": row.headcount,
                "found": found,
                "gap": _gap(found - row.headcount),
            },
            url=url,
        )
    if not differing:
        total = sum(on_roster.get(row.district_id, 0) for row in rows)
        yield Finding(True, _("名册在任 %(total)d 人，各地区均与公文一致。") % {"total": total})


def _against_levels(table: QuotaTable, found: Mapping[str, int]) -> Iterator[Finding]:
    """Notice I: so many from central and provincial units, from Zhuhai, from Maoming; nothing where none are stated."""
    levels, total = levels_of(table), table.stated_headcount
    if not levels:
        return
    if sum(levels.values()) != total:
        sums = {"found": sum(levels.values()), "stated": total}
        yield Finding(False, _("公文按选派单位列出的人数相加为 %(found)d，公文合计为 %(stated)d。") % sums)
    if not found:
        return
    differing = [level for level in {**levels, **found} if levels.get(level, 0) != found.get(level, 0)]
    names = level_names(table.season) if differing else {}
    for level in differing:
        stated, here = levels.get(level, 0), found.get(level, 0)
        told = {"level": called(level, names), "stated": stated, "found": here, "gap": _gap(here - stated)}
        text = _("%(level)s：公文 %(stated)d 人，名册在任 %(found)d 人，%(gap)s。") % told
        yield Finding(False, text, url=reverse("contest:roster"))
    if not differing:
        yield Finding(True, _("名册在任人数按选派单位层级也与公文一致。"))


def _against_entries(
    rows: Sequence[QuotaRow], entered: Mapping[int, int], stages: Sequence[Stage]
) -> Iterator[Finding]:
    """Entering runs until a stage is ready; before that a small number is no fault."""
    stage_of = {stage.district_id: stage for stage in stages}
    settled = {pk for pk, stage in stage_of.items() if not stage.is_in(State.PREPARING, State.COLLECTING)}
    short = [row for row in rows if row.district_id in settled and entered.get(row.district_id, 0) < row.seats]
    for row in short:
        yield Finding(
            False,
            _("%(district)s参赛 %(found)d 人，少于决赛名额 %(seats)d 个，名额将空缺。")
            % {"district": row.district, "found": entered.get(row.district_id, 0), "seats": row.seats},
            url=reverse("contest:entries", args=[stage_of[row.district_id].pk]),
        )
    if not short:
        facts = {"total": sum(entered.values()), "headcount": sum(row.headcount for row in rows)}
        yield Finding(True, _("已参赛 %(total)d 人，公文总人数 %(headcount)d 人。") % facts)


def _gap(difference: int) -> str:
    return (_("多 %d 人") if difference > 0 else _("少 %d 人")) % abs(difference)


def _named(districts: Iterable[District]) -> str:
    return _("、").join(district.name for district in districts)
